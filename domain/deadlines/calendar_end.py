"""The end of a calendar. A date beyond it is computed when a longer calendar exists; until then nothing is blocked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import TypeVar

from domain.deadlines.calendar import WorkingCalendar
from domain.errors import DomainError
from domain.messages.deadlines import DeadlineRefusal
from domain.values import Code, Value

T = TypeVar("T")

ENDS_SOON = timedelta(days=366)
"""A calendar that ends within a year is reported: the next year must be added, because dates are promised a year ahead.
"""


class CalendarEnd(Value):
    """A calendar whose last day is near. `days_left` is 0 when it has ended."""

    code: Code
    version: Code
    last_day: date
    days_left: int


def within_calendar(compute: Callable[[], T]) -> T | None:
    """The computed value; None where the calendar is too short, until `change_calendar` brings a longer one."""
    try:
        return compute()
    except DomainError as beyond:
        if beyond.code != DeadlineRefusal.CALENDAR_EXHAUSTED:
            raise
        return None


def furthest(calendars: Iterable[WorkingCalendar]) -> tuple[WorkingCalendar, ...]:
    """For each calendar code, the version that reaches furthest."""
    by_code: dict[str, WorkingCalendar] = {}
    for calendar in calendars:
        if calendar.code not in by_code or by_code[calendar.code].last_day < calendar.last_day:
            by_code[calendar.code] = calendar
    return tuple(by_code.values())


def ending_soon(calendars: Iterable[WorkingCalendar], today: date) -> tuple[CalendarEnd, ...]:
    """The calendars that end within a year from today, the first to end first."""
    ends = [
        CalendarEnd(
            code=calendar.code,
            version=calendar.version,
            last_day=calendar.last_day,
            days_left=max(0, (calendar.last_day - today).days),
        )
        for calendar in calendars
        if calendar.last_day - today < ENDS_SOON
    ]
    return tuple(sorted(ends, key=lambda end: (end.last_day, end.code)))
