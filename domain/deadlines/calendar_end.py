"""Where a calendar ends: what lies beyond is computed when a longer calendar is there, and stops nothing until then."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import TypeVar

from domain.deadlines.calendar import WorkingCalendar
from domain.errors import DomainError
from domain.values import Code, Value

T = TypeVar("T")

BEYOND_THE_CALENDAR = "calendar_exhausted"

ENDS_SOON = timedelta(days=366)
"""A calendar that ends within a year is told: the next year's has to be made, and dates are promised a year ahead."""


class CalendarEnd(Value):
    """A calendar whose last day is near. `days_left` is 0 when it has ended."""

    code: Code
    version: Code
    last_day: date
    days_left: int


def within_calendar(computed: Callable[[], T]) -> T | None:
    """What is computed; None where the calendar does not reach so far: a later one will tell (`change_calendar`)."""
    try:
        return computed()
    except DomainError as beyond:
        if beyond.code != BEYOND_THE_CALENDAR:
            raise
        return None


def furthest(calendars: Iterable[WorkingCalendar]) -> tuple[WorkingCalendar, ...]:
    """Of each desk the calendar that reaches furthest, whichever versions of it there are."""
    by_code: dict[str, WorkingCalendar] = {}
    for one in calendars:
        if one.code not in by_code or by_code[one.code].last_day < one.last_day:
            by_code[one.code] = one
    return tuple(by_code.values())


def ending_soon(calendars: Iterable[WorkingCalendar], today: date) -> tuple[CalendarEnd, ...]:
    """The calendars that end within a year from today, the first to end first."""
    ends = [
        CalendarEnd(
            code=one.code,
            version=one.version,
            last_day=one.last_day,
            days_left=max(0, (one.last_day - today).days),
        )
        for one in calendars
        if one.last_day - today < ENDS_SOON
    ]
    return tuple(sorted(ends, key=lambda end: (end.last_day, end.code)))
