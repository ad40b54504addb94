"""The days on which a province's offices are closed, as the quiet days of notices."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from domain.channels.quiet_hours import IsDayOff
from domain.deadlines.calendar import WorkingCalendar


def days_off(calendars: Iterable[WorkingCalendar], code: str) -> IsDayOff:
    """Whether a calendar of this code has a day without hours. A day that no calendar reaches counts as worked."""
    of_the_code = [one for one in calendars if one.code == code]

    def is_day_off(day: date) -> bool:
        known = [one for one in of_the_code if one.first_day <= day <= one.last_day]
        return bool(known) and not any(one.sessions_on(day) for one in known)

    return is_day_off
