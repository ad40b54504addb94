"""Properties of the ladder over random lives under a ladder with every trigger, with answers and explanations."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.deadlines.limits import WhichClock
from domain.dossier.commands import AcknowledgeEscalation, ExplainEscalation, ExplanationCause, HandBack
from domain.dossier.events import AnyEvent, DeadlineWarned, DossierEscalated, DossierResolved, EscalationClimbed
from domain.dossier.evolve import evolve_all
from domain.dossier.outcomes import EvaluateTimers
from domain.dossier.state import OPEN, NotSubmitted
from domain.roles import Actor, Role
from domain.rules.escalation import PastDue
from tests.support.random_lives import MOVES, Life
from tests.support.small_province import ANSWERED, CALENDAR, COMMITTEE, FREE, PAID, RESTARTING, UNSIGNED, pins

HEAD_AT_TOP = Actor(person="head.top", role=Role.HEAD_OF_UNIT, unit=COMMITTEE)
LADDER_MOVES = 3
"""Moves that random lives do not have: an answer, an explanation, and the way back of a take-over."""
steps = st.lists(
    st.tuples(
        st.integers(0, len(MOVES) + LADDER_MOVES - 1),
        st.integers(0, 1_000),
        st.sampled_from([0, 1, 60, 300, 1_440, 5_000, 20_000]),
    ),
    max_size=40,
)
lives = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
EXPIRY = {rung.code for rung in ANSWERED.rungs if isinstance(rung.trigger, PastDue)}


def moved(life: Life, move: int, variant: int) -> None:
    """One move of a random life, or one about its escalations."""
    if move < len(MOVES):
        MOVES[move](life, variant)
        return
    open_ones = life.dossier.escalations
    one = open_ones[variant % len(open_ones)] if open_ones else None
    match move - len(MOVES):
        case 0 if one is not None:
            head = Actor(person="head", role=Role.HEAD_OF_UNIT, unit=one.unit)
            life.act(head, AcknowledgeEscalation(escalation=one.number))
        case 1 if one is not None:
            head = Actor(person="head", role=Role.HEAD_OF_UNIT, unit=one.explains or one.unit)
            life.act(head, ExplainEscalation(escalation=one.number, cause=ExplanationCause.OVERLOAD))
        case _:
            life.act(HEAD_AT_TOP, HandBack(legal_basis="Điều 9"))


@lives
@given(st.sampled_from([FREE, PAID, RESTARTING, UNSIGNED]), steps)
def test_the_ladder_of_any_life(procedure, moves) -> None:  # type: ignore[no-untyped-def]
    """No rung twice for an occasion; no expiry before the date or after the end; somebody is always responsible; each
    escalation that wants an answer has its answer, its end or its next level by its time."""
    life = Life.begin(procedure, pins=pins(procedure, ANSWERED))
    for move, variant, minutes in moves:
        life.now += timedelta(minutes=minutes)
        moved(life, move, variant)
        life.must(EvaluateTimers())
        check_what_is_open(life)
    check_what_fired(life.events)
    assert evolve_all(NotSubmitted(life.dossier.code), life.events) == life.dossier, "a restart knows what has fired"


def check_what_is_open(life: Life) -> None:
    """Checks the open escalations after the timer."""
    dossier = life.dossier
    if dossier.state in OPEN:
        assert dossier.routing.responsible is not None
    else:
        assert dossier.escalations == (), "nobody is asked about what has ended"
    for one in dossier.escalations:
        assert not one.settled
        assert one.answer_by is None or one.answer_by > life.now
        explained = one.explain_by is None or one.explain_by > life.now or one.unexplained_since is not None
        assert explained or not one.wants_explanation
    numbers = [one.number for one in dossier.escalations] + [one.number for one in dossier.done_escalations]
    assert sorted(numbers) == list(range(1, dossier.next_escalation))


def check_expiries(events: list[AnyEvent], expiries: list[DeadlineWarned | DossierEscalated]) -> None:
    """A dossier that was resolved in time has no rung of expiry of that clock, whatever happened to its date."""
    resolved = next((event for event in events if isinstance(event, DossierResolved)), None)
    if resolved is None:
        return
    late = {
        WhichClock.PROMISED: resolved.late_promised_minutes,
        WhichClock.STATUTORY: resolved.late_statutory_minutes,
    }
    for event in expiries:
        assert event.clock is not None
        minutes = late[event.clock]
        at_once = CALENDAR.working_time_between(event.due, resolved.at) < timedelta(minutes=1)
        assert minutes is None or minutes > 0 or (minutes == 0 and at_once)


def check_what_fired(events: list[AnyEvent]) -> None:
    """Checks the firings and climbs of a whole life."""
    fired = [event for event in events if isinstance(event, DeadlineWarned | DossierEscalated)]
    occasions = [(event.rung, event.occasion) for event in fired]
    assert len(occasions) == len(set(occasions)), "a rung fires once for an occasion"
    ended = next((event.at for event in events if event.kind in ("dossier_resolved", "dossier_stopped")), None)
    for event in fired:
        assert event.rung not in EXPIRY or event.at >= event.due
        assert ended is None or event.at <= ended
    check_expiries(events, [event for event in fired if event.rung in EXPIRY])
    tops = [event.escalation for event in events if isinstance(event, EscalationClimbed) and event.at_top]
    assert len(tops) == len(set(tops)), "the top is told once"
