"""Tests of dates after a letter: an earlier date still binds, and the new date is shown with it."""

from __future__ import annotations

from domain.deadlines.bound_dates import bound_dates
from domain.deadlines.limits import Limit, LimitUnit, WhichClock
from domain.deadlines.timing import Timing
from tests.support.small_province import CALENDAR, at

FIVE_DAYS = Timing(received_at=at("2025-07-07 08:00"), statutory=Limit(amount=5, unit=LimitUnit.WORKING_DAY))
STORM = {"day": "2025-07-09", "kind": "closure", "name": {"vi": "Bão", "en": "Storm"}, "source": "CĐ 1"}
CLOSED = CALENDAR.model_copy(update={"version": "2", "exceptions": (STORM,)})


def test_one_calendar_binds_nothing() -> None:
    """Under one calendar a date is only its own."""
    assert bound_dates(FIVE_DAYS, (CALENDAR,)) == ()
    assert bound_dates(FIVE_DAYS, (CLOSED,)) == ()


def test_the_earlier_date_binds_and_the_new_one_is_told() -> None:
    """A day off that is added later moves only the new date, and the earlier date binds."""
    (bound,) = bound_dates(FIVE_DAYS, (CLOSED, CALENDAR))
    (other,) = bound_dates(FIVE_DAYS, (CLOSED, CALENDAR, CLOSED))
    assert bound == other
    assert (bound.which, bound.calendar, bound.calendar_version) == (WhichClock.STATUTORY, "small", "1")
    assert bound.in_force is not None
    assert bound.due < bound.in_force
    assert (bound.in_force - bound.due).days >= 1


def test_a_letter_that_makes_the_date_earlier_binds_by_itself() -> None:
    """When the calendar in force gives an earlier date, that date counts and no other is shown."""
    assert bound_dates(FIVE_DAYS, (CALENDAR, CLOSED)) == ()
