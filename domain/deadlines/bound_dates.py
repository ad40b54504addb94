"""The date of an earlier calendar that a letter left standing: lateness and the ladder go by it, people see both."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.deadlines.calendar import WorkingCalendar
from domain.deadlines.clock import Timing, WhichClock, known_due
from domain.values import Code, Instant, Value


class BoundDate(Value):
    """One clock's date under an earlier calendar, which binds, beside the one under the calendar in force."""

    which: WhichClock
    due: Instant
    in_force: Instant | None = None
    """The date under the calendar in force; None: it lies beyond that calendar's end."""
    calendar: Code
    calendar_version: Code


def bound_dates(
    timing: Timing, calendars: Sequence[WorkingCalendar], now: datetime | None = None
) -> tuple[BoundDate, ...]:
    """The clocks whose earliest date is not that of the calendar in force.

    `calendars`: the one in force, then the earlier ones that bind. `now`: see `clock.course` for an open pause.
    """
    if len(calendars) == 1:
        return ()
    found = (_bound(timing, which, calendars[0], calendars[1:], now) for which in WhichClock)
    return tuple(date for date in found if date is not None)


def _bound(
    timing: Timing,
    which: WhichClock,
    calendar: WorkingCalendar,
    earlier: Sequence[WorkingCalendar],
    now: datetime | None,
) -> BoundDate | None:
    own = known_due(timing, which, calendar, now)
    dated = ((known_due(timing, which, one, now), one) for one in earlier)
    found = min(((due, one) for due, one in dated if due is not None), key=lambda pair: pair[0], default=None)
    if found is None or (own is not None and own <= found[0]):
        return None
    due, one = found
    return BoundDate(which=which, due=due, in_force=own, calendar=one.code, calendar_version=one.version)
