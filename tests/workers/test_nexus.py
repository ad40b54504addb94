"""Tests of a team that runs on Temporal itself: its workflow files a dossier here, acts on it and waits for its end."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from temporalio.client import Client, WorkflowHandle

from tests.support.command_line import CHECKOUT, CommandLine, submission
from tests.support.nexus_calls import QUEUE, OneCall, Registration, knows, open_namespace
from tests.support.waiting import until
from tools.local_stack import Stack, control
from tools.local_stack.components import COMPONENTS
from tools.local_stack.messages import silently
from tools.local_stack.nexus_endpoint import ENDPOINT
from tools.local_stack.orphan_cleanup import ends_with_this_process
from tools.local_stack.stack import temporary_folder
from workers.settings import load_settings, variable

pytestmark = [pytest.mark.stack, pytest.mark.slow]

SERVICES = """services:
  - {code: ho-tich, name: Hộ tịch, roles: [reception], units: ["13285"], source: QĐ 1}
"""
DOSSIERS = "select count(*) from dossier"
WAIT_FOR_A_LOCK = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"


@dataclass(frozen=True)
class ServingStack:
    """A running stack whose endpoint is entrusted to the service of the team."""

    luongxanh: CommandLine
    stack: Stack
    owner: str
    temporal: Client

    async def ask(self, question: str) -> int:
        """The number that answers a query."""
        connection = await asyncpg.connect(self.owner)
        try:
            return int(await connection.fetchval(question))
        finally:
            await connection.close()

    @asynccontextmanager
    async def entries_held_up(self) -> AsyncIterator[None]:
        """Whoever writes to the ledger waits until the end of the block."""
        connection = await asyncpg.connect(self.owner)
        try:
            async with connection.transaction():
                await connection.execute("lock table event in share row exclusive mode")
                yield
        finally:
            await connection.close()


@pytest.fixture(scope="module")
async def serving(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ServingStack]:
    """Ninh Bình, which trusts one service."""
    province = tmp_path_factory.mktemp("tinh") / "ninh-binh"
    shutil.copytree(CHECKOUT / "deploy" / "ninh-binh", province)
    people = province / "people.yaml"
    people.write_text(people.read_text(encoding="utf-8").replace("\nservices: []\n", f"\n{SERVICES}"), encoding="utf-8")
    with temporary_folder() as folder, ends_with_this_process(folder), pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv(variable("province_folder"), str(province))
        monkeypatch.setenv(variable("nexus"), "true")
        monkeypatch.setenv(variable("nexus_endpoints"), f"{ENDPOINT}=ho-tich")
        await asyncio.to_thread(control.up, load_settings(stack_folder=folder), announce=silently)
        settings = load_settings(stack_folder=folder)
        temporal = await Client.connect(settings.need("temporal_address"))
        stack = Stack(folder, processes=COMPONENTS, announce=silently)
        yield ServingStack(CommandLine(folder), stack, settings.need("database_admin_url"), temporal)
        control.reset(folder, announce=silently)


@contextmanager
def callers_worker(team: Client) -> Iterator[None]:
    """The worker of the team in a process of its own. At the end it is killed (`kill -9`)."""
    address = team.service_client.config.target_host
    program = [sys.executable, "-m", "tests.support.nexus_calls", address, team.namespace]
    process = subprocess.Popen(program, cwd=CHECKOUT)
    try:
        yield
    finally:
        process.kill()
        process.wait()


async def test_tokens_of_the_issuer_are_verified(serving: ServingStack) -> None:
    """The worker believes the tokens that the API believes, and no other. What their service may do is looked up."""
    team = await open_namespace(serving.temporal, f"team-{uuid4().hex[:8]}")
    await until(lambda: knows(team), "the namespace of the team is known")
    token = serving.luongxanh("dev", "token", "--service", "ho-tich").out.strip()
    head, claims, signature = token.split(".")
    read: dict[str, Any] = {"endpoint": ENDPOINT, "operation": "read", "input": {"dossier": "H42.1-250101-9999"}}
    with callers_worker(team):
        for given, code in (
            (token, "unknown_dossier"),
            (f"{head}.{claims}.{signature[::-1]}", "token_signature_wrong"),
            ("no-token", "token_malformed"),
            ("", "token_missing"),
        ):
            call = {**read, "headers": {"authorization": f"Bearer {given}"}}
            answer = await team.execute_workflow(OneCall.run, call, id=uuid4().hex, task_queue=QUEUE)
            assert answer["refused"] == code


async def test_a_registration_outlives_the_death_of_both_workers(serving: ServingStack) -> None:
    """Both workers are killed in the middle of the submission, and again while the workflow waits. There is one
    dossier, each act is recorded once, and the workflow elsewhere ends with the dossier's end."""
    team = await open_namespace(serving.temporal, f"team-{uuid4().hex[:8]}")
    await until(lambda: knows(team), "the namespace of the team is known")
    case = {"endpoint": ENDPOINT, "submission": {k: v for k, v in json.loads(submission()).items() if k != "actor"}}
    with callers_worker(team):
        async with serving.entries_held_up():
            running = await team.start_workflow(Registration.run, case, id=uuid4().hex, task_queue=QUEUE)
            await until(lambda: serving.ask(WAIT_FOR_A_LOCK), "our worker is in the middle of the entry")
            serving.stack.kill("worker")
    serving.stack.start("worker")

    await until(lambda: serving.ask(DOSSIERS), "the dossier is filed, while no worker of the caller runs")
    with callers_worker(team):
        code = (await until(lambda: reached(running, 1), "the workflow has the code"))[0]
        await running.signal(Registration.go_on)
        await until(lambda: reached(running, 2), "the workflow has acted")
        await until(lambda: waits_of(serving, code), "the wait has begun")
    serving.stack.kill("worker")
    serving.stack.start("worker")
    withdrawn = serving.luongxanh.officer(code, "withdraw", "reception", "13285")
    assert withdrawn.code == 0, withdrawn.err
    with callers_worker(team):
        async with asyncio.timeout(60):
            result = await running.result()
    assert result["dossier"] == code
    assert (result["end"]["state"], result["end"]["reached"]) == ("withdrawn", True)
    assert await serving.ask(DOSSIERS) == 1
    assert await serving.ask("select count(*) from event where kind = 'dossier_submitted'") == 1
    assert await serving.ask("select count(*) from event where kind = 'dossier_accepted'") == 1
    assert serving.luongxanh("ledger", "verify").code == 0


async def reached(running: WorkflowHandle[Registration, object], steps: int) -> list[str] | None:
    """What the workflow has reached, as soon as it has done so many steps."""
    done = await running.query(Registration.reached)
    return done if len(done) >= steps else None


async def waits_of(serving: ServingStack, code: str) -> bool:
    """Whether a wait for the dossier runs."""
    query = f"ExecutionStatus = 'Running' and WorkflowId starts_with 'wait-{code}-'"
    return bool([one.id async for one in serving.temporal.list_workflows(query)])
