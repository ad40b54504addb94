"""Tests of the end of a calendar: nothing stops, and a date after the end stays open until a longer calendar is
published."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.deadlines import clock
from domain.deadlines.calendar import WorkingCalendar
from domain.deadlines.calendar_end import ending_soon
from domain.deadlines.clock import Timeliness, WhichClock, judge
from domain.deadlines.explain import explain
from domain.dossier.commands import (
    Accept,
    AcknowledgeHandover,
    Approve,
    BroughtOver,
    ChangeCalendar,
    CompleteStep,
    Extend,
    ReceiveSupplement,
    RequestSupplement,
    Resume,
    ReturnResult,
    Sign,
    SubmittedDocument,
    Suspend,
)
from domain.dossier.context import Context, Rules
from domain.dossier.decide import Act, decide
from domain.dossier.events import AnyEvent, CalendarChanged, DossierResolved
from domain.dossier.evolve import evolve_all
from domain.dossier.outcomes import EvaluateTimers, RecordSeal, RecordSignature
from domain.dossier.react import next_wake_up
from domain.dossier.state import State
from domain.dossier.view import DossierView
from domain.dossier.viewing import view_of
from domain.errors import DomainError
from domain.procedures.procedure import Procedure
from domain.roles import ENGINE, Actor, Role
from domain.rules.rulebook import Rulebook, content_hash
from tests.support.given import (
    CITIZEN,
    DESK,
    DOCUMENT,
    HEAD,
    OFFICER,
    OFFICIAL,
    Case,
    a_submission,
)
from tests.support.random_lives import MOVES, Life
from tests.support.small_province import CALENDAR, FREE, PAID, PAID_LATER, RESTARTING, RULEBOOK, UNSIGNED, at, pins

OPERATOR = Actor(person="op.1", role=Role.OPERATOR)
DON = (SubmittedDocument(code="don"),)


def ending(last: date) -> WorkingCalendar:
    """The ordinary calendar with another last day."""
    season = CALENDAR.seasons[0].model_copy(update={"last_day": last})
    return CALENDAR.model_copy(update={"last_day": last, "seasons": (season,)})


SHORT = ending(date(2025, 7, 11))
"""It ends on the Friday of the week in which these tests accept dossiers (Monday 7 July)."""
LONGER = ending(date(2025, 7, 25))
BOOK = RULEBOOK.adding(*Rulebook.of(SHORT, LONGER).stored())
FURTHER = ChangeCalendar(calendar=content_hash(LONGER), letter="Lịch bổ sung")
FURTHEST = ChangeCalendar(calendar=content_hash(CALENDAR), letter="Lịch bổ sung")


class Short(Case):
    """A case whose rulebook also has the short calendars."""

    def until(self, text: str) -> Short:
        """Sets the time to an instant in Vietnam."""
        self.now = at(text)
        return self

    def when(self, actor: Actor, command: Any, **act: Any) -> list[AnyEvent]:
        """Decides and applies a command; returns the new events."""
        asked = Act(command_id=uuid4(), actor=actor, command=command, **act)
        new = decide(self.standing, asked, Context(now=self.now, actor=actor, rulebook=BOOK))
        self.dossier = evolve_all(self.standing, new)
        self.events += new
        return new

    def view(self) -> DossierView:
        """The read models."""
        return view_of(self.dossier, BOOK)

    def rules(self) -> Rules:
        """The rules of the dossier now."""
        return Rules.pinned(self.dossier.pins, BOOK)


def short_pins(procedure: Procedure) -> Any:
    """Pins with the calendar that ends on Friday."""
    return pins(procedure).model_copy(update={"calendar": content_hash(SHORT)})


def accepted(procedure: Procedure = FREE) -> Short:
    """Given: accepted on Monday 7 July. Five working days end on Monday 14 July, after the calendar's end."""
    case = Short()
    case.when(CITIZEN, a_submission(procedure, pins=short_pins(procedure)))
    case.when(DESK, Accept())
    case.when(HEAD, AcknowledgeHandover())
    return case


def signed(case: Short) -> DossierResolved:
    """When: every step is done, and the result is signed and sealed."""
    case.when(OFFICER, CompleteStep(step="process"))
    case.when(HEAD, Approve(step="approve"))
    case.when(OFFICIAL, Sign(document=DOCUMENT, result_number="12-KS"))
    case.when(ENGINE, RecordSignature(effect="sign/1", certificate="c1", signature="s1", signed_at=case.now))
    case.when(ENGINE, RecordSeal(effect="seal/1", certificate="c2", signature="s2"))
    return next(event for event in case.events if isinstance(event, DossierResolved))


