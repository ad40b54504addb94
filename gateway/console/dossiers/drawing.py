"""Places the lanes of a time line on a drawing: time across, a lane down, the lanes of one unit under its name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from domain.deadlines.calendar import WorkingCalendar
from domain.deadlines.limits import WhichClock
from gateway.console.dossiers.axis import WIDTH, Axis, Tick
from gateway.views.lane_marks import Answer, Mark, Passing
from gateway.views.lanes import Lane, Lanes, Pause, Span
from gateway.views.work_course import Desk, DeskKind

NARROWEST = 0.5
HEAD = 54
"""Pixels of the axis and of the signs below it, above the lanes."""
UNIT = 24
"""Pixels of the name of a unit."""
LANE = 40
"""Pixels of a lane: its name, and below it its spans."""
BAR_FROM = 18
BAR = 14
NEAR = 0.5
"""Rungs that are nearer to each other, in per cent, are drawn as one."""
Of = Span | Pause | Answer


@dataclass(frozen=True)
class Drawn:
    """Something with a place across the drawing, and down if it is in a lane."""

    x: float
    width: float
    of: Of
    y: int = 0


@dataclass(frozen=True)
class DrawnLane:
    """A lane with its place down the drawing. `heads`: the name of its unit stands above it."""

    lane: Lane
    y: int
    spans: tuple[Drawn, ...]
    heads: bool

    @property
    def middle(self) -> int:
        """The middle of its spans."""
        return self.y + BAR_FROM + BAR // 2


@dataclass(frozen=True)
class DrawnMarks:
    """The rungs that fired at one place."""

    x: float
    marks: tuple[Mark, ...]

    @property
    def escalated(self) -> bool:
        """True when one of them is an escalation."""
        return any(mark.escalated for mark in self.marks)


@dataclass(frozen=True)
class Due:
    """The date of one clock."""

    clock: WhichClock
    at: datetime


@dataclass(frozen=True)
class DrawnDue:
    """A date with its place."""

    x: float
    of: Due


@dataclass(frozen=True)
class DrawnPassing:
    """A line from the lane that gave the work to the lane that got it."""

    x: float
    from_y: int
    to_y: int
    of: Passing


@dataclass(frozen=True)
class Drawing:
    """Everything on the drawing: across in per cent of its width, down in pixels."""

    height: int
    lanes: tuple[DrawnLane, ...]
    pauses: tuple[Drawn, ...]
    marks: tuple[DrawnMarks, ...]
    answers: tuple[Drawn, ...]
    passings: tuple[DrawnPassing, ...]
    ticks: tuple[Tick, ...]
    by_the_clock: bool
    dues: tuple[DrawnDue, ...]
    elsewhere: tuple[Due, ...]
    """The dates that lie outside the window."""


def drawing_of(lanes: Lanes, calendar: WorkingCalendar, dues: Sequence[Due] = ()) -> Drawing:
    """The drawing of the lanes within their window. `dues`: the dates of the clocks."""
    axis, window = Axis(lanes.window, calendar), lanes.window
    within = [due for due in dues if window.first <= due.at <= window.end]
    placed = tuple(_lanes(lanes.lanes, axis))
    by_desk = {one.lane.desk: one for one in placed}
    return Drawing(
        height=placed[-1].y + LANE + 4 if placed else HEAD + LANE,
        lanes=placed,
        pauses=tuple(_placed(axis, pause.began, pause.ended, pause) for pause in lanes.pauses),
        marks=tuple(_marks(lanes.marks, axis)),
        answers=tuple(_answers(lanes.answers, by_desk, axis)),
        passings=tuple(_passings(lanes.passings, by_desk, axis)),
        ticks=tuple(axis.ticks()),
        by_the_clock=axis.by_the_clock,
        dues=tuple(DrawnDue(axis.x(due.at), due) for due in within),
        elsewhere=tuple(due for due in dues if due not in within),
    )


def _lanes(lanes: Iterable[Lane], axis: Axis) -> Iterator[DrawnLane]:
    y, unit = HEAD, None
    for lane in lanes:
        staff = lane.desk.kind is DeskKind.STAFF
        heads = staff and lane.desk.unit != unit
        y += UNIT if heads else 0
        yield DrawnLane(lane, y, tuple(_placed(axis, span.began, span.ended, span) for span in lane.spans), heads)
        y += LANE
        unit = lane.desk.unit if staff else None


def _marks(marks: Iterable[Mark], axis: Axis) -> Iterator[DrawnMarks]:
    for x, beside in groupby(marks, key=lambda mark: axis.x(mark.at) // NEAR * NEAR):
        yield DrawnMarks(x, tuple(beside))


def _answers(answers: Iterable[Answer], lanes: dict[Desk, DrawnLane], axis: Axis) -> Iterator[Drawn]:
    for answer in answers:
        lane = lanes[Desk(kind=DeskKind.SYSTEM, system=answer.system)]
        yield Drawn(axis.x(answer.recorded.at), 0, answer, lane.middle)


def _passings(passings: Iterable[Passing], lanes: dict[Desk, DrawnLane], axis: Axis) -> Iterator[DrawnPassing]:
    """Those of which both lanes are drawn."""
    for one in passings:
        giver, receiver = lanes.get(one.giver), lanes.get(one.receiver)
        if giver is not None and receiver is not None:
            yield DrawnPassing(axis.x(one.at), giver.middle, receiver.middle, one)


def _placed(axis: Axis, began: datetime, ended: datetime, of: Of) -> Drawn:
    """A thing with its place. Something short is still drawn a little wide, so that it is seen."""
    first, last = axis.x(began), axis.x(ended)
    width = max(NARROWEST, round(last - first, 2))
    return Drawn(round(min(first, WIDTH - width), 2), width, of)
