"""Tests of the counting rules by example."""

from __future__ import annotations

import pytest

from domain.deadlines.counting import clock_hours, corresponding_date, counted_from, due_at
from domain.deadlines.limits import Counting, Limit, LimitUnit, WorkingDayMethod
from domain.errors import DomainError, InvalidInput
from tests.support.calendars import at, day, ninh_binh

BY_CODE = Counting(working_day=WorkingDayMethod.CIVIL_CODE)
BY_CLOCK = Counting(hours_are_working=False)
USUAL = Counting()


def due(received: str, amount: int, unit: str, counting: Counting = USUAL) -> str:
    limit = Limit(amount=amount, unit=LimitUnit(unit))
    return f"{due_at(limit, at(received), ninh_binh(), counting):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ("2026-01-05 09:00", "2026-01-05 09:00"),  # in a session
        ("2026-01-05 07:30", "2026-01-05 07:30"),  # at its opening
        ("2026-01-05 11:30", "2026-01-05 13:00"),  # the lunch break begins
        ("2026-01-05 12:15", "2026-01-05 13:00"),
        ("2026-01-05 17:00", "2026-01-06 07:30"),  # 17:00 exactly is the next working day's opening
        ("2026-01-03 10:00", "2026-01-05 07:30"),  # Saturday
        ("2026-01-02 10:00", "2026-01-05 07:30"),  # swapped off
        ("2026-01-10 10:00", "2026-01-10 10:00"),  # a Saturday made up
        ("2026-02-16 00:00", "2026-02-23 07:30"),  # Tết
        ("2026-12-31 23:59", "2027-01-04 07:30"),  # year's end
    ],
)
def test_counts_from_the_next_working_instant(received: str, expected: str) -> None:
    """An instant outside working time counts from the next working instant."""
    assert counted_from(at(received), ninh_binh()) == at(expected)


@pytest.mark.parametrize(
    ("received", "hours", "expected"),
    [
        ("2026-01-05 09:00", 1, "2026-01-05 10:00"),
        ("2026-01-05 10:30", 1, "2026-01-05 11:30"),  # ends at the end of a session and stays there
        ("2026-01-05 10:31", 1, "2026-01-05 13:01"),
        ("2026-01-05 16:00", 1, "2026-01-05 17:00"),
        ("2026-01-05 17:00", 1, "2026-01-06 08:30"),
        ("2026-01-05 07:30", 8, "2026-01-05 17:00"),
        ("2026-01-01 09:00", 24, "2026-01-07 17:00"),
        ("2026-01-09 16:30", 2, "2026-01-10 09:00"),  # ends on a make-up Saturday
    ],
)
def test_working_hours(received: str, hours: int, expected: str) -> None:
    """N working hours are N x 60 working minutes later; a date at the end of a session stays there."""
    assert due(received, hours, "hour") == expected


@pytest.mark.parametrize(
    ("received", "days", "expected"),
    [
        ("2026-01-05 09:00", 1, "2026-01-06 09:00"),
        ("2026-01-05 07:30", 5, "2026-01-09 17:00"),
        ("2025-12-31 08:00", 1, "2026-01-05 08:00"),  # 1 Jan a holiday, 2 Jan swapped off
        ("2025-04-25 16:00", 2, "2025-04-28 16:00"),  # 26 Apr worked
        ("2025-04-29 16:00", 1, "2025-05-05 16:00"),  # 30 Apr, 1 May, and 2 May swapped off
        ("2026-08-21 16:00", 1, "2026-08-22 16:00"),
        ("2026-08-28 16:00", 1, "2026-09-03 16:00"),  # 31 Aug swapped off, National Day on 1 and 2 Sep
        ("2026-02-13 16:00", 1, "2026-02-23 16:00"),  # over Tết
    ],
)
def test_working_days_as_eight_hours(received: str, days: int, expected: str) -> None:
    """N working days are 8 N working hours by default, as in running systems."""
    assert due(received, days, "working_day") == expected


@pytest.mark.parametrize(
    ("received", "days", "expected"),
    [
        ("2026-01-05 07:30", 1, "2026-01-06 17:00"),
        ("2026-01-05 16:59", 1, "2026-01-06 17:00"),
        ("2026-01-05 17:00", 1, "2026-01-07 17:00"),  # received on the 6th, which is not counted
        ("2026-01-09 09:00", 1, "2026-01-10 17:00"),  # a make-up Saturday is a working day
        ("2026-02-13 09:00", 3, "2026-02-25 17:00"),
    ],
)
def test_working_days_by_the_civil_code(received: str, days: int, expected: str) -> None:
    """By parameter, the first day does not count and the limit ends at the close of the Nth working day."""
    assert due(received, days, "working_day", BY_CODE) == expected


