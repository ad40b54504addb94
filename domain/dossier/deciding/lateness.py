"""How late a dossier is, or was when it ended, by the earliest date that binds."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.deadlines import clock
from domain.deadlines.clock import Judgement, Timeliness, WhichClock
from domain.dossier.context import Rules
from domain.dossier.state import Dossier

ONE_MINUTE = timedelta(minutes=1)


def late_minutes(dossier: Dossier, which: WhichClock, rules: Rules, now: datetime) -> int | None:
    """Working minutes past the due date: at least 1 when late, 0 or less when early or on time; None without the clock.

    None also where neither the date nor the end lies in a calendar: a longer one judges later (`change_calendar`). If a
    calendar ends between the two, only the minutes inside it are counted.
    If the calendar of the dossier changed, the earlier date counts, which is better for the applicant.
    A result that was due on Friday and issued on Saturday is late, though no working time has passed: 1.
    """
    timing = dossier.deadlines.timing
    if timing is None:
        return None
    judgement = clock.judge_by_earliest(timing, which, rules.calendars(dossier), now)
    if judgement is None or judgement.timeliness is Timeliness.OPEN:
        return None
    return minutes_past(judgement)


def minutes_past(judgement: Judgement) -> int:
    """Whole working minutes past the due date, rounded up: at least 1 when late, 0 or less when not."""
    if judgement.timeliness is Timeliness.LATE:
        return max(1, -(-judgement.by // ONE_MINUTE))
    return -(judgement.by // ONE_MINUTE)
