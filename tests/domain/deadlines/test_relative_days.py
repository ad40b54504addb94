"""Tests of days that are counted from today."""

from __future__ import annotations

from datetime import date

import pytest

from domain.deadlines.relative_days import RelativeDays, span_of
from domain.errors import DomainError
from tests.support.calendars import day, ninh_binh

FRIDAY = "2026-11-27"


@pytest.mark.parametrize(
    ("wanted", "today", "first", "last"),
    [
        ("today", FRIDAY, FRIDAY, FRIDAY),
        ("tomorrow", "2026-12-31", "2027-01-01", "2027-01-01"),
        ("yesterday", "2026-03-01", "2026-02-28", "2026-02-28"),
        ("this_week", FRIDAY, "2026-11-23", "2026-11-29"),
        ("this_week", "2026-11-29", "2026-11-23", "2026-11-29"),
        ("last_week", "2026-01-01", "2025-12-22", "2025-12-28"),
        ("next_week", FRIDAY, "2026-11-30", "2026-12-06"),
        ("this_month", "2026-02-28", "2026-02-01", "2026-02-28"),
        ("last_month", "2026-01-31", "2025-12-01", "2025-12-31"),
        ("next_month", "2026-12-31", "2027-01-01", "2027-01-31"),
        ("this_quarter", FRIDAY, "2026-10-01", "2026-12-31"),
        ("last_quarter", "2026-02-10", "2025-10-01", "2025-12-31"),
        ("this_year", FRIDAY, "2026-01-01", "2026-12-31"),
        ("last_year", FRIDAY, "2025-01-01", "2025-12-31"),
        ("last_7_working_days", "2026-03-13", "2026-03-05", "2026-03-13"),
        ("last_7_working_days", "2026-03-15", "2026-03-05", "2026-03-15"),
        ("next_3_working_days", "2026-03-13", "2026-03-13", "2026-03-17"),
        ("next_7_working_days", "2026-03-14", "2026-03-14", "2026-03-24"),
    ],
)
def test_the_days_that_are_meant(wanted: str, today: str, first: str, last: str) -> None:
    """Weeks from Monday to Sunday, whole months, and working days without weekends."""
    assert span_of(RelativeDays(wanted), day(today), ninh_binh()) == (day(first), day(last))


def test_a_day_without_a_bound() -> None:
    """Everything before today has no first day."""
    assert span_of(RelativeDays.BEFORE_TODAY, day(FRIDAY), ninh_binh()) == (None, day("2026-11-26"))


def test_every_kind_has_days_and_words() -> None:
    """On the last day of February too; only working days need the calendar."""
    for wanted in RelativeDays:
        first, last = span_of(wanted, day("2026-02-28"), ninh_binh())
        assert last is not None
        assert first is None or first <= last
        assert wanted.words.vi
    assert span_of(RelativeDays.THIS_YEAR, date(1999, 5, 5), ninh_binh()) == (date(1999, 1, 1), date(1999, 12, 31))
    with pytest.raises(DomainError):
        span_of(RelativeDays.LAST_7_WORKING_DAYS, date(1999, 5, 5), ninh_binh())
