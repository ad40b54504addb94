"""Properties of every random life of a dossier: any actor, any command, any order, any time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from domain.deadlines.clock import Timeliness, WhichClock, judge_by_earliest
from domain.dossier.commands import CheckPayment
from domain.dossier.context import Rules
from domain.dossier.decide import Act, Command
from domain.dossier.deciding.deadlines import rungs_ahead
from domain.dossier.deciding.guards import UNDER_WAY
from domain.dossier.events import (
    EVENT,
    AnyEvent,
    DeadlineWarned,
    DossierEscalated,
    DossierRated,
    DossierStopped,
    OutsideCallFailed,
    PaymentCheckAsked,
    PaymentChecked,
    PaymentOrderCreated,
    PostCancellationAnswered,
    PostOrdered,
    PostStageReached,
    Refunded,
    RefundRequested,
    ResultRegistered,
)
from domain.dossier.evolve import evolve_all
from domain.dossier.state import DOSSIER, OPEN, TERMINAL, Dossier, NotSubmitted, State, snapshot_of
from domain.dossier.view import ANSWERS, DossierView
from domain.procedures.procedure import Procedure
from domain.roles import ENGINE, Actor, Role
from domain.rules.escalation import PastDue
from domain.values import Strict
from tests.domain.dossier.test_superseded_calls import require_no_idle_incident
from tests.support.given import resolved
from tests.support.random_lives import MOVES, Life, command_by_act
from tests.support.small_province import FREE, PAID, PAID_LATER, RESTARTING, UNSIGNED

lives = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
fewer = settings(lives, max_examples=100)
procedures = st.sampled_from([PAID, FREE, PAID_LATER, RESTARTING, UNSIGNED])
steps = st.lists(
    st.tuples(
        st.integers(0, len(MOVES) - 1),
        st.integers(0, 1_000),
        st.sampled_from([0, 0, 1, 10, 60, 300, 1_440, 5_000, 20_000]),
    ),
    max_size=60,
)
Steps = list[tuple[int, int, int]]
AFTER_THE_END = (
    DossierRated,
    DossierStopped,
    OutsideCallFailed,
    PaymentCheckAsked,
    PaymentChecked,
    PaymentOrderCreated,
    PostCancellationAnswered,
    PostOrdered,
    PostStageReached,
    Refunded,
    RefundRequested,
    ResultRegistered,
)
ENTERS_FROM: dict[State, set[State | None]] = {
    State.SUBMITTED: {None, State.SUPPLEMENT_REQUESTED, State.SUSPENDED},
    State.ACCEPTED: {State.SUBMITTED, State.PAYMENT_REQUESTED, State.SUSPENDED},
    State.REFUSED: {State.SUBMITTED},
    State.PROCESSING: {State.ACCEPTED, State.SUPPLEMENT_REQUESTED, State.PAYMENT_REQUESTED, State.SUSPENDED},
    State.SUPPLEMENT_REQUESTED: {State.SUBMITTED, State.PROCESSING, State.SUSPENDED},
    State.PAYMENT_REQUESTED: {State.ACCEPTED, State.PROCESSING, State.SUSPENDED},
    State.SUSPENDED: {State.PROCESSING, State.SUPPLEMENT_REQUESTED, State.PAYMENT_REQUESTED},
    State.STOPPED: {
        State.PROCESSING,
        State.SUPPLEMENT_REQUESTED,
        State.PAYMENT_REQUESTED,
        State.SUSPENDED,
        State.WITHDRAWN,
    },
    State.WITHDRAWN: {
        State.SUBMITTED,
        State.ACCEPTED,
        State.PROCESSING,
        State.SUPPLEMENT_REQUESTED,
        State.PAYMENT_REQUESTED,
    },
    State.RESOLVED: {State.PROCESSING},
    State.RETURNED: {State.RESOLVED},
}
"""The allowed transitions. A suspended dossier returns to its earlier state, or goes on if it was paid meanwhile."""


def walk(procedure: Procedure, moves: Steps) -> Life:
    """A random life that is checked after every move."""
    life = Life.begin(procedure)
    for move, variant, minutes in moves:
        before, seen = life.dossier, len(life.events)
        written = snapshot_of(before)
        life.now += timedelta(minutes=minutes)
        MOVES[move](life, variant)
        assert snapshot_of(before) == written, "deciding changes nothing"
        check_the_events(before, life.events[seen:])
        check_the_dossier(life)
    return life


def check_the_events(before: Dossier, events: list[AnyEvent]) -> None:
    """Checks that each event is allowed in the state before it."""
    dossier = before
    for event in events:
        after = evolve_all(dossier, [event])
        if after.state is not dossier.state:
            assert dossier.state in ENTERS_FROM[after.state], f"{dossier.state} → {after.state}"
        if dossier.state in TERMINAL:
            assert isinstance(event, AFTER_THE_END), f"{event.kind} after the end"
        if isinstance(event, DeadlineWarned | DossierEscalated):
            assert dossier.state in UNDER_WAY
            assert dossier.deadlines.timing is not None
            assert not dossier.deadlines.timing.paused, "a paused clock never escalates"
        if after.ended_at is not None and after.deadlines.timing is not None:
            assert after.deadlines.timing.ended_at == after.ended_at, "the clocks end with the dossier"
        if dossier.ended_at is not None:
            assert (after.ended_at, after.deadlines.timing) == (dossier.ended_at, dossier.deadlines.timing), (
                "ended once"
            )
            late = (dossier.deadlines.late_statutory_minutes, dossier.deadlines.late_promised_minutes)
            assert (after.deadlines.late_statutory_minutes, after.deadlines.late_promised_minutes) == late, (
                "judged once"
            )
        if dossier.deadlines.printed_promise is not None:
            assert after.deadlines.printed_promise == dossier.deadlines.printed_promise, "what is printed never moves"
        dossier = after


def check_the_dossier(life: Life) -> None:
    """Checks what is true of a dossier at any time."""
    dossier = life.dossier
    assert dossier.version == len(life.events)
    assert (dossier.state in OPEN) == (dossier.ended_at is None), "a search for open states leaves out what has ended"
    rungs = [(one.rung, one.occasion) for one in dossier.deadlines.fired]
    assert len(rungs) == len(set(rungs)), "a rung stands here once for an occasion"
    reaction = life.reaction()
    assert reaction == life.reaction(), "the same dossier always gives the same reaction"
    ids = [effect.id for effect in reaction.effects]
    assert len(ids) == len(set(ids)), "one need, one effect"
    if dossier.closed:
        assert (reaction.effects, reaction.wake_up) == ((), None), "a closed dossier waits for nothing"
    view = life.view()
    check_that_all_call_the_same_overdue(life, view)
    check_that_work_of_an_overdue_dossier_is_due(view)
    acts = [(item.act, item.unit) for item in view.work]
    assert len(acts) == len(set(acts)), "at most one item for an act in a unit"
    assert view.version == dossier.version
    require_no_idle_incident(dossier, life.now)


def check_that_all_call_the_same_overdue(life: Life, view: DossierView) -> None:
    """Checks that the list, the page and the ladder's expiry rung agree on when a dossier is overdue."""
    dossier = life.dossier
    if dossier.deadlines.timing is None:
        assert (view.overdue_statutory_from, view.overdue_promised_from) == (None, None)
        return
    rules = Rules.pinned(dossier.pins, life.book)
    since = {WhichClock.STATUTORY: view.overdue_statutory_from, WhichClock.PROMISED: view.overdue_promised_from}
    for which, at in since.items():
        judged = judge_by_earliest(dossier.deadlines.timing, which, rules.calendars(dossier), life.now)
        late = judged is not None and judged.timeliness is Timeliness.LATE and dossier.ended_at is None
        assert (at is not None and at < life.now) == late
    for instant, rung, _ in rungs_ahead(dossier, rules):
        if rung.clock is not None and rung.trigger == PastDue(working_hours=0):
            assert instant == since[rung.clock]


