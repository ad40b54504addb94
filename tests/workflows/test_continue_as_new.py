"""A dossier with a long history goes on in a new run, and nobody can tell: same state, same memory, same clocks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer

from domain.dossier.commands import Accept, Approve, CompleteStep, Resume, ReturnResult, Suspend
from domain.dossier.state import State
from tests.databases import Database
from tests.domain.dossier.given import DESK, HEAD, OFFICER, OFFICIAL
from tests.histories.acting import accepted, known, paid, reset, sign, until, until_workflow, workflow_knows
from tests.workflows.hall import Hall, open_hall
from tests.workflows.test_lost_answers import replays
from workers.stack.temporal import temporal_program
from workers.worker import sandbox
from workflows.dossier import DossierWorkflow
from workflows.search_attributes import SEARCH_ATTRIBUTES

pytestmark = pytest.mark.stack

SUGGESTED_AT = 30
"""Events, where a server of the street suggests a new run after thousands."""


@pytest.fixture(scope="module")
async def impatient_env() -> AsyncIterator[WorkflowEnvironment]:
    """A Temporal that suggests a new run very early."""
    environment = await WorkflowEnvironment.start_time_skipping_v2(
        dev_server_existing_path=str(temporal_program()),
        data_converter=pydantic_data_converter,
        search_attributes=SEARCH_ATTRIBUTES,
        dev_server_extra_args=[
            *("--dynamic-config-value", "frontend.WorkflowTimeSkippingEnabled=true"),
            *("--dynamic-config-value", f"limit.historyCount.suggestContinueAsNew={SUGGESTED_AT}"),
        ],
    )
    async with environment:
        yield environment


@pytest.fixture
async def hall(database: Database, impatient_env: WorkflowEnvironment) -> AsyncIterator[Hall]:
    """Everything up, on that server."""
    async with open_hall(database, impatient_env) as opened:
        yield opened


async def suspended_and_resumed(hall: Hall, code: str, times: int) -> None:
    for _ in range(times):
        await hall.act(code, HEAD, Suspend(legal_basis="Điều 5"))
        await hall.act(code, HEAD, Resume())


async def runs_of(hall: Hall, code: str) -> list[str]:
    """The ids of all runs of a dossier, the last one first."""
    run: str | None = (await hall.handle(code).describe()).run_id
    found: list[str] = []
    while run:
        found.append(run)
        handle = hall.env.client.get_workflow_handle(code, run_id=run)
        started = await anext(handle.fetch_history_events())
        run = started.workflow_execution_started_event_attributes.continued_execution_run_id
    return found


async def test_a_long_dossier_goes_on_in_new_runs(hall: Hall) -> None:
    """Commands, deadlines and the memory of old commands cross from run to run; the events are one unbroken series."""
    code = (await hall.submit()).dossier
    first = uuid4()
    was = await hall.act(code, DESK, Accept(), command_id=first)
    await hall.act(code, OFFICER, CompleteStep(step="process"))
    await suspended_and_resumed(hall, code, 6)
    assert len(await runs_of(hall, code)) >= 2
    again = await hall.act(code, DESK, Accept(), command_id=first)
    assert (again.first_version, again.version, again.repeated) == (was.first_version, was.version, True)
    await hall.act(code, HEAD, Approve(step="approve"))
    await hall.act(code, OFFICIAL, sign(code))
    await until(hall, code, lambda one: one.state is State.RESOLVED)
    assert (await hall.act(code, DESK, ReturnResult())).state is State.RETURNED
    versions = [event.version for event in await hall.engine.history(code)]
    assert versions == list(range(1, len(versions) + 1))


async def test_deadlines_ring_in_a_later_run(hall: Hall) -> None:
    """The one timer is set anew in each run: a dossier that nobody touches is escalated to the top all the same."""
    code = await accepted(hall)
    await hall.act(code, OFFICER, CompleteStep(step="process"))
    await suspended_and_resumed(hall, code, 4)
    runs = len(await runs_of(hall, code))
    assert runs >= 2
    await hall.later(code, days=30)
    assert (await hall.engine.dossier(code)).rung == "committee"


async def test_a_call_that_is_under_way_holds_the_run(hall: Hall) -> None:
    """While an outside system is waited for, the run does not end under the call; afterwards it does, once."""
    await hall.control("civil", {"mode": "down"})
    code = await paid(hall)
    await hall.act(code, OFFICER, CompleteStep(step="process"))
    await suspended_and_resumed(hall, code, 3)
    await hall.act(code, HEAD, Approve(step="approve"))
    await hall.act(code, OFFICIAL, sign(code))
    await until(hall, code, lambda one: one.state is State.RESOLVED and bool(one.incidents))
    assert len(await runs_of(hall, code)) >= 2
    await hall.control("civil")
    await until(hall, code, lambda one: one.registration.reference is not None)
    effects = (await hall.http.get(f"{hall.simulator}/inspect/civil")).json()["effects"]
    assert [effect["times"] for effect in effects] == [1]


async def test_every_run_replays(hall: Hall) -> None:
    """The run that ended by going on, and the one that began from the snapshot, replay."""
    code = await accepted(hall)
    await hall.act(code, OFFICER, CompleteStep(step="process"))
    await suspended_and_resumed(hall, code, 6)
    runs = await runs_of(hall, code)
    assert len(runs) >= 2
    replayer = Replayer(workflows=[DossierWorkflow], workflow_runner=sandbox(), data_converter=pydantic_data_converter)
    for run in runs:
        history = await hall.env.client.get_workflow_handle(code, run_id=run).fetch_history()
        await replayer.replay_workflow(history)


async def test_a_later_run_that_is_set_back_to_its_first_task_follows_the_ledger(hall: Hall) -> None:
    """Nothing tells it of the reset, and nobody sends it a command: it knows what the ledger says, and rings by it."""
    code = await accepted(hall)
    await hall.act(code, OFFICER, CompleteStep(step="process"))
    await suspended_and_resumed(hall, code, 4)
    assert len(await runs_of(hall, code)) >= 2
    await hall.act(code, HEAD, Suspend(legal_basis="Điều 5"))
    await reset(hall, code, updates_too=True)
    await until_workflow(hall, code, lambda now: now.state is State.SUSPENDED, seconds=8)
    assert await workflow_knows(hall, code) == await known(hall, code)
    for run in await runs_of(hall, code):
        await replays(await hall.env.client.get_workflow_handle(code, run_id=run).fetch_history())
