"""The embedded Temporal keeps its cases and knows its search attributes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.client import Client
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from workers.stack import TemporalServer, processes
from workers.stack.messages import silently
from workers.stack.stack import temporary_folder
from workers.stack.temporal import answers
from workers.stack.watch import ends_with_this_process

pytestmark = pytest.mark.stack

UNIT = SearchAttributeKey.for_keyword("ProbeUnit")
DUE = SearchAttributeKey.for_datetime("ProbeDue")


@workflow.defn
class Waiting:
    """Waits thirty days."""

    @workflow.run
    async def run(self) -> str:
        """Returns when a month has passed."""
        await workflow.sleep(timedelta(days=30))
        return "done"


@pytest.fixture
def folder() -> Iterator[Path]:
    made = temporary_folder()
    with ends_with_this_process(made):
        yield made


async def test_cases_survive_a_kill_and_attributes_may_be_added(folder: Path) -> None:
    """A case that was started is still there after `kill -9`; a new release may declare more attributes."""
    server = TemporalServer(folder / "temporal", search_attributes=[UNIT], announce=silently)
    running = server.start()
    client = await Client.connect(server.address)
    attributes = TypedSearchAttributes([SearchAttributePair(UNIT, "13285")])
    await client.start_workflow(Waiting.run, id="case", task_queue="probe", search_attributes=attributes)
    processes.end("Temporal", running.pid, running.birth, signals=(), seconds=0, announce=silently)
    later = TemporalServer(folder / "temporal", search_attributes=[UNIT, DUE], announce=silently)
    again = later.start(running.ports)
    client = await Client.connect(later.address)
    description = await client.get_workflow_handle("case").describe()
    assert description.typed_search_attributes[UNIT] == "13285"
    assert again.ports == running.ports
    assert [case.id async for case in client.list_workflows(f"{DUE.name} IS NULL")] == ["case"]
    later.stop()


async def test_the_web_ui_answers(folder: Path) -> None:
    """The address that `make up` prints shows the web UI."""
    server = TemporalServer(folder / "temporal", announce=silently)
    running = server.start()
    assert answers(running.urls["ui"])
    server.stop()
    assert not answers(running.urls["ui"])


async def test_time_is_skipped_in_tests(temporal_env: WorkflowEnvironment) -> None:
    """A case of thirty days ends in seconds on the real server."""
    async with Worker(
        temporal_env.client, task_queue="probe", workflows=[Waiting], workflow_runner=UnsandboxedWorkflowRunner()
    ):
        assert await temporal_env.client.execute_workflow(Waiting.run, id="month", task_queue="probe") == "done"
