"""Explains a due date as data: one line for each day, and the totals of these lines.

The days are counted session by session, without the index that computes due dates, so that a disagreement between the
two becomes visible. The gateway turns the result into text.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from domain.deadlines.calendar import ONE_DAY, DatedException, Weekday, WorkingCalendar
from domain.deadlines.calendar_end import within_calendar
from domain.deadlines.clock import Course, course, has
from domain.deadlines.counting import CountingRule, due_from, rule_of
from domain.deadlines.green import applies, promised_from, shares_of
from domain.deadlines.limits import GreenRule, Limit, WhichClock
from domain.deadlines.pauses import NO_TIME, Stretch, merged
from domain.deadlines.timing import Extension, PauseGround, Timing
from domain.values import VIETNAM, Code, Instant, Name, Value


class Stretched(Value):
    """The part of a session between start and due date. `counted` of it counted, `paused` did not."""

    opens: Instant
    closes: Instant
    counted: timedelta
    paused: timedelta


class DayLine(Value):
    """One day: the sessions that counted, or why none did. `total` is the time counted up to the day's end."""

    day: date
    weekday: Weekday
    sessions: tuple[Stretched, ...]
    counted: timedelta
    paused: timedelta
    total: timedelta
    day_number: int | None = None
    """The number of the day, where the rule counts days; None for the first day, and for days off that do not count."""
    exception: DatedException | None = None


class PauseLine(Value):
    """One pause. `working` is its working time between start and due date, without overlaps with earlier pauses."""

    ground: PauseGround
    began: Instant
    ended: Instant
    still_open: bool
    restarts: bool
    legal_basis: str | None
    evidence: str | None
    working: timedelta


class DecidedBy(StrEnum):
    """The rule that gave the promised date."""

    GREEN = "green"
    LEGAL_MINIMUM = "legal_minimum"
    STATUTORY = "statutory"


class GreenLine(Value):
    """How Green Stream shortened the limit: the rule, the date before and after (both without pauses), what decided."""

    rule: GreenRule
    statutory: Instant | None
    statutory_beyond: bool = False
    """The statutory date lies beyond the end of the calendar."""
    promised: Instant
    decided_by: DecidedBy


class Derivation(Value):
    """The whole explanation. `counted` is the sum over the days: working time from start to due, minus the pauses."""

    kind: Literal["derivation"] = "derivation"
    which: WhichClock
    calendar: Code
    calendar_version: Code
    calendar_name: Name
    received: Instant
    counted_from: Instant
    limit: Limit | None
    rule: CountingRule | None
    own_limit: bool
    """True: the limit is the province's own, not a published one."""
    days: tuple[DayLine, ...]
    pauses: tuple[PauseLine, ...]
    green: GreenLine | None
    extensions: tuple[Extension, ...]
    counted: timedelta
    paused: timedelta
    due: Instant


class Beyond(Value):
    """The date lies beyond the end of the calendar: it is computed when the calendar is extended."""

    kind: Literal["beyond_calendar"] = "beyond_calendar"
    which: WhichClock
    calendar: Code
    calendar_version: Code
    calendar_name: Name
    last_day: date
    received: Instant
    limit: Limit | None


class NoClockReason(StrEnum):
    """Why a dossier has no such clock."""

    NO_LIMIT_PUBLISHED = "no_limit_published"
    NO_GREEN_STREAM = "no_green_stream"
    GREEN_NOT_IN_EFFECT = "green_not_in_effect"
    NOTHING_TO_SHARE = "nothing_to_share"


class NoClock(Value):
    """There is no due date, and `reason` says why."""

    kind: Literal["no_clock"] = "no_clock"
    which: WhichClock
    received: Instant
    reason: NoClockReason


Explanation = Annotated[Derivation | NoClock | Beyond, Field(discriminator="kind")]


def explain(
    timing: Timing, which: WhichClock, calendar: WorkingCalendar, now: datetime | None = None
) -> Derivation | NoClock | Beyond:
    """The derivation of one clock's due date. An open pause is assumed to end as in `clock.course`."""
    if not has(timing, which):
        return NoClock(which=which, received=timing.received_at, reason=_why_none(timing, which))
    own = timing.own is not None and which is WhichClock.PROMISED
    limit = timing.own if own else timing.statutory or timing.own
    found = within_calendar(lambda: course(timing, which, calendar, now))
    if found is None:
        return Beyond(
            which=which,
            calendar=calendar.code,
            calendar_version=calendar.version,
            calendar_name=calendar.name,
            last_day=calendar.last_day,
            received=timing.received_at,
            limit=limit,
        )
    rule = rule_of(limit, timing.counting) if limit else None
    green = _green_line(timing, found, calendar) if which is WhichClock.PROMISED else None
    shortened = green is not None and green.decided_by is not DecidedBy.STATUTORY
    numbering = _NUMBERED.get(rule) if rule and not shortened else None
    days = _day_lines(found, calendar, numbering, limit.amount if limit else 0)
    return Derivation(
        which=which,
        calendar=calendar.code,
        calendar_version=calendar.version,
        calendar_name=calendar.name,
        received=_received(timing, found, calendar),
        counted_from=found.begin,
        limit=limit,
        rule=rule,
        own_limit=own,
        days=days,
        pauses=_pause_lines(timing, found, calendar),
        green=green,
        extensions=timing.extensions,
        counted=sum((line.counted for line in days), NO_TIME),
        paused=sum((line.paused for line in days), NO_TIME),
        due=found.due,
    )


