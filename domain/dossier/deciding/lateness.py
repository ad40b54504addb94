"""How late a dossier is, or was when it ended: by the earliest date that binds, as far as its calendars reach."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.deadlines import clock
from domain.deadlines.clock import Judgement, Timeliness, WhichClock
from domain.dossier.context import Rules
from domain.dossier.state import Dossier

ONE_MINUTE = timedelta(minutes=1)


def late_minutes(dossier: Dossier, which: WhichClock, rules: Rules, now: datetime) -> int | None:
    """Working minutes past the due date, at least 1 when late; 0 or less when early or on time; None without it.

    None also where neither the date nor the end lies in a calendar: a longer one judges (`change_calendar`). Where a
    calendar ends between the two, the minutes are those that it counts.
    Where a calendar changed under the dossier, the earlier date counts: the one that is better for the applicant.
    A result issued on a Saturday that was due on Friday is late by no working time, and late all the same.
    """
    timing = dossier.deadlines.timing
    if timing is None:
        return None
    judged = clock.judge_by_earliest(timing, which, rules.calendars(dossier), now)
    if judged is None or judged.timeliness is Timeliness.OPEN:
        return None
    return minutes_past(judged)


def minutes_past(judged: Judgement) -> int:
    """Whole working minutes past the due date, a begun one counted, at least 1 when late; 0 or less when it is not."""
    if judged.timeliness is Timeliness.LATE:
        return max(1, -(-judged.by // ONE_MINUTE))
    return -(judged.by // ONE_MINUTE)
