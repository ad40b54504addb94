"""The time line of a dossier as swim-lanes over working time: who had it when, pauses, rungs, handovers, outside calls.

Durations are working time of the dossier's calendar. Everything is bounded: a long story is told by a bounded number of
stays, and repeated failures as one span for each day and reason.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from activities.ledger.failed_calls import FailedCalls
from domain.deadlines.calendar import WorkingCalendar
from domain.deadlines.timing import PauseGround, Timing
from domain.values import VIETNAM, Instant, Value
from gateway.views.lane_marks import Answer, Mark, Passing, answers, marked_events, passings, rungs
from gateway.views.work_course import Course, Desk, DeskKind, Held

MOST_SPANS = 150
"""Spans that are drawn. When there are more, those of a desk that began in one of `PERIODS` are joined to one."""
PERIODS = (1, 7, 30)
"""Days: the first after which few enough spans are left, else the last."""


class SpanKind(StrEnum):
    """What a span of a lane is."""

    WORK = "work"
    FAILED = "failed"
    JOINED = "joined"
    """Several stays that began near to each other, joined."""


class Span(Value):
    """A part of a lane. `seconds`: its working time in the window. `times`: how many stays or failed calls it is."""

    kind: SpanKind
    act: str
    began: Instant
    ended: Instant
    still: bool
    """True: it has not ended; `ended` is now."""
    seconds: int
    times: int = 1


class Lane(Value):
    """What one desk had, in order."""

    desk: Desk
    spans: tuple[Span, ...]


class Pause(Value):
    """A time in which both clocks stood still. `seconds`: its working time within the window."""

    ground: PauseGround
    began: Instant
    ended: Instant
    still: bool
    seconds: int
    legal_basis: str | None = None


class Window(Value):
    """The part of the time line that is shown."""

    first: Instant
    end: Instant


@dataclass(frozen=True)
class Lanes:
    """The time line of one dossier, within a window."""

    window: Window
    lanes: tuple[Lane, ...]
    """The desks of one unit stand together, in the order in which they had the dossier first."""
    pauses: tuple[Pause, ...]
    marks: tuple[Mark, ...]
    answers: tuple[Answer, ...] = ()
    passings: tuple[Passing, ...] = ()
    joined: bool = False
    """True: what is near to each other is shown as one, because there is too much in the window."""
    incomplete: bool = False
    """True: the story has too many events to be told by roles and people; it is told by units alone."""


def lanes_of(
    course: Course, timing: Timing | None, failures: Iterable[FailedCalls], calendar: WorkingCalendar,
    window: Window, now: datetime,
) -> Lanes:  # fmt: skip
    """The lanes within `window`. `now`: until when that lasts which has not ended."""
    by_desk: dict[Desk, list[Span]] = defaultdict(list)
    for stay in course.stays:
        _add(by_desk, stay.desk, _of_stay(stay, now, window, calendar))
    for failed in failures:
        _add(by_desk, _system(failed.system), _of_failures(failed, window, calendar))
    events = [one for one in marked_events(course) if window.first <= one.at <= window.end]
    answered = answers(events)
    for answer in answered:
        by_desk.setdefault(_system(answer.system), [])
    drawn, joined = _joined_to_few(by_desk)
    return Lanes(
        window=window,
        lanes=tuple(Lane(desk=desk, spans=tuple(drawn[desk])) for desk in _together(by_desk)),
        pauses=_pauses(timing, now, window, calendar),
        marks=tuple(rungs(events)),
        answers=tuple(answered),
        passings=tuple(passings(course, window.first, window.end)),
        joined=joined,
        incomplete=course.incomplete,
    )


def life_of(
    course: Course, timing: Timing | None, submitted: datetime, updated: datetime, now: datetime, *,
    still_called: bool = False,
) -> Window:  # fmt: skip
    """From the receipt (also one by an older system) or the submission, to the last stay of the work and the last
    answer of an outside system: to now, while somebody has it, or while an outside system is `still_called`."""
    ends = [now if stay.ended is None else stay.ended for stay in course.stays]
    ended = [] if timing is None or timing.ended_at is None else [timing.ended_at]
    answered = [one.recorded.at for one in answers(marked_events(course))]
    first = min([submitted, *(timing.receipts if timing else ())])
    others = [*(() if ends else (updated,)), *((now,) if still_called else ())]
    return Window(first=first, end=max([*ends, *ended, *answered, *others, first]))


def _add(by_desk: dict[Desk, list[Span]], desk: Desk, span: Span | None) -> None:
    if span is not None:
        by_desk[desk].append(span)


def _system(name: str) -> Desk:
    return Desk(kind=DeskKind.SYSTEM, system=name)


def _together(desks: Iterable[Desk]) -> list[Desk]:
    """The desks, those of one unit beside each other: staff first, then the applicant and the systems."""
    every = list(desks)
    units = list(dict.fromkeys(desk.unit for desk in every if desk.kind is DeskKind.STAFF))
    kinds = [DeskKind.STAFF, DeskKind.APPLICANT, DeskKind.SYSTEM]
    return sorted(every, key=lambda desk: (kinds.index(desk.kind), units.index(desk.unit) if desk.unit in units else 0))


def _of_stay(stay: Held, now: datetime, window: Window, calendar: WorkingCalendar) -> Span | None:
    ended = stay.ended or max(now, stay.began)
    cut = _cut(stay.began, ended, window)
    if cut is None:
        return None
    return Span(
        kind=SpanKind.WORK,
        act=stay.act,
        began=stay.began,
        ended=ended,
        still=stay.ended is None,
        seconds=working_seconds(calendar, *cut),
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
        seconds=working_seconds(calendar, failed.first, failed.last),
        times=failed.times,
    )


def _joined_to_few(by_desk: dict[Desk, list[Span]]) -> tuple[dict[Desk, list[Span]], bool]:
    """The spans that are drawn, and whether some of them are several that were joined."""
    drawn = by_desk
    for days in PERIODS:
        if sum(len(spans) for spans in drawn.values()) <= MOST_SPANS:
            break
        drawn = {desk: _by_period(spans, days) for desk, spans in by_desk.items()}
    return drawn, drawn is not by_desk


def _by_period(spans: list[Span], days: int) -> list[Span]:
    """The stays of so many days as one span, and the failed calls of them as one for each reason."""
    periods: dict[tuple[int, str], list[Span]] = defaultdict(list)
    for span in spans:
        day = span.began.astimezone(VIETNAM).date().toordinal()
        periods[day // days, span.act if span.kind is SpanKind.FAILED else ""].append(span)
    return [group[0] if len(group) == 1 else _joined(group) for group in periods.values()]


def _joined(group: list[Span]) -> Span:
    return Span(
        kind=SpanKind.FAILED if group[0].kind is SpanKind.FAILED else SpanKind.JOINED,
        act=group[-1].act,
        began=group[0].began,
        ended=max(span.ended for span in group),
        still=group[-1].still,
        seconds=sum(span.seconds for span in group),
        times=sum(span.times for span in group),
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
                    seconds=working_seconds(calendar, *cut),
                    legal_basis=pause.legal_basis,
                )
            )
    return tuple(found)


def _cut(began: datetime, ended: datetime, window: Window) -> tuple[datetime, datetime] | None:
    """The part within the window; None when there is none, or when it only touches the window."""
    first, last = max(began, window.first), min(ended, window.end)
    return None if first > last or (first == last and began < ended) else (first, last)


def working_seconds(calendar: WorkingCalendar, first: datetime, last: datetime) -> int:
    """The working time between two instants, in whole seconds; what lies beyond the calendar is not counted."""
    return max(0, round(calendar.known_working_time(first, last).total_seconds()))
