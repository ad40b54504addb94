"""The bars of both clocks: the working time that was used, paused and is left, and whose time it was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from domain.deadlines import clock
from domain.deadlines.calendar import WorkingCalendar
from domain.deadlines.calendar_end import within_calendar
from domain.deadlines.clock import HolderKind, SpentTime, Timing, WhichClock
from domain.deadlines.pauses import running_between
from domain.values import Instant, Value

MINUTE = timedelta(minutes=1)


STANDING_STILL = frozenset({HolderKind.APPLICANT, HolderKind.PAYMENT, HolderKind.SUSPENDED})
"""Whose time does not count."""


class ClockBar(Value):
    """One clock in working minutes. `allowed` is the whole limit; `left` is 0 and `over` is set when it ran out."""

    clock: WhichClock
    due: Instant
    """By the calendar in force; a pause that is open is taken to end now."""
    allowed: int
    used: int
    left: int
    """Whole minutes: one that has begun is used. So lists, which round in the same way, say the same."""
    over: int
    paused: int


class ClockBars(Value):
    """The bars of both clocks, and who had the dossier for how long since its receipt."""

    bars: tuple[ClockBar, ...]
    whose: tuple[SpentTime, ...]


def clock_bars(timing: Timing | None, calendars: Sequence[WorkingCalendar], now: datetime) -> ClockBars:
    """The bars at `now`, or when the clocks ended. A clock whose date lies beyond the calendar has no bar."""
    if timing is None:
        return ClockBars(bars=(), whose=())
    calendar = calendars[0]
    whose = clock.attribution(timing, calendar, now) if now > min(timing.receipts) else ()
    return ClockBars(bars=bars_of(timing, calendar, now), whose=tuple(_in_minutes(whose)))


def bars_of(timing: Timing, calendar: WorkingCalendar, now: datetime) -> tuple[ClockBar, ...]:
    """The bars alone, by the calendar in force."""
    found = (_known_bar(timing, which, calendar, now) for which in WhichClock)
    return tuple(bar for bar in found if bar is not None)


def _in_minutes(whose: Iterable[SpentTime]) -> Iterator[SpentTime]:
    """The parts in whole minutes, the used ones first, so that they add up to the bar: a minute begun is used."""
    before = spent = timedelta()
    for one in sorted(whose, key=lambda part: part.holder.kind in STANDING_STILL):
        spent += one.working
        until = -(-spent // MINUTE) * MINUTE
        if until > before:
            yield one.model_copy(update={"working": until - before})
        before = until


def _known_bar(timing: Timing, which: WhichClock, calendar: WorkingCalendar, now: datetime) -> ClockBar | None:
    return within_calendar(lambda: _bar(timing, which, calendar, now))


def _bar(timing: Timing, which: WhichClock, calendar: WorkingCalendar, now: datetime) -> ClockBar | None:
    found = clock.course(timing, which, calendar, now)
    if found is None:
        return None
    until = min(now, timing.ended_at) if timing.ended_at else now
    allowed = _minutes(running_between(found.begin, found.due, found.stretches, calendar))
    used = -(-(clock.used(timing, which, calendar, now) or timedelta()) // MINUTE)
    passed = -(-calendar.known_working_time(found.begin, until) // MINUTE) if until > found.begin else 0
    return ClockBar(
        clock=which,
        due=found.due,
        allowed=allowed,
        used=used,
        left=max(0, allowed - used),
        over=max(0, used - allowed),
        paused=max(0, passed - used),
    )


def _minutes(span: timedelta) -> int:
    return round(span / MINUTE)
