"""Builds of the worker at a real Temporal: who gets the work, by whose order, and what becomes of open dossiers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from structlog.testing import capture_logs
from temporalio.client import Interceptor

from activities.adapters.outside_calls import OutsideCalls
from activities.adapters.systems import open_outside
from activities.ledger.reading import LedgerReader
from activities.ledger.vault import Vault
from activities.releases.register import Build, ReleaseAct
from domain.dossier.commands import Accept, Approve, CompleteStep
from domain.dossier.revision import CURRENT, Revision
from domain.errors import Conflict, InvalidInput, NotFound
from domain.replays import ReplayChoice, ReplayState
from gateway.client.releases.new_runs import NewRuns
from gateway.client.releases.orders import BuildNow, ReleaseOrders
from gateway.client.repairs.build_health import CALLS, SAME_TROUBLE
from gateway.client.replays import FIRST_MIGRATION
from tests.support.engine_harness import EngineHarness
from tests.support.given import DESK, HEAD, OFFICER
from tests.support.principals import ROOT
from tests.support.small_province import PAID
from tests.support.waiting import until
from tests.workflows.interceptors_that_break import EveryActFails
from tools.simulator.app import Simulator
from workers.releases import ReleaseWatch
from workers.replay_runs import ReplayRuns
from workers.worker import dossier_worker, patient_workers

pytestmark = pytest.mark.stack

WHY = "Bản tháng 12"
UNSEEN = "phải thay ngay"
"""Why a build gets work although nothing was replayed on it."""


def build(name: str, revision: int = CURRENT) -> Build:
    return Build(build=f"{name}+0f", release=name, revision=revision, migration=FIRST_MIGRATION)


@asynccontextmanager
async def workers_of(
    harness: EngineHarness,
    which: Build,
    *,
    by_itself: bool = False,
    broken: Sequence[Interceptor] = (),
    calls: OutsideCalls | None = None,
) -> AsyncIterator[ReleaseWatch]:
    """The workers of a build, which have been told to take the work where nobody has it."""
    client, queue, calls = harness.worked_by(broken), harness.task_queue, calls or harness.calls
    watch = ReleaseWatch(client, harness.pool, queue, which, by_itself)
    await watch.announce()
    async with AsyncExitStack() as stack:
        for worker in (
            dossier_worker(client, harness.pool, calls, queue, deployment=watch.config),
            *patient_workers(client, calls, queue, deployment=watch.config),
        ):
            await stack.enter_async_context(worker)
        await watch.take_work_where_nobody_has_it()
        yield watch


async def now(harness: EngineHarness, which: Build) -> BuildNow:
    found = {one.build: one for one in (await harness.engine.releases.now()).builds}
    return found[which.build]


async def until_open_on(harness: EngineHarness, which: Build, count: int) -> None:
    async def so_many() -> bool:
        return (await now(harness, which)).open_dossiers == count

    await until(so_many, f"{count} open dossiers on {which.build}")


async def told(watch: ReleaseWatch) -> list[str]:
    with capture_logs() as logs:
        stopping = asyncio.Event()
        running = asyncio.create_task(watch.run(stopping))

        async def logged() -> bool:
            return bool(logs)

        await until(logged, "the watch logs what it sees")
        stopping.set()
        await running
    return [str(one["event"]) for one in logs]


async def test_an_installation_without_builds_moves_onto_them_by_order(harness: EngineHarness) -> None:
    """The new workers wait and say so, the old ones go on; by order every open dossier goes on with the new build; an
    old worker that is started again by mistake gets nothing."""
    code = (await harness.submit()).dossier
    new, orders = build("0.2.0"), harness.engine.releases
    async with workers_of(harness, new) as watch:
        assert await told(watch) == ["worker_waits_for_release"]
        await harness.act(code, DESK, Accept())
        seen = await orders.now()
        assert (seen.current, seen.without_build, seen.open_dossiers) == (None, 1, 1)
        assert seen.workers_without_build
        await replayed_by_order(harness, new)
        await orders.promote(ROOT, new.build, who="op.1", why=WHY)
        await harness.close_workers()
        await harness.act(code, OFFICER, CompleteStep(step="process"))
        await until_open_on(harness, new, 1)
        assert await told(watch) == ["release_gets_work"]
        await harness.open_workers()  # workers without a build, started by mistake
        await harness.act(code, HEAD, Approve(step="approve"))
        await until_open_on(harness, new, 1)
        await harness.in_step(code)
    [act] = (await orders.now()).acts
    assert (act.act, act.build, act.instead, act.who, act.why) == (ReleaseAct.PROMOTED, new.build, None, "op.1", WHY)


async def replayed_by_order(harness: EngineHarness, which: Build) -> None:
    """A build gets no work before the open dossiers were replayed on it; its own worker does that."""
    orders, replays = harness.engine.releases, harness.engine.replays
    with pytest.raises(Conflict) as unseen:
        await orders.promote(ROOT, which.build, who="op.1", why=WHY)
    assert unseen.value.code == "release_not_replayed"
    assert await replays.builds() == (which.build,)
    run = await replays.begin(ROOT, which.build, ReplayChoice(), who="op.1")
    assert await ReplayRuns(harness.env.client, harness.pool, harness.task_queue, which.build).step(asyncio.Event())
    assert (await replays.register.run(run.id)).state is ReplayState.SUCCEEDED


async def test_a_release_in_steps_stops_at_stuck_dossiers_and_goes_back(harness: EngineHarness) -> None:
    """The first build of an empty installation takes the work. A newer one gets a part, its stuck dossiers stop the
    next step, and after the rollback they go on with the earlier one; until it retires new runs keep its rules."""
    await harness.close_workers()
    old, new, orders = build("0.1.0", Revision.THIRD), build("0.2.0"), harness.engine.releases
    async with workers_of(harness, old), workers_of(harness, new, broken=[EveryActFails()]):
        codes = [(await harness.submit()).dossier for _ in range(3)]
        await until_open_on(harness, old, 3)
        assert await NewRuns(orders.register).revision() == Revision.THIRD
        await orders.ramp(ROOT, new.build, 99, who="op.1", why=WHY, without_replay=UNSEEN)
        assert ((await now(harness, new)).share, (await now(harness, old)).share) == (99.0, 1.0)
        acts = [asyncio.create_task(harness.insist(lambda c=code: harness.act(c, DESK, Accept()))) for code in codes]  # type: ignore[misc]

        async def stuck() -> bool:
            return bool(await orders.stuck(new.build))

        await until(stuck, "a dossier is stuck on the new build", 60)
        with pytest.raises(Conflict) as refused:
            await orders.promote(ROOT, new.build, who="op.1", why=WHY, without_replay=UNSEEN)
        assert refused.value.code == "release_has_stuck_dossiers"
        assert await orders.roll_back(ROOT, who="op.1", why="Lỗi ở bản mới") == old.build
        for act in acts:
            await act
        assert (await now(harness, new)).share == 0
        with pytest.raises(Conflict) as gets_work:
            await orders.retire(ROOT, old.build, who="op.1", why=WHY)
        assert gets_work.value.code == "release_gets_work"
    acts_given = (await orders.now()).acts
    assert [one.act for one in acts_given] == ["ramped", "ramped", "began"]
    assert acts_given[1].why == f"{WHY} [without replay: {UNSEEN}]"


async def test_calls_that_only_a_new_build_fails_are_its_fault(harness: EngineHarness) -> None:
    """A build that reaches no outside system stops its ramp, after several dossiers. The other build is not blamed."""
    await harness.close_workers()
    old, new, orders = build("0.1.0"), build("0.2.0"), harness.engine.releases
    nowhere = Simulator(state=None, seed=12).world.access.addresses("http://127.0.0.1:9", "H42", total_seconds=0.5)
    async with open_outside(nowhere) as outside:
        lost = OutsideCalls(outside, outside, Vault(harness.pool), LedgerReader(harness.pool), "http://127.0.0.1:9/c")
        async with workers_of(harness, old), workers_of(harness, new, calls=lost):
            await orders.ramp(ROOT, new.build, 100, who="op.1", why=WHY)  # nothing is open yet: nothing to replay
            assert await orders.stuck(new.build) == ()
            codes = {(await harness.submit(PAID)).dossier for _ in range(SAME_TROUBLE)}
            for code in codes:
                await harness.act(code, DESK, Accept())

            async def blamed() -> bool:
                return {one.dossier for one in await orders.stuck(new.build)} == codes

            await until(blamed, "each dossier of the new build has the same trouble", 60)
            assert {one.cause for one in await orders.stuck(new.build)} <= {*CALLS}
            assert await orders.stuck(old.build) == ()
            with pytest.raises(Conflict) as refused:
                await orders.promote(ROOT, new.build, who="op.1", why=WHY, without_replay=UNSEEN)
            assert refused.value.code == "release_has_stuck_dossiers"


async def test_rolled_back_and_retired(harness: EngineHarness) -> None:
    """A rollback gives all work to the build before. A retired build gets none again, and new runs follow new rules."""
    await harness.close_workers()
    old, new, orders = build("0.1.0", Revision.THIRD), build("0.2.0"), harness.engine.releases
    async with workers_of(harness, old), workers_of(harness, new):
        await refusals(orders, new)
        await orders.promote(ROOT, new.build, who="op.1", why=WHY)
        code = (await harness.submit()).dossier
        assert await orders.roll_back(ROOT, who="op.1", why=WHY) == old.build
        await harness.act(code, DESK, Accept())
        await until_open_on(harness, old, 1)
        await orders.promote(ROOT, new.build, who="op.1", why=WHY, without_replay=UNSEEN)
        assert await orders.retire(ROOT, old.build, who="op.1", why=WHY) != ()
        assert await NewRuns(orders.register).revision() == CURRENT
        with pytest.raises(Conflict) as none_before:
            await orders.roll_back(ROOT, who="op.1", why=WHY)
        assert none_before.value.code == "release_has_none_before"
        with pytest.raises(Conflict) as retired:
            await orders.ramp(ROOT, old.build, 5, who="op.1", why=WHY)
        assert retired.value.code == "release_retired"
        await harness.act(code, OFFICER, CompleteStep(step="process"))
        await until_open_on(harness, new, 1)


async def refusals(orders: ReleaseOrders, new: Build) -> None:
    """What nobody may order. Nothing of it is recorded."""
    with pytest.raises(NotFound) as unknown:
        await orders.promote(ROOT, "9.9.9+no", who="op.1", why=WHY)
    with pytest.raises(InvalidInput) as silent:
        await orders.promote(ROOT, new.build, who="op.1", why=" ")
    with pytest.raises(InvalidInput) as too_much:
        await orders.ramp(ROOT, new.build, 101, who="op.1", why=WHY)
    codes = [unknown.value.code, silent.value.code, too_much.value.code]
    assert codes == ["release_unknown", "release_without_reason", "percent_out_of_range"]
    assert [one.act for one in (await orders.now()).acts] == ["began"]


async def test_where_the_setting_says_so_a_new_build_takes_the_work(harness: EngineHarness) -> None:
    """Whatever had it before is retired, because nobody there decides about a rollback."""
    await harness.close_workers()
    first, second = build("0.1.0", Revision.THIRD), build("0.2.0")
    async with workers_of(harness, first, by_itself=True):
        code = (await harness.submit()).dossier
        async with workers_of(harness, second, by_itself=True):
            await harness.act(code, DESK, Accept())
            await until_open_on(harness, second, 1)
            assert await harness.engine.releases.register.retired() == {first.build}
