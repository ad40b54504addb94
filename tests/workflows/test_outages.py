"""PostgreSQL, Temporal or the worker stops in the middle: everything waits and says for what, nothing is lost, nothing
happens twice. All of it as processes: servers, simulator and worker of this module's own."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx2
import pytest

from activities.ledger.migrations import migrate
from activities.ledger.pool import DatabaseUnavailable
from activities.ledger.verification.walk import verify
from domain.dossier.commands import Accept, Approve, CompleteStep, ReturnResult, Withdraw
from domain.dossier.state import State
from domain.roles import Actor
from gateway.client import ActRequest, Engine, EngineUnavailable
from gateway.views.projection import fold_under_published_rules
from tests.support.command_line import CHECKOUT, run
from tests.support.command_line import submission as written_submission
from tests.support.dossier_steps import accepted, approved, sign
from tests.support.engine_under_test import EngineUnderTest, submission
from tests.support.forked_program import Started, start_forked
from tests.support.given import CITIZEN, DESK, HEAD, OFFICER, OFFICIAL
from tests.support.kept_ports import kept
from tests.support.principals import principal_of
from tests.support.small_province import a_small_province
from tests.support.waiting import WITHIN, until
from tools.local_stack import Stack
from tools.local_stack.components import SIMULATOR, WORKER
from tools.local_stack.messages import silently
from tools.local_stack.postgres import SUPERUSER
from workers.connections import connect_database
from workers.engine import open_engine
from workers.settings import Settings, load_settings
from workflows.messages import Receipt
from workflows.search_attributes import SEARCH_ATTRIBUTES

pytestmark = [pytest.mark.stack, pytest.mark.slow]

CALLBACK = "http://127.0.0.1:9/callback"
WORKER_HERE = WORKER.model_copy(update={"environment": {"LUONGXANH_CALLBACK_URL": CALLBACK}})


PATIENCE = 2.0
"""Seconds that a caller waits for an answer that cannot come; who is to be answered has half a minute."""

HELD_UP = 20_250_701
HOLD_SIGNATURES_UP = f"""
create function held_up() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock({HELD_UP});
    return new;