def test_a_dossier_is_accepted_though_its_date_is_not_known_yet() -> None:
    """A dossier is accepted with its promised date; the statutory date after the calendar's end stays open, and the
    list shows that."""
    case = accepted()
    assert (case.dossier.deadlines.promised_due, case.dossier.deadlines.statutory_due) == (at("2025-07-09 08:00"), None)
    view = case.view()
    assert (view.promised_beyond, view.statutory_beyond) == (False, True)


def test_after_the_end_dossiers_are_still_received_and_brought_over() -> None:
    """After the calendar's end dossiers are still submitted, accepted and brought over, and their dates stay open."""
    case = Short().until("2025-07-20 08:00")
    over = BroughtOver(system="cu", code="CU-1", received_at=at("2025-07-19 08:00"))
    case.when(CITIZEN, a_submission(FREE, pins=short_pins(FREE), brought_over=over))
    case.when(DESK, Accept())
    assert case.dossier.beyond_the_calendar == (WhichClock.STATUTORY, WhichClock.PROMISED)
    case.when(OPERATOR, FURTHER)
    assert case.dossier.deadlines.promised_due == at("2025-07-22 17:00")


def test_a_longer_calendar_always_fits_and_gives_the_date() -> None:
    """A longer calendar can always be applied: it gives the open date, and the promise does not move."""
    case = accepted()
    (changed,) = case.when(OPERATOR, FURTHER)
    assert isinstance(changed, CalendarChanged)
    assert (changed.before.statutory, changed.due.statutory) == (None, at("2025-07-14 08:00"))
    assert case.dossier.deadlines.statutory_due == at("2025-07-14 08:00")
    assert case.view().statutory_beyond is False


def test_a_supplement_is_brought_and_a_suspension_ends_though_the_new_date_is_beyond() -> None:
    """A supplement and the end of a suspension do not need a longer calendar; the moved promise stays open."""
    case = accepted()
    case.when(OFFICER, CompleteStep(step="process"))
    case.when(OFFICER, RequestSupplement(documents=("don",), legal_basis="Điều 9"))
    case.until("2025-07-10 16:00").when(CITIZEN, ReceiveSupplement(documents=DON))
    assert (case.dossier.state, case.dossier.deadlines.promised_due) == (State.PROCESSING, None)
    case.when(HEAD, Suspend(legal_basis="Điều 5"))
    case.until("2025-07-20 09:00").when(HEAD, Resume())
    assert (case.dossier.state, case.dossier.deadlines.promised_due) == (State.PROCESSING, None)
    case.when(OPERATOR, FURTHEST)
    assert case.dossier.deadlines.promised_due is not None
    assert case.dossier.deadlines.promised_due > case.now


def test_what_is_resolved_before_an_unknown_date_is_on_time() -> None:
    """A result before the calendar's end is on time for a date after the end, by at least the remaining time."""
    resolved = signed(accepted().until("2025-07-11 16:00"))
    assert resolved.late_statutory_minutes == -60
    assert resolved.late_promised_minutes is not None
    assert resolved.late_promised_minutes > 0


def test_what_is_late_is_late_however_short_the_calendar() -> None:
    """A promise that has passed is late, and the lateness is counted as far as the calendar goes."""
    resolved = signed(accepted().until("2025-07-20 09:00"))
    assert resolved.late_promised_minutes == 3 * 8 * 60 - 30


def test_what_cannot_be_judged_yet_is_judged_by_the_calendar_that_reaches_it() -> None:
    """A result after the end for a date after the end stays open until a longer calendar judges it."""
    case = accepted().until("2025-07-15 08:00")
    assert signed(case).late_statutory_minutes is None
    assert case.dossier.judgement_open
    case.when(DESK, ReturnResult())
    (changed,) = case.when(OPERATOR, FURTHER)
    assert isinstance(changed, CalendarChanged)
    assert changed.late_statutory_minutes == case.dossier.deadlines.late_statutory_minutes == 8 * 60
    assert (case.dossier.judgement_open, case.dossier.state) == (False, State.RETURNED)
    with pytest.raises(DomainError, match="rules_of_ended_dossier"):
        case.when(OPERATOR, FURTHEST)


