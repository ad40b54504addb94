"""Measures how many due dates one core computes per second, for every unit and limits up to 90 days, and that memory
does not grow.

python -m tests.bench.due_dates
"""

from __future__ import annotations

import random
import statistics
import sys
import tracemalloc
from datetime import datetime, timedelta
from time import perf_counter

from domain.deadlines.counting import due_at
from domain.deadlines.limits import Counting, Limit, LimitUnit
from tests.support.calendars import at, ninh_binh

NUMBER, REPEATS, WANTED = 100_000, 5, 100_000
MOST = {LimitUnit.WORKING_DAY: 90, LimitUnit.CALENDAR_DAY: 90, LimitUnit.HOUR: 720, LimitUnit.MONTH: 3}

Asked = list[tuple[Limit, datetime]]


def questions(units: list[LimitUnit]) -> Asked:
    """Limits up to 90 days, received at random seconds of two years."""
    draw = random.Random(2026)  # noqa: S311 - test data
    limits = [Limit(amount=n, unit=unit) for unit in units for n in range(1, MOST.get(unit, 1) + 1)]
    first = at("2025-01-02 00:00")
    return [(draw.choice(limits), first + timedelta(seconds=draw.randrange(63_072_000))) for _ in range(NUMBER)]


def rate(asked: Asked) -> float:
    """Due dates per second, over all questions once."""
    calendar, counting = ninh_binh(), Counting()
    began = perf_counter()
    for limit, received in asked:
        due_at(limit, received, calendar, counting)
    return len(asked) / (perf_counter() - began)


def growth(asked: Asked) -> int:
    """The bytes that are still used after all questions were answered once more."""
    calendar, counting = ninh_binh(), Counting()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for limit, received in asked:
        due_at(limit, received, calendar, counting)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return after - before


def figures(rates: list[float]) -> list[tuple[str, float]]:
    """The smallest, the middle and the largest value of the repeats."""
    return [("min", min(rates)), ("median", statistics.median(rates)), ("max", max(rates))]


def main() -> int:
    """Returns 0 when the required figures are reached."""
    slowest = float("inf")
    for subject, units in [(str(unit), [unit]) for unit in LimitUnit] + [("all", list(LimitUnit))]:
        asked = questions(units)
        rates = [rate(asked) for _ in range(REPEATS)]
        rates_text = ", ".join(f"{name} {value:,.0f}/s" for name, value in figures(rates))
        print(f"{subject}: {rates_text}")
        slowest = min(slowest, statistics.median(rates))
    held = growth(questions(list(LimitUnit)))
    print(f"memory held after {NUMBER:,} due dates: {held:,} bytes")
    return 0 if slowest >= WANTED and held < 10_000 else 1


if __name__ == "__main__":
    sys.exit(main())
