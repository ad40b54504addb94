"""Random cases, each answered by the engine and by the oracle. As a script it runs the given number of cases:

python -m tests.domain.deadlines.comparison 200000
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date, datetime, time, timedelta
from functools import cache, partial
from time import perf_counter
from typing import Any, NamedTuple

from pydantic import TypeAdapter

from domain.deadlines.calendar import WorkingCalendar
from domain.deadlines.counting import counted_from, due_from
from domain.deadlines.green import promised_due
from domain.deadlines.limits import Counting, GreenRule, Limit
from domain.deadlines.pauses import moved_by_pauses
from domain.errors import DomainError
from domain.values import VIETNAM
from tests.domain.deadlines.oracle import Oracle
from tests.support.calendars import data_of, ninh_binh, odd

CALENDARS: dict[str, Callable[[], WorkingCalendar]] = {
    "ninh-binh": ninh_binh,
    "ninh-binh-saturday": partial(ninh_binh, "ninh-binh-saturday"),
    "odd": odd,
}
GREEN: TypeAdapter[GreenRule] = TypeAdapter(GreenRule)
TIMES = [time(*edge) for edge in [(0, 0), (0, 1), (7, 29), (7, 30), (7, 31), (11, 29), (11, 30), (12, 59), (13, 0)]]
TIMES += [time(*edge) for edge in [(14, 59), (15, 0), (15, 1), (16, 59), (17, 0), (23, 59)]]
DAYS = [date(2024, 2, 29), date(2024, 12, 31), date(2025, 1, 24), date(2025, 1, 26), date(2025, 4, 26)]
DAYS += [
    date(2025, 5, 2),
    date(2025, 12, 31),
    date(2026, 1, 2),
    date(2026, 1, 10),
    date(2026, 2, 13),
    date(2026, 2, 15),
]
DAYS += [date(2026, 8, 22), date(2026, 8, 31), date(2026, 12, 31), date(2027, 2, 3), date(2028, 2, 29)]
"""Edges of sessions, and days around leap days, year ends, Tết, swaps and make-up Saturdays."""
CHUNK = 2_000


class Case(NamedTuple):
    """The times of one dossier, in plain values for both sides."""

    calendar: str
    received: datetime
    amount: int
    unit: str
    rules: dict[str, Any]
    green: dict[str, Any] | None
    pauses: list[tuple[datetime, datetime]]


class Answer(NamedTuple):
    statutory: datetime | None
    promised: datetime | None


def cases(seed: int, number: int) -> list[Case]:
    """Random cases; the same seed gives the same cases."""
    draw = random.Random(seed)  # noqa: S311 - test data
    return [_case(draw) for _ in range(number)]


def _case(draw: random.Random) -> Case:
    unit = draw.choice(["working_day", "working_day", "calendar_day", "hour", "month", "same_day"])
    most = {"working_day": 90, "calendar_day": 120, "hour": 300, "month": 13, "same_day": 1}[unit]
    rules = {
        "working_day": draw.choice(["eight_hours", "civil_code"]),
        "hours_are_working": draw.random() < 0.8,
        "same_day_cutoff": draw.choice(["15:00", "15:00", "11:00"]),
    }
    received = _received(draw)
    amount = min(most, 1 + int(draw.expovariate(1 / 12)))
    by_clock = unit == "hour" and not rules["hours_are_working"]
    return Case(
        calendar=draw.choice(list(CALENDARS)),
        received=received,
        amount=amount,
        unit=unit,
        rules=rules,
        green=_green(draw),
        pauses=[] if by_clock else _pauses(draw, received),
    )


def _received(draw: random.Random) -> datetime:
    day = date(2024, 1, 1) + timedelta(days=draw.randrange(1_500))
    if draw.random() < 0.4:
        day = draw.choice(DAYS) + timedelta(days=draw.choice([-1, 0, 0, 0, 1]))
    if draw.random() < 0.02:
        day = date(2028, 12, 1) + timedelta(days=draw.randrange(31))
    clock = time(draw.randrange(24), draw.randrange(60))
    if draw.random() < 0.5:
        clock = draw.choice(TIMES)
    return datetime.combine(day, clock, VIETNAM)


def _green(draw: random.Random) -> dict[str, Any] | None:
    if draw.random() < 0.3:
        return None
    rounding = draw.choice(["minute", "hour", "half_day", "day"])
    if draw.random() < 0.5:
        return {"mode": "cap", "name": "cap", "working_hours": draw.choice([16, 16, 1, 8, 40])}
    return {"mode": "factor", "name": "factor", "factor": "0.5", "rounding": rounding}


def _pauses(draw: random.Random, received: datetime) -> list[tuple[datetime, datetime]]:
    found = []
    for _ in range(draw.choice([0, 0, 1, 1, 2, 3])):
        began = received + timedelta(minutes=draw.randrange(-600, 12_000))
        if draw.random() < 0.3:
            began = began.replace(hour=draw.choice([7, 11, 13, 17]), minute=draw.choice([0, 30]))
        found.append((began, began + timedelta(minutes=draw.choice([0, 1, 30, draw.randrange(9_000)]))))
    return found


def by_engine(case: Case) -> Answer:
    calendar: WorkingCalendar = CALENDARS[case.calendar]()
    limit = Limit.model_validate({"amount": case.amount, "unit": case.unit})
    counting = Counting.model_validate(case.rules)
    try:
        start = counted_from(case.received, calendar)
        due = moved_by_pauses(due_from(limit, start, calendar, counting), start, case.pauses, calendar)
    except DomainError as error:
        return _exhausted(error)
    rule = GREEN.validate_python(case.green) if case.green else None
    promised = promised_due(rule, limit, case.received, calendar, counting)
    return Answer(due, moved_by_pauses(promised, start, case.pauses, calendar) if promised else None)


def _exhausted(error: DomainError) -> Answer:
    if error.code != "calendar_exhausted":
        raise error
    return Answer(None, None)


@cache
def _oracle(name: str) -> Oracle:
    return Oracle(data_of(CALENDARS[name]()))


def by_oracle(case: Case) -> Answer:
    oracle = _oracle(case.calendar)
    received = oracle.minute(case.received)
    pauses = [(max(0, oracle.minute(began)), oracle.minute(ended)) for began, ended in case.pauses]
    due = oracle.statutory(case.amount, case.unit, case.rules, received, pauses)
    promised = None
    if case.green and due is not None:
        promised = oracle.promised(case.green, case.amount, case.unit, case.rules, received, pauses)
    return Answer(oracle.instant(due), oracle.instant(promised))


def differences(seed: int, number: int) -> tuple[list[tuple[Case, Answer, Answer]], Counter[str]]:
    """Every case in which the two answers differ, and the number of cases of each kind."""
    found, kinds = [], Counter[str]()
    for case in cases(seed, number):
        engine, oracle = by_engine(case), by_oracle(case)
        kinds[case.unit] += 1
        kinds["paused"] += bool(case.pauses)
        kinds["green"] += case.green is not None
        kinds["exhausted"] += engine.statutory is None
        if engine != oracle:
            found.append((case, engine, oracle))
    return found, kinds


def compare_all(number: int, processes: int) -> tuple[list[tuple[Case, Answer, Answer]], Counter[str]]:
    """Compares `number` cases in chunks, on that many processes."""
    chunks = [(seed, min(CHUNK, number - seed * CHUNK)) for seed in range(-(-number // CHUNK))]
    found, kinds = [], Counter[str]()
    with ProcessPoolExecutor(processes) as pool:
        for wrong, counted in pool.map(differences, *zip(*chunks, strict=True)):
            found += wrong
            kinds += counted
    return found, kinds


if __name__ == "__main__":
    began = perf_counter()
    wrong, counted = compare_all(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000, 2)
    print(f"{len(wrong)} differences in {perf_counter() - began:.0f} s; {dict(counted)}")
    for case, engine, oracle in wrong[:10]:
        print(case, engine, oracle, sep="\n  ")
    sys.exit(bool(wrong))