def _received(timing: Timing, found: Course, calendar: WorkingCalendar) -> datetime:
    """The receipt that the date is counted from: an earlier entry that still binds, or the current one."""
    counted = (receipt for receipt in timing.receipts if calendar.next_working_instant(receipt) == found.begin)
    return next(counted, timing.received_at)


_NUMBERED = {CountingRule.CALENDAR_DAYS: False, CountingRule.WORKING_DAYS_BY_CIVIL_CODE: True}
"""The rules that count days, and whether only working days count."""


def _why_none(timing: Timing, which: WhichClock) -> NoClockReason:
    if which is WhichClock.STATUTORY:
        return NoClockReason.NO_LIMIT_PUBLISHED
    if timing.green is None:
        return NoClockReason.NO_GREEN_STREAM
    if not any(applies(timing.green, receipt) for receipt in timing.receipts):
        return NoClockReason.GREEN_NOT_IN_EFFECT
    return NoClockReason.NOTHING_TO_SHARE


def _day_lines(found: Course, calendar: WorkingCalendar, working_only: bool | None, amount: int) -> tuple[DayLine, ...]:
    """Every day from start to due. `working_only`: number only working days (True) or all days (False), up to `amount`;
    None: number none."""
    pauses = merged(found.stretches)
    lines: list[DayLine] = []
    total, number = NO_TIME, 0
    last = found.due.astimezone(VIETNAM).date()
    day = found.begin.date()
    while day <= last:
        described = calendar.describe(day)
        sessions = _sessions(calendar, day, found, pauses)
        counted = sum((session.counted for session in sessions), NO_TIME)
        total += counted
        numbered = working_only is not None and number < amount and bool(lines)
        numbered = numbered and (described.worked or not working_only)
        number += numbered
        lines.append(
            DayLine(
                day=day,
                weekday=described.weekday,
                sessions=sessions,
                counted=counted,
                paused=sum((session.paused for session in sessions), NO_TIME),
                total=total,
                day_number=number if numbered else None,
                exception=described.exception,
            )
        )
        day += ONE_DAY
    return tuple(lines)


def _sessions(calendar: WorkingCalendar, day: date, found: Course, pauses: list[Stretch]) -> tuple[Stretched, ...]:
    parts = []
    for session in calendar.sessions_on(day):
        opens = max(found.begin, datetime.combine(day, session.opens, VIETNAM))
        closes = min(found.due, datetime.combine(day, session.closes, VIETNAM))
        if session.clock and closes > opens:
            paused = sum((_overlap(opens, closes, pause) for pause in pauses), NO_TIME)
            parts.append(Stretched(opens=opens, closes=closes, counted=closes - opens - paused, paused=paused))
    return tuple(parts)


def _overlap(opens: datetime, closes: datetime, pause: Stretch) -> timedelta:
    return max(NO_TIME, min(closes, pause[1]) - max(opens, pause[0]))


def _pause_lines(timing: Timing, found: Course, calendar: WorkingCalendar) -> tuple[PauseLine, ...]:
    lines: list[PauseLine] = []
    reached = found.begin
    for pause, (began, ended) in sorted(zip(timing.pauses, found.stretches, strict=True), key=lambda pair: pair[1]):
        first, last = max(began, reached), min(ended, found.due)
        reached = max(reached, last)
        lines.append(
            PauseLine(
                ground=pause.ground,
                began=began,
                ended=ended,
                still_open=pause.ended is None,
                restarts=pause.restarts,
                legal_basis=pause.legal_basis,
                evidence=pause.evidence,
                working=calendar.working_time_between(first, last) if last > first else NO_TIME,
            )
        )
    return tuple(lines)


def _green_line(timing: Timing, found: Course, calendar: WorkingCalendar) -> GreenLine | None:
    rule, limit = timing.green, timing.statutory or timing.own
    if rule is None or not applies(rule, _received(timing, found, calendar)):
        return None
    parts = shares_of(rule, timing.excluded_share, timing.step_shares)
    promised = promised_from(rule, limit, found.begin, calendar, timing.counting, parts)
    if promised is None:
        return None
    statutory = within_calendar(lambda: due_from(limit, found.begin, calendar, timing.counting)) if limit else None
    without_minimum = rule.model_copy(update={"legal_minimum_minutes": 0})
    shortest = promised_from(without_minimum, limit, found.begin, calendar, timing.counting, parts)
    decided = DecidedBy.GREEN if shortest == promised else DecidedBy.LEGAL_MINIMUM
    if promised == statutory:
        decided = DecidedBy.STATUTORY
    beyond = limit is not None and statutory is None
    return GreenLine(rule=rule, statutory=statutory, statutory_beyond=beyond, promised=promised, decided_by=decided)
