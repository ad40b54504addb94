"""A dossier with a long history goes on in a new run, and nobody can tell: same state, same memory, same clocks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, timedelta
from uuid import uuid4

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.dossier.commands import Accept, Approve, CompleteStep, Resume, ReturnResult, Suspend
from domain.dossier.revision import Revision
from domain.dossier.state import State
from domain.repairs.acts import RepairedBy
from domain.repairs.orders import ResetOrder, ToBuild, ToTime
from gateway.client.repairs.reset import ResetMechanic
from tests.support.databases import Database
from tests.support.dossier_steps import accepted, paid, reset, sign, under_revision
from tests.support.engine_harness import EngineHarness, open_engine_harness
from tests.support.given import DESK, HEAD, OFFICER, OFFICIAL
from tests.support.stuck_dossiers import other_release
from tests.workflows.broken_dossier_workflows import OfTheReleaseBefore
from tools.local_stack.time_skipping import time_skipping_temporal
from workflows.dossier import DossierWorkflow
from workflows.messages import OpenDossier, Receipt

pytestmark = pytest.mark.stack

SUGGESTED_AT = 30
"""Events, where a server of the street suggests a new run after thousands."""


@pytest.fixture(scope="module")
async def impatient_env() -> AsyncIterator[WorkflowEnvironment]:
    """A Temporal that suggests a new run very early."""
    environment = await time_skipping_temporal(f"limit.historyCount.suggestContinueAsNew={SUGGESTED_AT}")
    async with environment:
        yield environment


@pytest.fixture
async def harness(database: Database, impatient_env: WorkflowEnvironment) -> AsyncIterator[EngineHarness]:
    """Everything up, on that server."""
    async with open_engine_harness(database, impatient_env) as opened:
        yield opened


async def suspended_and_resumed(harness: EngineHarness, code: str, times: int) -> None:
    for _ in range(times):
        await harness.act(code, HEAD, Suspend(legal_basis="Điều 5"))
        await harness.act(code, HEAD, Resume())


async def suspended_or_resumed(harness: EngineHarness, code: str) -> Receipt:
    """One act: what is suspended is resumed, anything else is suspended."""
    suspended = (await harness.engine.dossier(code)).state is State.SUSPENDED
    return await harness.act(code, HEAD, Resume() if suspended else Suspend(legal_basis="Điều 5"))


async def gone_on_in_a_new_run(harness: EngineHarness, code: str) -> None:
    """Acts until the dossier has gone on in a new run. The next act does not end that one."""
    run = await harness.run_of(code)
    while await harness.run_of(code) == run:
        await suspended_or_resumed(harness, code)


async def version_at_the_start(harness: EngineHarness, code: str) -> int:
    """The version of the dossier with which its last run was started."""
    started = await anext(harness.handle(code).fetch_history_events())
    payloads = started.workflow_execution_started_event_attributes.input.payloads
    [start] = await harness.env.client.data_converter.decode(payloads, [OpenDossier])
    version: int = start.snapshot.version
    return version


async def runs_of(harness: EngineHarness, code: str) -> list[str]:
    """The ids of all runs of a dossier, the last one first."""
    run: str | None = await harness.run_of(code)
    found: list[str] = []
    while run:
        found.append(run)
        started = await anext(harness.handle(code, run).fetch_history_events())
        run = started.workflow_execution_started_event_attributes.continued_execution_run_id
    return found


async def test_a_long_dossier_goes_on_in_new_runs(harness: EngineHarness) -> None:
    """Commands, deadlines and the memory of old commands cross from run to run; the events are one unbroken series."""
    code = (await harness.submit()).dossier
    first = uuid4()
    was = await harness.act(code, DESK, Accept(), command_id=first)
    await harness.act(code, OFFICER, CompleteStep(step="process"))
    await suspended_and_resumed(harness, code, 6)
    assert len(await runs_of(harness, code)) >= 2
    again = await harness.act(code, DESK, Accept(), command_id=first)
    assert (again.first_version, again.version, again.repeated) == (was.first_version, was.version, True)
    await harness.act(code, HEAD, Approve(step="approve"))
    await harness.act(code, OFFICIAL, sign(code))
    await harness.until(code, lambda one: one.state is State.RESOLVED)
    assert (await harness.act(code, DESK, ReturnResult())).state is State.RETURNED
    versions = [event.version for event in await harness.engine.history(code)]
    assert versions == list(range(1, len(versions) + 1))


async def test_deadlines_ring_in_a_later_run(harness: EngineHarness) -> None:
    """The one timer is set anew in each run: a dossier that nobody touches is escalated to the top all the same."""
    code = await accepted(harness)
    await harness.act(code, OFFICER, CompleteStep(step="process"))
    await suspended_and_resumed(harness, code, 4)
    runs = len(await runs_of(harness, code))
    assert runs >= 2
    await harness.later(code, days=30)
    assert (await harness.engine.dossier(code)).rung == "committee"


async def test_a_call_that_is_under_way_holds_the_run(harness: EngineHarness) -> None:
    """While an outside system is waited for, the run does not end under the call; afterwards it does, once."""
    await harness.control("civil", {"mode": "down"})
    code = await paid(harness)
    await harness.act(code, OFFICER, CompleteStep(step="process"))
    await suspended_and_resumed(harness, code, 3)
    await harness.act(code, HEAD, Approve(step="approve"))
    await harness.act(code, OFFICIAL, sign(code))
    await harness.until(code, lambda one: one.state is State.RESOLVED and bool(one.incidents))
    assert len(await runs_of(harness, code)) >= 2
    await harness.control("civil")
    await harness.until(code, lambda one: one.result.reference is not None)
    effects = (await harness.inspect("civil"))["effects"]
    assert [effect["times"] for effect in effects] == [1]


async def test_every_run_replays(harness: EngineHarness) -> None:
    """The run that ended by going on, and the one that began from the snapshot, replay."""
    code = await accepted(harness)
    await harness.act(code, OFFICER, CompleteStep(step="process"))
    await suspended_and_resumed(harness, code, 6)
    runs = await runs_of(harness, code)
    assert len(runs) >= 2
    for run in runs:
        await harness.replays(code, run)


async def test_a_new_run_keeps_its_revision_so_a_rollback_leaves_no_dossier_behind(harness: EngineHarness) -> None:
    """A run starts under a revision that the release before knows. The new release continues the dossier in further
    runs; after its rollback the release before goes on with the last one."""
    code = await accepted(harness)
    queue = f"{harness.task_queue}-other-release"
    async with other_release(harness, DossierWorkflow):
        await under_revision(harness, code, Revision.THIRD, queue)
        await harness.act(code, OFFICER, CompleteStep(step="process"))
        await suspended_and_resumed(harness, code, 5)
        assert len(await runs_of(harness, code)) >= 2
    async with other_release(harness, OfTheReleaseBefore):
        await harness.act(code, HEAD, Approve(step="approve"))
        await harness.in_step(code)


async def test_a_later_run_that_is_set_back_to_its_first_task_follows_the_ledger(harness: EngineHarness) -> None:
    """Nothing tells it of the reset, and nobody sends it a command: it reads the ledger at once, before any timer has
    rung, and knows what the ledger says."""
    code = await accepted(harness)
    await harness.act(code, OFFICER, CompleteStep(step="process"))
    await gone_on_in_a_new_run(harness, code)
    written = (await suspended_or_resumed(harness, code)).version
    await reset(harness, code, updates_too=True)
    assert await version_at_the_start(harness, code) < written
    await harness.until_workflow(code, lambda now: now.version == written)
    kinds = [event.WhichOneof("attributes") for event in (await harness.handle(code).fetch_history()).events]
    assert "timer_fired_event_attributes" not in kinds[: kinds.index("marker_recorded_event_attributes")]
    assert await harness.workflow_knows(code) == await harness.known(code)
    for run in await runs_of(harness, code):
        await harness.replays(code, run)


@pytest.mark.parametrize("point", ["build", "time"])
async def test_a_reset_reaches_into_an_earlier_run(harness: EngineHarness, point: str) -> None:
    """The first task of a build is in the first run, and so is an instant before the last one began. The run that is
    made goes on from the ledger."""
    code = await accepted(harness)
    await harness.act(code, OFFICER, CompleteStep(step="process"))
    await suspended_and_resumed(harness, code, 4)
    before, mechanic = await harness.kinds(code), ResetMechanic(harness.env.client, harness.pool)
    first = (await runs_of(harness, code))[-1]
    assert await harness.run_of(code) != first
    began = (await harness.handle(code, first).fetch_history()).events[3]
    build = began.workflow_task_completed_event_attributes.worker_version.build_id
    at = began.event_time.ToDatetime(tzinfo=UTC) + timedelta(microseconds=1)
    order = ResetOrder(to=ToBuild(build=build) if point == "build" else ToTime(at=at))
    found = await mechanic.look(code, order)
    assert found.refused is None
    run = await mechanic.carry_out(found, order, RepairedBy(act=uuid4(), who="op.1", why="thử"))
    redone = (await harness.handle(code, run).fetch_history()).events[3]
    assert redone.workflow_task_failed_event_attributes.new_run_id == run
    assert await mechanic.remaining(found, order) is None
    assert await harness.kinds(code) == before
    await harness.act(code, HEAD, Approve(step="approve"))
    await harness.in_step(code)
