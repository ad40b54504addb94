"""PostgreSQL, Temporal or the worker stops in the middle: everything waits and says for what, nothing is lost, nothing
happens twice. All of it as processes: servers, simulator and worker of this module's own."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx2
import pytest

from activities.ledger.migrations import migrate
from activities.ledger.pool import DatabaseUnavailable
from activities.ledger.verification.walk import verify
from domain.dossier.commands import Accept, Approve, CompleteStep, ReturnResult, SubmittedDocument, Withdraw
from domain.dossier.state import DOSSIER, Dossier, State
from domain.organisation.routing import Matter
from domain.procedures.procedure import Channel
from domain.roles import Actor
from gateway.client import ActRequest, Engine, EngineUnavailable, Submission, dossier_client
from gateway.views.projection import fold_under_published_rules
from tests.support.command_line import run, submission
from tests.support.dossier_steps import sign
from tests.support.engine_harness import APPLICANT
from tests.support.given import CITIZEN, DESK, HEAD, OFFICER, OFFICIAL
from tests.support.small_province import FREE, HA_NAM, PHU_LY, a_small_province
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


@dataclass
class Town:
    """Servers and processes, and the client library that speaks to them."""

    stack: Stack
    settings: Settings
    engine: Engine
    http: httpx2.AsyncClient

    def submission(self, key: str) -> Submission:
        """A sound free dossier of ward Hà Nam, filed at Phủ Lý."""
        return Submission(
            key=key,
            actor=CITIZEN,
            procedure=FREE.code,
            channel=Channel.ONLINE,
            received_by=PHU_LY,
            matter=Matter(territory=HA_NAM),
            applicant=APPLICANT,
            documents=(SubmittedDocument(code="don", digitised=True),),
        )

    async def accepted(self) -> str:
        """Given: a dossier that was accepted."""
        code = (await self.engine.submit(self.submission(uuid4().hex))).dossier
        await self.act(code, DESK, Accept())
        return code

    async def act(self, code: str, actor: Actor, command: Any, command_id: Any = None) -> Receipt:
        """Somebody does something."""
        request = ActRequest(command_id=command_id or uuid4(), actor=actor, command=command)
        return await self.engine.act(code, request)

    async def insist(self, send: Callable[[], Any], seconds: float = 60) -> Receipt:
        """What a good client does: sends the same again until it is answered."""
        async with asyncio.timeout(seconds):
            while True:
                try:
                    receipt: Receipt = await send()
                except (EngineUnavailable, DatabaseUnavailable):
                    await asyncio.sleep(0.3)
                else:
                    return receipt

    async def until(self, code: str, holds: Callable[[Dossier], bool], seconds: float = 40) -> Dossier:
        """Waits until the record has the dossier as wanted."""
        async with asyncio.timeout(seconds):
            while not holds(now := DOSSIER.validate_python((await self.engine.dossier(code)).snapshot)):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        return now

    async def kinds(self, code: str) -> list[str]:
        """What the ledger says has happened."""
        return [event.kind for event in await self.engine.history(code)]

    async def off(self, *names: str) -> None:
        """Stops components, gently."""
        for name in names:
            await asyncio.to_thread(self.stack.stop, name)

    async def on(self, *names: str) -> None:
        """Starts components; each has its old port."""
        for name in names:
            await asyncio.to_thread(self.stack.start, name)

    async def no_chain_is_broken(self) -> None:
        """The whole ledger verifies, read models included."""
        pool = await connect_database(self.settings)
        try:
            assert (await verify(pool, fold=await fold_under_published_rules(pool))).problems == ()
        finally:
            await pool.close()


@pytest.fixture(scope="module")
async def town() -> AsyncIterator[Town]:
    """Up once for the module; each test leaves it up and well."""
    with Stack.temporary(search_attributes=SEARCH_ATTRIBUTES) as servers:
        settings = load_settings({}, servers.folder)
        await migrate(settings.need("database_admin_url"))
        async with open_engine(settings, province=a_small_province()) as engine, httpx2.AsyncClient() as http:
            await engine.publish_rules()
            stack = Stack(
                servers.folder,
                processes=(SIMULATOR, WORKER_HERE),
                search_attributes=SEARCH_ATTRIBUTES,
                announce=silently,
            )
            await asyncio.to_thread(stack.up)
            yield Town(stack, load_settings({}, servers.folder), engine, http)


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A caller who waits for two seconds, not thirty."""
    monkeypatch.setattr(dossier_client, "ANSWER_WITHIN", 2.0)


