"""The register of comparisons: one at a time, a dead one is seen, and only the newest list is kept."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from activities.ledger.pool import Pool
from activities.ledger.reconciliations import (
    KEPT,
    MOST_LISTED,
    Reconciliations,
    ReconciliationState,
    Tally,
)
from domain.errors import Conflict, NotFound
from domain.repairs.differences import Difference, Different

pytestmark = pytest.mark.stack

LOST, BEHIND = Difference.WITHOUT_WORKFLOW, Difference.WORKFLOW_BEHIND


def different(*names: str, kind: Difference = LOST) -> list[Different]:
    return [Different(difference=kind, name=name, version=3, known=1) for name in names]


async def compared(register: Reconciliations, *found: Different) -> int:
    """Given: a comparison that found these differences. Returns its number."""
    number = (await register.begin("op.1", whole=True)).number
    counts = {kind: sum(one.difference is kind for one in found) for kind in {one.difference for one in found}}
    tally = Tally(workflows=7, dossiers=8, done=7, counts=counts)
    await register.add(number, found, tally)
    await register.finish(number, tally)
    return number


async def refused(code: str, asked: object) -> None:
    with pytest.raises((Conflict, NotFound)) as raised:
        await asked  # type: ignore[misc]
    assert raised.value.code == code


async def listed(register: Reconciliations, number: int, *kinds: Difference) -> list[str]:
    return [one.name for one in await register.differences(number, kinds, limit=10)]


async def test_only_one_runs(pool: Pool) -> None:
    """Of several at once one begins; the others are told which one. After its end the next may begin."""
    register = Reconciliations(pool)
    begun = await asyncio.gather(*(register.begin(f"op.{one}", whole=True) for one in range(4)), return_exceptions=True)
    [won] = [one for one in begun if not isinstance(one, BaseException)]
    lost = [one for one in begun if isinstance(one, Conflict)]
    assert [one.code for one in lost] == ["reconciliation_under_way"] * 3
    assert lost[0].facts == {"number": str(won.number), "who": won.who}
    await register.tell(won.number, Tally(workflows=9, done=4))
    running = await register.one(won.number)
    assert (running.state, running.done, running.workflows, running.agree) == (ReconciliationState.RUNNING, 4, 9, False)
    done = await register.finish(won.number, Tally(workflows=9, done=9))
    assert (done.state, done.agree) == (ReconciliationState.FINISHED, True)
    assert (await register.begin("op.1", whole=False)).number > won.number


async def test_one_that_is_silent_is_interrupted(pool: Pool) -> None:
    """Its process has died: it shows as interrupted, another begins, and when it comes back it may write no more."""
    register, impatient = Reconciliations(pool), Reconciliations(pool, silent=timedelta(0))
    last = await compared(register, *different("a"))
    dead = (await register.begin("op.1", whole=True)).number
    await register.add(dead, different("b"), Tally(counts={LOST: 1}))
    assert (await register.one(dead)).state is ReconciliationState.RUNNING
    assert (await impatient.one(dead)).state is ReconciliationState.INTERRUPTED
    second = (await impatient.begin("op.2", whole=True)).number
    assert (await register.one(dead)).state is ReconciliationState.INTERRUPTED
    for late in (
        register.add(dead, different("c"), Tally()), register.tell(dead, Tally()), register.finish(dead, Tally())
    ):  # fmt: skip
        await refused("reconciliation_interrupted", late)
    assert (await listed(register, dead), await listed(register, last)) == ([], ["a"])
    await register.fail(second, "temporal_unavailable")
    failed = await register.one(second)
    assert (failed.state, failed.failed) == (ReconciliationState.FAILED, "temporal_unavailable")
    newest = await register.finished()
    assert newest is not None
    assert (newest.number, newest.listed) == (last, 1)


async def test_the_newest_list_is_kept_whole_and_by_kind(pool: Pool) -> None:
    """It is read forward and back in the order in which it was found; a later result takes its place."""
    register = Reconciliations(pool)
    assert await register.finished() is None
    first = await compared(register, *different("old"))
    second = await compared(register, *different("a", "b"), *different("c", "d", kind=BEHIND), *different("e"))
    assert ((await register.one(first)).listed, await listed(register, first)) == (0, [])
    assert (await register.one(second)).differences == 5
    assert await listed(register, second) == ["a", "b", "c", "d", "e"]
    assert await listed(register, second, BEHIND) == ["c", "d"]
    after = await register.differences(second, [LOST], place=(2, False), limit=5)
    before = await register.differences(second, [LOST], place=(5, True), limit=1)
    assert ([one.name for one in after], [one.name for one in before]) == (["e"], ["b"])
    await refused("unknown_reconciliation", register.one(second + 1))


async def test_a_huge_list_is_cut_and_old_results_are_removed(pool: Pool) -> None:
    """What is beyond the list is counted still; only so many comparisons are kept."""
    register = Reconciliations(pool)
    number = (await register.begin("op.1", whole=True)).number
    await pool.execute("update reconciliation set listed = $2 where number = $1", number, MOST_LISTED - 1)
    tally = Tally(counts={LOST: MOST_LISTED + 1})
    for batch in (different("a", "b"), different("c")):
        await register.add(number, batch, tally)
    found = await register.finish(number, tally)
    assert (found.listed, found.differences) == (MOST_LISTED, MOST_LISTED + 1)
    assert await listed(register, number) == ["a"]
    for _ in range(KEPT):
        await compared(register)
    assert await pool.fetchval("select count(*) from reconciliation") == KEPT
    running = await register.begin("op.1", whole=True)
    for _ in range(3):
        await refused("reconciliation_under_way", register.begin("op.2", whole=True))
    await register.finish(running.number, Tally())
    await compared(register)
    assert await pool.fetchval("select count(*) from reconciliation") == KEPT, "a refused one is none"
    numbers = [one.number for one in await register.last(3)]
    assert [one.number for one in await register.last(1, (numbers[0], False))] == numbers[1:2]
    assert [one.number for one in await register.last(5, (numbers[1], True))] == numbers[:1]
