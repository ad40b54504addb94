"""Green Stream: the province's promised date, which is never later than the statutory date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate
from typing import assert_never

from domain.deadlines.calendar import WorkingCalendar
from domain.deadlines.calendar_end import within_calendar
from domain.deadlines.counting import (
    WORKING_MINUTES_A_DAY,
    calendar_days,
    corresponding_date,
    counted_from,
    due_from,
    months,
    rolled,
    same_day,
)
from domain.deadlines.limits import (
    Counting,
    GreenBase,
    GreenCap,
    GreenFactor,
    GreenRule,
    GreenScope,
    Limit,
    LimitUnit,
    Rounding,
)
from domain.values import VIETNAM, Code, Value

MINUTE = timedelta(minutes=1)
QUANTUM = {
    Rounding.MINUTE: 1,
    Rounding.HOUR: 60,
    Rounding.HALF_DAY: WORKING_MINUTES_A_DAY // 2,
    Rounding.DAY: WORKING_MINUTES_A_DAY,
}
"""Working minutes to which a shortened limit is rounded up: half a working day is four hours."""

Ratio = tuple[int, int]
Parts = tuple[tuple[Ratio, ...], Ratio]
"""The shares of the limit that are shortened (one, or one for each step), and the share that is not."""


class StepBudget(Value):
    """The working time one step has: by the statutory limit, and by the promise."""

    step: Code
    normal: timedelta
    promised: timedelta


def applies(rule: GreenBase, received: datetime) -> bool:
    """True if the rule is in effect on the day of receipt (it is decided and marked at intake)."""
    day = received.astimezone(VIETNAM).date()
    return (rule.effective_from is None or rule.effective_from <= day) and (
        rule.effective_to is None or day <= rule.effective_to
    )


def promised_due(
    rule: GreenRule | None,
    limit: Limit | None,
    received: datetime,
    calendar: WorkingCalendar,
    counting: Counting,
    *,
    excluded_share: int = 0,
    step_shares: tuple[int, ...] = (),
) -> datetime | None:
    """The promised date: by the rule, not below the legal minimum, and never later than the statutory date.

    `excluded_share`: percent of the limit that belongs to steps the rule does not shorten. `step_shares`: percents of
    the other steps, needed only by a rule that applies to each step. None: no rule, not in effect on that day, or a
    share of a limit that was never published.
    """
    if rule is None or not applies(rule, received):
        return None
    parts = shares_of(rule, excluded_share, step_shares)
    return promised_from(rule, limit, counted_from(received, calendar), calendar, counting, parts)


def promised_from(
    rule: GreenRule,
    limit: Limit | None,
    start: datetime,
    calendar: WorkingCalendar,
    counting: Counting,
    parts: Parts,
) -> datetime | None:
    """As `promised_due`, for a rule that applies and from a `start` that is already a working instant.

    A promise inside the calendar is given even if the statutory date lies beyond the calendar's end.
    """
    statutory = within_calendar(lambda: due_from(limit, start, calendar, counting)) if limit else None
    if limit and statutory is None and isinstance(rule, GreenCap) and _keeps_a_share(parts):
        due_from(limit, start, calendar, counting)  # the cap needs the whole limit, which the calendar does not reach
    promised: datetime | None
    match rule:
        case GreenCap():
            promised = _capped(rule, start, statutory, calendar, parts)
        case GreenFactor():
            shares = _shares(rule.factor, parts)
            promised = _factored(rule, limit, start, statutory, calendar, counting, shares) if limit else None
        case _:
            assert_never(rule)
    if promised is None:
        return None
    if rule.legal_minimum_minutes:
        promised = max(promised, _worked(start, rule.legal_minimum_minutes * MINUTE, statutory, calendar))
    return min(promised, statutory) if statutory else promised


def step_budgets(
    steps: Sequence[tuple[Code, int]], excluded: Sequence[Code], normal: timedelta, promised: timedelta
) -> tuple[StepBudget, ...]:
    """Each step's budget in whole minutes; the last step gets the remainder. The budgets add up to the two totals.

    `steps`: (code, percent) adding up to 100. Excluded steps keep their time; the others shrink in proportion.
    """
    ordinary = _split(normal, [share for _, share in steps])
    kept = [ordinary[i] if code in excluded else None for i, (code, _) in enumerate(steps)]
    left = promised - sum((span for span in kept if span is not None), timedelta(0))
    weights = [share if span is None else 0 for (_, share), span in zip(steps, kept, strict=True)]
    if left < timedelta(0) or not any(weights):
        kept, left, weights = [None] * len(steps), promised, [share for _, share in steps]
    shortened = _split(left, weights)
    return tuple(
        StepBudget(step=code, normal=ordinary[i], promised=span if (span := kept[i]) is not None else shortened[i])
        for i, (code, _) in enumerate(steps)
    )


def shares_of(rule: GreenRule, excluded_share: int, step_shares: tuple[int, ...]) -> Parts:
    """Which shares of the limit the rule shortens, and which it does not."""
    return _parts(rule.applies_to, excluded_share, step_shares)


@lru_cache(maxsize=1_024)
def _parts(scope: GreenScope, excluded_share: int, step_shares: tuple[int, ...]) -> Parts:
    excluded = Fraction(excluded_share, 100)
    if scope is GreenScope.EACH_STEP and step_shares:
        shortened = [Fraction(share, 100) for share in step_shares]
    else:
        shortened = [1 - excluded]
    return tuple(part.as_integer_ratio() for part in shortened), excluded.as_integer_ratio()


def _keeps_a_share(parts: Parts) -> bool:
    shortened, (numerator, _) = parts
    return numerator != 0 or len(shortened) > 1


def _capped(
    rule: GreenCap,
    start: datetime,
    statutory: datetime | None,
    calendar: WorkingCalendar,
    parts: Parts,
) -> datetime:
    """Start + cap. Excluded steps keep their share of the statutory time in addition."""
    cap = timedelta(hours=rule.working_hours)
    if statutory is None or not _keeps_a_share(parts):
        return _worked(start, cap, statutory, calendar)
    shortened, (numerator, denominator) = parts
    whole = calendar.working_time_between(start, statutory)
    total = sum((min(cap, whole * n / d) for n, d in shortened), whole * numerator / denominator)
    quantum = QUANTUM[rule.rounding] * MINUTE
    return _worked(start, -(-total // quantum) * quantum, statutory, calendar)


def _worked(start: datetime, span: timedelta, statutory: datetime | None, calendar: WorkingCalendar) -> datetime:
    """Start + working time, or the statutory date if that is earlier (the calendar may end before start + time)."""
    if statutory and calendar.working_time_between(start, statutory) < span:
        return statutory
    return calendar.add_working_time(start, span)


def _factored(
    rule: GreenFactor,
    limit: Limit,
    start: datetime,
    statutory: datetime | None,
    calendar: WorkingCalendar,
    counting: Counting,
    shares: Sequence[Ratio],
) -> datetime:
    """The shortened limit in its own unit: working minutes for working days and hours; else days, rounded up."""
    quantum = QUANTUM[rule.rounding]
    match limit.unit:
        case LimitUnit.WORKING_DAY:
            minutes = _shortened(limit.amount * WORKING_MINUTES_A_DAY, quantum, shares)
            return _worked(start, minutes * MINUTE, statutory, calendar)
        case LimitUnit.HOUR:
            minutes = _shortened(limit.amount * 60, quantum, shares)
            if counting.hours_are_working:
                return _worked(start, minutes * MINUTE, statutory, calendar)
            return rolled(start + minutes * MINUTE, calendar)
        case LimitUnit.CALENDAR_DAY:
            return calendar_days(_shortened(limit.amount, 1, shares), start, calendar)
        case LimitUnit.MONTH:
            return _part_of_months(limit.amount, start, calendar, shares)
        case LimitUnit.SAME_DAY:
            return same_day(start, calendar, counting.same_day_cutoff)
        case _:
            assert_never(limit.unit)


def _part_of_months(amount: int, start: datetime, calendar: WorkingCalendar, shares: Sequence[Ratio]) -> datetime:
    """Whole months if the share gives whole months; else that share of the days between the two dates, rounded up."""
    share = sum((Fraction(*ratio) for ratio in shares), Fraction(0))
    if (amount * share).denominator == 1:
        return months(int(amount * share), start, calendar)
    days = (corresponding_date(start.date(), amount) - start.date()).days
    return calendar_days(_shortened(days, 1, shares), start, calendar)


@lru_cache(maxsize=1_024)
def _shares(factor: Decimal, parts: Parts) -> tuple[Ratio, ...]:
    """The shares of the limit that remain, one for each part; a single share when the rule applies to the total."""
    shortened, excluded = parts
    remaining = [Fraction(*ratio) * Fraction(factor) for ratio in shortened]
    if len(remaining) == 1:
        return ((remaining[0] + Fraction(*excluded)).as_integer_ratio(),)
    return tuple(part.as_integer_ratio() for part in (*remaining, Fraction(*excluded)))


def _shortened(whole: int, quantum: int, shares: Sequence[Ratio]) -> int:
    """The sum of the shares of `whole`, each rounded up to the quantum."""
    return sum(-(-whole * numerator // (denominator * quantum)) * quantum for numerator, denominator in shares)


def _split(total: timedelta, weights: Sequence[int]) -> list[timedelta]:
    """`total` in proportion to the weights, cut at whole minutes; the parts add up to it exactly."""
    whole = sum(weights)
    if whole == 0:
        return [timedelta(0)] * len(weights)
    cuts = [
        total * reached // whole // MINUTE * MINUTE if reached < whole else total for reached in accumulate(weights)
    ]
    return [cut - before for before, cut in zip([timedelta(0), *cuts], cuts, strict=False)]
