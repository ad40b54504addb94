"""Computes from a dossier's `Timing` and a calendar: due dates, shares used, lateness, and who used the time.

Nothing is stored. Each answer is computed when it is needed, so it is never out of date.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
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
from domain.messages.deadlines import DeadlineRefusal
from domain.same_object import SameObject
from domain.values import Instant, Value

__all__ = [
    "Course", "Extension", "Holder", "HolderKind", "Holding", "Judgement", "Pause", "PauseGround", "SpentTime",
    "Timeliness", "Timing", "WhichClock", "allowed", "attribution", "course", "due", "end", "extend", "handed_to",
    "has", "instant_before_due", "instant_of_share", "instant_past_due", "judge", "judge_by_earliest", "known_due",
    "late_holders", "not_run_out", "overdue_from", "pause", "receipt_corrected", "resume", "running", "start", "used",
    "used_share",
]  # fmt: skip


class Course(NamedTuple):
    """One clock under one calendar: it runs from `begin` to `due` and is paused in `stretches`."""

    begin: datetime
    due: datetime
    stretches: tuple[Stretch, ...]


class Timeliness(StrEnum):
    """Early: on a day before the due day. On time: on the due day and not after the due instant. Late: after it.

    Open: the due date and the instant both lie beyond the calendar's end; only a longer calendar can decide.
    """

    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"
    OPEN = "open"


class Judgement(Value):
    """The result for one clock, at present or at its end. `by` is the working time left, or the time overdue."""

    due: datetime | None
    """None: beyond the calendar's end; computed when the calendar is extended."""
    timeliness: Timeliness
    by: timedelta
    at_least: bool = False
    """`by` is counted only to the calendar's end: the real value is that much or more."""


class SpentTime(Value):
    """The working time one holder had the dossier."""

    holder: Holder
    working: timedelta


class HeldTime(Value):
    """A span without a break in which one holder had the dossier, with its working time."""

    holder: Holder
    began: Instant
    ended: Instant
    working: timedelta


def course(timing: Timing, which: WhichClock, calendar: WorkingCalendar, now: datetime | None = None) -> Course | None:
    """The course of one clock; None where the dossier has no such clock. If several receipts bind: the earliest date.

    An open pause is assumed to end `now` (without `now`: at the instant it began, the earliest possible). A limit that
    had run out before a pause, a restart or an extension is not moved by it: late stays late. No restart and no
    extension makes a date earlier than it was.
    """
    return _course_of(timing, which, calendar, now) if now else _kept(SameObject(timing), which, SameObject(calendar))


@lru_cache(maxsize=256)
def _kept(timing: SameObject[Timing], which: WhichClock, calendar: SameObject[WorkingCalendar]) -> Course | None:
    """The decision, the view and the timer of one state of a dossier all ask for the same course."""
    return _course_of(timing.value, which, calendar.value, None)


def _course_of(timing: Timing, which: WhichClock, calendar: WorkingCalendar, now: datetime | None) -> Course | None:
    if not timing.corrections:
        return _course(timing, which, calendar, now)
    by_receipt = (_known_course(timing, receipt, which, calendar, now) for receipt in timing.receipts)
    known = [found for found in by_receipt if found is not None]
    return min(known, key=lambda found: found.due) if known else _course(timing, which, calendar, now)


def _known_course(
    timing: Timing, receipt: datetime, which: WhichClock, calendar: WorkingCalendar, now: datetime | None
) -> Course | None:
    by_receipt = timing.model_copy(update={"received_at": receipt})
    return within_calendar(lambda: _course(by_receipt, which, calendar, now))


def _course(timing: Timing, which: WhichClock, calendar: WorkingCalendar, now: datetime | None) -> Course | None:
    """As `course`, by the current time of receipt."""
    begin = counted_from(timing.received_at, calendar)
    due = _unpaused_due(timing, which, begin, calendar)
    if due is None:
        return None
    stretches = _stretches(timing, now)
    due = moved_by_pauses(due, begin, stretches, calendar)
    for change in _restarts_and_extensions(timing):
        if isinstance(change, Extension):
            if _granted(change, which, change.at, due):
                due = _extended(change, timing, begin, due, stretches, calendar)
        elif change.ended and _granted(change, which, change.began, due):
            begin = counted_from(change.ended, calendar)
            restarted = _unpaused_due(timing, which, begin, calendar) or due
            restarted = moved_by_pauses(restarted, begin, stretches, calendar)
            due = restarted if change.granted_to is None else max(due, restarted)
    return Course(begin, due, stretches)


def due(timing: Timing, which: WhichClock, calendar: WorkingCalendar, now: datetime | None = None) -> datetime | None:
    """When the clock expires, or None where there is no such clock; see `course` for an open pause."""
    found = course(timing, which, calendar, now)
    return found.due if found else None


