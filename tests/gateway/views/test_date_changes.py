"""Tests of how the dates of a dossier came to be: each change has old, new and the event that made it."""

from __future__ import annotations

from domain.dossier.commands import ReceiveSupplement, Resume, SubmittedDocument, Suspend
from domain.dossier.events import DossierAccepted, SupplementReceived
from gateway.views.date_changes import DATED_KINDS, date_changes, newest_changes
from tests.support.given import CITIZEN, HEAD, processing, supplement_asked
from tests.support.recorded import recorded


def test_each_change_has_old_new_and_why() -> None:
    """Intake sets both dates; a supplement that came after two hours moves both by two hours; nothing else is a row."""
    case = supplement_asked()
    case.later(hours=2).when(CITIZEN, ReceiveSupplement(documents=(SubmittedDocument(code="don"),)))
    first, moved = date_changes(recorded(case.events))
    assert (type(first.recorded.event), first.first) == (DossierAccepted, True)
    assert [date.before for date in first.dates] == [None, None]
    assert (type(moved.recorded.event), moved.first) == (SupplementReceived, False)
    for before, after in zip(first.dates, moved.dates, strict=True):
        assert after.before == before.after
        assert after.changed
    due = case.dossier.deadlines
    assert [date.after for date in moved.dates] == [due.promised_due, due.statutory_due]


def test_the_newest_changes_have_the_date_before() -> None:
    """When older events are left out, the first change that is shown still has the date that it changed."""
    case = processing()
    for _ in range(3):
        case.later(hours=1).when(HEAD, Suspend(legal_basis="Điều 9"))
        case.later(hours=2).when(HEAD, Resume())
    newest = [one for one in reversed(recorded(case.events)) if one.kind in DATED_KINDS]
    every = date_changes(reversed(newest))
    assert len(every) == len(newest) == 4
    assert newest_changes(newest, most=len(newest)) == (every, False)
    assert newest_changes(newest[:3], most=2) == (every[-2:], True)


def test_the_kinds_with_dates() -> None:
    """Every event that states both dates is read; a warning names one date and changes none."""
    assert {"dossier_accepted", "calendar_changed", "deadline_extended", "entry_corrected"} <= DATED_KINDS
    assert "deadline_warned" not in DATED_KINDS


def test_a_change_below_a_minute_is_no_row() -> None:
    """Dates are shown to the minute: a row that shows the same date twice says nothing."""
    case = supplement_asked()
    case.later(seconds=20).when(CITIZEN, ReceiveSupplement(documents=(SubmittedDocument(code="don"),)))
    assert len(date_changes(recorded(case.events))) == 1
