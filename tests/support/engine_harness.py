"""A one-stop harness: the engine on a real Temporal, a real PostgreSQL and a simulator on a socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import httpx2
from temporalio.client import Client, Interceptor, WorkflowHandle
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.adapters.outside_calls import OutsideCalls
from activities.adapters.systems import Outside, open_outside
from activities.ledger.pool import Pool, open_pool
from activities.ledger.reading import LedgerReader
from activities.ledger.rules_store import RulesStore
from activities.ledger.vault import Vault
from domain.dossier.commands import SubmittedDocument
from domain.dossier.decide import Act
from domain.organisation.routing import Matter
from domain.organisation.staff import Staff
from domain.procedures.procedure import Channel, Procedure
from domain.roles import Actor
from gateway.client import ActRequest, Applicant, Engine, Submission
from gateway.client.dossier_client import DossierClient
from tests.support.databases import Database
from tests.support.given import CITIZEN
from tests.support.small_province import ACTING, FREE, HA_NAM, ORGANISATION, PHU_LY, RULEBOOK, a_small_province, people
from tools.simulator.app import Simulator
from tools.simulator.server import running_simulator
from workers.worker import STOP_WITHIN, dossier_worker, patient_workers
from workflows import rules_in_force
from workflows.messages import Receipt

APPLICANT = Applicant(
    name="Nguyễn Văn An", identity_number="037099001234", birth_date=date(1999, 1, 1), phone="0912345678"
)


@dataclass
class EngineHarness:
    """A one-stop harness: the engine, the world outside, and the hands of everybody who acts."""

    engine: Engine
    env: WorkflowEnvironment
    pool: Pool
    database: Database
    simulator: str
    http: httpx2.AsyncClient
    task_queue: str
    outside: Outside
    calls: OutsideCalls
    stop_within: timedelta = STOP_WITHIN
    workers: list[Worker] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    staff: Staff = field(default_factory=lambda: people(*ACTING))
    """Whom the engine lets in."""

    async def submit(self, procedure: Procedure = FREE, **changes: Any) -> Receipt:
        """A citizen files online in ward Phủ Lý for a matter of ward Hà Nam."""
        submission = Submission.model_validate(
            {
                "key": f"key-{uuid4().hex}",
                "actor": CITIZEN,
                "procedure": procedure.code,
                "channel": Channel.ONLINE,
                "received_by": PHU_LY,
                "matter": Matter(territory=HA_NAM),
                "applicant": APPLICANT,
                "documents": (SubmittedDocument(code="don", digitised=True),),
                **changes,
            }
        )
        with self.env.with_time_skipping_disabled():
            receipt = await self.engine.submit(submission)
        self.made.append(receipt.dossier)
        return receipt

    async def act(self, code: str, actor: Actor, command: Any, **changes: Any) -> Receipt:
        """Somebody does something."""
        request = ActRequest(command_id=changes.pop("command_id", uuid4()), actor=actor, command=command, **changes)
        return await self.engine.act(code, request)

    async def send(self, code: str, act: Act) -> Receipt:
        """Sends an act as rollouts do: the staff is not asked who may act."""
        return await DossierClient(self.env.client, self.engine.reader, self.task_queue).send(code, act)

    def worked_by(self, interceptors: Sequence[Interceptor]) -> Client:
        """A client for workers that have these in them."""
        of_the_test = self.env.client.config()
        of_the_test["interceptors"] = [*of_the_test["interceptors"], *interceptors]
        return Client(**of_the_test)

    async def open_workers(self, interceptors: Sequence[Interceptor] = ()) -> None:
        """Workers begin to take dossiers and calls."""
        client, queue = self.worked_by(interceptors), self.task_queue
        within = self.stop_within
        workers = (
            dossier_worker(client, self.pool, self.calls, queue, stop_within=within),
            *patient_workers(client, self.calls, queue, stop_within=within),
        )
        for worker in workers:
            await worker.__aenter__()
            self.workers.append(worker)

    async def close_workers(self) -> None:
        """They stop gently, as at the end of their process."""
        await asyncio.gather(*(worker.__aexit__(None, None, None) for worker in self.workers))
        self.workers.clear()

    def handle(self, code: str) -> WorkflowHandle[Any, Any]:
        """The dossier's workflow."""
        return self.env.client.get_workflow_handle(code)

    async def later(self, code: str, **delta: float) -> None:
        """Time passes for one dossier."""
        await self.env.fast_forward(self.handle(code), timedelta(**delta))

    async def kinds(self, code: str) -> list[str]:
        """What the ledger says has happened."""
        return [event.kind for event in await self.engine.history(code)]

    async def control(self, system: str, *faults: dict[str, Any]) -> None:
        """Make an outside system misbehave; without faults it is well again."""
        answer = await self.http.post(f"{self.simulator}/control/{system}", json=list(faults))
        answer.raise_for_status()


@asynccontextmanager
async def open_engine_harness(
    database: Database,
    env: WorkflowEnvironment,
    interceptors: Sequence[Interceptor] = (),
    stop_within: timedelta = STOP_WITHIN,
) -> AsyncIterator[EngineHarness]:
    """Everything up; at the end the dossiers that still run are terminated. `interceptors`: of the workers."""
    async with AsyncExitStack() as stack:
        pool = await open_pool(database.url, 8)
        stack.push_async_callback(pool.close)
        await _codes_of_our_own(pool)
        simulator = Simulator(state=None, seed=11)
        url = stack.enter_context(running_simulator(simulator))
        addresses = simulator.world.access.addresses(url, "H42", total_seconds=0.8)
        outside = await stack.enter_async_context(open_outside(addresses))
        http = await stack.enter_async_context(httpx2.AsyncClient(trust_env=False))
        await http.post(f"{url}/citizens", json=[_citizen()])
        await RulesStore(pool).publish(RULEBOOK.stored())
        rules_in_force.install(rules_in_force.rulebook().adding(*RULEBOOK.stored()))
        calls = OutsideCalls(outside, outside, Vault(pool), LedgerReader(pool), "http://127.0.0.1:9/callback")
        task_queue = f"hall-{uuid4().hex[:8]}"
        engine = Engine(env.client, pool, a_small_province(), task_queue, lambda: harness.staff)
        harness = EngineHarness(engine, env, pool, database, url, http, task_queue, outside, calls, stop_within)
        await harness.open_workers(interceptors)
        stack.push_async_callback(harness.close_workers)
        try:
            yield harness
        finally:
            for code in harness.made:
                await _end(harness, code)


async def _codes_of_our_own(pool: Pool) -> None:
    """Every test has a new database but shares the Temporal: its dossier codes must be new there too."""
    for unit in ORGANISATION.units:
        await pool.execute(
            "insert into dossier_sequence values ($1, (now() at time zone interval '7 hours')::date, $2)",
            unit.authority_id,
            uuid4().int % 1_000_000_000,
        )


async def _end(harness: EngineHarness, code: str) -> None:
    description = await harness.handle(code).describe()
    if description.status is not None and description.status.name == "RUNNING":
        await harness.handle(code).terminate("the test is over")


def _citizen() -> dict[str, Any]:
    return {
        "identity_number": APPLICANT.identity_number,
        "name": APPLICANT.name,
        "birth": f"{APPLICANT.birth_date:%Y%m%d}",
    }
