"""The engine inside the test's own process: a real Temporal whose time can be skipped, a real PostgreSQL, and a
simulator on a socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import uuid4

import asyncpg
import httpx2
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, Interceptor, WorkflowHandle
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker
from temporalio.workflow import NondeterminismError

from activities.adapters.outside_calls import OutsideCalls
from activities.adapters.systems import Outside, open_outside
from activities.audiences import Audiences
from activities.ledger.outside_tries import OutsideTries
from activities.ledger.pool import Pool, open_pool
from activities.ledger.reading import LedgerReader
from activities.ledger.rules_store import RulesStore
from activities.ledger.stuck_dossiers import Restart, StuckDossiers
from activities.ledger.vault import Vault
from activities.ledger.verification.walk import verify
from domain.dossier.decide import Act
from domain.dossier.state import DOSSIER, Dossier, NotSubmitted
from domain.organisation.staff import Staff
from domain.procedures.procedure import Procedure
from domain.repairs.acts import RepairedBy
from domain.repairs.orders import RestartOrder
from domain.rules.province import Province
from gateway.client import Engine
from gateway.client.dossier_client import DossierClient
from gateway.client.repairs.restart import RestartMechanic
from gateway.views.projection import fold_under_published_rules
from tests.support.databases import Database
from tests.support.engine_under_test import APPLICANT, EngineUnderTest
from tests.support.plain_http import NO_TLS
from tests.support.small_province import ACTING, FREE, ORGANISATION, RULEBOOK, a_small_province, people
from tests.support.waiting import WITHIN, until
from tools.simulator.app import Simulator
from tools.simulator.server import running_simulator
from workers.replay_process import replayer
from workers.worker import STOP_WITHIN, dossier_worker, patient_workers
from workflows import rules_in_force
from workflows.messages import Receipt

OUTSIDE_WITHIN = 1.6
"""Seconds for an answer of an outside system: less than a workflow waits for a quick call, and enough for a slow
machine, on which an answer that is given up would become an incident."""
WAITS_FOR_A_LOCK = """
    select count(*) from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'
    and query_start > coalesce($1::timestamptz, '-infinity')
