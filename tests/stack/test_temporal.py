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

from workers.stack import Stack, StackError
from workers.stack.messages import silently
from workers.stack.stack import temporary_folder
from workers.stack.temporal import answers

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
    with temporary_folder() as made:
        yield made
        Stack(made, announce=silently).reset()


async def test_cases_survive_a_kill_and_attributes_may_be_added(folder: Path) -> None:
    """A case that was started is still there after `kill -9`; a new release may declare more attributes."""
    stack = Stack(folder, servers=["temporal"], search_attributes=[UNIT], announce=silently)
    stack.up()
    client = await Client.connect(stack.temporal_address)
    attributes = TypedSearchAttributes([SearchAttributePair(UNIT, "13285")])
    await client.start_workflow(Waiting.run, id="case", task_queue="probe", search_attributes=attributes)
    stack.kill("temporal")
    Stack(folder, servers=["temporal"], search_attributes=[UNIT, DUE], announce=silently).up()
    client = await Client.connect(stack.temporal_address)
    description = await client.get_workflow_handle("case").describe()
    assert description.typed_search_attributes[UNIT] == "13285"
    assert [case.id async for case in client.list_workflows(f"{DUE.name} IS NULL")] == ["case"]


def test_an_attribute_that_changed_its_type_is_an_error_that_says_what_to_do(folder: Path) -> None:
    """An attribute keeps its type for good: trial data of another release are refused by name, with the way out."""
    Stack(folder, servers=["temporal"], search_attributes=[UNIT], announce=silently).up()
    changed = SearchAttributeKey.for_int(UNIT.name)
    Stack(folder, announce=silently).down()
    with pytest.raises(StackError, match="search_attributes_refused") as problem:
        Stack(folder, servers=["temporal"], search_attributes=[changed], announce=silently).up()
    assert UNIT.name in problem.value.message.vi
    assert "make reset" in problem.value.message.vi


def test_the_web_ui_answers(folder: Path) -> None:
    """The address that `make up` prints shows the web UI."""
    stack = Stack(folder, servers=["temporal"], announce=silently)
    stack.up()
    ui = stack.running("temporal").urls["ui"]
    assert answers(ui)
    stack.down()
    assert not answers(ui)


async def test_time_is_skipped_in_tests(temporal_env: WorkflowEnvironment) -> None:
    """A case of thirty days ends in seconds on the real server."""
    async with Worker(
        temporal_env.client, task_queue="probe", workflows=[Waiting], workflow_runner=UnsandboxedWorkflowRunner()
    ):
        assert await temporal_env.client.execute_workflow(Waiting.run, id="month", task_queue="probe") == "done"
