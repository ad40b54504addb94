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
from activities.ledger.outside_tries import OutsideTries
from activities.ledger.reading import LedgerReader
from activities.ledger.vault import Vault
from activities.releases.register import Build, ReleaseAct
from domain.dossier.commands import Accept, Approve, CompleteStep
from domain.dossier.revision import CURRENT, Revision
from domain.errors import Conflict, InvalidInput, NotFound
from domain.ramps import Ramp, RampState
from domain.replays import ReplayChoice, ReplayState
from gateway.client.releases.deployment import Deployment
from gateway.client.releases.new_runs import NewRuns
from gateway.client.releases.orders import BuildNow, ReleaseOrders
from gateway.client.releases.ramps import RampWatch
from gateway.client.repairs.build_health import CALLS, SAME_TROUBLE, BuildHealth
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
    """The first build of an empty installation takes the work. A newer one gets a part in a watched ramp; when its
    dossiers are stuck, the worker of the other build takes the work back, and they go on there. Until the other build
    retires new runs keep its rules."""
    await harness.close_workers()
    old, new, orders = build("0.1.0", Revision.THIRD), build("0.2.0"), harness.engine.releases
    async with workers_of(harness, old), workers_of(harness, new, broken=[EveryActFails()]):
        codes = [(await harness.submit()).dossier for _ in range(3)]
        await until_open_on(harness, old, 3)
        assert await NewRuns(orders.register).revision() == Revision.THIRD
        ramp = await begun(orders, new, (99,))
        assert not await watch_of(harness, new).look()  # it leaves the look to the other build
        watch = watch_of(harness, old)
        assert await watch.look()
        assert ((await now(harness, new)).share, (await now(harness, old)).share) == (99.0, 1.0)
        acts = [asyncio.create_task(harness.insist(lambda c=code: harness.act(c, DESK, Accept()))) for code in codes]  # type: ignore[misc]

        async def went_back() -> bool:
            await watch.look()
            return (await orders.ramps.register.ramp(ramp.id)).state is RampState.WENT_BACK

        await until(went_back, "dossiers are stuck on the new build, and the work goes back", 60)
        ended = await orders.ramps.register.ramp(ramp.id)
        assert (ended.problem and ended.problem.code, ended.ended_by) == ("release_has_stuck_dossiers", None)
        assert {one.dossier for one in ended.examples} <= {*codes}
        assert ended.stuck == len(ended.examples) > 0
        for act in acts:
            await act
        assert (await now(harness, new)).share == 0
        with pytest.raises(Conflict) as gets_work:
            await orders.retire(ROOT, old.build, who="op.1", why=WHY)
        assert gets_work.value.code == "release_gets_work"
    acts_given = (await orders.now()).acts
    assert [(one.act, one.percent) for one in acts_given] == [("ramped", 0), ("ramped", 99), ("began", None)]
    assert [one.why for one in acts_given[:2]] == [
        "tự trả về ở 99 % (went back by itself): release_has_stuck_dossiers",
        f"{WHY} [without replay: {UNSEEN}]",
    ]


async def begun(orders: ReleaseOrders, which: Build, steps: Sequence[int], pause: int = 3_600) -> Ramp:
    """An operator orders a watched ramp, without a replay."""
    return await orders.ramps.begin(ROOT, which.build, steps, pause, who="op.1", why=WHY, without_replay=UNSEEN)


def watch_of(harness: EngineHarness, which: Build) -> RampWatch:
    """What a worker of this build does for ramps. It looks whenever it is asked to."""
    health = BuildHealth(harness.env.client, harness.pool, harness.task_queue)
    return RampWatch(harness.env.client, harness.pool, harness.task_queue, which.build, health, every=0)


async def test_calls_that_only_a_new_build_fails_are_its_fault(harness: EngineHarness) -> None:
    """A build that reaches no outside system stops its ramp, after several dossiers. The other build is not blamed."""
    await harness.close_workers()
    old, new, orders = build("0.1.0"), build("0.2.0"), harness.engine.releases
    nowhere = Simulator(state=None, seed=12).world.access.addresses("http://127.0.0.1:9", "H42", total_seconds=0.5)
    async with open_outside(nowhere) as outside:
        lost = OutsideCalls(
            outside,
            outside,
            Vault(harness.pool),
            LedgerReader(harness.pool),
            OutsideTries(harness.pool),
            "http://127.0.0.1:9/c",
        )
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
        await ramps(harness, old, new)
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


async def ramps(harness: EngineHarness, old: Build, new: Build) -> None:
    """Steps are given one after the other, by any worker, also where another one died. At most one ramp is under way. A
    rollback ends it, and so does what gives the work otherwise."""
    orders, watch = harness.engine.releases, watch_of(harness, old)
    finished = await begun(orders, new, (5, 25), pause=0)
    for order in (begun(orders, new, (50,)), orders.ramp(ROOT, new.build, 50, who="op.1", why=WHY)):
        with pytest.raises(Conflict) as second:
            await order
        assert second.value.code == "release_ramp_under_way"
    with pytest.raises(Conflict) as early:
        await orders.promote(ROOT, new.build, who="op.1", why=WHY)
    assert early.value.code == "release_ramp_under_way"
    for share in (5.0, 25.0, 25.0):  # with the last look it ends
        assert await watch.look()
        assert (await now(harness, new)).share == share
    assert not await watch.look()
    assert (await orders.ramps.register.ramp(finished.id)).state is RampState.FINISHED

    killed = await begun(orders, new, (25, 60), pause=0)  # a worker gave the first step, and died before it told
    assert await watch_of(harness, build("0.3.0")).look()
    assert (await orders.ramps.register.ramp(killed.id)).given == 1
    assert await orders.roll_back(ROOT, who="op.2", why=WHY) == old.build
    back = await orders.ramps.register.ramp(killed.id)
    assert (back.state, back.ended_by) == (RampState.WENT_BACK, "op.2")

    overtaken = await begun(orders, new, (5, 60), pause=0)
    assert await watch.look()
    await Deployment(harness.env.client, harness.task_queue).ramp(new.build, 0)
    assert await watch.look()
    assert (await orders.ramps.register.ramp(overtaken.id)).state is RampState.OVERTAKEN
    assert (await now(harness, new)).share == 0.0


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