"""


@dataclass
class EngineHarness(EngineUnderTest):
    """The engine with its workers, its clock and its database in the test's hands."""

    env: WorkflowEnvironment
    pool: Pool
    database: Database
    task_queue: str
    outside: Outside
    calls: OutsideCalls
    stop_within: timedelta = STOP_WITHIN
    world: Simulator = field(kw_only=True)
    """The simulator from inside, for what people do in those systems' own windows."""
    workers: list[Worker] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    staff: Staff = field(default_factory=lambda: people(*ACTING))
    """Whom the engine lets in."""

    def patient(self, answer_within: float) -> EngineHarness:
        """The same engine, for a caller who waits this many seconds for the answer to an act."""
        engine = Engine(
            self.env.client, self.pool, a_small_province(), self.task_queue, lambda: self.staff, answer_within
        )
        return replace(self, engine=engine)

    async def submit(self, procedure: Procedure = FREE, **changes: Any) -> Receipt:
        """A citizen files a dossier; its time passes as real time does until `later`."""
        with self.env.with_time_skipping_disabled():
            receipt = await super().submit(procedure, **changes)
        self.made.append(receipt.dossier)
        return receipt

    async def restart(self, code: str, why: str = "a test", *, although_sound: bool = False) -> Restart:
        """What the run of a repair does to start the dossier's workflow anew from the ledger, as it is recorded.

        Its time passes as real time does.
        """
        order = RestartOrder(although_sound=although_sound)
        mechanic = RestartMechanic(self.env.client, self.pool, self._line)
        with self.env.with_time_skipping_disabled():
            found = await mechanic.look(code, order)
            await mechanic.carry_out(found, order, RepairedBy(act=uuid4(), who="op.1", why=why))
        return (await StuckDossiers(self.pool).restarts(1))[0]

    async def send(self, code: str, act: Act) -> Receipt:
        """Sends an act as rollouts do: the staff is not asked who may act."""
        return await self._line.send(code, act)

    @property
    def _line(self) -> DossierClient:
        return DossierClient(self.env.client, self.engine.reader, self.task_queue)

    async def later(self, code: str, **delta: float) -> None:
        """Time passes for one dossier."""
        await self.env.fast_forward(self.handle(code), timedelta(**delta))

    def handle(self, code: str, run: str | None = None) -> WorkflowHandle[Any, Any]:
        """The dossier's workflow: the run of this id, or the one that is there now."""
        return self.env.client.get_workflow_handle(code, run_id=run)

    async def run_of(self, code: str) -> str:
        """The id of the run that is there now."""
        run = (await self.handle(code).describe()).run_id
        assert run is not None
        return run

    async def workflow_knows(self, code: str) -> Dossier | NotSubmitted:
        """The dossier as its workflow knows it; a run that took over may not have read the record yet."""
        told = await self.handle(code).query("dossier")
        return NotSubmitted(told["code"]) if told["state"] is None else DOSSIER.validate_python(told)

    async def until_workflow(self, code: str, holds: Callable[[Dossier], bool], within: float = WITHIN) -> Dossier:
        """The dossier as its workflow knows it, as soon as it is as wanted."""

        async def as_wanted() -> Dossier | None:
            now = await self.workflow_knows(code)
            return now if isinstance(now, Dossier) and holds(now) else None

        return await until(as_wanted, f"dossier {code} as wanted in its workflow", within)

    async def until_pending(self, code: str, activity: str, attempt: int = 1) -> None:
        """Waits until a workflow waits for this activity, tried for the so-manieth time.

        A dossier asks the ledger and outside systems so when it got no answer from a local activity.
        """

        async def pending() -> bool:
            found = (await self.handle(code).describe()).raw_description.pending_activities
            return any(one.activity_type.name == activity and one.attempt >= attempt for one in found)

        await until(pending, f"{code} waits for the activity {activity}", 120)  # one try may take 30 s

    async def end_activity(self, code: str, activity: str, result: Any) -> None:
        """When: somebody who reaches Temporal ends a workflow's activity, at a moment in which it runs."""

        async def ended() -> bool:
            pending = (await self.handle(code).describe()).raw_description.pending_activities
            for one in (one for one in pending if one.activity_type.name == activity):
                handle = self.env.client.get_async_activity_handle(
                    workflow_id=code, run_id=None, activity_id=one.activity_id
                )
                try:
                    await (handle.fail(result) if isinstance(result, Exception) else handle.complete(result))
                except RPCError:
                    continue  # between two tries there is none to end
                return True
            return False

        await until(ended, f"the activity {activity} of {code} is ended by hand")

    async def until_at_rest(self, code: str) -> None:
        """Waits until a workflow has done everything it can do: it waits for a timer, and for nothing else."""

        async def at_rest() -> bool:
            now = (await self.handle(code).describe()).raw_description
            asks = now.HasField("pending_workflow_task") or now.pending_activities
            events = [event async for event in self.handle(code).fetch_history_events()]
            return not asks and any(event.HasField("timer_started_event_attributes") for event in events)

        await until(at_rest, f"{code} waits for its timer alone")

    async def ended(self, code: str, within: float = WITHIN) -> str:
        """Waits until a workflow has ended well."""
        async with asyncio.timeout(within):
            await self.handle(code).result()
        return code

    async def in_step(self, code: str) -> Dossier:
        """Then: the workflow knows what the record says (waited for), the ledger verifies, and the run replays."""

        async def same() -> Dossier | None:
            known = await self.known(code)
            return known if await self.workflow_knows(code) == known else None

        now = await until(same, f"the workflow of {code} knows what the record says")
        found = await verify(self.pool, code, fold=await fold_under_published_rules(self.pool))
        assert found.problems == ()
        await self.replays(code)
        return now

    async def replays(self, code: str, run: str | None = None) -> None:
        """Then: a workflow's history replays on this code, in the worker's sandbox."""
        history = await self.handle(code, run).fetch_history()
        try:
            await replayer().replay_workflow(history)
        except NondeterminismError as other:
            events = ", ".join(f"{one.event_id} {EventType.Name(one.event_type)[11:]}" for one in history.events)
            raise AssertionError(f"the history of {code} does not replay: {events}") from other

    @asynccontextmanager
    async def hung(self, *tables: str) -> AsyncIterator[None]:
        """Whoever reads or writes one of these tables waits and gets no answer, as while the database hangs."""
        async with self._locked("access exclusive", *tables):
            yield

    @asynccontextmanager
    async def entries_held_up(self) -> AsyncIterator[None]:
        """The ledger can be read, and whoever writes to it waits."""
        async with self._locked("share row exclusive", "event"):
            yield

    @asynccontextmanager
    async def _locked(self, mode: str, *tables: str) -> AsyncIterator[None]:
        holding = await asyncpg.connect(self.database.admin_url)
        try:
            async with holding.transaction():
                for table in tables:
                    await holding.execute(f"lock table {table} in {mode} mode")
                yield
        finally:
            await holding.close()

    async def database_time(self) -> datetime:
        """The clock of the database."""
        now: datetime = await self.pool.fetchval("select clock_timestamp()")
        return now

    async def until_held_up(self, since: datetime | None = None) -> None:
        """Waits until somebody waits for a lock of the database: what is `hung` or held up was asked for.

        `since`: by the clock of the database; who has waited longer does not count.
        """

        async def somebody_waits() -> bool:
            return bool(await self.pool.fetchval(WAITS_FOR_A_LOCK, since))

        await until(somebody_waits, "somebody waits for the database")

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
            dossier_worker(client, self.pool, self.calls, queue, stop_within=within, audiences=Audiences(_province)),
            *patient_workers(client, self.calls, queue, stop_within=within),
        )
        for worker in workers:
            await worker.__aenter__()
            self.workers.append(worker)

    async def close_workers(self) -> None:
        """They stop gently, as at the end of their process."""
        await asyncio.gather(*(worker.__aexit__(None, None, None) for worker in self.workers))
        self.workers.clear()


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
        addresses = simulator.world.access.addresses(url, "H42", total_seconds=OUTSIDE_WITHIN)
        outside = await stack.enter_async_context(open_outside(addresses))
        http = await stack.enter_async_context(httpx2.AsyncClient(trust_env=False, verify=NO_TLS, timeout=WITHIN))
        await http.post(f"{url}/citizens", json=[_citizen()])
        await RulesStore(pool).publish(RULEBOOK.stored())
        rules_in_force.install(rules_in_force.rulebook().adding(*RULEBOOK.stored()))
        calls = OutsideCalls(
            outside, outside, Vault(pool), LedgerReader(pool), OutsideTries(pool), "http://127.0.0.1:9/callback"
        )
        task_queue = f"hall-{uuid4().hex[:8]}"
        engine = Engine(env.client, pool, a_small_province(), task_queue, lambda: harness.staff)
        harness = EngineHarness(
            engine, url, http, env, pool, database, task_queue, outside, calls, stop_within, world=simulator
        )
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


@cache
def _province() -> Province:
    """Whose people get warnings and escalations."""
    return a_small_province()


def _citizen() -> dict[str, Any]:
    return {
        "identity_number": APPLICANT.identity_number,
        "name": APPLICANT.name,
        "birth": f"{APPLICANT.birth_date:%Y%m%d}",
    }
