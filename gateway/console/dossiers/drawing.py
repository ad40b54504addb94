"""Places the lanes of a time line on a drawing: working time across, a lane down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from domain.deadlines.calendar import WorkingCalendar
from domain.errors import DomainError
from domain.values import VIETNAM
from gateway.views.lanes import Lane, Lanes, Mark, Pause, Span, working_minutes

WIDTH = 100
"""Across, in per cent."""
NARROWEST = 0.3
LANE = 30
HEAD = 26
MOST_TICKS = 16
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Drawn:
    """Something with a place across the drawing."""

    x: float
    width: float
    of: Span | Pause | Mark


@dataclass(frozen=True)
class DrawnLane:
    """A lane with its place down the drawing."""

    lane: Lane
    y: int
    spans: tuple[Drawn, ...]


@dataclass(frozen=True)
class Tick:
    """The beginning of a working day."""

    x: float
    day: date


@dataclass(frozen=True)
class Drawing:
    """Everything on the drawing: across in per cent of its width, down in pixels."""

    height: int
    lanes: tuple[DrawnLane, ...]
    pauses: tuple[Drawn, ...]
    marks: tuple[Drawn, ...]
    ticks: tuple[Tick, ...]


def drawing_of(lanes: Lanes, calendar: WorkingCalendar) -> Drawing:
    """The drawing of the lanes within their window."""
    axis = _Axis(lanes, calendar)
    placed = tuple(
        DrawnLane(lane, HEAD + place * LANE, tuple(axis.placed(span.began, span.ended, span) for span in lane.spans))
        for place, lane in enumerate(lanes.lanes)
    )
    return Drawing(
        height=HEAD + max(1, len(placed)) * LANE + 4,
        lanes=placed,
        pauses=tuple(axis.placed(pause.began, pause.ended, pause) for pause in lanes.pauses),
        marks=tuple(axis.placed(mark.at, mark.at, mark) for mark in lanes.marks),
        ticks=tuple(axis.ticks()),
    )


class _Axis:
    def __init__(self, lanes: Lanes, calendar: WorkingCalendar) -> None:
        self._window = lanes.window
        self._calendar = calendar
        self._minutes = max(1, working_minutes(calendar, lanes.window.first, lanes.window.end))

    def x(self, at: datetime) -> float:
        """The place of an instant; one outside the window is at its edge."""
        inside = min(max(at, self._window.first), self._window.end)
        return round(WIDTH * working_minutes(self._calendar, self._window.first, inside) / self._minutes, 2)

    def placed(self, began: datetime, ended: datetime, of: Span | Pause | Mark) -> Drawn:
        """A thing with its place. Something short is still drawn a little wide, so that it is seen."""
        first, last = self.x(began), self.x(ended)
        width = max(NARROWEST, round(last - first, 2))
        return Drawn(round(min(first, WIDTH - width), 2), width, of)

    def ticks(self) -> Iterator[Tick]:
        """The working days of the window, thinned out to what can be read."""
        days = list(self._days())
        step = -(-len(days) // MOST_TICKS) or 1
        for day in days[::step]:
            yield Tick(self.x(datetime.combine(day, time(), VIETNAM)), day)

    def _days(self) -> Iterator[date]:
        day, last = self._window.first.astimezone(VIETNAM).date(), self._window.end.astimezone(VIETNAM).date()
        while day <= last:
            try:
                worked = self._calendar.describe(day).worked
            except DomainError:  # beyond the calendar
                return
            if worked:
                yield day
            day += A_DAY
