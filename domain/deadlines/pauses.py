"""How pauses move a due date: arithmetic on stretches of time.

A pause stops the clock for the working time that it lasts. Pauses that overlap count once. A pause outside working time
has no effect. A pause that begins after the limit has run out has no effect either: late stays late.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from domain.deadlines.calendar import WorkingCalendar
from domain.errors import InvalidInput
from domain.messages.deadlines import DeadlineRefusal

Stretch = tuple[datetime, datetime]
NO_TIME = timedelta(0)


def require_order(began: datetime, ended: datetime) -> None:
    """Refuses a pause that ends before it starts. A pause of length zero is allowed."""
    if ended < began:
        raise InvalidInput(
            DeadlineRefusal.PAUSE_ENDS_BEFORE_IT_STARTS, began=began.isoformat(), ended=ended.isoformat()
        )


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same time as `stretches`, in order and without overlap."""
    result: list[Stretch] = []
    for began, ended in sorted(stretches):
        if result and began <= result[-1][1]:
            result[-1] = (result[-1][0], max(ended, result[-1][1]))
        else:
            result.append((began, ended))
    return result


def moved_by_pauses(
    due: datetime, start: datetime, stretches: Sequence[Stretch], calendar: WorkingCalendar
) -> datetime:
    """The due date of a clock that runs from `start`, moved by the working time of each pause before it expires."""
    for began, ended in merged(stretches) if len(stretches) > 1 else stretches:
        if began >= due:
            break
        begin = max(began, start)
        paused = calendar.working_time_between(begin, ended) if ended > begin else NO_TIME
        if paused:
            due = calendar.add_working_time(due, paused)
    return due


def paused_between(
    begin: datetime, end: datetime, stretches: Sequence[Stretch], calendar: WorkingCalendar
) -> timedelta:
    """The working time between two instants that lies in pauses."""
    total = NO_TIME
    for began, ended in merged(stretches):
        first, last = max(began, begin), min(ended, end)
        if last > first:
            total += calendar.working_time_between(first, last)
    return total


def running_between(
    begin: datetime, end: datetime, stretches: Sequence[Stretch], calendar: WorkingCalendar
) -> timedelta:
    """The working time between two instants during which the clock ran."""
    return calendar.working_time_between(begin, end) - paused_between(begin, end, stretches, calendar)
