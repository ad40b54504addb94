"""What the ledger of a dossier's clocks says under a calendar: due dates, shares used, lateness, and whose time it was.

Everything is computed from `Timing` and a calendar at the moment it is asked, so an answer is never stale.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from domain.deadlines.calendar import WorkingCalendar
from domain.deadlines.calendar_end import within_calendar
from domain.deadlines.counting import counted_from, due_from
from domain.deadlines.green import applies, promised_from, shares_of
from domain.deadlines.limits import GreenCap, WhichClock
from domain.deadlines.pauses import NO_TIME, Stretch, moved_by_pauses, running_between
from domain.deadlines.timing import Extension, Holder, HolderKind, Holding, Pause, PauseGround, Timing
from domain.deadlines.timing import end as end
from domain.deadlines.timing import extend as extend
from domain.deadlines.timing import handed_to as handed_to
from domain.deadlines.timing import pause as pause
from domain.deadlines.timing import receipt_corrected as receipt_corrected
from domain.deadlines.timing import resume as resume
from domain.deadlines.timing import start as start
from domain.errors import InvalidInput
from domain.values import Value

__all__ = [
    "Course", "Extension", "Holder", "HolderKind", "Holding", "Judgement", "Pause", "PauseGround", "SpentTime",
    "Timeliness", "Timing", "WhichClock", "allowed", "attribution", "course", "due", "end", "extend", "handed_to",
    "has", "instant_of_share", "instant_past_due", "judge", "judge_by_earliest", "known_due", "not_run_out",
    "overdue_from", "pause", "receipt_corrected", "resume", "start", "used", "used_share",
]  # fmt: skip


class Course(NamedTuple):
    """One clock under one calendar: it runs from `begin` to `due`, and stands still in `stretches`."""

    begin: datetime
    due: datetime
    stretches: tuple[Stretch, ...]


class Timeliness(StrEnum):
    """Early: on a day before the due day. On time: on the due day and not after the due instant. Late: after it.

    Open: the due date and the instant both lie beyond the end of the calendar, and only a longer one can tell.
    """

    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"
    OPEN = "open"


class Judgement(Value):
    """How a dossier stands, or ended, against one clock; `by` is working time left, or over."""

    due: datetime | None
    """None: beyond the end of the calendar, to be computed when the calendar is extended."""
    timeliness: Timeliness
    by: timedelta
    at_least: bool = False
    """`by` is counted to the end of the calendar only: it is that much, or more."""


class SpentTime(Value):
    """The working time one holder had the dossier."""

    holder: Holder
    working: timedelta


def course(timing: Timing, which: WhichClock, calendar: WorkingCalendar, now: datetime | None = None) -> Course | None:
    """The course of one clock, or None where the dossier has no such clock: of the receipts that bind, the earliest.

    An open pause is projected as ending `now` (without `now`: at the instant it began, the earliest it could). A limit
    that had run out before a pause, a restart or an extension is not moved by it: late stays late. No restart and no
    extension makes a date earlier than it was.
    """
    if not timing.corrections:
        return _course(timing, which, calendar, now)
    by_receipt = (_known_course(timing, receipt, which, calendar, now) for receipt in timing.receipts)
    known = [one for one in by_receipt if one is not None]
    return min(known, key=lambda one: one.due) if known else _course(timing, which, calendar, now)


def _known_course(
    timing: Timing, receipt: datetime, which: WhichClock, calendar: WorkingCalendar, now: datetime | None
) -> Course | None:
    received_then = timing.model_copy(update={"received_at": receipt})
    return within_calendar(lambda: _course(received_then, which, calendar, now))


def _course(timing: Timing, which: WhichClock, calendar: WorkingCalendar, now: datetime | None) -> Course | None:
    """As `course`, by the time of receipt as it stands."""
    begin = counted_from(timing.received_at, calendar)
    due = _unpaused_due(timing, which, begin, calendar)
    if due is None:
        return None
    stretches = _stretches(timing, now)
    due = moved_by_pauses(due, begin, stretches, calendar)
    for happening in _restarts_and_extensions(timing):
        if isinstance(happening, Extension):
            if _granted(happening, which, happening.at, due):
                due = _extended(happening, timing, begin, due, stretches, calendar)
        elif happening.ended and _granted(happening, which, happening.began, due):
            begin = counted_from(happening.ended, calendar)
            anew = moved_by_pauses(_unpaused_due(timing, which, begin, calendar) or due, begin, stretches, calendar)
            due = anew if happening.granted_to is None else max(due, anew)
    return Course(begin, due, stretches)


def due(timing: Timing, which: WhichClock, calendar: WorkingCalendar, now: datetime | None = None) -> datetime | None:
    """When the clock expires, or None where there is no such clock; see `course` for an open pause."""
    found = course(timing, which, calendar, now)
    return found.due if found else None


def has(timing: Timing, which: WhichClock) -> bool:
    """Whether the dossier has such a clock at all; no calendar is needed to tell."""
    if which is WhichClock.STATUTORY:
        return timing.statutory is not None
    limited = timing.statutory is not None or timing.own is not None
    green = timing.green if limited or isinstance(timing.green, GreenCap) else None
    shortened = green is not None and any(applies(green, receipt) for receipt in timing.receipts)
    return shortened or (timing.statutory is None and timing.own is not None)


def not_run_out(timing: Timing, calendars: Sequence[WorkingCalendar], at: datetime) -> tuple[WhichClock, ...]:
    """The clocks that there are and that have not run out by `at`; a date beyond the calendar lies ahead.

    By the earliest date where several calendars bind: what is late by one of them is late.
    """
    judged = {which: judge_by_earliest(timing, which, calendars, at) for which in WhichClock}
    return tuple(
        which
        for which, one in judged.items()
        if one is not None and one.timeliness is not Timeliness.LATE and one.due != at
    )


def known_due(
    timing: Timing, which: WhichClock, calendar: WorkingCalendar, now: datetime | None = None
) -> datetime | None:
    """As `due`; None also for a date beyond the end of the calendar (`has` tells the two apart)."""
    return within_calendar(lambda: due(timing, which, calendar, now))


def overdue_from(timing: Timing, which: WhichClock, calendars: Sequence[WorkingCalendar]) -> datetime | None:
    """The instant after which the dossier is overdue if nothing happens: what lists, counts, pages and rungs agree on.

    The earliest over the calendars that bind. None: no such clock, ended, beyond the calendar, or standing still since
    before it ran out; one that had run out before a pause began is overdue throughout it.
    """
    if timing.ended_at is not None:
        return None
    dates = (known_due(timing, which, calendar) for calendar in calendars)
    due = min(filter(None, dates), default=None)
    return None if due is None or any(one.began < due for one in timing.open_pauses) else due


def allowed(timing: Timing, which: WhichClock, calendar: WorkingCalendar) -> timedelta | None:
    """The working time the clock grants from its start to its due date, pauses not counted."""
    found = course(timing, which, calendar)
    return running_between(found.begin, found.due, found.stretches, calendar) if found else None


def used(timing: Timing, which: WhichClock, calendar: WorkingCalendar, at: datetime) -> timedelta | None:
    """The working time the clock has run by `at`, pauses not counted; it stops when the clock ends."""
    found = course(timing, which, calendar, at)
    return _used(timing, found, calendar, at) if found else None


def used_share(timing: Timing, which: WhichClock, calendar: WorkingCalendar, at: datetime) -> float | None:
    """The share of the clock used by `at`, in percent (over 100 when overdue), or None without that clock."""
    found = course(timing, which, calendar, at)
    if found is None:
        return None
    whole = running_between(found.begin, found.due, found.stretches, calendar)
    return 100.0 * (_used(timing, found, calendar, at) / whole) if whole else 100.0


def instant_of_share(timing: Timing, which: WhichClock, calendar: WorkingCalendar, percent: int) -> datetime | None:
    """When this share (0 to 100 percent) of the clock is used; None while paused, once ended, or without that clock."""
    if not 0 <= percent <= 100:
        raise InvalidInput("share_out_of_range", percent=percent)
    found = _running(timing, which, calendar)
    if found is None or percent == 100:
        return found.due if found else None
    whole = running_between(found.begin, found.due, found.stretches, calendar)
    part = -(-whole * percent // 100)
    return moved_by_pauses(calendar.add_working_time(found.begin, part), found.begin, found.stretches, calendar)


def instant_past_due(
    timing: Timing, which: WhichClock, calendar: WorkingCalendar, working_hours: int
) -> datetime | None:
    """When the clock has been overdue for so many working hours (0: the due date); None as in `instant_of_share`."""
    found = _running(timing, which, calendar)
    if found is None or working_hours == 0:
        return found.due if found else None
    return calendar.add_working_time(found.due, timedelta(hours=working_hours))


def judge(timing: Timing, which: WhichClock, calendar: WorkingCalendar, at: datetime) -> Judgement | None:
    """Early, on time or late, judged at the end of the clock, else at `at`; None where there is no such clock."""
    if not has(timing, which):
        return None
    ended = min(at, timing.ended_at) if timing.ended_at else at
    due = known_due(timing, which, calendar, ended)
    inside = calendar.reaches(ended)
    if due is None:
        left = calendar.known_working_time(ended, calendar.end)
        return Judgement(due=None, timeliness=Timeliness.EARLY if inside else Timeliness.OPEN, by=left, at_least=True)
    by = calendar.known_working_time(ended, due)
    if ended > due:
        return Judgement(due=due, timeliness=Timeliness.LATE, by=-by, at_least=not inside)
    early = ended.astimezone(due.tzinfo).date() < due.date()
    return Judgement(due=due, timeliness=Timeliness.EARLY if early else Timeliness.ON_TIME, by=by)


def judge_by_earliest(
    timing: Timing, which: WhichClock, calendars: Sequence[WorkingCalendar], at: datetime
) -> Judgement | None:
    """As `judge`, where several calendars bind: the earliest known date counts, the one best for the applicant.

    `calendars`: the one in force first. None where there is no such clock.
    """
    judged = [one for calendar in calendars if (one := judge(timing, which, calendar, at)) is not None]
    dated = [one for one in judged if one.due is not None]
    if not dated:
        return next((one for one in judged if one.timeliness is not Timeliness.OPEN), judged[0] if judged else None)
    found = min(dated, key=lambda one: one.due or at)
    if not found.at_least or found.due is None:
        return found
    ended = min(at, timing.ended_at) if timing.ended_at else at
    longer = next((calendar for calendar in calendars if calendar.reaches(ended)), None)
    if longer is None:
        return found
    over = longer.known_working_time(found.due, ended)
    return found.model_copy(update={"by": over, "at_least": False})


def attribution(
    timing: Timing, calendar: WorkingCalendar, at: datetime, *, since: datetime | None = None
) -> tuple[SpentTime, ...]:
    """Whose time it was, from receipt (or `since`, say the due date) to the end or `at`; adds up to that working time.

    What lies after the end of the calendar is not counted. While a pause is open the time is the applicant's, the
    payment's or the suspension's; otherwise the holder's.
    """
    received = min(timing.receipts)
    begin = max(received, since) if since else received
    finish = max(begin, min(at, timing.ended_at) if timing.ended_at else at)
    stretches = _stretches(timing, finish)
    instants = {begin, finish, *(h.since for h in timing.holdings), *(i for s in stretches for i in s)}
    cuts = sorted(i for i in instants if begin <= i <= finish)
    spent: dict[Holder, timedelta] = {}
    for left, right in pairwise(cuts):
        holder = _holder_at(timing, stretches, left)
        spent[holder] = spent.get(holder, NO_TIME) + calendar.known_working_time(left, right)
    return tuple(SpentTime(holder=holder, working=working) for holder, working in spent.items())


_PAUSED_TIME_OF = {
    PauseGround.SUPPLEMENT: Holder(kind=HolderKind.APPLICANT),
    PauseGround.PAYMENT: Holder(kind=HolderKind.PAYMENT),
    PauseGround.SUSPENSION: Holder(kind=HolderKind.SUSPENDED),
    PauseGround.OTHER: Holder(kind=HolderKind.SUSPENDED),
}
_NOBODY_NAMED = Holder(kind=HolderKind.UNIT)


def _used(timing: Timing, found: Course, calendar: WorkingCalendar, at: datetime) -> timedelta:
    until = min(at, timing.ended_at) if timing.ended_at else at
    return running_between(found.begin, until, found.stretches, calendar) if until > found.begin else NO_TIME


def _running(timing: Timing, which: WhichClock, calendar: WorkingCalendar) -> Course | None:
    return None if timing.ended_at or timing.paused else course(timing, which, calendar)


def _unpaused_due(timing: Timing, which: WhichClock, begin: datetime, calendar: WorkingCalendar) -> datetime | None:
    limit = timing.statutory or timing.own
    if which is WhichClock.STATUTORY:
        return due_from(timing.statutory, begin, calendar, timing.counting) if timing.statutory else None
    if timing.green and applies(timing.green, timing.received_at):
        parts = shares_of(timing.green, timing.excluded_share, timing.step_shares)
        promised = promised_from(timing.green, limit, begin, calendar, timing.counting, parts)
        if promised:
            return promised
    if timing.statutory is None and timing.own:
        return due_from(timing.own, begin, calendar, timing.counting)
    return None


def _extended(
    extension: Extension,
    timing: Timing,
    begin: datetime,
    due: datetime,
    stretches: tuple[Stretch, ...],
    calendar: WorkingCalendar,
) -> datetime:
    if extension.limit:
        new = due_from(extension.limit, begin, calendar, timing.counting)
        return max(due, moved_by_pauses(new, begin, stretches, calendar))
    return max(due, moved_by_pauses(extension.until or due, extension.at, stretches, calendar))


def _granted(happening: Pause | Extension, which: WhichClock, at: datetime, due: datetime) -> bool:
    """Whether a clock is moved: as it was granted, or, where that was not written down, if it had not run out then."""
    return at < due if happening.granted_to is None else which in happening.granted_to


def _restarts_and_extensions(timing: Timing) -> list[Pause | Extension]:
    if not timing.extensions and not any(pause.restarts for pause in timing.pauses):
        return []
    dated: list[tuple[datetime, int, Pause | Extension]] = [
        (pause.ended, n, pause) for n, pause in enumerate(timing.pauses) if pause.restarts and pause.ended
    ]
    dated += [(extension.at, -1 - n, extension) for n, extension in enumerate(timing.extensions)]
    return [happening for *_, happening in sorted(dated, key=lambda item: item[:2])]


def _stretches(timing: Timing, now: datetime | None) -> tuple[Stretch, ...]:
    """The pauses as pairs of instants: an open one ends with the clock, or `now`, or at once."""
    horizon = timing.ended_at or now
    return tuple((p.began, p.ended or (max(p.began, horizon) if horizon else p.began)) for p in timing.pauses)


def _holder_at(timing: Timing, stretches: tuple[Stretch, ...], at: datetime) -> Holder:
    for paused, (began, ended) in zip(timing.pauses, stretches, strict=True):
        if began <= at < ended:
            return _PAUSED_TIME_OF[paused.ground]
    first = timing.holdings[0].holder if timing.holdings else _NOBODY_NAMED
    return next((h.holder for h in reversed(timing.holdings) if h.since <= at), first)