@pytest.mark.parametrize(
    ("received", "days", "expected"),
    [
        ("2026-01-05 09:00", 3, "2026-01-08 17:00"),
        ("2026-01-05 09:00", 5, "2026-01-10 17:00"),  # a make-up Saturday closes at 17:00
        ("2026-01-05 09:00", 6, "2026-01-12 17:00"),  # Sunday moves to the next working day
        ("2026-01-05 17:00", 3, "2026-01-09 17:00"),
        ("2024-02-28 09:00", 1, "2024-02-29 17:00"),  # leap day
        ("2026-02-10 09:00", 7, "2026-02-23 17:00"),  # ends in Tết
    ],
)
def test_calendar_days(received: str, days: int, expected: str) -> None:
    """The day of receipt does not count; the limit ends at the close of day N, or of the next working day."""
    assert due(received, days, "calendar_day") == expected


@pytest.mark.parametrize(
    ("received", "months", "expected"),
    [
        ("2026-01-05 09:00", 1, "2026-02-05 17:00"),
        ("2025-10-31 09:00", 1, "2025-12-01 17:00"),  # 30 November is a Sunday
        ("2026-01-30 09:00", 1, "2026-03-02 17:00"),  # 28 February is a Saturday
        ("2027-11-29 09:00", 3, "2028-02-29 17:00"),
        ("2026-01-05 09:00", 12, "2027-01-05 17:00"),
    ],
)
def test_months(received: str, months: int, expected: str) -> None:
    """N months end at the close of the same date, or of the month's last day, or of the next working day."""
    assert due(received, months, "month") == expected


def test_a_month_without_that_date_ends_on_its_last() -> None:
    """One month after 31 January is the last day of February, the 29th in a leap year."""
    assert corresponding_date(day("2026-01-31"), 1) == day("2026-02-28")
    assert corresponding_date(day("2028-01-31"), 1) == day("2028-02-29")


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ("2026-01-05 14:59", "2026-01-05 17:00"),
        ("2026-01-05 15:00", "2026-01-06 17:00"),
        ("2026-01-05 17:00", "2026-01-06 17:00"),
        ("2026-01-09 16:00", "2026-01-10 17:00"),
        ("2026-01-03 10:00", "2026-01-05 17:00"),
        ("2026-01-05 05:00", "2026-01-05 17:00"),
    ],
)
def test_same_day(received: str, expected: str) -> None:
    """A dossier received before 15:00 is due at the close of that working day, else at the close of the next."""
    assert due(received, 1, "same_day") == expected


@pytest.mark.parametrize(
    ("received", "hours", "expected"),
    [
        ("2026-01-05 09:00", 24, "2026-01-06 09:00"),
        ("2026-01-05 09:00", 8, "2026-01-05 17:00"),
        ("2026-01-05 09:00", 9, "2026-01-06 07:30"),
        ("2026-01-09 09:00", 48, "2026-01-12 07:30"),
    ],
)
def test_hours_by_the_clock(received: str, hours: int, expected: str) -> None:
    """By parameter, hours run by the clock; a date outside working time moves to the next opening."""
    assert due(received, hours, "hour", BY_CLOCK) == expected
    assert f"{clock_hours(hours, at(received), ninh_binh()):%Y-%m-%d %H:%M}" == expected


@pytest.mark.parametrize("amount", [0, -1, 10_000])
def test_a_limit_out_of_range_does_not_construct(amount: int) -> None:
    """A limit of 0, less, or 10,000 days cannot be constructed."""
    with pytest.raises(ValueError, match="amount"):
        Limit(amount=amount, unit=LimitUnit.WORKING_DAY)


def test_a_naive_time_is_refused() -> None:
    """A time without a zone is refused with a code."""
    with pytest.raises(InvalidInput) as refused:
        due_at(Limit(amount=1, unit=LimitUnit.HOUR), at("2026-01-05 09:00").replace(tzinfo=None), ninh_binh(), USUAL)
    assert refused.value.code == "naive_datetime"


@pytest.mark.parametrize("unit", list(LimitUnit))
@pytest.mark.parametrize("counting", [USUAL, BY_CODE, BY_CLOCK])
def test_no_working_day_ahead_is_an_error(unit: LimitUnit, counting: Counting) -> None:
    """When the calendar's data end before the limit does, the error is calendar_exhausted."""
    amount = 1 if unit is LimitUnit.SAME_DAY else 60
    with pytest.raises(DomainError) as refused:
        due_at(Limit(amount=amount, unit=unit), at("2028-12-29 16:00"), ninh_binh(), counting)
    assert refused.value.code == "calendar_exhausted"
    assert "31/12/2028" in refused.value.message.vi


def test_before_the_calendar_is_an_error() -> None:
    """A receipt before the calendar's first day is an error that names that day."""
    with pytest.raises(InvalidInput) as refused:
        due_at(Limit(amount=1, unit=LimitUnit.HOUR), at("2023-12-29 16:00"), ninh_binh(), USUAL)
    assert refused.value.code == "before_calendar"
    assert "01/01/2024" in refused.value.message.en
