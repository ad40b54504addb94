"""Tests of the pace that all processes share: turns are counted by their times, never by how long a test took."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence

import pytest

from activities.adapters.pace import Pace
from activities.ledger.outside_places import OutsidePlaces
from activities.ledger.outside_turns import OutsideTurns, Turns
from activities.ledger.pool import DatabaseUnavailable, Pool, open_pool
from domain.messages.record import RecordRefusal
from tests.support.databases import Database

PER_SECOND = 100.0


@pytest.fixture
async def pools(database: Database) -> AsyncIterator[list[Pool]]:
    """The database connections of two processes."""
    opened = [await open_pool(database.url, 2) for _ in range(2)]
    yield opened
    for pool in opened:
        await pool.close()


def most_within(times: Sequence[float], window: float) -> int:
    """The most of these instants that lie in one window of so many seconds."""
    ordered = sorted(times)
    return max(sum(1 for later in ordered[place:] if later - at < window) for place, at in enumerate(ordered))


async def taken(pace: Pace, calls: int) -> list[float]:
    """When each of so many calls at once had its turn."""
    times: list[float] = []

    async def one() -> None:
        await pace.turn()
        times.append(asyncio.get_running_loop().time())

    await asyncio.gather(*(one() for _ in range(calls)))
    return times


def shared(pool: Pool, slowest: list[float]) -> Pace:
    """The pace of one process. `slowest` gets how long each answer of the ledger took."""
    turns = OutsideTurns(pool)

    async def lease(per_second: float, count: int, not_within: float) -> Turns:
        asked = asyncio.get_running_loop().time()
        given = await turns.lease("land", per_second, count, not_within)
        slowest.append(asyncio.get_running_loop().time() - asked)
        return given

    return Pace(PER_SECOND, lease)


@pytest.mark.stack
async def test_two_processes_share_one_pace(pools: list[Pool]) -> None:
    """Two processes that both make as many calls as they may never make more together than the limit, in any window;
    and the ledger is asked for blocks, not for each call."""
    slowest = [0.0]
    paces = [shared(pool, slowest) for pool in pools]
    times = [at for found in await asyncio.gather(*(taken(pace, 60) for pace in paces)) for at in found]
    assert len(times) == 120
    late = 0.05 + max(slowest)
    for window in (0.1, 0.25, 0.5):
        assert most_within(times, window) <= PER_SECOND * (window + late) + 1
    assert max(times) - min(times) >= (119 / PER_SECOND) - late
    assert sum(pace.leases for pace in paces) < 120 / 3


@pytest.mark.stack
async def test_answers_that_come_late_make_nobody_call_faster(pools: list[Pool]) -> None:
    """A turn whose answer was on its way for too long is not used together with the turns of others: it lapses, and the
    next question asks for turns that will still be of use."""
    asked: list[float] = []

    def answered(pool: Pool, *after: float) -> Pace:
        turns, answers = OutsideTurns(pool), itertools.cycle(after)

        async def lease(per_second: float, count: int, not_within: float) -> Turns:
            given = await turns.lease("land", per_second, count, not_within)
            asked.append(not_within)
            await asyncio.sleep(next(answers))
            return given

        return Pace(PER_SECOND, lease)

    paces = answered(pools[0], 0.0, 0.3), answered(pools[1], 0.0)
    found = await asyncio.gather(*(taken(pace, 60) for pace in paces))
    times = [at for one in found for at in one]
    assert len(times) == 120
    for window in (0.1, 0.25):
        assert most_within(times, window) <= PER_SECOND * (window + 0.1) + 1
    assert 0.2 < max(asked) < 1.0


@pytest.mark.stack
async def test_a_row_that_lies_far_ahead_keeps_nobody_waiting(pools: list[Pool]) -> None:
    """Somebody wrote a thousandth of a call a second and has mended it, or the clock of the database was set back: the
    next turn comes in its usual time, and not in a quarter of an hour."""
    turns = OutsideTurns(pools[0])
    for _ in range(2):
        await turns.lease("land", 0.001, 1)
    mended = await turns.lease("land", PER_SECOND, 5)
    assert (mended.count, mended.begins_in < 1.0) == (5, True)
    await pools[0].execute("update outside_turns set next_at = next_at + interval '1 hour'")
    assert (await turns.lease("land", PER_SECOND, 5)).count == 5
    slow = [await turns.lease("sms", 0.1, 1) for _ in range(2)]
    assert ([one.count for one in slow], 8.0 < slow[1].begins_in <= 10.0) == ([1, 0], True), "a slow pace is kept"


async def test_without_the_ledger_each_process_keeps_its_share() -> None:
    """While the database is away calls go on, and all processes together stay within the limit."""

    async def away(_per_second: float, _count: int, _not_within: float) -> Turns:
        raise DatabaseUnavailable(RecordRefusal.DATABASE_UNAVAILABLE)

    paces = [Pace(PER_SECOND, away) for _ in range(4)]
    for pace in paces:
        pace.processes = 4
    times = [at for found in await asyncio.gather(*(taken(pace, 10) for pace in paces)) for at in found]
    assert len(times) == 40
    assert most_within(times, 0.2) <= PER_SECOND * (0.2 + 0.05) + len(paces)
    assert sum(pace.leases for pace in paces) == 4, "the ledger is not asked at each call while it is away"


async def test_a_lease_without_an_answer_holds_no_call_for_ever() -> None:
    """A database that takes the question and never answers is left after a second, and the call goes on."""

    async def hangs(_per_second: float, _count: int, _not_within: float) -> Turns:
        await asyncio.Event().wait()
        raise AssertionError("never reached")

    assert len(await taken(Pace(PER_SECOND, hangs), 3)) == 3


async def test_a_changed_pace_holds_for_the_calls_that_wait() -> None:
    """Calls that wait under a slow pace go on under the new one; without a limit all go at once."""
    pace = Pace(0.001)
    await pace.turn()
    waiting = asyncio.create_task(taken(pace, 5))
    await asyncio.sleep(0)
    pace.change(None)
    assert len(await waiting) == 5


async def test_a_turn_that_nobody_takes_makes_no_burst() -> None:
    """Turns that were given and not used lapse: later calls do not make up for them."""
    given: list[int] = []

    async def lease(_per_second: float, count: int, _not_within: float) -> Turns:
        given.append(count)
        return Turns(count=5, begins_in=0.0, at=asyncio.get_running_loop().time())

    pace = Pace(20.0, lease)
    await pace.turn()
    await asyncio.sleep(0.5)  # the other four lapse
    await pace.turn()
    assert len(given) == 2


@pytest.mark.stack
async def test_the_province_has_no_more_places_than_its_limit(pools: list[Pool]) -> None:
    """However many processes ask, and in whatever order, the places that were granted are no more than the limit; one
    that needs none gives its own back, and what runs cannot be taken away."""
    places = [OutsidePlaces(pool) for pool in pools]
    held: dict[str, int] = {}

    async def ask(process: str, wanted: int, making: int, by: int = 0) -> int:
        granted = await places[by].share(process, {"land": (wanted, making, 5)})
        held[process] = granted["land"]
        assert sum(held.values()) <= 5
        return granted["land"]

    assert await ask("1@a", 8, 0) == 5
    assert await ask("2@b", 8, 0, by=1) == 0, "all are taken"
    assert await ask("1@a", 8, 4) == 4, "four calls run; the fair part of two is less, and they cannot be taken back"
    assert await ask("2@b", 8, 0, by=1) == 1
    assert await ask("1@a", 8, 1) == 3, "half of five, for two that want more"
    assert await ask("2@b", 8, 1, by=1) == 2
    assert await ask("1@a", 0, 0) == 0
    assert await ask("2@b", 8, 2, by=1) == 5
