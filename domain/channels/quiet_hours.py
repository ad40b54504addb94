"""The hours and the days on which nobody is sent a message, and when they end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from domain.values import VIETNAM

LONGEST_WAIT = 60
"""Days. A calendar in which no day is worked for so long is wrong: then messages go out on a day off."""

IsDayOff = Callable[[date], bool]


def within(quiet_from: time | None, quiet_to: time | None, at: datetime) -> bool:
    """True in the quiet hours, which may go over midnight. `quiet_to` is the first time after them."""
    if quiet_from is None or quiet_to is None:
        return False
    now = at.astimezone(VIETNAM).time()
    if quiet_from < quiet_to:
        return quiet_from <= now < quiet_to
    return now >= quiet_from or now < quiet_to


def quiet_until(
    quiet_from: time | None, quiet_to: time | None, at: datetime, is_day_off: IsDayOff = lambda _: False
) -> datetime:
    """The first instant from `at` on that is neither in the quiet hours nor on a day off."""
    here = at.astimezone(VIETNAM)
    for _ in range(LONGEST_WAIT):
        if is_day_off(here.date()):
            here = _midnight_after(here)
        elif within(quiet_from, quiet_to, here) and quiet_to is not None:
            here = _next(quiet_to, here)
        else:
            return here
    return here


def _midnight_after(at: datetime) -> datetime:
    return datetime.combine(at.date() + timedelta(days=1), time(), VIETNAM)


def _next(moment: time, at: datetime) -> datetime:
    today = datetime.combine(at.date(), moment, VIETNAM)
    return today if today > at else today + timedelta(days=1)
