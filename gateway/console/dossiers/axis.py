"""The axis of a time line: where an instant stands, and which instants are written below it.

It counts working time, so nights and days off take no room. What happened outside working time would have no width
then: a window with (almost) no working time in it is drawn by the clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from domain.deadlines.calendar import WorkingCalendar
from domain.errors import DomainError
from domain.values import VIETNAM
from gateway.views.lanes import Window

WIDTH = 100
"""Across, in per cent."""
A_DAY = timedelta(days=1)
SHORT = timedelta(hours=12)
"""In a window up to this length at least half must be working time for it to be drawn by working time."""
MOST_TICKS = 10
NEAREST = 7
"""Two labels are at least so far apart, in per cent."""
SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400)
"""The steps between labels within a day."""
MINUTE = 60


@dataclass(frozen=True)
class Tick:
    """A label. `above`: what holds from here on, written above it: the day above hours, the year above days."""

    x: float
    label: str
    above: str | None


class Axis:
    """The axis of one window."""

    def __init__(self, window: Window, calendar: WorkingCalendar) -> None:
        self._window = window
        self._calendar = calendar
        length = max(timedelta(seconds=1), window.end - window.first)
        worked = max(timedelta(), calendar.known_working_time(window.first, window.end))
        self.by_the_clock = not worked or (length <= SHORT and worked < length / 2)
        """True: drawn by the clock, because the window has almost no working time."""
        self.length = length if self.by_the_clock else worked

    def place(self, at: datetime) -> float:
        """The place of an instant in per cent; one outside the window is at its edge."""
        inside = min(max(at, self._window.first), self._window.end)
        return WIDTH * (self._since_begin(inside) / self.length)

    def x(self, at: datetime) -> float:
        """The place, as it is written in a drawing."""
        return round(self.place(at), 2)

    def at(self, x: float) -> datetime:
        """The instant at a place."""
        passed = self.length * min(max(x, 0), WIDTH) / WIDTH
        if self.by_the_clock:
            return self._window.first + passed
        return min(self._window.end, self._calendar.add_working_time(self._window.first, passed))

    def ticks(self) -> list[Tick]:
        """The labels that can be read beside each other."""
        found: list[Tick] = []
        above = ""
        for at, label, over in self._labels():
            x = self.x(at)
            if found and x - found[-1].x < NEAREST:
                continue
            found.append(Tick(x, label, over if over != above else None))
            above = over
        return found

    def _since_begin(self, at: datetime) -> timedelta:
        if self.by_the_clock:
            return at - self._window.first
        return max(timedelta(), self._calendar.known_working_time(self._window.first, at))

    def _labels(self) -> Iterator[tuple[datetime, str, str]]:
        wanted = self.length.total_seconds() / MOST_TICKS
        step = next((seconds for seconds in SECONDS if seconds >= wanted), None)
        if step is not None:
            form = "%H:%M" if step >= MINUTE else "%H:%M:%S"
            for at in self._instants(timedelta(seconds=step)):
                yield at, f"{at:{form}}", f"{at:%d/%m/%Y}"
            return
        for day in _thinned(list(self._days())):
            yield datetime.combine(day, time(), VIETNAM), f"{day:%d/%m}", f"{day:%Y}"

    def _instants(self, step: timedelta) -> Iterator[datetime]:
        """The round instants of the window, as the clock on the wall counts them."""
        first = self._window.first
        for opens, closes in self._stretches():
            midnight = datetime.combine(opens.date(), time(), VIETNAM)
            at = midnight + step * -(-(max(opens, first) - midnight) // step)
            while at < closes and at <= self._window.end:
                yield at
                at += step

    def _stretches(self) -> Iterator[tuple[datetime, datetime]]:
        """The parts of the window in which the axis moves on: the sessions, or whole days."""
        for day in self._days():
            if self.by_the_clock:
                midnight = datetime.combine(day, time(), VIETNAM)
                yield midnight, midnight + A_DAY
                continue
            for session in self._calendar.sessions_on(day):
                if session.clock:
                    yield (
                        datetime.combine(day, session.opens, VIETNAM),
                        datetime.combine(day, session.closes, VIETNAM),
                    )

    def _days(self) -> Iterator[date]:
        """The days of the window on which the axis moves on."""
        day, last = local_day(self._window.first), local_day(self._window.end)
        while day <= last:
            if self.by_the_clock or self._worked(day):
                yield day
            day += A_DAY

    def _worked(self, day: date) -> bool:
        try:
            return self._calendar.describe(day).worked
        except DomainError:  # beyond the calendar
            return False


def _thinned(days: list[date]) -> list[date]:
    """Days that can be read beside each other: all, else the first of each week, else those of some months."""
    if len(days) <= MOST_TICKS:
        return days
    weeks = list({day.isocalendar()[:2]: day for day in reversed(days)}.values())[::-1]
    if len(weeks) <= MOST_TICKS:
        return weeks
    months = list({(day.year, day.month): day for day in reversed(days)}.values())[::-1]
    return months[:: -(-len(months) // MOST_TICKS)]


def local_day(at: datetime) -> date:
    """The day of an instant in Vietnam."""
    return at.astimezone(VIETNAM).date()
