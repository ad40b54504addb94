"""The working time that an ended dossier took, beside the time that its limits gave: for averages of many dossiers."""

from __future__ import annotations

from datetime import timedelta

from domain.deadlines import clock
from domain.deadlines.calendar_end import within_calendar
from domain.deadlines.clock import HolderKind, WhichClock
from domain.dossier.context import Rules
from domain.dossier.state import Dossier

OF_OTHERS = frozenset({HolderKind.APPLICANT, HolderKind.PAYMENT, HolderKind.SUSPENDED})
"""Who has the dossier while its clocks stand still."""
ONE_MINUTE = timedelta(minutes=1)


def used_minutes(dossier: Dossier, rules: Rules) -> int | None:
    """Whole working minutes from receipt to the end, without pauses, rounded up; None while open, or never received.

    By the calendar in force. Units, outside systems and signing count; time after the calendar's end does not.
    """
    timing = dossier.deadlines.timing
    if timing is None or timing.ended_at is None:
        return None
    spent = clock.attribution(timing, rules.calendar, timing.ended_at)
    return _minutes(sum((one.working for one in spent if one.holder.kind not in OF_OTHERS), timedelta()))


def granted_minutes(dossier: Dossier, which: WhichClock, rules: Rules) -> int | None:
    """Whole working minutes that the limit of an ended dossier gave; None without that clock, or its date."""
    timing = dossier.deadlines.timing
    if timing is None or timing.ended_at is None:
        return None
    granted = within_calendar(lambda: clock.allowed(timing, which, rules.calendar))
    return None if granted is None else _minutes(granted)


def _minutes(working: timedelta) -> int:
    return -(-working // ONE_MINUTE)
