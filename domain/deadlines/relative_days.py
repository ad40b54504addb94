"""Days that are counted from today: "this month", "the last seven working days". A search that is kept says them, so
that next month it finds next month's dossiers. Days are those of Vietnam; a week begins on Monday."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from enum import StrEnum

from domain.deadlines.calendar import ONE_DAY, WorkingCalendar
from domain.values import Bilingual

Span = tuple[date | None, date | None]
"""The first and the last day. None: no bound on that side."""


class RelativeDays(StrEnum):
    """Which days, from today."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    TOMORROW = "tomorrow"
    BEFORE_TODAY = "before_today"
    THIS_WEEK = "this_week"
    LAST_WEEK = "last_week"
    NEXT_WEEK = "next_week"
    THIS_MONTH = "this_month"
    LAST_MONTH = "last_month"
    NEXT_MONTH = "next_month"
    THIS_QUARTER = "this_quarter"
    LAST_QUARTER = "last_quarter"
    THIS_YEAR = "this_year"
    LAST_YEAR = "last_year"
    LAST_7_WORKING_DAYS = "last_7_working_days"
    NEXT_3_WORKING_DAYS = "next_3_working_days"
    NEXT_7_WORKING_DAYS = "next_7_working_days"

    @property
    def words(self) -> Bilingual:
        """The name on screens."""
        return _WORDS[self]


def span_of(wanted: RelativeDays, today: date, calendar: WorkingCalendar) -> Span:
    """The days that are meant today. Working days are those of the calendar, today among them if it is one.

    Error: calendar_exhausted, before_calendar, only where working days are counted.
    """
    if wanted in _WORKING:
        count, step = _WORKING[wanted]
        return _working(today, calendar, count, step)
    return _SPANS[wanted](today)


def _working(today: date, calendar: WorkingCalendar, count: int, step: timedelta) -> Span:
    day, found = today, 0
    while True:
        found += calendar.describe(day).worked
        if found == count:
            return (day, today) if step < timedelta() else (today, day)
        day += step


def _week(today: date, later: int) -> Span:
    first = today - timedelta(days=today.weekday()) + timedelta(weeks=later)
    return first, first + timedelta(days=6)


def _months(today: date, each: int, later: int) -> Span:
    """The `each` months in which today is, counted from January; or those so many spans later."""
    number = today.year * 12 + (today.month - 1) // each * each + later * each
    return _month(number), _month(number + each) - ONE_DAY


def _month(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)


_SPANS: Mapping[RelativeDays, Callable[[date], Span]] = {
    RelativeDays.TODAY: lambda today: (today, today),
    RelativeDays.YESTERDAY: lambda today: (today - ONE_DAY, today - ONE_DAY),
    RelativeDays.TOMORROW: lambda today: (today + ONE_DAY, today + ONE_DAY),
    RelativeDays.BEFORE_TODAY: lambda today: (None, today - ONE_DAY),
    RelativeDays.THIS_WEEK: lambda today: _week(today, 0),
    RelativeDays.LAST_WEEK: lambda today: _week(today, -1),
    RelativeDays.NEXT_WEEK: lambda today: _week(today, 1),
    RelativeDays.THIS_MONTH: lambda today: _months(today, 1, 0),
    RelativeDays.LAST_MONTH: lambda today: _months(today, 1, -1),
    RelativeDays.NEXT_MONTH: lambda today: _months(today, 1, 1),
    RelativeDays.THIS_QUARTER: lambda today: _months(today, 3, 0),
    RelativeDays.LAST_QUARTER: lambda today: _months(today, 3, -1),
    RelativeDays.THIS_YEAR: lambda today: _months(today, 12, 0),
    RelativeDays.LAST_YEAR: lambda today: _months(today, 12, -1),
}
_WORKING: Mapping[RelativeDays, tuple[int, timedelta]] = {
    RelativeDays.LAST_7_WORKING_DAYS: (7, -ONE_DAY),
    RelativeDays.NEXT_3_WORKING_DAYS: (3, ONE_DAY),
    RelativeDays.NEXT_7_WORKING_DAYS: (7, ONE_DAY),
}
_WORDS = {
    RelativeDays.TODAY: Bilingual(vi="hôm nay", en="today"),
    RelativeDays.YESTERDAY: Bilingual(vi="hôm qua", en="yesterday"),
    RelativeDays.TOMORROW: Bilingual(vi="ngày mai", en="tomorrow"),
    RelativeDays.BEFORE_TODAY: Bilingual(vi="trước hôm nay", en="before today"),
    RelativeDays.THIS_WEEK: Bilingual(vi="tuần này", en="this week"),
    RelativeDays.LAST_WEEK: Bilingual(vi="tuần trước", en="last week"),
    RelativeDays.NEXT_WEEK: Bilingual(vi="tuần sau", en="next week"),
    RelativeDays.THIS_MONTH: Bilingual(vi="tháng này", en="this month"),
    RelativeDays.LAST_MONTH: Bilingual(vi="tháng trước", en="last month"),
    RelativeDays.NEXT_MONTH: Bilingual(vi="tháng sau", en="next month"),
    RelativeDays.THIS_QUARTER: Bilingual(vi="quý này", en="this quarter"),
    RelativeDays.LAST_QUARTER: Bilingual(vi="quý trước", en="last quarter"),
    RelativeDays.THIS_YEAR: Bilingual(vi="năm nay", en="this year"),
    RelativeDays.LAST_YEAR: Bilingual(vi="năm trước", en="last year"),
    RelativeDays.LAST_7_WORKING_DAYS: Bilingual(vi="7 ngày làm việc gần nhất", en="the last 7 working days"),
    RelativeDays.NEXT_3_WORKING_DAYS: Bilingual(vi="3 ngày làm việc tới", en="the next 3 working days"),
    RelativeDays.NEXT_7_WORKING_DAYS: Bilingual(vi="7 ngày làm việc tới", en="the next 7 working days"),
}
