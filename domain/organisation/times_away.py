"""The times in which a person is away, and when work is done in spite of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.deadlines.calendar import WorkingCalendar
from domain.errors import InvalidInput

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class TimeAway:
    """A time in which a person is away or holds no post. `ended` None: until further notice."""

    began: datetime
    ended: datetime | None

    def longer_than(self, hours: int, calendar: WorkingCalendar) -> bool:
        """True when it takes away more working hours than these."""
        lost = None if self.ended is None else _between(self.began, self.ended, calendar)
        return lost is None or lost > timedelta(hours=hours)


def finish(start: datetime, minutes: int, away: Iterable[TimeAway], calendar: WorkingCalendar) -> datetime | None:
    """When so much work is done that begins at `start`, with these absences. None: at no time that is known."""
    at = _later(start, minutes * MINUTE, calendar)
    for absence in sorted(away, key=lambda one: one.began):
        if at is None or at <= absence.began:
            break
        if absence.ended is None:
            return None
        if absence.ended > start:
            lost = _between(max(start, absence.began), absence.ended, calendar)
            at = None if lost is None else _later(at, lost, calendar)
    return at


def _later(at: datetime, amount: timedelta, calendar: WorkingCalendar) -> datetime | None:
    try:
        return calendar.add_working_time(at, amount)
    except InvalidInput:
        return None


def _between(begin: datetime, end: datetime, calendar: WorkingCalendar) -> timedelta | None:
    try:
        return calendar.working_time_between(begin, end)
    except InvalidInput:
        return None
