"""The days of the fortnight: its sessions, counted one by one, and no code by which the engine counts time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from domain.deadlines.calendar import ExceptionKind
from domain.rules.province import Province
from domain.values import VIETNAM

SESSIONS = ((time(7, 30), time(11, 30)), (time(13, 0), time(17, 0)))
LENGTH = timedelta(days=15)
"""From the first Monday to the Tuesday after the two weeks."""
LAID_OUT = 45
"""How many days are laid out: what begins in the fortnight may be due after it."""
MADE_UP = (ExceptionKind.MAKE_UP_WORKING,)


@dataclass(frozen=True)
class Fortnight:
    """Two weeks and two days that begin on a Monday."""

    first_day: date
    off: frozenset[date] = frozenset()
    """Days from Monday to Friday on which nobody works."""
    made_up: frozenset[date] = frozenset()
    """Days of a weekend on which everybody works."""

    @property
    def last_day(self) -> date:
        """The last day that is played."""
        return self.first_day + LENGTH

    @cached_property
    def end(self) -> datetime:
        """When the last day closes: nothing later is played or compared."""
        return datetime.combine(self.last_day, SESSIONS[-1][1], VIETNAM)

    def at(self, day: int, hour: int, minute: int = 0) -> datetime:
        """A time of the fortnight's day; the first day is 0."""
        return datetime.combine(self.first_day + timedelta(days=day), time(hour, minute), VIETNAM)

    def later(self, since: datetime, minutes: float) -> datetime:
        """So many working minutes later, counted session by session."""
        left = timedelta(minutes=minutes)
        for opens, closes in self._sessions:
            begin = max(opens, since)
            if begin >= closes:
                continue
            if closes - begin >= left:
                return begin + left
            left -= closes - begin
        raise ValueError("beyond the sessions that are laid out")

    def worked(self, begin: datetime, end: datetime) -> float:
        """Working minutes between two instants."""
        spans = (min(end, closes) - max(begin, opens) for opens, closes in self._sessions)
        return sum(span / timedelta(minutes=1) for span in spans if span > timedelta(0))

    @cached_property
    def _sessions(self) -> tuple[tuple[datetime, datetime], ...]:
        return tuple(self._laid_out())

    def _laid_out(self) -> Iterator[tuple[datetime, datetime]]:
        for days in range(LAID_OUT):
            day = self.first_day + timedelta(days=days)
            if day in self.made_up or (day.weekday() < 5 and day not in self.off):
                for opens, closes in SESSIONS:
                    yield datetime.combine(day, opens, VIETNAM), datetime.combine(day, closes, VIETNAM)


NEW_YEAR = Fortnight(date(2026, 12, 21), off=frozenset({date(2027, 1, 1)}))
"""The fortnight around New Year 2027, written down by hand."""


def ahead_of(now: datetime, province: Province) -> Fortnight:
    """A fortnight that has not begun: that of New Year 2027, and after that the one that begins next week.

    A server starts every dossier at its own time, which is never before the present.
    """
    today = now.astimezone(VIETNAM).date()
    if today < NEW_YEAR.first_day:
        return NEW_YEAR
    calendar = next(one for one in province.calendars if one.code == province.defaults.calendar)
    made_up = frozenset(one.day for one in calendar.exceptions if one.kind in MADE_UP)
    off = frozenset(one.day for one in calendar.exceptions) - made_up
    return Fortnight(today + timedelta(days=7 - today.weekday()), off, made_up)
