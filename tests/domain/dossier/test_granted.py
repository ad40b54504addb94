"""Tests that no change takes back a granted date: pauses, restarts, extensions, letters, mergers and receipts, each
after each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.deadlines.clock import Timeliness, WhichClock, judge_by_earliest
from domain.deadlines.limits import Counting, GreenCap, SupplementClock
from domain.dossier.commands import (
    Accept,
    AcknowledgeHandover,
    Assign,
    BroughtOver,
    CorrectEntry,
    CorrectReceivedAt,
    Extend,
    ReceiveSupplement,
    RequestSupplement,
    Resume,
    SubmittedDocument,
    Suspend,
)
from domain.dossier.context import Rules
from domain.dossier.events import DeadlineExtended, SupplementReceived
from domain.organisation.merger import merged
from domain.procedures.procedure import ExtensionPolicy, Procedure, SupplementPolicy
from domain.rules.rulebook import Rulebook, content_hash
from tests.domain.dossier.test_rule_changes import LONG_STORM, OF_THE_DESK, OPERATOR, STORM, merger, storm
from tests.support.given import CITIZEN, DESK, HEAD, OFFICER, a_submission
from tests.support.random_lives import Life, Platform
from tests.support.small_province import CALENDAR, FIVE_DAYS, ORGANISATION, RULEBOOK, a_procedure, at

OFTEN = {"supplement": SupplementPolicy(at_most=9), "extension": ExtensionPolicy(at_most=9)}
GREEN = GreenCap(name="16 giờ")
RESTARTS = a_procedure("1.000021", FIVE_DAYS, 0, counting=Counting(supplement=SupplementClock.RESTART), **OFTEN)
RESTARTS_GREEN = a_procedure("1.000022", FIVE_DAYS, 0, counting=RESTARTS.counting, green=GREEN, **OFTEN)
PAUSES_GREEN = a_procedure("1.000023", FIVE_DAYS, 0, green=GREEN, **OFTEN)
ITS_OWN = a_procedure("1.000024", None, 0, own_limit=FIVE_DAYS, counting=RESTARTS.counting, **OFTEN)
PROCEDURES = (RESTARTS, RESTARTS_GREEN, PAUSES_GREEN, ITS_OWN)
BOOK = RULEBOOK.adding(*Rulebook.of(STORM, LONG_STORM, merged(ORGANISATION, OF_THE_DESK), *PROCEDURES).stored())
LAW = "Điều 5"


@dataclass
class Held(Life):
    """A random life that records the dates granted to each clock."""

    book: Rulebook = BOOK
    granted: dict[WhichClock, datetime] = field(default_factory=dict)
    extended: dict[WhichClock, datetime] = field(default_factory=dict)
    seen: int = 0

    def grant(self) -> None:
        """Records the date of an extension or a restart as granted."""
        new, self.seen = self.events[self.seen :], len(self.events)
        for event in new:
            if isinstance(event, DeadlineExtended):
                for which in event.granted_to or ():
                    self.extended[which] = max(self.extended.get(which, event.until), event.until)
                    self.granted[which] = max(self.granted.get(which, event.until), event.until)
            if isinstance(event, SupplementReceived):
                for which in event.granted_to or ():
                    due = getattr(event.due, which.value)
                    self.granted[which] = max(self.granted.get(which, due), due)

    def due(self, which: WhichClock) -> datetime | None:
        """The date of one clock."""
        return self.dossier.deadlines.due(which)

    def late(self, which: WhichClock) -> bool:
        """Whether one clock is late now."""
        assert self.dossier.deadlines.timing is not None
        rules = Rules.pinned(self.dossier.pins, self.book)
        judged = judge_by_earliest(self.dossier.deadlines.timing, which, rules.calendars(self.dossier), self.now)
        return judged is not None and judged.timeliness is Timeliness.LATE


def accepted(procedure: Procedure, *, elsewhere: bool) -> Held:
    """Given: received, accepted a day after submission, and assigned to an officer. Each test goes on with its own."""
    life = _accepted(procedure, elsewhere)
    own: dict[str, Any] = {
        "events": [*life.events],
        "platform": Platform(),
        "wanted": {},
        "refusals": [],
        "granted": {},
        "extended": {},
    }
    return replace(life, **own)


@cache
def _accepted(procedure: Procedure, elsewhere: bool) -> Held:
    life = Held(now=at("2025-07-07 08:00"))
    over = BroughtOver(system="cu", code="CU-1", received_at=at("2025-07-04 08:00")) if elsewhere else None
    life.act(CITIZEN, a_submission(procedure, brought_over=over))
    life.now = at("2025-07-08 08:00")
    life.act(DESK, Accept())
    life.act(HEAD, AcknowledgeHandover())
    life.act(HEAD, Assign(person=OFFICER.person))
    assert life.refusals == []
    return life


def _supplement(life: Held, hours: int) -> None:
    """A supplement: a pause, or a restart if the procedure says so."""
    life.act(OFFICER, RequestSupplement(documents=("don",), legal_basis=LAW))
    life.now += timedelta(hours=hours)
    life.act(CITIZEN, ReceiveSupplement(documents=(SubmittedDocument(code="don"),)))


def _suspension(life: Held, hours: int) -> None:
    life.act(HEAD, Suspend(legal_basis=LAW))
    life.now += timedelta(hours=hours)
    life.act(HEAD, Resume())


def _extension(life: Held, hours: int) -> None:
    due = life.dossier.deadlines.statutory_due or life.dossier.deadlines.promised_due
    assert due is not None
    life.act(HEAD, Extend(until=due.date() + timedelta(days=1 + hours % 4), legal_basis=LAW))


def _letter(life: Held, hours: int) -> None:
    """A letter that closes one more day. (A letter that opens a day may bring the date forward.)"""
    again = life.dossier.pins.calendar != content_hash(CALENDAR)
    life.act(OPERATOR, storm(LONG_STORM if again else STORM, keeps_promise=hours % 3 > 0))


def _merger(life: Held, hours: int) -> None:
    life.act(OPERATOR, merger(OF_THE_DESK))


def _receipt(life: Held, hours: int) -> None:
    """A corrected receipt at any possible instant, earlier or later."""
    elsewhere = life.dossier.intake.received_elsewhere_at is not None
    begin = at("2025-07-01 08:00") if elsewhere else at("2025-07-07 08:00")
    value = begin + timedelta(hours=hours * (6 if elsewhere else 1) % (144 if elsewhere else 24))
    correction = CorrectEntry(correction=CorrectReceivedAt(value=value), legal_basis=LAW, note="e" * 64)
    life.act(HEAD, correction)


Change = Callable[[Held, int], None]
CHANGES: tuple[Change, ...] = (_supplement, _suspension, _extension, _letter, _merger, _receipt)


def paused_working_time(life: Held) -> timedelta:
    """The paused working time under the calendar in force."""
    assert life.dossier.deadlines.timing is not None
    calendar = life.book.calendar(life.dossier.pins.calendar)
    pauses = ((one.began, one.ended) for one in life.dossier.deadlines.timing.pauses if one.ended)
    return sum((calendar.working_time_between(began, ended) for began, ended in pauses), timedelta())


def check(life: Held, change: Change, hours: int) -> None:
    """After a change no date is earlier, and nothing late is on time.

    Two changes may bring a date forward: an earlier receipt, and a letter that closes the day of a pause. That pause
    then took no working time, and a date that an extension named does not move with closed days.
    """
    paused = paused_working_time(life)
    before = {which: life.due(which) for which in WhichClock}
    late = {which: life.late(which) for which in WhichClock}
    change(life, hours)
    for which in WhichClock:
        due, was = life.due(which), before[which]
        assert (due is None) == (was is None)
        shorter_pause = change is _letter and paused_working_time(life) < paused
        if due is not None and was is not None and change is not _receipt and not shorter_pause:
            assert due >= was, f"{which} taken from {was} to {due} by {change.__name__}"
        if shorter_pause and due is not None and which in life.granted:
            life.granted[which] = min(due, life.granted[which])
        if which in life.extended and due is not None:
            assert due >= life.extended[which], f"{which} extended to {life.extended[which]}, now {due}"
        if which in life.granted and due is not None:
            assert due >= life.granted[which], f"{which} granted {life.granted[which]}, now {due}"
        if late[which]:
            assert life.late(which), f"what was late stays late, also after {change.__name__}"
    life.grant()


@pytest.mark.parametrize("second", CHANGES, ids=lambda one: one.__name__)
@pytest.mark.parametrize("first", CHANGES, ids=lambda one: one.__name__)
@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda one: one.code)
@pytest.mark.parametrize("elsewhere", [False, True])
def test_every_pair(procedure: Procedure, first: Change, second: Change, elsewhere: bool) -> None:
    """No granted date is taken back by any change after any other, on each kind of clock."""
    for hours in (1, 2, 5, 9, 26, 50):
        life = accepted(procedure, elsewhere=elsewhere)
        for change in (first, second):
            check(life, change, hours)
            life.now += timedelta(minutes=30)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(PROCEDURES),
    st.booleans(),
    st.lists(st.tuples(st.sampled_from(CHANGES), st.integers(0, 100), st.integers(0, 30)), max_size=8),
)
def test_every_course(procedure: Procedure, elsewhere: bool, course: list[tuple[Change, int, int]]) -> None:
    """No granted date is taken back by many changes in a row, with time between them."""
    life = accepted(procedure, elsewhere=elsewhere)
    for change, hours, between in course:
        life.now += timedelta(hours=between)
        check(life, change, hours)


def test_a_letter_that_closes_the_day_of_a_pause_leaves_the_extended_date() -> None:
    """When a letter closes the day of a pause, the extended date stays and does not move later."""
    life = accepted(RESTARTS, elsewhere=False)
    for change, hours in ((_extension, 1), (_supplement, 1)):
        check(life, change, hours)
    check(life, _letter, 0)
    assert life.due(WhichClock.STATUTORY) == life.extended[WhichClock.STATUTORY]


def test_a_restart_after_an_extension_keeps_the_extended_date() -> None:
    """A restart after an extension does not give an earlier date than the extension."""
    life = accepted(RESTARTS, elsewhere=False)
    life.act(HEAD, Extend(until=date(2025, 7, 21), legal_basis=LAW))
    assert life.dossier.deadlines.statutory_due == at("2025-07-21 17:00")
    _supplement(life, 1)
    assert life.dossier.deadlines.statutory_due == at("2025-07-22 08:30")


@pytest.mark.parametrize("procedure", [RESTARTS, ITS_OWN], ids=lambda one: one.code)
@pytest.mark.parametrize("change", [_extension, _supplement])
def test_what_is_late_by_the_date_that_a_letter_left_binding_stays_late(procedure: Procedure, change: Change) -> None:
    """A promise that passed under the old calendar stays late: no extension and no restart under the new one changes
    that."""
    life = accepted(procedure, elsewhere=False)
    which = WhichClock.STATUTORY if procedure is RESTARTS else WhichClock.PROMISED
    life.act(OPERATOR, storm(LONG_STORM))
    life.now = at("2025-07-15 09:00")
    assert life.late(which)
    assert (life.due(which) or life.now) > life.now + timedelta(days=1)
    change(life, 1)
    assert life.late(which)
    if change is _extension:
        assert life.refusals[-1].code == "extension_too_late"
        assert life.refusals[-1].facts["due"] == "2025-07-15T08:00:00+07:00"
