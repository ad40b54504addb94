"""The counting rules, one function each; `due_at` chooses the rule by the limit's unit.

Every rule gets `start`: the receipt, moved to the next working instant if it is outside working time (`counted_from`).
17:00 exactly is the next working day's opening.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import assert_never

from domain.deadlines.calendar import ONE_DAY, WorkingCalendar
from domain.deadlines.limits import Counting, Limit, LimitUnit, WorkingDayMethod


class CountingRule(StrEnum):
    """The name of the function below that counts a limit. Explanations show its sentence and its source in law."""

    WORKING_HOURS = "working_hours"
    WORKING_DAYS_AS_HOURS = "working_days_as_hours"
    WORKING_DAYS_BY_CIVIL_CODE = "working_days_by_civil_code"
    CALENDAR_DAYS = "calendar_days"
    MONTHS = "months"
    SAME_DAY = "same_day"
    CLOCK_HOURS = "clock_hours"


WORKING_HOURS_A_DAY = 8
"""One working day of a limit is eight working hours, whatever the sessions of a particular day (Labour Code 105)."""
WORKING_MINUTES_A_DAY = WORKING_HOURS_A_DAY * 60


def due_at(limit: Limit, received: datetime, calendar: WorkingCalendar, counting: Counting) -> datetime:
    """When a limit expires for a dossier received at `received`, without pauses.

    Errors: naive_datetime; before_calendar and calendar_exhausted when the calendar's data do not reach.
    """
    return due_from(limit, counted_from(received, calendar), calendar, counting)


def due_from(limit: Limit, start: datetime, calendar: WorkingCalendar, counting: Counting) -> datetime:
    """As `due_at`, from a `start` that is already a working instant."""
    match rule_of(limit, counting):
        case CountingRule.WORKING_HOURS:
            return working_hours(limit.amount, start, calendar)
        case CountingRule.WORKING_DAYS_AS_HOURS:
            return working_days_as_hours(limit.amount, start, calendar)
        case CountingRule.WORKING_DAYS_BY_CIVIL_CODE:
            return working_days_by_civil_code(limit.amount, start, calendar)
        case CountingRule.CALENDAR_DAYS:
            return calendar_days(limit.amount, start, calendar)
        case CountingRule.MONTHS:
            return months(limit.amount, start, calendar)
        case CountingRule.SAME_DAY:
            return same_day(start, calendar, counting.same_day_cutoff)
        case CountingRule.CLOCK_HOURS:
            return clock_hours(limit.amount, start, calendar)


def rule_of(limit: Limit, counting: Counting) -> CountingRule:
    """The rule that counts this limit, by the procedure's way of counting."""
    match limit.unit:
        case LimitUnit.WORKING_DAY:
            by_code = counting.working_day is WorkingDayMethod.CIVIL_CODE
            return CountingRule.WORKING_DAYS_BY_CIVIL_CODE if by_code else CountingRule.WORKING_DAYS_AS_HOURS
        case LimitUnit.HOUR:
            return CountingRule.WORKING_HOURS if counting.hours_are_working else CountingRule.CLOCK_HOURS
        case LimitUnit.CALENDAR_DAY:
            return CountingRule.CALENDAR_DAYS
        case LimitUnit.MONTH:
            return CountingRule.MONTHS
        case LimitUnit.SAME_DAY:
            return CountingRule.SAME_DAY
        case _:
            assert_never(limit.unit)


IN_WORKING_TIME = frozenset({CountingRule.WORKING_HOURS, CountingRule.WORKING_DAYS_AS_HOURS})
"""The rules by which a limit grants the same working time whenever the dossier is received."""


def counted_from(received: datetime, calendar: WorkingCalendar) -> datetime:
    """The instant a limit runs from: the receipt itself in working time, else the opening of the next session."""
    return calendar.next_working_instant(received)


def working_hours(amount: int, start: datetime, calendar: WorkingCalendar) -> datetime:
    """N working hours: N x 60 working minutes later; landing on the end of a session stays there."""
    return calendar.add_working_time(start, timedelta(hours=amount))


def working_days_as_hours(amount: int, start: datetime, calendar: WorkingCalendar) -> datetime:
    """N working days as running one-stop systems count them: 8 N working hours."""
    return calendar.add_working_time(start, timedelta(hours=WORKING_HOURS_A_DAY * amount))


def working_days_by_civil_code(amount: int, start: datetime, calendar: WorkingCalendar) -> datetime:
    """N working days by the Civil Code 2015: the first is not counted (147.2), the limit ends with day N (148.1)."""
    return calendar.close_of_business(calendar.working_day_after(start.date(), amount))


def calendar_days(amount: int, start: datetime, calendar: WorkingCalendar) -> datetime:
    """N calendar days: the receipt day is not counted (147.2); close of day N, or of the next working day (148.5)."""
    return calendar.close_of_business(start.date() + amount * ONE_DAY)


def months(amount: int, start: datetime, calendar: WorkingCalendar) -> datetime:
    """N months: the corresponding date, or the month's last (148.3); same close and roll as calendar days."""
    return calendar.close_of_business(corresponding_date(start.date(), amount))


def same_day(start: datetime, calendar: WorkingCalendar, cutoff: time) -> datetime:
    """The same working day: its close if received before the cut-off (15:00), else the next working day's close."""
    day = start.date()
    return calendar.close_of_business(day if start.time() < cutoff else calendar.next_working_day(day))


def clock_hours(amount: int, start: datetime, calendar: WorkingCalendar) -> datetime:
    """N hours by the clock, nights included; landing outside working time rolls to the next working instant."""
    return rolled(start + timedelta(hours=amount), calendar)


def rolled(at: datetime, calendar: WorkingCalendar) -> datetime:
    """`at` if it is in working time or at the very end of a session, else the next working instant."""
    before = at - timedelta(microseconds=1)
    return at if calendar.next_working_instant(before) == before else calendar.next_working_instant(at)


def corresponding_date(day: date, amount: int) -> date:
    """The same day of the month `amount` months later, or that month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + amount, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
