"""Tests that statistics add up, and that each number is the length of the list that it opens."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from activities.ledger.pool import Pool, open_pool
from activities.ledger.search.query import ALL_DOSSIERS, OfUnits, SearchFilter, SearchScope, UnitPart
from activities.ledger.search.reader import DossierSearch, Search
from activities.ledger.statistics.measures import (
    SHARE_OF,
    Measure,
    MeasureNow,
    Period,
    both,
    filter_now,
    filter_over,
)
from activities.ledger.statistics.reader import Asked, Counts, Statistics, StatisticsReader
from activities.ledger.statistics.statements import Group
from domain.dossier.state import State
from domain.errors import InvalidInput
from domain.values import VIETNAM
from tests.support.databases import Database
from tests.support.drawn_register import RUNGS, SYSTEMS, UNITS, Row, analyse, draw, insert
from tests.support.ledger_samples import MORNING

pytestmark = pytest.mark.stack

NOW = MORNING + timedelta(hours=70)
PERIODS = [
    Period(first=MORNING.date() + timedelta(days=first), last=MORNING.date() + timedelta(days=last))
    for first, last in ((0, 0), (1, 1), (0, 3), (2, 30))
]
EVERY_DOSSIER = SearchFilter()
OF_UNITS = SearchFilter(units=OfUnits(codes=UNITS[:4], part=UnitPart.ACCOUNTABLE))


@dataclass(frozen=True)
class Register:
    """The drawn rows, and what counts them."""

    pool: Pool
    rows: list[Row]

    async def listed(self, wanted: SearchFilter, scope: SearchScope) -> int:
        """How many dossiers a search lists."""
        search = Search(wanted=wanted, scope=scope, at=NOW)
        async with DossierSearch(self.pool).at_one_moment("test") as searching:
            return (await searching.count(search)).count


@pytest.fixture(scope="module")
async def register(module_database: Database) -> AsyncIterator[Register]:
    """A register of drawn dossiers that ended, if at all, after they were received."""
    pool, lot = await open_pool(module_database.url, 2), random.Random(11)  # noqa: S311  no secret
    rows = draw(1_500, lot)
    for row in rows:
        if row["ended_at"] is not None:
            began = row["received_at"] or MORNING
            row["ended_at"] = max(row["ended_at"], began)
            row["state"] = lot.choice(ENDS).value
        elif lot.random() < 0.3:
            row["state"] = State.SUPPLEMENT_REQUESTED.value
    await insert(pool, rows)
    await analyse(module_database.admin_url)
    yield Register(pool, rows)
    await pool.close()


ENDS = (State.RESOLVED, State.RETURNED, State.RETURNED, State.WITHDRAWN, State.STOPPED)


@pytest.fixture
async def statistics(register: Register) -> AsyncIterator[Statistics]:
    """Readings of one moment."""
    async with StatisticsReader(register.pool).at_one_moment() as readings:
        yield readings


def asked(population: SearchFilter = EVERY_DOSSIER, scope: SearchScope = ALL_DOSSIERS) -> Asked:
    """A question as of `NOW`."""
    return Asked(population=population, scope=scope, at=NOW)


def whole(groups: list[Counts]) -> Counts:
    """All groups as one."""
    total = groups[0]
    for group in groups[1:]:
        total += group
    return total


@pytest.mark.parametrize("period", PERIODS, ids=str)
async def test_a_period_balances(statistics: Statistics, period: Period) -> None:
    """Carried over and received is resolved, ended otherwise and open at the end, in the whole and in each group."""
    for by in Group:
        for group in await statistics.over(asked(), period, by):
            of = group.numbers
            before = of[Measure.CARRIED_OVER] + of[Measure.RECEIVED]
            assert before == of[Measure.RESOLVED] + of[Measure.ENDED_OTHERWISE] + of[Measure.OPEN_AT_END]
            for clock in ("statutory", "promised"):
                parts = [of[Measure(f"{what}_{clock}")] for what in ("early", "on_time", "late")]
                assert sum(parts) == of[Measure(f"judged_{clock}")]


@pytest.mark.parametrize("period", PERIODS[:3], ids=str)
@pytest.mark.parametrize("scope", [ALL_DOSSIERS, SearchScope(units=UNITS[:4]), SearchScope(units=UNITS[2:9])])
async def test_a_number_is_the_length_of_its_list(
    register: Register, statistics: Statistics, period: Period, scope: SearchScope
) -> None:
    """For each measure, the search with its filter and the scope finds as many dossiers as were counted."""
    over = await statistics.over(asked(OF_UNITS, scope), period, Group.ALL)
    now = await statistics.now(asked(OF_UNITS, scope), RUNGS, Group.ALL)
    for measure, number in over[0].numbers.items():
        assert isinstance(measure, Measure)
        assert number == await register.listed(both(OF_UNITS, filter_over(measure, period)), scope), measure
    for measure, number in now[0].numbers.items():
        assert isinstance(measure, MeasureNow)
        assert number == await register.listed(both(OF_UNITS, filter_now(measure, NOW, RUNGS)), scope), measure
    assert sum(over[0].numbers.values()) > 0
    assert all(now[0].numbers[one] for one in MeasureNow if one is not MeasureNow.DUE_TODAY)


async def test_the_groups_add_up_to_the_whole(register: Register, statistics: Statistics) -> None:
    """Each dossier has one accountable unit and at most one officer, so the groups count each once."""
    for period in PERIODS:
        (total,) = await statistics.over(asked(), period, Group.ALL)
        for by in (Group.UNIT, Group.OFFICER, Group.PROCEDURE):
            assert whole(await statistics.over(asked(), period, by)) == total
    (open_now,) = await statistics.now(asked(), RUNGS, Group.ALL)
    assert whole(await statistics.now(asked(), RUNGS, Group.OFFICER)).numbers == open_now.numbers
    nobody = next(one for one in await statistics.now(asked(), RUNGS, Group.OFFICER) if one.key is None)
    assert nobody.numbers[MeasureNow.UNASSIGNED] == open_now.numbers[MeasureNow.UNASSIGNED] > 0


async def test_the_numbers_are_those_of_plain_sql(register: Register, statistics: Statistics) -> None:
    """The numbers agree with statements that share nothing with ours."""
    period = PERIODS[2]
    (total,) = await statistics.over(asked(), period, Group.ALL)
    wanted = await register.pool.fetchrow(
        """
        select count(*) filter (where received_at >= $1 and received_at < $2) as received,
               count(*) filter (where received_at >= $1 and received_at < $2 and channel = 'online') as received_online,
               count(*) filter (where received_at < $1 and coalesce(ended_at, 'infinity') >= $1) as carried_over,
               count(*) filter (where received_at < $2 and ended_at >= $1 and ended_at < $2
                   and state in ('resolved', 'returned') and late_promised_minutes > 0) as late_promised
        from dossier
        """,
        period.since,
        period.before,
    )
    assert {name: total.numbers[Measure(name)] for name in dict(wanted)} == dict(wanted)
    rows = [row for row in register.rows if row["received_at"] and row["received_at"] < period.before]
    rows = [row for row in rows if row["received_at"] >= period.since]
    days, hours = await statistics.by_time(asked(), period)
    received = [row["received_at"].astimezone(VIETNAM) for row in rows]
    assert {one.day: one.received for one in days if one.received} == Counter(at.date() for at in received)
    by_hour = Counter((at.isoweekday(), at.hour) for at in received)
    assert {(one.weekday, one.hour): one.received for one in hours} == by_hour
    systems = await statistics.by_system(asked())
    assert systems == {one: sum(one in row["incident_systems"] for row in register.rows) for one in SYSTEMS}
    assert set(await statistics.by_rung(asked())) == set(RUNGS)


async def test_working_times_are_added_up_where_there_is_a_limit(register: Register, statistics: Statistics) -> None:
    """The average is over resolved dossiers whose limit is known, as numerator and denominator of the same dossiers."""
    period = PERIODS[2]
    (total,) = await statistics.over(asked(), period, Group.ALL)
    timed = [
        row
        for row in register.rows
        if row["ended_at"] and period.since <= row["ended_at"] < period.before and row["received_at"]
        and row["received_at"] < period.before and row["state"] in ("resolved", "returned")
        and row["late_promised_minutes"] is not None and row["used_minutes"] and row["promised_minutes"]
    ]  # fmt: skip
    times = total.times["promised"]  # type: ignore[index]
    assert (times.dossiers, times.used) == (len(timed), sum(row["used_minutes"] for row in timed))
    assert times.granted == 240 * len(timed)


def test_every_share_has_its_whole() -> None:
    """A measure that is a part of another names it; the others are sums of the balance."""
    sums = {"carried_over", "received", "resolved", "ended_otherwise", "open_at_end", "open"}
    alone = {one.value for one in (*Measure, *MeasureNow) if one not in SHARE_OF}
    assert alone == {*sums, "judged_statutory", "judged_promised"}


def test_a_period_is_at_most_a_year() -> None:
    """A longer period, or one that ends before it begins, is refused."""
    assert Period.of(date(2028, 1, 1), date(2028, 12, 31)).window.since is not None
    for first, last in ((date(2026, 1, 1), date(2027, 1, 2)), (date(2026, 1, 2), date(2026, 1, 1))):
        with pytest.raises(InvalidInput, match="period"):
            Period.of(first, last)