def check_that_work_of_an_overdue_dossier_is_due(view: DossierView) -> None:
    """Checks what the list of overdue work relies on: only answers to escalations are due later than their dossier."""
    dates = [one for one in (view.overdue_statutory_from, view.overdue_promised_from) if one is not None]
    for item in view.work:
        if dates and item.act not in ANSWERS:
            assert item.due is not None
            assert item.due <= min(dates)


def check_the_money(life: Life) -> None:
    """Checks that every dong on every order was settled, refunded, or is held as a partial payment."""
    payment, money, platform = life.dossier.payment, life.dossier.money, life.platform
    given_up = {incident.effect for incident in life.dossier.incidents if incident.final}
    for account in money.accounts:
        if account.asked or any(one.order == account.order and one.reference is None for one in money.refunds):
            assert given_up, "everything was answered but what was refused for good"
            continue
        held = platform.holds(account.order) - account.settled
        awaited = payment.unmet and life.dossier.state not in TERMINAL
        assert held == (account.held if awaited else 0), f"{held} dong of {account.order} are nobody's"
    assert not payment.unmet or life.dossier.unpaid > 0
    assert sum(account.settled for account in money.accounts) + money.taken_in_cash == money.met
    assert money.met == money.asked - (payment.amount if payment.unmet else 0)
    assert all(refund.amount > 0 for refund in money.refunds)