def test_what_was_judged_stays_judged() -> None:
    """A longer calendar does not change a dossier with both judgements."""
    case = accepted().until("2025-07-11 16:00")
    signed(case)
    assert case.when(OPERATOR, FURTHEST) == []


def test_the_ladder_waits_for_the_calendar_and_fires_under_the_next() -> None:
    """A rung after the calendar's end waits, and fires under the longer calendar."""
    case = accepted(RESTARTING).until("2025-07-20 09:00")
    assert next_wake_up(case.dossier, case.rules()) is None
    assert case.when(ENGINE, EvaluateTimers()) == []
    case.when(OPERATOR, FURTHEST)
    assert [event.kind for event in case.when(ENGINE, EvaluateTimers())] == ["dossier_escalated"]


def test_an_extension_needs_a_date_to_extend() -> None:
    """Only an extension waits for the calendar, since it needs the date; the refusal says so."""
    case = accepted()
    with pytest.raises(DomainError, match="calendar_exhausted"):
        case.when(HEAD, Extend(until=date(2025, 7, 10), legal_basis="Điều 6"))


@pytest.mark.parametrize(
    ("text", "timeliness", "minutes"),
    [("2025-07-11 16:00", Timeliness.EARLY, 60), ("2025-07-12 08:00", Timeliness.OPEN, 0)],
)
def test_a_judgement_says_what_can_be_said(text: str, timeliness: Timeliness, minutes: int) -> None:
    """Before the calendar's end an unknown date is ahead by at least the rest; after the end nothing is known."""
    timing = accepted().dossier.deadlines.timing
    assert timing is not None
    judged = judge(timing, WhichClock.STATUTORY, SHORT, at(text))
    assert judged is not None
    assert (judged.due, judged.timeliness, judged.at_least) == (None, timeliness, True)
    assert judged.by == timedelta(minutes=minutes)


def test_a_calendar_that_ends_within_a_year_is_told() -> None:
    """A calendar that ends within a year is reported with its remaining days, or none when it has ended."""
    assert [one.days_left for one in ending_soon((SHORT, CALENDAR), date(2025, 7, 1))] == [10]
    assert [one.days_left for one in ending_soon((SHORT,), date(2025, 8, 1))] == [0]
    assert ending_soon((CALENDAR,), date(2027, 12, 31)) == ()
    assert [one.code for one in ending_soon((CALENDAR,), date(2028, 1, 1))] == ["small"]


short_lives = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
steps = st.lists(
    st.tuples(
        st.integers(0, len(MOVES) + 2), st.integers(0, 1_000), st.sampled_from([0, 1, 10, 60, 300, 1_440, 5_000])
    ),
    max_size=50,
)


@short_lives
@given(st.sampled_from([PAID, FREE, PAID_LATER, RESTARTING, UNSIGNED]), steps)
def test_in_no_life_does_the_end_of_a_calendar_stop_an_act(
    procedure: Procedure, moves: list[tuple[int, int, int]]
) -> None:
    """In any random life, before or after the end, only an extension is refused because of the calendar."""
    life = Life(book=BOOK)
    life.act(CITIZEN, a_submission(procedure, pins=short_pins(procedure)))
    for move, variant, minutes in moves:
        life.now += timedelta(minutes=minutes)
        refused = len(life.refusals)
        if move < len(MOVES):
            MOVES[move](life, variant)
        else:
            life.act(OPERATOR, (FURTHER, FURTHEST)[variant % 2])
            assert {one.code for one in life.refusals[refused:]} <= {"rules_of_ended_dossier"}
        codes = {one.code for one in life.refusals[refused:]}
        assert "calendar_exhausted" not in codes or "_extended" in repr(MOVES[move]), codes
        look_at_everything(life)


def look_at_everything(life: Life) -> None:
    """Reads the lists, the page, the timer and both explanations, which must never fail."""
    rules = Rules.pinned(life.dossier.pins, BOOK)
    life.view()
    life.reaction()
    if life.dossier.deadlines.timing is not None:
        for which in WhichClock:
            explain(life.dossier.deadlines.timing, which, rules.calendar, life.now)
            clock.judge_by_earliest(life.dossier.deadlines.timing, which, rules.calendars(life.dossier), life.now)