@pytest.mark.usefixtures("soon")
async def test_postgresql_stops_in_the_middle(town: Town) -> None:
    """A command waits for PostgreSQL in the dossier, its caller is told so, and afterwards it has acted once."""
    code = await town.accepted()
    command_id, key = uuid4(), uuid4().hex
    await town.off("postgres")
    with pytest.raises(EngineUnavailable) as waits:
        await town.act(code, OFFICER, CompleteStep(step="process"), command_id)
    assert waits.value.code == "answer_pending"
    with pytest.raises(DatabaseUnavailable) as absent:
        await town.engine.submit(town.submission(key))
    assert absent.value.code == "database_unavailable"
    await town.on("postgres")
    receipt = await town.insist(lambda: town.act(code, OFFICER, CompleteStep(step="process"), command_id))
    assert (await town.kinds(code)).count("step_completed") == 1
    assert (await town.insist(lambda: town.engine.submit(town.submission(key)))).state is State.SUBMITTED
    approved = await town.act(code, HEAD, Approve(step="approve"))
    assert approved.first_version == receipt.version + 1
    await town.no_chain_is_broken()


@pytest.mark.usefixtures("soon")
async def test_temporal_stops_in_the_middle(town: Town) -> None:
    """Reading goes on, commands are refused for now, and the same command acts once when Temporal is back."""
    code = await town.accepted()
    command_id = uuid4()
    await town.off("temporal")
    with pytest.raises(EngineUnavailable) as absent:
        await town.act(code, OFFICER, CompleteStep(step="process"), command_id)
    assert absent.value.code in ("answer_pending", "temporal_unavailable")
    assert (await town.engine.dossier(code)).state is State.ACCEPTED
    await town.on("temporal")
    await town.insist(lambda: town.act(code, OFFICER, CompleteStep(step="process"), command_id))
    assert (await town.kinds(code)).count("step_completed") == 1
    await town.act(code, HEAD, Approve(step="approve"))
    await town.act(code, OFFICIAL, sign(code))
    await town.until(code, lambda one: one.state is State.RESOLVED)
    assert (await town.act(code, DESK, ReturnResult())).state is State.RETURNED


async def test_the_worker_dies_between_an_outside_call_and_its_entry(town: Town) -> None:
    """The signature was given and the worker is killed before it could write that down: it is asked for again under
    the same key, the document is signed once, and the record holds it once."""
    code = await town.accepted()
    await town.act(code, OFFICER, CompleteStep(step="process"))
    await town.act(code, HEAD, Approve(step="approve"))
    simulator = town.stack.running("simulator").urls["http"]
    await town.http.post(f"{simulator}/control/signing", json=[{"mode": "slow", "delay": 0.8}])
    holding = await asyncpg.connect(town.stack.postgres_url(SUPERUSER))
    try:
        command_id = uuid4()
        signing = asyncio.create_task(town.insist(lambda: town.act(code, OFFICIAL, sign(code), command_id)))
        await town.until(code, lambda one: one.signing.status == "requested")
        async with holding.transaction():
            await holding.execute("lock table event in share row exclusive mode")
            await asyncio.sleep(1.2)
            assert await signed_times(town, code) == {1}
            assert "result_signed" not in await town.kinds(code)
            town.stack.kill("worker")
    finally:
        await holding.close()
    await town.http.post(f"{simulator}/control/signing", json=[])
    await town.on("worker")
    await signing
    await town.until(code, lambda one: one.state is State.RESOLVED)
    assert await signed_times(town, code) == {1}
    assert (await town.kinds(code)).count("result_signed") == 1
    await town.no_chain_is_broken()