@lives
@given(procedures, steps)
def test_any_life_of_a_dossier(procedure: Procedure, moves: Steps) -> None:
    """In any life transitions follow the life cycle, refusals are domain errors, the timer comes to rest, and the
    end is final."""
    life = walk(procedure, moves)
    messages = [refusal.message for refusal in life.refusals]
    assert all(text.vi and text.en and "{" not in text.vi + text.en for text in messages)


@lives
@given(procedures, steps)
def test_the_fold_of_the_events_is_the_dossier(procedure: Procedure, moves: Steps) -> None:
    """Folding the events from JSON, with fields of a newer release, gives the dossier."""
    life = walk(procedure, moves)
    stored = [event.model_dump(mode="json") | {"from_a_newer_release": 1} for event in life.events]
    read = [EVENT.validate_python(body) for body in stored]
    assert read == life.events
    assert evolve_all(NotSubmitted(life.dossier.code), read) == life.dossier
    assert DOSSIER.validate_json(DOSSIER.dump_json(life.dossier)) == life.dossier


@lives
@given(st.sampled_from([PAID, PAID_LATER]), steps)
def test_no_dong_is_lost(procedure: Procedure, moves: Steps) -> None:
    """Whatever is paid, twice, late, short, in cash or after the end, the sums agree once every callback has
    arrived."""
    life = walk(procedure, moves)
    life.settle()
    for order in sorted(life.platform.paid):
        if life.dossier.money.account(order):
            life.act(ENGINE, CheckPayment(order=order))
    life.settle()
    check_the_money(life)


@fewer
@given(st.sampled_from([PAID, PAID_LATER]), steps)
def test_no_callback_is_needed(procedure: Procedure, moves: Steps) -> None:
    """When every callback is lost, the timer finds all payments that arrived before the order expired."""
    life = walk(procedure, moves)
    life.settle()
    life.now += timedelta(days=30)
    life.settle()
    money = life.dossier.money
    for account in money.accounts:
        paid_in_full = account.settled >= account.amount
        if not account.asked and not paid_in_full:
            known = account.settled + account.held + money.sent_back(account.order)
            assert known >= life.platform.in_time.get(account.order, 0)


@fewer
@given(procedures, steps, st.lists(st.tuples(st.integers(0, len(MOVES) - 1), st.integers(0, 1_000)), max_size=10))
def test_the_work_list_asks_only_for_what_can_be_done(
    procedure: Procedure, moves: Steps, later: list[tuple[int, int]]
) -> None:
    """Every work item can be done by its unit and role in the present state."""
    life = walk(procedure, [*moves, *((move, variant, 1) for move, variant in later)])
    for item in life.view().work:
        assert refusal_of(life, item.act, item.unit, item.role, item.person) not in {
            "wrong_state",
            "wrong_role",
            "wrong_unit",
            "not_assignee",
        }


def refusal_of(life: Life, act: str, unit: str, role: object, person: str | None) -> str | None:
    """The code of the refusal when a work item is done."""
    command = command_by_act(life).get(act)
    if command is None:
        assert act in {"pay", "repair"}
        return None
    who = life.dossier.applicant.submitted_by if role is Role.APPLICANT else person
    actor = Actor.model_validate({"person": who or "somebody", "role": role, "unit": unit})
    fresh = Life(now=life.now, standing=life.dossier)
    fresh.act(actor, command)
    return fresh.refusals[0].code if fresh.refusals else None


def test_a_command_with_an_unknown_field_is_refused() -> None:
    """A command with a misspelt field is refused."""
    adapter: TypeAdapter[Strict] = TypeAdapter(Command)
    with pytest.raises(ValidationError, match="extra_forbidden"):
        adapter.validate_python({"kind": "accept", "fees": 0})
    with pytest.raises(ValidationError, match="extra_forbidden"):
        Act.model_validate(
            {
                "command_id": "00000000-0000-0000-0000-000000000001",
                "actor": {"person": "a", "role": "reception", "unit": "13285"},
                "command": {"kind": "accept"},
                "version": 3,
            }
        )


def test_a_stored_event_of_an_unknown_kind_is_not_guessed_at() -> None:
    """Unknown fields of a known event are ignored, but an unknown kind of event is an error."""
    stored = resolved().events[0].model_dump(mode="json")
    assert EVENT.validate_python(stored | {"colour": "green"}) == resolved().events[0]
    with pytest.raises(ValidationError, match="union_tag_invalid"):
        EVENT.validate_python(stored | {"kind": "dossier_painted"})
