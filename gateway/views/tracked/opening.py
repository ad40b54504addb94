"""When the desk of a unit is open, in plain words, so that nobody comes in vain."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.deadlines.calendar import DeskSession, WorkingCalendar
from domain.errors import DomainError
from domain.values import VIETNAM, Bilingual
from gateway.i18n.wording import say
from gateway.views.tracked.sentences import moment

ONE_DAY = timedelta(days=1)
FARTHEST = 15
"""Days to look ahead. The longest holiday, Tết, is shorter."""


def opening_of(calendar: WorkingCalendar, at: datetime) -> Bilingual | None:
    """The hours of today, or when it opens next; None where the calendar does not say."""
    today = at.astimezone(VIETNAM)
    try:
        to_come = [one for one in _received_in(calendar, today) if today.time() < one.closes]
        if to_come:
            hours = ", ".join(f"{one.opens:%H:%M}–{one.closes:%H:%M}" for one in to_come)
            return say(f"Hôm nay mở cửa {hours}.", f"Open today {hours}.")
        for number in range(1, FARTHEST + 1):
            day = today + number * ONE_DAY
            sessions = _received_in(calendar, day)
            if sessions:
                opens = moment(datetime.combine(day.date(), sessions[0].opens, VIETNAM))
                return say(f"Bây giờ đóng cửa. Mở lại lúc {opens.vi}.", f"Closed now. It opens again at {opens.en}.")
    except DomainError:  # the calendar of that day is not out yet
        return None
    return None


def _received_in(calendar: WorkingCalendar, day: datetime) -> list[DeskSession]:
    """The sessions of a day in which dossiers are received."""
    return [one for one in calendar.sessions_on(day.date()) if one.intake]