async def signed_times(town: Town, code: str) -> set[int]:
    """How often each signature and seal of a dossier has been made; empty when none was."""
    answer = await town.http.get(f"{town.stack.running('simulator').urls['http']}/inspect/signing")
    return {effect["times"] for effect in answer.json()["effects"] if effect["key"].startswith(code)}


async def test_a_worker_that_is_killed_again_and_again(town: Town) -> None:
    """Eight dossiers are driven while the worker dies twice: every command acts, and acts once."""
    codes = [(await town.engine.submit(town.submission(uuid4().hex))).dossier for _ in range(8)]

    async def driven(code: str) -> None:
        for actor, command in (
            (DESK, Accept()),
            (OFFICER, CompleteStep(step="process")),
            (HEAD, Approve(step="approve")),
            (OFFICIAL, sign(code)),
        ):
            command_id = uuid4()
            await town.insist(lambda a=actor, c=command, i=command_id: town.act(code, a, c, i))  # type: ignore[misc]
        await town.until(code, lambda one: one.state is State.RESOLVED, 60)

    driving = asyncio.gather(*(driven(code) for code in codes))
    for _ in range(2):
        await asyncio.sleep(0.3)
        town.stack.kill("worker")
        await town.on("worker")
    await driving
    histories = [await town.kinds(code) for code in codes]
    assert {(kinds.count("result_signed"), kinds.count("step_completed")) for kinds in histories} == {(1, 3)}
    assert [await signed_times(town, code) for code in codes] == [{1}] * len(codes)
    await town.no_chain_is_broken()


async def test_both_servers_are_down_when_the_worker_starts(town: Town, tmp_path: Path) -> None:
    """It waits for each and says so, polls when they are there, and a command meanwhile ends with 5 and two
    sentences."""
    code = await town.accepted()
    settings = town.settings
    environment = {
        "LUONGXANH_STACK": str(tmp_path),
        "LUONGXANH_DATABASE_URL": settings.need("database_url"),
        "LUONGXANH_TEMPORAL_ADDRESS": settings.need("temporal_address"),
        "LUONGXANH_OUTSIDE_FILE": settings.need("outside_file"),
        "LUONGXANH_CALLBACK_URL": CALLBACK,
        "LUONGXANH_CALLBACK_SECRET": "secret-of-this-test-alone",
    }
    await town.off("worker", "temporal", "postgres")
    ready, log = tmp_path / "ready", tmp_path / "worker.log"
    with log.open("wb") as into:
        worker = subprocess.Popen(
            [sys.executable, "-m", "workers", "worker", "--ready", str(ready)],
            stderr=into,
            env={**os.environ, **environment},
        )
    try:
        await said(log, "postgres")
        refused_with_five(environment, "database_unavailable")
        await town.on("postgres")
        await said(log, "temporal")
        refused_with_five(environment, "temporal_unavailable")
        await town.on("temporal")
        async with asyncio.timeout(40):
            while not ready.exists():  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        await town.insist(lambda: town.act(code, CITIZEN, Withdraw()))
    finally:
        worker.terminate()
        assert worker.wait(40) == 0
        await town.on("postgres", "temporal", "worker")
    assert "worker_stops" in [line["event"] for line in lines(log)]


def refused_with_five(environment: dict[str, str], code: str) -> None:
    """A submission on the command line says in two languages what is missing, and that trying again is safe."""
    ran = run("dossier", "submit", "-", "--json", stdin=submission(), environment=environment)
    assert (ran.code, ran.error["code"]) == (5, code)
    for said in ran.error["message"].values():
        assert f"--key {ran.error['facts']['key']}" in said
    assert ran.error["message"]["vi"] != ran.error["message"]["en"]


async def said(log: Path, component: str) -> None:
    """Waits until the log says that this component is waited for."""
    async with asyncio.timeout(40):
        while not any((one["event"], one.get("component")) == ("waiting_for", component) for one in lines(log)):  # noqa: ASYNC110
            await asyncio.sleep(0.1)


def lines(log: Path) -> list[dict[str, Any]]:
    """The log, line by line; what is no JSON fails the test."""
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