end
$$;
create trigger held_up before insert on event for each row when (new.kind = 'result_signed') execute function held_up()
"""
LET_SIGNATURES_IN = "drop trigger held_up on event; drop function held_up()"


@dataclass
class EngineOfProcesses(EngineUnderTest):
    """The engine whose servers and worker are processes, which the test stops and starts."""

    stack: Stack
    settings: Settings
    ports: dict[str, ExitStack] = field(default_factory=dict)
    """Keeps the ports of what is off."""

    @asynccontextmanager
    async def impatient(self) -> AsyncIterator[Engine]:
        """The same engine for a caller who waits `PATIENCE` for an answer."""
        async with open_engine(self.settings, province=a_small_province(), answer_within=PATIENCE) as engine:
            yield engine

    async def off(self, *names: str) -> None:
        """Stops components, gently."""
        for name in names:
            ports = self.stack.running(name).ports.values()
            await asyncio.to_thread(self.stack.stop, name)
            self.ports[name] = ExitStack()
            self.ports[name].enter_context(kept(ports))

    async def on(self, *names: str) -> None:
        """Starts components; each has its old ports."""
        for name in names:
            with self.ports.pop(name, ExitStack()):
                await asyncio.to_thread(self.stack.start, name)

    async def signed_times(self, code: str) -> set[int]:
        """How often each signature and seal of a dossier has been made; empty when none was."""
        effects = (await self.inspect("signing"))["effects"]
        return {effect["times"] for effect in effects if effect["key"].startswith(code)}

    async def no_chain_is_broken(self) -> None:
        """The whole ledger verifies, read models included."""
        pool = await connect_database(self.settings)
        try:
            assert (await verify(pool, fold=await fold_under_published_rules(pool))).problems == ()
        finally:
            await pool.close()


@pytest.fixture(scope="module")
async def processes() -> AsyncIterator[EngineOfProcesses]:
    """Up once for the module; each test leaves it up and well."""
    with Stack.temporary(search_attributes=SEARCH_ATTRIBUTES) as servers:
        settings = load_settings({}, servers.folder)
        await migrate(settings.need("database_admin_url"))
        province = a_small_province()
        async with (
            open_engine(settings, province=province) as engine,
            httpx2.AsyncClient() as http,
        ):
            await engine.publish_rules()
            stack = Stack(
                servers.folder,
                processes=(SIMULATOR, WORKER_HERE),
                search_attributes=SEARCH_ATTRIBUTES,
                announce=silently,
            )
            await asyncio.to_thread(stack.up)
            simulator = stack.running("simulator").urls["http"]
            yield EngineOfProcesses(engine, simulator, http, stack, load_settings({}, servers.folder))


async def test_postgresql_stops_in_the_middle(processes: EngineOfProcesses) -> None:
    """A command waits for PostgreSQL in the dossier, its caller is told so, and afterwards it has acted once."""
    code = await accepted(processes)
    command_id, filed = uuid4(), submission()
    signed_in = principal_of(filed.actor)
    async with processes.impatient() as impatient:
        await processes.off("postgres")
        request = ActRequest(command_id=command_id, actor=OFFICER, command=CompleteStep(step="process"))
        with pytest.raises(EngineUnavailable) as waits:
            await impatient.act(principal_of(OFFICER, impatient.staff), code, request)
    assert waits.value.code == "answer_pending"
    with pytest.raises(DatabaseUnavailable) as absent:
        await processes.engine.submit(signed_in, filed)
    assert absent.value.code == "database_unavailable"
    await processes.on("postgres")
    receipt = await insisted(processes, code, OFFICER, CompleteStep(step="process"), command_id)
    assert (await processes.kinds(code)).count("step_completed") == 1
    assert (await processes.insist(lambda: processes.engine.submit(signed_in, filed))).state is State.SUBMITTED
    following = await processes.act(code, HEAD, Approve(step="approve"))
    assert following.first_version == receipt.version + 1
    await processes.no_chain_is_broken()


async def test_temporal_stops_in_the_middle(processes: EngineOfProcesses) -> None:
    """Reading goes on, commands are refused for now, and the same command acts once when Temporal is back."""
    code = await accepted(processes)
    command_id = uuid4()
    async with processes.impatient() as impatient:
        await processes.off("temporal")
        request = ActRequest(command_id=command_id, actor=OFFICER, command=CompleteStep(step="process"))
        with pytest.raises(EngineUnavailable) as absent:
            await impatient.act(principal_of(OFFICER, impatient.staff), code, request)
    assert absent.value.code in ("answer_pending", "temporal_unavailable")
    assert (await processes.engine.dossier(code)).state is State.ACCEPTED
    await processes.on("temporal")
    await insisted(processes, code, OFFICER, CompleteStep(step="process"), command_id)
    assert (await processes.kinds(code)).count("step_completed") == 1
    await processes.act(code, HEAD, Approve(step="approve"))
    await processes.act(code, OFFICIAL, sign(code))
    await processes.until(code, lambda one: one.state is State.RESOLVED)
    assert (await processes.act(code, DESK, ReturnResult())).state is State.RETURNED


async def test_the_worker_dies_between_an_outside_call_and_its_entry(processes: EngineOfProcesses) -> None:
    """The signature was given and the worker is killed before it could write that down: it is asked for again under
    the same key, the document is signed once, and the record holds it once."""
    code = await approved(processes, await accepted(processes))
    holding = await asyncpg.connect(processes.stack.postgres_url(SUPERUSER))
    await holding.execute(HOLD_SIGNATURES_UP)
    try:
        await holding.execute("select pg_advisory_lock($1)", HELD_UP)
        signing = asyncio.create_task(insisted(processes, code, OFFICIAL, sign(code), uuid4()))

        async def signed() -> bool:
            return await processes.signed_times(code) == {1}

        await until(signed, "the document is signed")
        assert "result_signed" not in await processes.kinds(code)
        processes.stack.kill("worker")
    finally:
        await holding.execute("select pg_advisory_unlock_all()")
        await holding.execute(LET_SIGNATURES_IN)
        await holding.close()
    await processes.on("worker")
    await signing
    await processes.until(code, lambda one: one.state is State.RESOLVED)
    assert await processes.signed_times(code) == {1}
    assert (await processes.kinds(code)).count("result_signed") == 1
    await processes.no_chain_is_broken()


async def test_a_worker_that_is_killed_again_and_again(processes: EngineOfProcesses) -> None:
    """Eight dossiers are driven while the worker dies twice: every command acts, and acts once."""
    codes = [(await processes.submit()).dossier for _ in range(8)]

    async def driven(code: str) -> None:
        for actor, command in (
            (DESK, Accept()),
            (OFFICER, CompleteStep(step="process")),
            (HEAD, Approve(step="approve")),
            (OFFICIAL, sign(code)),
        ):
            await insisted(processes, code, actor, command, uuid4())
        await processes.until(code, lambda one: one.state is State.RESOLVED, 60)

    driving = asyncio.gather(*(driven(code) for code in codes))
    for acted in (4, 16):
        await until(partial(have_acted, processes, codes, acted), f"{acted} commands have acted")
        assert not driving.done()
        processes.stack.kill("worker")
        await processes.on("worker")
    await driving
    histories = [await processes.kinds(code) for code in codes]
    assert {(kinds.count("result_signed"), kinds.count("step_completed")) for kinds in histories} == {(1, 3)}
    assert [await processes.signed_times(code) for code in codes] == [{1}] * len(codes)
    await processes.no_chain_is_broken()


async def insisted(processes: EngineOfProcesses, code: str, actor: Actor, command: Any, command_id: UUID) -> Receipt:
    """Sent under one command id until it is answered."""
    return await processes.insist(lambda: processes.act(code, actor, command, command_id=command_id))


async def have_acted(processes: EngineOfProcesses, codes: list[str], commands: int) -> bool:
    """Whether so many commands stand in the ledger, the submissions not counted."""
    events = [event for code in codes for event in await processes.engine.history(code)]
    return len({event.command_id for event in events}) - len(codes) >= commands


def environment_of_a_worker(settings: Settings, folder: Path) -> dict[str, str]:
    """What a worker of its own is given, beside the one of the stack."""
    return {
        "LUONGXANH_STACK": str(folder),
        "LUONGXANH_DATABASE_URL": settings.need("database_url"),
        "LUONGXANH_TEMPORAL_ADDRESS": settings.need("temporal_address"),
        "LUONGXANH_OUTSIDE_FILE": settings.need("outside_file"),
        "LUONGXANH_CALLBACK_URL": CALLBACK,
        "LUONGXANH_CALLBACK_SECRET": "secret-of-this-test-alone",
    }


def started_worker(environment: dict[str, str], ready: Path, log: Path) -> Started:
    """A worker, which may have to wait for its servers."""
    given = {**os.environ, **environment}
    with log.open("wb") as into:
        return start_forked("workers", "worker", "--ready", ready, log=into, environment=given, folder=CHECKOUT)


async def test_both_servers_are_down_when_the_worker_starts(processes: EngineOfProcesses, tmp_path: Path) -> None:
    """It waits for each and says so, polls when they are there, and a command meanwhile ends with 5 and two
    sentences."""
    code = await accepted(processes)
    environment = environment_of_a_worker(processes.settings, tmp_path)
    await processes.off("worker", "temporal", "postgres")
    ready, log = tmp_path / "ready", tmp_path / "worker.log"
    worker = started_worker(environment, ready, log)
    try:
        await said(log, "postgres")
        refused_with_five(environment, "database_unavailable")
        await processes.on("postgres")
        await said(log, "temporal")
        refused_with_five(environment, "temporal_unavailable")
        await processes.on("temporal")
        await until(ready.exists, "the worker polls")
        await insisted(processes, code, CITIZEN, Withdraw(), uuid4())
    finally:
        worker.terminate()
        assert worker.wait(40) == 0
        await processes.on("postgres", "temporal", "worker")
    assert "worker_stops" in [line["event"] for line in lines(log)]


@pytest.mark.parametrize(
    ("absent", "address"),
    [
        ("postgres", {"LUONGXANH_DATABASE_URL": "postgresql://luongxanh_app:x@127.0.0.1:9/luongxanh"}),
        ("temporal", {"LUONGXANH_TEMPORAL_ADDRESS": "127.0.0.1:9"}),
    ],
)
async def test_a_worker_that_waits_for_a_server_stops_when_told(
    processes: EngineOfProcesses, tmp_path: Path, absent: str, address: dict[str, str]
) -> None:
    """Nobody waits out the two minutes for which a server is waited for, after which it would end with an error."""
    log = tmp_path / "worker.log"
    environment = environment_of_a_worker(processes.settings, tmp_path) | address
    worker = started_worker(environment, tmp_path / "ready", log)
    try:
        await said(log, absent)
    finally:
        worker.terminate()
        ended = await asyncio.to_thread(worker.wait, WITHIN)
    assert ended == 0
    assert [line["event"] for line in lines(log)][-1] == "worker_stops"


def refused_with_five(environment: dict[str, str], code: str) -> None:
    """A submission on the command line says in two languages what is missing, and that trying again is safe."""
    ran = run("dossier", "submit", "-", "--json", stdin=written_submission(), environment=environment)
    assert (ran.code, ran.error["code"]) == (5, code)
    for said in ran.error["message"].values():
        assert f"--key {ran.error['facts']['key']}" in said
    assert ran.error["message"]["vi"] != ran.error["message"]["en"]


async def said(log: Path, component: str) -> None:
    """Waits until the log says that this component is waited for."""
    wanted = ("waiting_for", component)
    await until(lambda: wanted in [(one["event"], one.get("component")) for one in lines(log)], f"{wanted} in the log")


def lines(log: Path) -> list[dict[str, Any]]:
    """The log, line by line; what is no JSON fails the test."""
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
