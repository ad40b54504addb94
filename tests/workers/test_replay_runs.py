"""Replays that an operator ordered for a build: carried out beside the worker, resumed, cancelled, broken off."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import psutil
import pytest
from temporalio import workflow
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from activities.replays.register import ReplayedHistory, ReplayRegister
from domain.dossier.state import State
from domain.errors import Conflict
from domain.repairs.plans import ByCodes, ByFilter
from domain.replays import MOST_TRIES, ReplayChoice, ReplayRun, ReplayState
from tests.support.databases import Database
from tests.support.engine_harness import EngineHarness, open_engine_harness
from tests.support.waiting import until
from tests.workers.test_replaying import replaying_processes
from workers.replay_runs import ReplayRuns

pytestmark = pytest.mark.stack

BUILD = "0.2.0+0f"
NEVER = "H42.101-250101-0000"


@pytest.fixture
async def harness(database: Database, temporal_env: WorkflowEnvironment) -> AsyncIterator[EngineHarness]:
    """Everything up, for one test."""
    async with open_engine_harness(database, temporal_env) as opened:
        yield opened


@workflow.defn(name="Dossier")
class Other:
    """A release that waits before it looks at anything: its runs do not replay on ours."""

    @workflow.run
    async def run(self) -> None:
        await workflow.sleep(timedelta(days=1))


async def of_another_release(harness: EngineHarness, code: str) -> str:
    """A run of a dossier's workflow by code that asked for other steps."""
    await harness.close_workers()
    client, queue = harness.env.client, harness.task_queue
    async with Worker(client, task_queue=queue, workflows=[Other], workflow_runner=UnsandboxedWorkflowRunner()):
        handle = await client.start_workflow("Dossier", id=code, task_queue=queue)

        async def waits() -> bool:
            return any([one.HasField("timer_started_event_attributes") async for one in handle.fetch_history_events()])

        await until(waits, "it waits")
    return code


def runs_of(harness: EngineHarness, silent_for: float = 600) -> ReplayRuns:
    return ReplayRuns(harness.env.client, harness.pool, harness.task_queue, BUILD, silent_for=silent_for)


async def carried_out(harness: EngineHarness, choice: ReplayChoice) -> ReplayRun:
    register = ReplayRegister(harness.pool)
    ordered = await register.begin(BUILD, choice, "op.1")
    assert await runs_of(harness).step(asyncio.Event())
    return await register.run(ordered.id)


async def test_what_is_open_is_replayed_and_what_differs_is_named(harness: EngineHarness) -> None:
    """Everything open, a filter, a sample and names. A failure has the event, the line that asked, and the remedy."""
    codes = [(await harness.submit()).dossier for _ in range(2)]

    async def listed() -> ReplayRun | None:
        run = await carried_out(harness, ReplayChoice())
        return run if run.histories == 2 else None

    everything = await until(listed, "Temporal lists both", 60)
    assert (everything.state, everything.looked, everything.failed) == (ReplayState.SUCCEEDED, 2, 0)
    assert everything.events > 10
    assert everything.per_second
    assert not await runs_of(harness).step(asyncio.Event()), "nothing waits any more"

    wanted = ByFilter(wanted={"states": [State.SUBMITTED.value]})
    sampled = await carried_out(harness, ReplayChoice(selected=wanted, sample=1, seed=7))
    assert (sampled.state, sampled.histories, sampled.looked) == (ReplayState.SUCCEEDED, 1, 1)

    other = await of_another_release(harness, f"{codes[0][:-4]}9999")
    named = await carried_out(harness, ReplayChoice(selected=ByCodes(codes=(other, NEVER, codes[0]))))
    assert (named.state, named.looked, named.failed, named.absent) == (ReplayState.FAILED, 2, 1, 1)
    failures = {one.workflow: one for one in await ReplayRegister(harness.pool).failures(named.id, 10)}
    assert failures[NEVER].failure is None
    told = failures[other].failure
    assert told is not None
    assert told.code in ("does_not_replay", "task_fails")
    assert told.difference is not None
    assert told.remedy.vi


