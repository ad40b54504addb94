"""Tests of the workflow that waits for a dossier's state: how often it looks, and how long its history gets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Final
from uuid import uuid4

import pytest
from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from domain.dossier.commands import Withdraw
from domain.dossier.state import TERMINAL
from gateway.access.principals import PersonPrincipal
from gateway.nexus.callers import NexusCallers
from gateway.nexus.looking import Looking
from gateway.nexus.service import nexus_queue_of
from tests.support.api_under_test import KnownTokens
from tests.support.databases import Database
from tests.support.engine_harness import EngineHarness, open_engine_harness
from tests.support.given import CITIZEN, DESK
from tests.support.nexus_calls import QUEUE, OneCall, knows, open_namespace, team_worker
from tests.support.waiting import until
from tools.local_stack.nexus_endpoint import ensure_endpoint
from tools.local_stack.time_skipping import time_skipping_temporal
from workers.nexus import nexus_worker
from workers.sandbox import sandbox
from workflows.dossier_wait import Awaited, DossierWaitWorkflow, WaitOrder

pytestmark = pytest.mark.stack

PAUSE: Final = "timer_started_event_attributes"

Wait = WorkflowHandle[DossierWaitWorkflow, Awaited]


SUGGESTED_AT = 30
"""Events after which this server suggests a new run: far fewer than a server elsewhere."""


@pytest.fixture(scope="module")
async def impatient_env() -> AsyncIterator[WorkflowEnvironment]:
    """A Temporal that suggests a new run early."""
    environment = await time_skipping_temporal(f"limit.historyCount.suggestContinueAsNew={SUGGESTED_AT}")
    async with environment:
        yield environment


@pytest.fixture
async def harness(database: Database, impatient_env: WorkflowEnvironment) -> AsyncIterator[EngineHarness]:
    """Everything up, on that server."""
    async with open_engine_harness(database, impatient_env) as opened:
        yield opened


@pytest.fixture
async def waits(harness: EngineHarness) -> AsyncIterator[str]:
    """The queue of a worker that runs waits."""
    queue = f"{harness.task_queue}-waits"
    async with Worker(
        harness.env.client,
        task_queue=queue,
        workflows=[DossierWaitWorkflow],
        activities=[Looking(harness.engine).look],
        workflow_runner=sandbox(),
    ):
        yield queue


async def start(harness: EngineHarness, queue: str, code: str) -> Wait:
    """Waits for the end of a dossier, for the desk that received it."""
    asked_by = PersonPrincipal(person=DESK.person).model_dump(mode="json")
    order = WaitOrder(dossier=code, states=tuple(sorted(TERMINAL)), after=1, asked_by=asked_by)
    with harness.env.with_time_skipping_disabled():
        return await harness.env.client.start_workflow(
            DossierWaitWorkflow.run, order, id=f"wait-{code}", task_queue=queue
        )


@pytest.mark.slow
async def test_a_long_wait_looks_rarely_and_keeps_its_history_short(harness: EngineHarness, waits: str) -> None:
    """Soon after a change it looks each second; later ever more rarely, and at least every ten minutes. New runs go on
    with the wait, and each replays."""
    code = (await harness.submit()).dossier
    wait = await start(harness, waits, code)
    await harness.later(wait.id, minutes=75)
    runs = await runs_of(harness, wait.id)
    assert len(runs) > 3
    pauses: list[timedelta] = []
    for run in runs:
        history = (await harness.handle(wait.id, run).fetch_history()).events
        assert len(history) < SUGGESTED_AT + 20
        timers = [getattr(one, PAUSE).start_to_fire_timeout for one in history if one.HasField(PAUSE)]
        pauses += [timer.ToTimedelta() for timer in timers]
        await harness.replays(wait.id, run)
    assert timedelta(seconds=1) <= min(pauses)
    assert pauses[0] < timedelta(seconds=10)  # a fifth of the time since the dossier was submitted
    assert pauses == sorted(pauses)
    assert pauses[-1] == timedelta(minutes=10)
    await harness.act(code, CITIZEN, Withdraw())
    await harness.later(wait.id, minutes=11)
    assert (await wait.result()).state == "withdrawn"


async def test_a_caller_gets_the_result_of_a_later_run(harness: EngineHarness) -> None:
    """The operation of a workflow in another namespace goes on when the wait goes on in a new run."""
    temporal, endpoint = harness.env.client, f"e{uuid4().hex[:8]}"
    await ensure_endpoint(temporal, endpoint, nexus_queue_of(harness.task_queue))
    team = await open_namespace(temporal, f"team-{uuid4().hex[:8]}")
    await until(lambda: knows(team), "the new namespace is known")
    tokens = KnownTokens()
    headers = {"authorization": f"Bearer {tokens.give(PersonPrincipal(person=DESK.person))}"}
    callers = NexusCallers(tokens, {}, lambda: harness.staff)
    within = timedelta(seconds=1)
    code = (await harness.submit()).dossier
    call = {"endpoint": endpoint, "operation": "wait_for_state", "input": {"dossier": code}, "headers": headers}
    with harness.env.with_time_skipping_disabled():
        async with (
            nexus_worker(temporal, harness.engine, callers, harness.task_queue, sandbox(), within),
            team_worker(team),
        ):
            asked = await team.start_workflow(OneCall.run, call, id=uuid4().hex, task_queue=QUEUE)

            async def goes_on() -> bool:
                query = f"WorkflowId starts_with 'wait-{code}-'"
                return len([one.run_id async for one in temporal.list_workflows(query)]) > 1

            await until(goes_on, "a new run goes on with the wait")
            await harness.act(code, CITIZEN, Withdraw())
            assert (await asked.result())["answer"]["state"] == "withdrawn"


async def runs_of(harness: EngineHarness, wait: str) -> list[str]:
    """The ids of the runs of a wait, the first one first."""
    found: list[str] = []
    run: str | None = await harness.run_of(wait)
    while run:
        found.append(run)
        first = (await harness.handle(wait, run).fetch_history()).events[0]
        run = first.workflow_execution_started_event_attributes.continued_execution_run_id
    return found[::-1]


async def test_a_wait_outlasts_an_outage_of_the_database(harness: EngineHarness, waits: str) -> None:
    """A look that gets no answer is made again, and one that somebody else ended counts for nothing."""
    code = (await harness.submit()).dossier
    wait = await start(harness, waits, code)
    async with harness.hung("dossier"):
        await harness.until_held_up()
        await harness.end_activity(wait.id, "nexus.look", "a lie")
    await harness.until_at_rest(wait.id)
    await harness.act(code, CITIZEN, Withdraw())
    await harness.later(wait.id, minutes=1)
    assert (await wait.result()).state == "withdrawn"
    await harness.replays(wait.id)