def has(timing: Timing, which: WhichClock) -> bool:
    """True if the dossier has this clock. No calendar is needed."""
    if which is WhichClock.STATUTORY:
        return timing.statutory is not None
    limited = timing.statutory is not None or timing.own is not None
    green = timing.green if limited or isinstance(timing.green, GreenCap) else None
    shortened = green is not None and any(applies(green, receipt) for receipt in timing.receipts)
    return shortened or timing.own is not None


def not_run_out(timing: Timing, calendars: Sequence[WorkingCalendar], at: datetime) -> tuple[WhichClock, ...]:
    """The clocks of the dossier that have not run out by `at`; a date beyond the calendar is still ahead.

    Where several calendars bind, the earliest date counts: late by one of them is late.
    """
    judged = {which: judge_by_earliest(timing, which, calendars, at) for which in WhichClock}
    return tuple(
        which
        for which, judgement in judged.items()
        if judgement is not None and judgement.timeliness is not Timeliness.LATE and judgement.due != at
    )


def known_due(
    timing: Timing, which: WhichClock, calendar: WorkingCalendar, now: datetime | None = None
) -> datetime | None:
    """As `due`; None also for a date beyond the end of the calendar (`has` tells the two apart)."""
    return within_calendar(lambda: due(timing, which, calendar, now))


def overdue_from(timing: Timing, which: WhichClock, calendars: Sequence[WorkingCalendar]) -> datetime | None:
    """The instant after which the dossier is overdue if nothing happens. Lists, counts, pages and rungs all use it.

    The earliest over the calendars that bind. None: no such clock, ended, beyond the calendar, or paused since before
    it ran out. A clock that ran out before a pause began is overdue during the whole pause.
    """
    if timing.ended_at is not None:
        return None
    dates = (known_due(timing, which, calendar) for calendar in calendars)
    due = min(filter(None, dates), default=None)
    return None if due is None or any(pause.began < due for pause in timing.open_pauses) else due


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


def running(timing: Timing, which: WhichClock, calendar: WorkingCalendar) -> Course | None:
    """The course of a clock that runs; None while paused, once ended, or without that clock."""
    return None if timing.ended_at or timing.paused else course(timing, which, calendar)


