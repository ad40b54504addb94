"""An installation of release 0.1.0 with dossiers in every state is upgraded to this release, and all go on.

0.1.0 is the last commit of 21 November 2026 (171e570e), after which faults were looked for in it. Its worker and its
gateway run as processes, from the packages that `0.1.0.tar.xz` keeps, with the dependencies of the present release.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from temporalio.client import Client

from activities.adapters.outside_calls import OutsideCalls
from activities.adapters.systems import open_outside
from activities.ledger.migrations import migrate
from activities.ledger.outside_tries import OutsideTries
from activities.ledger.pool import Pool, open_pool
from activities.ledger.reading import LedgerReader
from activities.ledger.renewal import older, renew
from activities.ledger.rules_store import RulesStore
from activities.ledger.vault import Vault
from activities.ledger.verification.walk import verify
from domain.dossier.commands import (
    Accept,
    Approve,
    AskOpinion,
    Assign,
    CompleteStep,
    GiveOpinion,
    HandOver,
    Rate,
    ReceiveSupplement,
    Refuse,
    RefuseHandover,
    RequestSupplement,
    Resume,
    ReturnResult,
    Stop,
    SubmittedDocument,
    Suspend,
    Withdraw,
)
from domain.dossier.state import State
from domain.outside_systems import OPTIONAL, System
from domain.procedures.procedure import Procedure
from domain.replays import ReplayChoice, ReplayState
from gateway.client import Engine
from gateway.views.projection import fold_under_published_rules
from tests.support.databases import Database
from tests.support.dossier_steps import sign
from tests.support.engine_harness import OUTSIDE_WITHIN
from tests.support.engine_under_test import APPLICANT, EngineUnderTest, submission
from tests.support.given import CITIZEN, DESK, HEAD, HEAD_OF_DESK, OFFICER, OFFICIAL, OFFICIAL_ABOVE
from tests.support.plain_http import NO_TLS
from tests.support.previous_release import Gateway, PreviousRelease
from tests.support.principals import ROOT
from tests.support.small_province import FREE, ORGANISATION, PAID, PHU_LY, RULEBOOK, a_small_province
from tests.support.waiting import WITHIN, until
from tools.simulator.app import Simulator
from tools.simulator.server import running_simulator
from tools.simulator.world import as_file
from workers.releases import ReleaseWatch
from workers.replay_runs import ReplayRuns
from workers.this_build import this_build
from workers.worker import dossier_worker, patient_workers
from workflows import rules_in_force

pytestmark = [pytest.mark.stack, pytest.mark.slow]

LAW = "Điều 5"
ASK_FOR_MORE = RequestSupplement(documents=("don",), legal_basis=LAW)
Steps = Callable[[EngineUnderTest, str], Awaitable[None]]


@dataclass
class Installation:
    """What both releases share: the servers, the outside systems, a task queue."""

    database: Database
    temporal: Client
    task_queue: str
    simulator: str
    http: httpx2.AsyncClient
    addresses: Any
    before: PreviousRelease

    async def control(self, system: str, *faults: dict[str, Any]) -> None:
        answer = await self.http.post(f"{self.simulator}/control/{system}", json=list(faults))
        answer.raise_for_status()


@pytest.fixture
async def installation(empty_database: Database, temporal_dev: Client, tmp_path: Path) -> AsyncIterator[Installation]:
    """Servers without anything in them, and the earlier release unpacked."""
    async with AsyncExitStack() as stack:
        simulator = Simulator(state=None, seed=11)
        url = stack.enter_context(running_simulator(simulator))
        addresses = simulator.world.access.addresses(url, "H42", total_seconds=OUTSIDE_WITHIN)
        http = await stack.enter_async_context(httpx2.AsyncClient(trust_env=False, verify=NO_TLS, timeout=WITHIN))
        birth = f"{APPLICANT.birth_date:%Y%m%d}"
        citizen = {"identity_number": APPLICANT.identity_number, "name": APPLICANT.name, "birth": birth}
        await http.post(f"{url}/citizens", json=[citizen])
        outside_file, queue = tmp_path / "outside.json", f"upgrade-{uuid4().hex[:8]}"
        outside_file.write_text(_as_the_release_before_knew(as_file(addresses), url), encoding="utf-8")
        before = PreviousRelease.unpacked(
            "0.1.0",
            tmp_path / "0.1.0",
            database_url=empty_database.url,
            temporal_address=temporal_dev.service_client.config.target_host,
            task_queue=queue,
            outside_file=str(outside_file),
            callback_url="http://127.0.0.1:9/callback",
        )
        yield Installation(empty_database, temporal_dev, queue, url, http, addresses, before)


def _as_the_release_before_knew(addresses: str, url: str) -> str:
    """Release 0.1.0 knows neither the interconnection software nor the channels of notices: it refuses their addresses.
    It had one gateway of notices, which nobody has any more: there nobody answers."""
    known = [one for one in json.loads(addresses) if System(one["system"]) not in OPTIONAL]
    return json.dumps([*known, {"system": "notices", "base_url": f"{url}/notices"}])


# ------------------------------------------------------------------ what the earlier release did with each dossier


async def _filed(gateway: Gateway, procedure: Procedure) -> str:
    told = submission(procedure).model_dump(mode="json", exclude_defaults=True)
    told["applicant"] = APPLICANT.model_dump(mode="json", exclude_defaults=True)
    told["actor"] = {"person": CITIZEN.person, "role": CITIZEN.role.value}
    return await gateway.submit(told)


Acts = tuple[tuple[Any, Any], ...]
ASSIGNED: Acts = ((DESK, Accept()), (HEAD, Assign(person=OFFICER.person)))
APPROVED: Acts = (*ASSIGNED, (OFFICER, CompleteStep(step="process")), (HEAD, Approve(step="approve")))
BEFORE: dict[str, tuple[Procedure, Acts, State]] = {
    "submitted": (FREE, (), State.SUBMITTED),
    "accepted": (FREE, ((DESK, Accept()),), State.ACCEPTED),
    "refused": (FREE, ((DESK, Refuse(legal_basis=LAW)),), State.REFUSED),
    "withdrawn": (FREE, ((DESK, Accept()), (CITIZEN, Withdraw())), State.WITHDRAWN),
    "supplement": (FREE, (*ASSIGNED, (OFFICER, ASK_FOR_MORE)), State.SUPPLEMENT_REQUESTED),
    "processing": (FREE, ASSIGNED, State.PROCESSING),
    "opinion": (FREE, (*ASSIGNED, (OFFICER, AskOpinion(unit=PHU_LY))), State.PROCESSING),
    "suspended": (FREE, (*ASSIGNED, (HEAD, Suspend(legal_basis=LAW))), State.SUSPENDED),
    "stopped": (FREE, (*ASSIGNED, (HEAD, Stop(legal_basis=LAW))), State.STOPPED),
    "handed_over": (FREE, (*ASSIGNED, (HEAD, HandOver(unit=PHU_LY, legal_basis="Điều 8"))), State.PROCESSING),
    "payment": (PAID, ((DESK, Accept()),), State.PAYMENT_REQUESTED),
    "approved": (FREE, APPROVED, State.PROCESSING),
}
"""What the earlier release did with each dossier, and the state in which it left it."""


# ---------------------------------------------------------------------------- how each goes on under this release


async def _processed(engine: EngineUnderTest, code: str) -> None:
    await engine.act(code, OFFICER, CompleteStep(step="process"))
    await _approved(engine, code)


async def _approved(engine: EngineUnderTest, code: str) -> None:
    await engine.act(code, HEAD, Approve(step="approve"))
    await _signed(engine, code)


async def _signed(engine: EngineUnderTest, code: str) -> None:
    await engine.act(code, OFFICIAL, sign(code))
    await _returned(engine, code)


async def _signed_above(engine: EngineUnderTest, code: str) -> None:
    await engine.act(code, OFFICIAL_ABOVE, sign(code))
    await _returned(engine, code)


async def _returned(engine: EngineUnderTest, code: str) -> None:
    await engine.until(code, lambda dossier: dossier.state is State.RESOLVED)
    await engine.act(code, DESK, ReturnResult())


def then(actor: Any, command: Any, steps: Steps) -> Steps:
    """First somebody acts, then the steps follow."""

    async def both(engine: EngineUnderTest, code: str) -> None:
        await engine.act(code, actor, command)
        await steps(engine, code)

    return both


async def _paid(engine: EngineUnderTest, code: str) -> None:
    order = (await engine.until(code, lambda dossier: dossier.payment.order is not None)).payment.order or ""
    await engine.pay(order)
    await engine.call_back(code, order)
    await engine.until(code, lambda dossier: dossier.state is not State.PAYMENT_REQUESTED)
    await _processed(engine, code)


async def _rated(engine: EngineUnderTest, code: str) -> None:
    await engine.act(code, CITIZEN, Rate(stars=5))


AFTER: dict[str, Steps] = {
    "submitted": then(DESK, Accept(), _processed),
    "filed_after_it": then(DESK, Accept(), _processed),
    "accepted": _processed,
    "supplement": then(CITIZEN, ReceiveSupplement(documents=(SubmittedDocument(code="don"),)), _processed),
    "processing": _processed,
    "opinion": then(HEAD_OF_DESK, GiveOpinion(agrees=True), _processed),
    "suspended": then(HEAD, Resume(), _processed),
    "handed_over": then(HEAD_OF_DESK, RefuseHandover(legal_basis="Điều 9"), _processed),
    "payment": _paid,
    "approved": _signed,
    "signing": _signed_above,
    "waiting": _paid,
    "resolved": _returned,
    "returned": _rated,
}


async def _brought_into_every_state(one: Installation, gateway: Gateway) -> dict[str, str]:
    """Drives dossiers with the earlier release. Returns their codes by the name of what they wait for."""
    codes = {}
    for name, (procedure, acts, state) in BEFORE.items():
        codes[name] = code = await _filed(gateway, procedure)
        for actor, command in acts:
            await gateway.act(code, actor, command)
        await _until_state(gateway, code, state)
    for name in ("resolved", "returned", "signing"):
        codes[name] = code = await _filed(gateway, FREE)
        for actor, command in APPROVED:
            await gateway.act(code, actor, command)
        if name == "signing":  # it goes up to the centre, whose official signs
            await one.control("signing", {"mode": "down"})
        await gateway.act(code, OFFICIAL, sign(code))
        if name != "signing":
            await _until_state(gateway, code, State.RESOLVED)
    await gateway.act(codes["returned"], DESK, ReturnResult())
    await one.control("payments", {"mode": "down"})
    codes["waiting"] = await _filed(gateway, PAID)
    await gateway.act(codes["waiting"], DESK, Accept())
    await _until_a_call_waits(one, codes["waiting"])
    return codes


async def _driven_to_its_end(gateway: Gateway, code: str) -> None:
    """What the earlier release does on the schema of this one: it reads what it wrote before, writes, and ends it."""
    for actor, command in (*APPROVED[1:], (OFFICIAL, sign(code))):
        await gateway.act(code, actor, command)
    await _until_state(gateway, code, State.RESOLVED)
    await gateway.act(code, DESK, ReturnResult())
    await _until_state(gateway, code, State.RETURNED)


async def _until_a_call_waits(one: Installation, code: str) -> None:
    """Waits until Temporal tries a call again and again."""

    async def waits() -> bool:
        executor = await one.temporal.get_workflow_handle(code).describe()
        return any(each.attempt > 1 for each in executor.raw_description.pending_activities)

    await until(waits, f"a call of {code} is tried again")


async def _until_state(gateway: Gateway, code: str, state: State) -> None:
    async def reached() -> bool:
        return await gateway.state(code) == state.value

    await until(reached, f"{code} is {state.value}")


async def _codes_of_our_own(database: Database) -> None:
    """Tests share the Temporal, so the codes of this database must be new there too."""
    pool = await open_pool(database.url, 1)
    for unit in ORGANISATION.units:
        statement = "insert into dossier_sequence values ($1, (now() at time zone interval '7 hours')::date, $2)"
        await pool.execute(statement, unit.authority_id, uuid4().int % 1_000_000_000)
    await pool.close()


async def _this_release(one: Installation, stack: AsyncExitStack) -> tuple[EngineUnderTest, Pool]:
    """Writes old read models again, and starts workers to which an operator gives the work."""
    pool = await open_pool(one.database.url, 8)
    stack.push_async_callback(pool.close)
    assert await older(pool) == len(BEFORE) + 6
    await RulesStore(pool).publish(RULEBOOK.stored())
    rules_in_force.install(rules_in_force.rulebook().adding(*await RulesStore(pool).load_all()))
    outside = await stack.enter_async_context(open_outside(one.addresses))
    calls = OutsideCalls(
        outside, outside, Vault(pool), LedgerReader(pool), OutsideTries(pool), "http://127.0.0.1:9/callback"
    )
    engine = Engine(one.temporal, pool, a_small_province(), one.task_queue)
    watch = ReleaseWatch(one.temporal, pool, one.task_queue, this_build(), by_itself=False)
    await watch.announce()
    queue, deployment = one.task_queue, watch.config
    for worker in (
        dossier_worker(one.temporal, pool, calls, queue, deployment=deployment),
        *patient_workers(one.temporal, calls, queue, deployment=deployment),
    ):
        await stack.enter_async_context(worker)
    await watch.take_work_where_nobody_has_it()
    assert (await engine.releases.now()).current is None, "open dossiers wait for an operator's order"
    await _replayed(one, pool, engine)
    await engine.releases.promote(ROOT, this_build().build, who="op.1", why="Nâng cấp")
    return EngineUnderTest(engine, one.simulator, one.http), pool


async def _replayed(one: Installation, pool: Pool, engine: Engine) -> None:
    """Every dossier of the release before replays on this one, as an operator has to see before it gets the work."""
    run = await engine.replays.begin(ROOT, this_build().build, ReplayChoice(), who="op.1")
    await ReplayRuns(one.temporal, pool, one.task_queue, this_build().build).step(asyncio.Event())
    found = await engine.replays.register.run(run.id)
    assert (found.state, await engine.replays.register.failures(run.id, 10)) == (ReplayState.SUCCEEDED, [])
    assert found.looked > len(BEFORE) // 2


async def _is_sound(pool: Pool) -> None:
    """The chain verifies, and every read model equals a rebuild."""
    found = await verify(pool, fold=await fold_under_published_rules(pool))
    assert found.problems == ()


async def test_dossiers_in_every_state_go_on_under_this_release(installation: Installation) -> None:
    """The schema is migrated first: meanwhile the worker and the gateway of the earlier release bring a dossier to its
    end on it. Then every dossier goes on to its end under this release. Its register equals a rebuild from the start,
    the ledger verifies at the end, and a worker of the earlier release that is started again by mistake gets nothing
    and harms nothing."""
    before = installation.before
    async with before.gateway() as gateway:
        await gateway.ask("migrate", installation.database.admin_url)
        await _codes_of_our_own(installation.database)
        async with before.worker():
            codes = await _brought_into_every_state(installation, gateway)
            codes["on_both_schemas"] = code = await _filed(gateway, FREE)
            await gateway.act(code, *APPROVED[0])
            await migrate(installation.database.admin_url)  # first the schema, then the workers in steps
            await installation.control("signing")
            codes["filed_after_it"] = await _filed(gateway, FREE)
            await _driven_to_its_end(gateway, code)
    async with AsyncExitStack() as stack:
        engine, pool = await _this_release(installation, stack)
        [row] = await LedgerReader(pool).whole([codes["payment"]])  # before it is written again
        assert row.snapshot["payment"]["asked"] == 20_000
        renewed = await renew(pool, await fold_under_published_rules(pool))
        assert (renewed.written, renewed.problems) == (len(codes), ())
        await _is_sound(pool)
        await installation.control("payments")
        async with before.worker() as log:
            for name, steps in AFTER.items():
                await steps(engine, codes[name])
            assert "append" not in log.read_text(encoding="utf-8")
        states = {name: (await engine.known(code)).state for name, code in codes.items()}
        ended = {"refused": State.REFUSED, "withdrawn": State.WITHDRAWN, "stopped": State.STOPPED}
        assert states == {**dict.fromkeys(codes, State.RETURNED), **ended}
        await _is_sound(pool)
