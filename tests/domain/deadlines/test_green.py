"""Tests of Green Stream: the promised date by cap and by factor, and the budgets of steps."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from domain.deadlines.counting import due_at
from domain.deadlines.green import promised_due, step_budgets
from domain.deadlines.limits import Counting, GreenCap, GreenFactor, GreenRule, GreenScope, Limit, LimitUnit, Rounding
from tests.support.calendars import HOUR, at, ninh_binh

CAP = GreenCap(name="cap")
HALF = GreenFactor(name="half")
USUAL = Counting()


def promised(rule: GreenRule | None, amount: int | None, unit: str, received: str, **shares: object) -> str | None:
    limit = Limit(amount=amount, unit=LimitUnit(unit)) if amount else None
    due = promised_due(rule, limit, at(received), ninh_binh(), USUAL, **shares)  # type: ignore[arg-type]
    return f"{due:%Y-%m-%d %H:%M}" if due else None


@pytest.mark.parametrize(
    ("amount", "unit", "expected"),
    [
        (10, "working_day", "2026-01-07 09:00"),  # start + 16 working hours
        (1, "working_day", "2026-01-06 09:00"),  # the statutory date is earlier
        (30, "calendar_day", "2026-01-07 09:00"),
        (1, "month", "2026-01-07 09:00"),
        (1, "same_day", "2026-01-05 17:00"),
        (None, "hour", "2026-01-07 09:00"),  # no limit published: only the cap counts
    ],
)
def test_cap_is_the_earlier_of_statutory_and_start_plus_cap(amount: int | None, unit: str, expected: str) -> None:
    """With CAP the promise is 16 working hours from the start, or the statutory date if that is earlier."""
    assert promised(CAP, amount, unit, "2026-01-05 09:00") == expected


@pytest.mark.parametrize(
    ("amount", "unit", "expected"),
    [
        (10, "working_day", "2026-01-09 17:00"),  # 40 working hours
        (3, "working_day", "2026-01-06 11:30"),  # 12 working hours
        (1, "hour", "2026-01-05 08:30"),  # half an hour rounds up to the hour
        (7, "calendar_day", "2026-01-09 17:00"),  # 3.5 days up to 4
        (2, "month", "2026-02-05 17:00"),  # half of two months is one
        (1, "month", "2026-01-21 17:00"),  # half of 31 days is 16
        (1, "same_day", "2026-01-05 17:00"),  # half a day is not possible
        (None, "hour", None),  # no limit published: nothing to take a share of
    ],
)
def test_factor_is_a_share_of_the_limit_in_its_own_unit(amount: int | None, unit: str, expected: str | None) -> None:
    """FACTOR 0.5 gives half the working minutes of days and hours, and whole calendar days rounded up."""
    received = "2026-01-05 09:00" if unit in ("calendar_day", "month", "same_day") else "2026-01-05 07:30"
    assert promised(HALF, amount, unit, received) == expected


@pytest.mark.parametrize(
    ("rounding", "expected"),
    [
        (Rounding.MINUTE, "2026-01-06 09:42"),  # 30 % of 4 days: 9 h 36 min, and the lunch break
        (Rounding.HOUR, "2026-01-06 10:06"),
        (Rounding.HALF_DAY, "2026-01-06 13:36"),
        (Rounding.DAY, "2026-01-07 08:06"),
    ],
)
def test_rounding_up(rounding: Rounding, expected: str) -> None:
    """A shortened limit is rounded up by the parameter: minute, hour, half-day or day of working time."""
    rule = GreenFactor(name="x", factor=Decimal("0.3"), rounding=rounding)
    assert promised(rule, 4, "working_day", "2026-01-05 08:06") == expected


def test_never_later_than_statutory() -> None:
    """Rounding up, a legal minimum or a long cap never moves the promise past the statutory date."""
    for rule in (
        GreenFactor(name="x", factor=Decimal("0.9"), rounding=Rounding.DAY),
        GreenCap(name="x", working_hours=400),
        GreenFactor(name="x", legal_minimum_minutes=100_000),
    ):
        assert promised(rule, 1, "working_day", "2026-01-05 09:00") == "2026-01-06 09:00"


def test_the_statutory_date_decides_where_the_calendar_ends_first() -> None:
    """A cap past the end of the calendar's data is no error when the statutory date is earlier."""
    assert promised(GreenCap(name="x", working_hours=40), 1, "hour", "2028-12-29 15:00") == "2028-12-29 16:00"


