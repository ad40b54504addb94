"""Computes when a dossier was received in the older system it comes from, backwards with the working calendar.

So at any time of the demo some of the dossiers are late, some almost late, and some not.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum

from domain.deadlines import clock
from domain.deadlines.calendar import WorkingCalendar
from domain.deadlines.clock import Timing, WhichClock
from domain.procedures.procedure import ChannelTerms, Procedure

GRID = timedelta(minutes=30)
FURTHEST = 24 * 2 * 120
"""In half hours: no dossier is older than 120 days."""


class Age(StrEnum):
    """How far a dossier's clocks had run when it was brought over."""

    RUNNING = "running"
    NEARLY_DUE = "nearly_due"
    PAST_PROMISE = "past_promise"
    LATE = "late"
    LATE_A_DAY = "late_a_day"
    LATE_DAYS = "late_days"


_WORKING_HOURS_LATE = {Age.LATE: 1, Age.LATE_A_DAY: 10, Age.LATE_DAYS: 30}


def received_at(
    age: Age, procedure: Procedure, terms: ChannelTerms, calendar: WorkingCalendar, now: datetime
) -> datetime | None:
    """The latest time of receipt that gives this age now, on a half hour while desks were open, or None."""
    begin = now.replace(minute=now.minute // 30 * 30, second=0, microsecond=0)

    def timing(steps: int) -> Timing:
        return _timing(procedure, terms, begin - steps * GRID)

    first = _first(lambda steps: _is_old_enough(age, timing(steps), calendar, now))
    for steps in range(first, min(first + 24 * 2 * 12, FURTHEST)):
        at = begin - steps * GRID
        if calendar.intake_open(at) and _fits(age, timing(steps), calendar, now):
            return at
    return None


def _first(reached: Callable[[int], bool]) -> int:
    """The smallest number of steps back for which `reached` is true. It stays true for larger numbers."""
    low, high = 1, FURTHEST
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if reached(middle) else (middle + 1, high)
    return low


def _is_old_enough(age: Age, timing: Timing, calendar: WorkingCalendar, now: datetime) -> bool:
    match age:
        case Age.RUNNING:
            return _share(timing, calendar, now) >= 30
        case Age.NEARLY_DUE:
            return _share(timing, calendar, now) >= 85
        case Age.PAST_PROMISE:
            return _hours_late(timing, WhichClock.PROMISED, calendar, now) >= 5
        case Age.LATE | Age.LATE_A_DAY | Age.LATE_DAYS:
            return _hours_late(timing, WhichClock.STATUTORY, calendar, now) >= _WORKING_HOURS_LATE[age]


def _fits(age: Age, timing: Timing, calendar: WorkingCalendar, now: datetime) -> bool:
    """Whether the dossier is old enough for the age, but not too old: past the promise is not past the statute."""
    if not _is_old_enough(age, timing, calendar, now):
        return False
    match age:
        case Age.RUNNING | Age.NEARLY_DUE:
            return all(_hours_late(timing, which, calendar, now) < 0 for which in WhichClock)
        case Age.PAST_PROMISE:
            return _hours_late(timing, WhichClock.STATUTORY, calendar, now) < 0
        case Age.LATE | Age.LATE_A_DAY | Age.LATE_DAYS:
            return True


def _timing(procedure: Procedure, terms: ChannelTerms, at: datetime) -> Timing:
    """The timing that intake at this time starts."""
    excluded = set(procedure.green.excluded_steps) if procedure.green else set()
    return clock.start(
        at,
        statutory=terms.limit,
        own=None if terms.limit else procedure.own_limit,
        green=procedure.green,
        counting=procedure.counting,
        excluded_share=sum(step.share for step in procedure.steps if step.code in excluded),
    )


def _share(timing: Timing, calendar: WorkingCalendar, now: datetime) -> float:
    shares = (clock.used_share(timing, which, calendar, now) for which in WhichClock)
    return max((share for share in shares if share is not None), default=0.0)


def _hours_late(timing: Timing, which: WhichClock, calendar: WorkingCalendar, now: datetime) -> float:
    """Working hours past the due date; negative before it, or when there is no such clock."""
    due = clock.due(timing, which, calendar, now)
    if due is None or now <= due:
        return -1.0
    return calendar.working_time_between(due, now) / timedelta(hours=1)