async def test_nobody_waits_for_ever(harness: EngineHarness) -> None:
    """No history: it says so. A cancelled run and one that hangs end within seconds, and leave no process behind."""
    register, nothing = ReplayRegister(harness.pool), await carried_out(harness, ReplayChoice())
    assert nothing.problem is not None
    assert (nothing.state, nothing.problem.code) == (ReplayState.BROKEN_OFF, "nothing_is_open")

    code = (await harness.submit()).dossier
    choice = ReplayChoice(selected=ByCodes(codes=(code,)))
    ordered = await register.begin(BUILD, choice, "op.1")
    with pytest.raises(Conflict) as twice:
        await register.begin(BUILD, choice, "op.2")
    assert twice.value.code == "replay_under_way"
    carrying = asyncio.create_task(runs_of(harness).step(asyncio.Event()))
    await until(lambda: begun(register, ordered.id), "it is under way")
    assert (await register.cancel(ordered.id, "op.2")).state is ReplayState.CANCELLED
    assert await asyncio.wait_for(carrying, 30)
    assert not replaying_processes(psutil.Process())
    assert (await register.run(ordered.id)).looked == 0
    assert await register.enlist(ordered.id, [(code, None)]) == 0, "it was cancelled while its worker listed"
    assert await register.to_do(ordered.id, 1) == []
    with pytest.raises(Conflict) as ended:
        await register.cancel(ordered.id, "op.2")
    assert ended.value.code == "replay_ended"

    hanging = await register.begin(BUILD, choice, "op.1")
    assert await runs_of(harness, silent_for=0.1).step(asyncio.Event())
    found = await register.run(hanging.id)
    assert found.problem is not None
    assert (found.state, found.problem.code) == (ReplayState.BROKEN_OFF, "replay_hangs")
    assert not replaying_processes(psutil.Process())


async def begun(register: ReplayRegister, replay: UUID) -> bool:
    return (await register.run(replay)).state is ReplayState.RUNNING


async def test_another_worker_goes_on_where_one_stopped_or_died(harness: EngineHarness) -> None:
    """What was recorded is not replayed again. A worker that ends gently gives it back; after five that died it is
    given up. Of two workers of a build one carries it out."""
    register, codes = ReplayRegister(harness.pool), [(await harness.submit()).dossier for _ in range(2)]
    choice = ReplayChoice(selected=ByCodes(codes=tuple(codes)))
    ordered = await register.begin(BUILD, choice, "op.1")
    await register.take(ordered.id)
    await register.enlist(ordered.id, [(code, None) for code in codes])
    first = ReplayedHistory(place=0, workflow=codes[0], run="r", events=5, failure=None)
    assert await register.record(ordered.id, [first], 0.1)
    assert await register.record(ordered.id, [first], 0.1), "two workers at once count it once"
    stopping = asyncio.Event()
    stopping.set()
    assert await runs_of(harness).step(stopping)
    assert (await register.run(ordered.id)).state is ReplayState.RUNNING
    async with harness.pool.acquire() as connection:
        await connection.execute("select pg_advisory_lock(hashtext($1))", f"replay {BUILD}")
        assert not await runs_of(harness).step(asyncio.Event())
        await connection.execute("select pg_advisory_unlock(hashtext($1))", f"replay {BUILD}")
    assert await runs_of(harness).step(asyncio.Event())
    whole = await register.run(ordered.id)
    assert (whole.state, whole.looked, whole.histories) == (ReplayState.SUCCEEDED, 2, 2)

    deadly = await register.begin(BUILD, choice, "op.1")
    for _ in range(MOST_TRIES):
        await register.take(deadly.id)
    assert await runs_of(harness).step(asyncio.Event())
    problem = (await register.run(deadly.id)).problem
    assert problem is not None
    assert problem.code == "replay_given_up"
