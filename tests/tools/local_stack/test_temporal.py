"""Tests of the embedded Temporal: it keeps its workflows and has its search attributes."""

from __future__ import annotations

import asyncio
import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.client import Client
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from tests.support.waiting import WITHIN, until
from tools.local_stack import Stack, StackError
from tools.local_stack.messages import silently
from tools.local_stack.stack import temporary_folder

pytestmark = pytest.mark.stack

UNIT = SearchAttributeKey.for_keyword("ProbeUnit")
DUE = SearchAttributeKey.for_datetime("ProbeDue")


@workflow.defn
class Waiting:
    """Waits thirty days."""

    @workflow.run
    async def run(self) -> str:
        """Returns after thirty days."""
        await workflow.sleep(timedelta(days=30))
        return "done"


@pytest.fixture
def folder() -> Iterator[Path]:
    with temporary_folder() as made:
        yield made
        Stack(made, announce=silently).reset()


async def test_cases_survive_a_kill_and_attributes_may_be_added(folder: Path) -> None:
    """A started workflow survives `kill -9`, and a new release may add attributes."""
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

    async def listed() -> list[str]:
        return [case.id async for case in client.list_workflows(f"{DUE.name} IS NULL")]

    assert await until(listed, "what was started just before the kill is listed") == ["case"]


def test_an_attribute_that_changed_its_type_is_an_error_that_says_what_to_do(folder: Path) -> None:
    """An attribute with another type is refused by name, with a remedy."""
    Stack(folder, servers=["temporal"], search_attributes=[UNIT], announce=silently).up()
    changed = SearchAttributeKey.for_int(UNIT.name)
    Stack(folder, announce=silently).down()
    with pytest.raises(StackError, match="search_attributes_refused") as problem:
        Stack(folder, servers=["temporal"], search_attributes=[changed], announce=silently).up()
    assert UNIT.name in problem.value.message.vi
    assert "make reset" in problem.value.message.vi


def test_no_door_of_the_server_leads_outside_or_through_a_browser(folder: Path) -> None:
    """Every port is on the loopback address, there is no web UI, and posts from a web page are refused."""
    stack = Stack(folder, servers=["temporal"], announce=silently)
    stack.up()
    running = stack.running("temporal")
    listening = listeners(running.pid)
    assert {running.ports["frontend"], running.ports["http"]} <= {port for _, port in listening}
    assert {address for address, _ in listening} == {"127.0.0.1"}
    assert "ui" not in running.urls
    post = urllib.request.Request(
        f"http://127.0.0.1:{running.ports['http']}/api/v1/namespaces/default/workflows/case/signal/act",
        data=b"{}",
        headers={"Content-Type": "text/plain", "Origin": "http://page.example"},
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(post)
    assert refused.value.code == 403
    stack.down()
    assert listeners(running.pid) == set()


def listeners(pid: int) -> set[tuple[str, int]]:
    """The addresses and ports on which a process listens."""
    handles = Path(f"/proc/{pid}/fd")
    sockets = {opened(handle)[8:-1] for handle in handles.iterdir()} if handles.exists() else set()
    found = set()
    for line in (
        Path("/proc/net/tcp").read_text().splitlines()[1:] + Path("/proc/net/tcp6").read_text().splitlines()[1:]
    ):
        fields = line.split()
        if fields[3] == "0A" and fields[9] in sockets:
            address, _, port = fields[1].partition(":")
            found.add((".".join(str(byte) for byte in reversed(bytes.fromhex(address))), int(port, 16)))
    return found


def opened(handle: Path) -> str:
    """What a handle of a process leads to; nothing when it has just been closed."""
    try:
        return os.readlink(handle)
    except FileNotFoundError:
        return ""


async def test_time_is_skipped_in_tests(temporal_env: WorkflowEnvironment) -> None:
    """A workflow of thirty days ends in seconds on the server for tests."""
    assert await a_month(temporal_env, "month") == "done"


async def test_time_is_skipped_after_two_tasks_wanted_real_time_at_once(temporal_env: WorkflowEnvironment) -> None:
    """The first to ask for real time is the first that no longer needs it: the other one still has it. Afterwards time
    is skipped again: it stayed real for every later test, and the one that waited for a month hung."""
    first, second = (temporal_env.with_time_skipping_disabled() for _ in range(2))
    with ExitStack() as of_second:
        with first:
            of_second.enter_context(second)
        handle = await temporal_env.client.start_workflow(Waiting.run, id="real", task_queue="nobody")
        assert not (await handle.describe()).raw_description.workflow_extended_info.HasField("time_skipping_info")
        await handle.terminate()
    assert await a_month(temporal_env, "month-after") == "done"


async def a_month(env: WorkflowEnvironment, name: str) -> str:
    """The result of a workflow of thirty days."""
    async with Worker(env.client, task_queue="probe", workflows=[Waiting], workflow_runner=UnsandboxedWorkflowRunner()):
        async with asyncio.timeout(WITHIN):
            return await env.client.execute_workflow(Waiting.run, id=name, task_queue="probe")
