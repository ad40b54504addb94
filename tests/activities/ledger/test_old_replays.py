"""Tests of how long replays of histories are kept."""

from __future__ import annotations

from uuid import UUID

import pytest

from activities.ledger.pool import Pool
from activities.releases.register import Build, Ordered, ReleaseAct, ReleaseRegister
from activities.replays import register as replays
from activities.replays.register import ReplayedHistory, ReplayRegister
from domain.replays import ReplayChoice

pytestmark = pytest.mark.stack


async def ended(register: ReplayRegister, build: str) -> UUID:
    """A replay of one workflow, which has no history."""
    run = await register.begin(build, ReplayChoice(), "op.1")
    await register.enlist(run.id, [("H42.12-250701-0001", None)])
    absent = ReplayedHistory(place=0, workflow="H42.12-250701-0001", run="r", events=0, failure=None, absent=True)
    assert await register.record(run.id, [absent], 0.1)
    await register.finish(run.id)
    return run.id


async def test_the_last_replays_are_kept_and_those_for_which_there_is_an_order(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An order that gives a build its work says that its histories were replayed: that stays. Others go, the oldest
    first, with their failures, when another replay is asked for."""
    monkeypatch.setattr(replays, "KEPT", 2)
    register, releases = ReplayRegister(pool), ReleaseRegister(pool)
    await releases.seen(Build(build="0.1.0+ordered", release="0.1.0", revision=1, migration="1325_old_replays.sql"))
    await releases.record(
        Ordered(build="0.1.0+ordered", act=ReleaseAct.PROMOTED, who="op.1", why="Bản mới đã chạy thử")
    )
    ordered = await ended(register, "0.1.0+ordered")
    first, second, third = [await ended(register, "0.2.0+other") for _ in range(3)]
    waiting = (await register.begin("0.2.0+other", ReplayChoice(), "op.1")).id
    assert [one.id for one in await register.runs(9)] == [waiting, third, second, ordered]
    assert await register.failures(first, 9) == []
    assert [len(await register.failures(one, 9)) for one in (second, ordered)] == [1, 1]
    assert [one.id for one in await register.ended_on("0.1.0+ordered")] == [ordered]
