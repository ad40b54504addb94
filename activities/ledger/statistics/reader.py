"""Reads statistics of the register as it is at one moment, so that the numbers of one answer fit together."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Any

from activities.ledger.one_moment import one_moment
from activities.ledger.pool import Connection, Pool
from activities.ledger.search.conditions import day_of, hour_of
from activities.ledger.search.query import SearchFilter, SearchScope
from activities.ledger.statistics import statements
from activities.ledger.statistics.measures import (
    AnyMeasure,
    Measure,
    MeasureNow,
    Period,
    both,
    filter_now,
    filter_over,
    population_now,
)
from activities.ledger.statistics.statements import Group, Statement
from domain.deadlines.limits import WhichClock
from domain.values import VIETNAM, Code, Value


class SpentTimes(Value):
    """Working minutes of the resolved dossiers that have the clock: `used` by the authority, `granted` by the limit."""

    dossiers: int = 0
    used: int = 0
    granted: int = 0


class Counts(Value):
    """The numbers of one group. `key`: its code; None: nobody has the dossiers, or all are one group."""

    key: Code | None = None
    numbers: Mapping[AnyMeasure, int]
    times: Mapping[WhichClock, SpentTimes] = {}

    def __add__(self, other: Counts) -> Counts:
        """Both groups as one."""
        return Counts(
            numbers={name: number + other.numbers[name] for name, number in self.numbers.items()},
            times={clock: _sum(times, other.times[clock]) for clock, times in self.times.items()},
        )


def _sum(one: SpentTimes, other: SpentTimes) -> SpentTimes:
    return SpentTimes(
        dossiers=one.dossiers + other.dossiers, used=one.used + other.used, granted=one.granted + other.granted
    )


class ByDay(Value):
    """The dossiers of one day in Vietnam: received, and resolved."""

    day: date
    received: int
    resolved: int


class ByHour(Value):
    """The dossiers received in one hour of one weekday (1 is Monday)."""

    weekday: int
    hour: int
    received: int


class Asked(Value):
    """Of which dossiers numbers are wanted, in whose scope, and at which instant lateness is judged."""

    population: SearchFilter
    scope: SearchScope
    at: datetime


class Statistics:
    """Numbers of one moment."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    async def over(self, asked: Asked, period: Period, by: Group) -> list[Counts]:
        """Each measure over the period, for each group that has dossiers."""
        base = statements.base_conditions(asked.population, asked.scope, asked.at)
        rows = await self._fetch(statements.counts_over(by, period, base, asked.at))
        return [_counts(row, Measure, times=True) for row in rows]

    async def now(self, asked: Asked, rungs: tuple[str, ...], by: Group) -> list[Counts]:
        """Each measure as of `asked.at`, for each group that has open dossiers."""
        base = statements.base_conditions(both(asked.population, population_now(asked.at)), asked.scope, asked.at)
        measures = {measure.value: filter_now(measure, asked.at, rungs) for measure in MeasureNow}
        return [_counts(row, MeasureNow) for row in await self._fetch(statements.counts(by, measures, base, asked.at))]

    async def counted(self, asked: Asked, filters: Mapping[str, SearchFilter]) -> dict[str, int]:
        """The number of each filter. The names of the filters are our own, and those of columns."""
        base = statements.base_conditions(asked.population, asked.scope, asked.at)
        (row,) = await self._fetch(statements.counts(Group.ALL, filters, base, asked.at)) or [None]
        return {name: 0 if row is None else row[name] for name in filters}

    async def by_time(self, asked: Asked, period: Period) -> tuple[list[ByDay], list[ByHour]]:
        """What was received and what was resolved on each day of the period on which something was; and what was
        received in each hour of the week."""
        hours = await self._instants("received_at", asked, SearchFilter(received=period.window), hour_of)
        ended = await self._instants("ended_at", asked, filter_over(Measure.RESOLVED, period), day_of)
        received: Counter[date] = Counter()
        weekly: Counter[tuple[int, int]] = Counter()
        for began, number in hours.items():
            received[began.date()] += number
            weekly[began.isoweekday(), began.hour] += number
        resolved = {began.date(): number for began, number in ended.items()}
        days = sorted({*received, *resolved})
        return (
            [ByDay(day=day, received=received[day], resolved=resolved.get(day, 0)) for day in days],
            [ByHour(weekday=day, hour=hour, received=number) for (day, hour), number in sorted(weekly.items())],
        )

    async def by_rung(self, asked: Asked) -> dict[str, int]:
        """The open dossiers by the last rung that fired."""
        wanted = both(asked.population, population_now(asked.at))
        rows = await self._fetch(statements.counts_by_rung(statements.base_conditions(wanted, asked.scope, asked.at)))
        return {row["rung"]: row["count"] for row in rows}

    async def by_system(self, asked: Asked) -> dict[str, int]:
        """The dossiers with a failed call, by the outside system; also ended ones that wait for a registry."""
        base = statements.base_conditions(asked.population, asked.scope, asked.at)
        return {row["system"]: row["count"] for row in await self._fetch(statements.counts_by_system(base))}

    async def _instants(
        self, column: str, asked: Asked, wanted: SearchFilter, unit: Callable[[str], str]
    ) -> dict[datetime, int]:
        """How many dossiers of the filter have the column's instant in each day or hour, by when that begins."""
        base = statements.base_conditions(both(asked.population, wanted), asked.scope, asked.at)
        rows = await self._fetch(statements.counts_by(unit(column), base))
        return {row["began"].astimezone(VIETNAM): row["count"] for row in rows}

    async def _fetch(self, statement: Statement) -> list[Any]:
        sql, arguments = statement
        return list(await self._db.fetch(sql, *arguments))


class StatisticsReader:
    """Opens readings. It raises DatabaseUnavailable when the database does not answer."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    @asynccontextmanager
    async def at_one_moment(self) -> AsyncIterator[Statistics]:
        """Statistics of one moment."""
        async with one_moment(self._pool, "statistics") as db:
            yield Statistics(db)


def _counts(row: Any, measures: type[Measure] | type[MeasureNow], *, times: bool = False) -> Counts:
    return Counts(
        key=row["key"],
        numbers={measure: row[measure.value] for measure in measures},
        times={clock: _times(row, clock) for clock in WhichClock} if times else {},
    )


def _times(row: Any, clock: WhichClock) -> SpentTimes:
    return SpentTimes(
        dossiers=row[f"timed_{clock.value}"],
        used=row[f"used_{clock.value}"],
        granted=row[f"granted_{clock.value}"],
    )
