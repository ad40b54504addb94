"""The time line of a dossier as swim-lanes over working time: who had it when, pauses, rungs, failed calls.

The axis counts the working minutes of the dossier's calendar, so nights and weekends take no room. Everything is
bounded: a long story is told by a bounded number of stays, and repeated failures as one span for each day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from activities.ledger.failed_calls import FailedCalls
from domain.deadlines.calendar import WorkingCalendar
from domain.deadlines.timing import PauseGround, Timing
from domain.dossier.events import DeadlineWarned, DossierEscalated
from domain.values import VIETNAM, Instant, Value
from gateway.views.work_course import Course, Desk, DeskKind, Held, Stage

MOST_SPANS = 300
"""Stays that are drawn; more of them are joined, all of one desk and one day to one."""
MINUTE = timedelta(minutes=1)


class SpanKind(StrEnum):
    """What a span of a lane is."""

    WORK = "work"
    FAILED = "failed"
    JOINED = "joined"
    """Several stays of one day, joined."""


class Span(Value):
    """A part of a lane. `minutes`: its working time. `times`: how many stays or failed calls it stands for."""

    kind: SpanKind
    act: str
    began: Instant
    ended: Instant
    still: bool
    """True: it has not ended; `ended` is now."""
    minutes: int
    times: int = 1


class Lane(Value):
    """What one desk had, in order. `minutes`: its working time in all, within the part that is shown."""

    desk: Desk
    spans: tuple[Span, ...]
    minutes: int


class Pause(Value):
    """A time in which both clocks stood still."""

    ground: PauseGround
    began: Instant
    ended: Instant
    still: bool
    minutes: int
    legal_basis: str | None = None


class Mark(Value):
    """A rung of the ladder that fired."""

    rung: str
    at: Instant
    version: int
    escalated: bool


class Window(Value):
    """The part of the time line that is shown."""

    first: Instant
    end: Instant


class Lanes(Value):
    """The time line of one dossier, within a window."""

    window: Window
    whole: Window
    lanes: tuple[Lane, ...]
    pauses: tuple[Pause, ...]
    marks: tuple[Mark, ...]
    joined: bool = False
    """True: stays of one day are shown as one, because there are too many."""
    incomplete: bool = False
    """True: the story has too many acts to be told by roles and people; it is told by units alone."""


def lanes_of(
    course: Course, timing: Timing | None, failures: Iterable[FailedCalls], calendar: WorkingCalendar,
    whole: Window, window: Window,
) -> Lanes:  # fmt: skip
    """The lanes within `window`. `whole`: from the submission to its end, or now."""
    stays = course.stays
    joined = len(stays) > MOST_SPANS
    by_desk: dict[Desk, list[Span]] = defaultdict(list)
    for stay in stays:
        span = _of_stay(stay, whole.end, window, calendar)
        if span is not None:
            by_desk[stay.desk].append(span)
    for failed in failures:
        span = _of_failures(failed, window, calendar)
        if span is not None:
            by_desk[Desk(kind=DeskKind.SYSTEM, system=failed.system)].append(span)
    return Lanes(
        window=window,
        whole=whole,
        lanes=tuple(_lane(desk, spans, joined=joined) for desk, spans in by_desk.items()),
        pauses=_pauses(timing, whole.end, window, calendar),
        marks=_marks(course.stages, window),
        joined=joined,
        incomplete=course.incomplete,
    )


def _lane(desk: Desk, spans: list[Span], *, joined: bool) -> Lane:
    shown = _by_day(spans) if joined else spans
    return Lane(
        desk=desk, spans=tuple(shown), minutes=sum(span.minutes for span in spans if span.kind is SpanKind.WORK)
    )


def _of_stay(stay: Held, now: datetime, window: Window, calendar: WorkingCalendar) -> Span | None:
    ended = stay.ended or now
    cut = _cut(stay.began, ended, window)
    if cut is None:
        return None
    first, last = cut
    return Span(
        kind=SpanKind.WORK,
        act=stay.act,
        began=stay.began,
        ended=ended,
        still=stay.ended is None,
        minutes=working_minutes(calendar, first, last),
    )


def _of_failures(failed: FailedCalls, window: Window, calendar: WorkingCalendar) -> Span | None:
    if _cut(failed.first, failed.last, window) is None:
        return None
    return Span(
        kind=SpanKind.FAILED,
        act=failed.code,
        began=failed.first,
        ended=failed.last,
        still=False,
        minutes=working_minutes(calendar, failed.first, failed.last),
        times=failed.times,
    )


def _by_day(spans: list[Span]) -> list[Span]:
    """The stays of each day as one span. Failed calls are counted by day already."""
    days: dict[object, list[Span]] = defaultdict(list)
    for span in spans:
        days[span.began.astimezone(VIETNAM).date() if span.kind is SpanKind.WORK else (span.began, span.act)].append(
            span
        )
    return [group[0] if len(group) == 1 else _joined(group) for group in days.values()]


def _joined(group: list[Span]) -> Span:
    return Span(
        kind=SpanKind.JOINED,
        act=group[-1].act,
        began=group[0].began,
        ended=max(span.ended for span in group),
        still=group[-1].still,
        minutes=sum(span.minutes for span in group),
        times=len(group),
    )


def _pauses(timing: Timing | None, now: datetime, window: Window, calendar: WorkingCalendar) -> tuple[Pause, ...]:
    found = []
    for pause in timing.pauses if timing else ():
        ended = pause.ended or (timing.ended_at if timing else None) or now
        cut = _cut(pause.began, ended, window)
        if cut is not None:
            found.append(
                Pause(
                    ground=pause.ground,
                    began=pause.began,
                    ended=ended,
                    still=pause.ended is None and timing is not None and timing.ended_at is None,
                    minutes=working_minutes(calendar, *cut),
                    legal_basis=pause.legal_basis,
                )
            )
    return tuple(found)


def _marks(course: Sequence[Stage], window: Window) -> tuple[Mark, ...]:
    fired = (
        Mark(rung=one.event.rung, at=one.at, version=one.version, escalated=isinstance(one.event, DossierEscalated))
        for stage in course
        for one in stage.events
        if isinstance(one.event, DeadlineWarned | DossierEscalated)
    )
    return tuple(mark for mark in fired if window.first <= mark.at <= window.end)[-MOST_SPANS:]


def _cut(began: datetime, ended: datetime, window: Window) -> tuple[datetime, datetime] | None:
    """The part within the window; None when there is none."""
    first, last = max(began, window.first), min(ended, window.end)
    return None if first > last else (first, last)


def working_minutes(calendar: WorkingCalendar, first: datetime, last: datetime) -> int:
    """The working time between two instants, in whole minutes; what lies beyond the calendar is not counted."""
    return max(0, round(calendar.known_working_time(first, last) / MINUTE))