def instant_of_share(found: Course | None, calendar: WorkingCalendar, percent: int) -> datetime | None:
    """When this share (0 to 100 percent) of a clock with this course is used; None without a course."""
    if not 0 <= percent <= 100:
        raise InvalidInput(DeadlineRefusal.SHARE_OUT_OF_RANGE, percent=percent)
    if found is None or percent == 100:
        return found.due if found else None
    whole = running_between(found.begin, found.due, found.stretches, calendar)
    part = -(-whole * percent // 100)
    return moved_by_pauses(calendar.add_working_time(found.begin, part), found.begin, found.stretches, calendar)


def instant_before_due(found: Course | None, calendar: WorkingCalendar, working_hours: int) -> datetime | None:
    """When so many working hours of a clock with this course are left; None without one, and if it never had so
    many."""
    if found is None:
        return None
    part = running_between(found.begin, found.due, found.stretches, calendar) - timedelta(hours=working_hours)
    if part <= NO_TIME:
        return None
    return moved_by_pauses(calendar.add_working_time(found.begin, part), found.begin, found.stretches, calendar)


def instant_past_due(found: Course | None, calendar: WorkingCalendar, working_hours: int) -> datetime | None:
    """When a clock with this course has been overdue for so many working hours (0: the due date); None without one."""
    if found is None or working_hours == 0:
        return found.due if found else None
    return calendar.add_working_time(found.due, timedelta(hours=working_hours))


def judge(timing: Timing, which: WhichClock, calendar: WorkingCalendar, at: datetime) -> Judgement | None:
    """Early, on time or late, judged when the clock ended, or at `at`; None where there is no such clock."""
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
    """As `judge`, where several calendars bind: the earliest known date counts, which is best for the applicant.

    `calendars`: the one in force first. None where there is no such clock.
    """
    by_calendar = (judge(timing, which, calendar, at) for calendar in calendars)
    judged = [judgement for judgement in by_calendar if judgement is not None]
    dated = [judgement for judgement in judged if judgement.due is not None]
    if not dated:
        decided = (judgement for judgement in judged if judgement.timeliness is not Timeliness.OPEN)
        return next(decided, judged[0] if judged else None)
    found = min(dated, key=lambda judgement: judgement.due or at)
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
    """The working time of each holder from receipt (or `since`, for example the due date) to the end or `at`.

    The sum is the whole working time of that span; time after the calendar's end is not counted. During a pause the
    time is the applicant's, the payment's or the suspension's; otherwise it is the holder's.
    """
    spent: dict[Holder, timedelta] = {}
    for one in held_times(timing, calendar, at, since=since):
        spent[one.holder] = spent.get(one.holder, NO_TIME) + one.working
    return tuple(SpentTime(holder=holder, working=working) for holder, working in spent.items())


def held_times(
    timing: Timing, calendar: WorkingCalendar, at: datetime, *, since: datetime | None = None
) -> tuple[HeldTime, ...]:
    """The same in the order of time: who had the dossier from when to when. Neighbours have different holders."""
    received = min(timing.receipts)
    begin = max(received, since) if since else received
    finish = max(begin, min(at, timing.ended_at) if timing.ended_at else at)
    stretches = _stretches(timing, finish)
    changes = (holding.since for holding in timing.holdings)
    pauses = (instant for stretch in stretches for instant in stretch)
    cuts = sorted(instant for instant in {begin, finish, *changes, *pauses} if begin <= instant <= finish)
    found: list[HeldTime] = []
    for left, right in pairwise(cuts):
        holder, working = _holder_at(timing, stretches, left), calendar.known_working_time(left, right)
        began = left
        if found and found[-1].holder == holder:
            before = found.pop()
            began, working = before.began, before.working + working
        found.append(HeldTime(holder=holder, began=began, ended=right, working=working))
    return tuple(found)


def late_holders(timing: Timing, calendar: WorkingCalendar, due: datetime, at: datetime) -> tuple[Holder, ...]:
    """To whom the lateness past `due` is attributed: who had working time of the dossier after it, in order.

    While the clock runs, also who has the dossier at `at`: that holder's time is late too, or will be when `due` has
    passed. After an end in non-working time (due on Friday evening, ended on Saturday): who had it then.
    """
    until = timing.ended_at or at
    spent = attribution(timing, calendar, until, since=due) if until > due else ()
    holders = [one.holder for one in spent if one.working > NO_TIME]
    if timing.ended_at is None or not holders:
        holders.append(_holder_at(timing, _stretches(timing, until + timedelta.resolution), until))
    return tuple(dict.fromkeys(holders))


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


def _unpaused_due(timing: Timing, which: WhichClock, begin: datetime, calendar: WorkingCalendar) -> datetime | None:
    limit = timing.statutory or timing.own
    if which is WhichClock.STATUTORY:
        return due_from(timing.statutory, begin, calendar, timing.counting) if timing.statutory else None
    if timing.green and applies(timing.green, timing.received_at):
        parts = shares_of(timing.green, timing.excluded_share, timing.step_shares)
        promised = promised_from(timing.green, limit, begin, calendar, timing.counting, parts)
        if promised:
            return promised
    return _own_due(timing, begin, calendar) if timing.own else None


def _own_due(timing: Timing, begin: datetime, calendar: WorkingCalendar) -> datetime | None:
    """The date by the province's own limit; beside a published limit (an interconnected dossier), the earlier date."""
    if timing.own is None:
        return None
    promised = due_from(timing.own, begin, calendar, timing.counting)
    statutory = timing.statutory
    known = within_calendar(lambda: due_from(statutory, begin, calendar, timing.counting)) if statutory else None
    return min(promised, known) if known else promised


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


def _granted(change: Pause | Extension, which: WhichClock, at: datetime, due: datetime) -> bool:
    """True if the change moves this clock: as recorded (`granted_to`), or, without a record, if it had not run out."""
    return at < due if change.granted_to is None else which in change.granted_to


def _restarts_and_extensions(timing: Timing) -> list[Pause | Extension]:
    if not timing.extensions and not any(pause.restarts for pause in timing.pauses):
        return []
    dated: list[tuple[datetime, int, Pause | Extension]] = [
        (pause.ended, n, pause) for n, pause in enumerate(timing.pauses) if pause.restarts and pause.ended
    ]
    dated += [(extension.at, -1 - n, extension) for n, extension in enumerate(timing.extensions)]
    return [change for *_, change in sorted(dated, key=lambda item: item[:2])]


def _stretches(timing: Timing, now: datetime | None) -> tuple[Stretch, ...]:
    """The pauses as pairs of instants. An open pause ends with the clock, or `now`, or when it began."""
    horizon = timing.ended_at or now
    return tuple((p.began, p.ended or (max(p.began, horizon) if horizon else p.began)) for p in timing.pauses)


def _holder_at(timing: Timing, stretches: tuple[Stretch, ...], at: datetime) -> Holder:
    for paused, (began, ended) in zip(timing.pauses, stretches, strict=True):
        if began <= at < ended:
            return _PAUSED_TIME_OF[paused.ground]
    first = timing.holdings[0].holder if timing.holdings else _NOBODY_NAMED
    return next((holding.holder for holding in reversed(timing.holdings) if holding.since <= at), first)