def test_legal_minimum() -> None:
    """The promise is never below the legal minimum."""
    rule = GreenFactor(name="x", legal_minimum_minutes=30 * 60)
    assert promised(rule, 5, "working_day", "2026-01-05 07:30") == "2026-01-08 15:00"


@pytest.mark.parametrize(
    ("day", "holds"), [("2026-01-04", False), ("2026-01-05", True), ("2026-01-07", True), ("2026-01-08", False)]
)
def test_effective_dates(day: str, holds: bool) -> None:
    """A rule applies to receipts from its first day to its last, both included."""
    rule = GreenCap(name="x", effective_from=date(2026, 1, 5), effective_to=date(2026, 1, 7))
    assert (promised(rule, 5, "working_day", f"{day} 09:00") is not None) is holds


def test_no_rule_no_promise() -> None:
    """Without Green Stream there is no promised date."""
    assert promised(None, 5, "working_day", "2026-01-05 09:00") is None


def test_excluded_steps_are_not_shortened() -> None:
    """Excluded steps keep their share: 40 % of 10 days in full, and half of the other 60 %."""
    assert promised(HALF, 10, "working_day", "2026-01-05 07:30", excluded_share=40) == "2026-01-12 17:00"
    assert promised(CAP, 10, "working_day", "2026-01-05 07:30", excluded_share=40) == "2026-01-10 17:00"
    assert promised(HALF, 10, "working_day", "2026-01-05 07:30", excluded_share=100) == "2026-01-15 17:00"


def test_each_step_by_itself() -> None:
    """A rule for each step shortens and rounds every step's own budget, then adds them up."""
    rule = GreenFactor(name="x", applies_to=GreenScope.EACH_STEP)
    # 5 % , 45 % and 50 % of 16 hours halved are 0.4, 3.6 and 4 hours: 1 + 4 + 4
    assert promised(rule, 2, "working_day", "2026-01-05 07:30", step_shares=(5, 45, 50)) == "2026-01-06 08:30"


def test_budgets_add_up_and_shrink_in_proportion() -> None:
    """The steps' budgets add up to the whole; excluded steps keep their time, the others shrink in proportion."""
    steps = [("a", 10), ("b", 33), ("c", 57)]
    budgets = step_budgets(steps, ["a"], normal=80 * HOUR, promised=44 * HOUR)
    assert sum((one.normal for one in budgets), timedelta(0)) == 80 * HOUR
    assert sum((one.promised for one in budgets), timedelta(0)) == 44 * HOUR
    assert budgets[0].promised == budgets[0].normal == 8 * HOUR
    assert budgets[1].promised == timedelta(hours=36) * 33 // 90 // timedelta(minutes=1) * timedelta(minutes=1)


def test_budgets_when_the_excluded_steps_do_not_fit() -> None:
    """When the promise is shorter than the excluded steps, all steps shrink, so no budget is negative."""
    budgets = step_budgets([("a", 90), ("b", 10)], ["a"], normal=80 * HOUR, promised=16 * HOUR)
    assert sum((one.promised for one in budgets), timedelta(0)) == 16 * HOUR
    assert all(one.promised > timedelta(0) for one in budgets)


def test_a_promise_is_not_later_than_statutory_by_the_civil_code() -> None:
    """Half of a limit by the civil code never ends after the limit's close."""
    counting = Counting.model_validate({"working_day": "civil_code"})
    limit = Limit(amount=1, unit=LimitUnit.WORKING_DAY)
    due = promised_due(GreenCap(name="x", working_hours=40), limit, at("2026-01-05 09:00"), ninh_binh(), counting)
    assert due == due_at(limit, at("2026-01-05 09:00"), ninh_binh(), counting) == at("2026-01-06 17:00")
