"""A date from an earlier calendar that still binds. Lateness and the ladder use it; people see both dates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.deadlines.calendar import WorkingCalendar
from domain.deadlines.clock import Timing, WhichClock, known_due
from domain.values import Code, Instant, Value


class BoundDate(Value):
    """One clock's date under an earlier calendar, which binds, and its date under the calendar in force."""

    which: WhichClock
    due: Instant
    in_force: Instant | None = None
    """The date under the calendar in force; None: it lies beyond that calendar's end."""
    calendar: Code
    calendar_version: Code


def bound_dates(
    timing: Timing, calendars: Sequence[WorkingCalendar], now: datetime | None = None
) -> tuple[BoundDate, ...]:
    """The clocks for which an earlier calendar gives an earlier date than the calendar in force.

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
    in_force = known_due(timing, which, calendar, now)
    dated = ((known_due(timing, which, other, now), other) for other in earlier)
    earliest = min(((due, other) for due, other in dated if due is not None), key=lambda pair: pair[0], default=None)
    if earliest is None or (in_force is not None and in_force <= earliest[0]):
        return None
    due, binding = earliest
    return BoundDate(which=which, due=due, in_force=in_force, calendar=binding.code, calendar_version=binding.version)
