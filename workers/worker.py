"""The worker process: interprets dossiers, calls the outside systems, relays the ledger. Any number may run.

Started by `luongxanh worker`. It stops gently on SIGTERM: what it holds is finished or handed back, and nothing is lost
if it is killed instead.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, suppress
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from temporalio.client import Client
from temporalio.worker import PollerBehaviorAutoscaling, Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.adapters.address import SystemAddress
from activities.adapters.outside_calls import OutsideCalls
from activities.adapters.systems import Outside, open_outside
from activities.ledger.checkpoints.checkpointer import Checkpointer
from activities.ledger.feed import FeedReader
from activities.ledger.history_reader import HistoryReader
from activities.ledger.pool import DatabaseRefuses, DatabaseUnavailable, Pool
from activities.ledger.reading import LedgerReader
from activities.ledger.rules_store import RulesStore
from activities.ledger.servers import require_in_order
from activities.ledger.store import Ledger
from activities.ledger.vault import Vault
from activities.province import ConfigurationErrors
from activities.relays.notices import NoticesRelay
from activities.relays.portal import PortalRelay
from activities.relays.relay import Relay
from activities.rollouts.activities import Rollouts
from domain.deadlines.calendar_end import ending_soon, furthest
from domain.errors import InvalidInput
from domain.organisation.assignment import AssignmentPolicy
from domain.outside_systems import System
from domain.rules.rulebook import Rulebook
from domain.values import VIETNAM
from gateway.client import Engine
from gateway.client.assignment import Assigner
from gateway.client.dossier_client import DossierClient
from gateway.client.executors import Executors
from gateway.client.rollouts import queue_of
from workers import telemetry
from workers.connections import connect_database, connect_temporal, patiently
from workers.executor_watch import ExecutorWatch
from workers.gauges import Gauges
from workers.outside_addresses import outside_addresses
from workers.settings import Settings, checkpoint_places
from workers.staff_in_force import StaffInForce
from workflows import rules_in_force
from workflows.dossier import DossierWorkflow
from workflows.rollout import RolloutWorkflow

log = structlog.get_logger(__name__)

QUICK_SECONDS = 1.0
"""What a dossier waits for a system before it goes on and leaves the call to the patient queue."""
STOP_WITHIN = timedelta(seconds=30)
STICKY_WITHIN = timedelta(seconds=3)
"""How long a task waits for the worker that has its dossier in memory before any other may take it: so long waits a
dossier whose worker was killed. A busy worker that is later than this costs the other one a replay, some 20 ms."""
LOOK_FOR_RULES_EVERY = 2.0
SWEEP_EVERY = 3_600.0
LOOK_AT_CALENDARS_EVERY = 86_400.0

PASSED_THROUGH = (
    "domain", "activities", "workflows.rules_in_force", "workflows.messages", "workflows.refusals",
    "workflows.failures",
    "pydantic", "pydantic_core", "annotated_types", "asyncpg", "structlog", "opentelemetry", "httpx2", "cryptography",
)  # fmt: skip
"""Loaded once, not once a workflow: 3 ms instead of 57. Nothing in them may read a clock, a random or the environment
on behalf of a workflow; the import contract keeps the domain so."""


def sandbox() -> SandboxedWorkflowRunner:
    """The runner that keeps workflow code deterministic."""
    return SandboxedWorkflowRunner(SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH))


def dossier_worker(
    client: Client, pool: Pool, calls: OutsideCalls, task_queue: str, *, stop_within: timedelta = STOP_WITHIN
) -> Worker:
    """Interprets dossiers and writes the ledger."""
    return Worker(
        client,
        task_queue=task_queue,
        workflows=[DossierWorkflow],
        activities=[Ledger(pool).append, HistoryReader(pool).since, calls.quick],
        workflow_runner=sandbox(),
        max_concurrent_workflow_tasks=16,
        max_cached_workflows=2_000,
        workflow_task_poller_behavior=PollerBehaviorAutoscaling(initial=4, maximum=16),
        activity_task_poller_behavior=PollerBehaviorAutoscaling(initial=1, maximum=4),
        sticky_queue_schedule_to_start_timeout=STICKY_WITHIN,
        graceful_shutdown_timeout=stop_within,
    )


def patient_workers(
    client: Client, calls: OutsideCalls, task_queue: str, *, stop_within: timedelta = STOP_WITHIN
) -> list[Worker]:
    """One queue a system, so that none can hold up another; the limit is what the system can bear."""
    return [
        Worker(
            client,
            task_queue=f"{task_queue}-{system}",
            activities=[calls.patient],
            max_concurrent_activities=8,
            max_activities_per_second=50,
            activity_task_poller_behavior=PollerBehaviorAutoscaling(initial=1, maximum=2),
            graceful_shutdown_timeout=stop_within,
        )
        for system in System
        if system not in (System.PORTAL, System.NOTICES)
    ]


def rollout_worker(client: Client, pool: Pool, task_queue: str, *, stop_within: timedelta = STOP_WITHIN) -> Worker:
    """Carries changes of rules to open dossiers, on a queue of its own: a long batch holds up no dossier."""
    rollouts = Rollouts(pool, DossierClient(client, LedgerReader(pool), task_queue).send)
    return Worker(
        client,
        task_queue=queue_of(task_queue),
        workflows=[RolloutWorkflow],
        activities=[rollouts.enlist, rollouts.work, rollouts.finish],
        workflow_runner=sandbox(),
        max_concurrent_workflow_tasks=2,
        max_concurrent_activities=2,
        max_heartbeat_throttle_interval=timedelta(seconds=1),  # by its heartbeat a batch learns that it is to stop
        graceful_shutdown_timeout=stop_within,
    )


async def serve(settings: Settings, stopping: asyncio.Event, ready: Path | None = None) -> None:
    """Runs until told to stop. The settings were checked (`workers.preflight`).

    Raises DatabaseRestored where the ledger was restored on another server and nobody has said so.
    """
    runtime = telemetry.set_up("worker", level=settings.log_level, otlp_endpoint=settings.otlp_endpoint)
    async with telemetry.end_logged(), AsyncExitStack() as stack:
        pool = await patiently("postgres", lambda: connect_database(settings, size=16, name="luongxanh-worker"))
        stack.push_async_callback(pool.close)
        await require_in_order(pool)
        checkpointer = _checkpointer(pool, settings)
        if checkpointer is not None:  # the last one, when the workers below have ended and nothing more is written
            stack.push_async_callback(checkpointer.once_and_say)
        client = await patiently("temporal", lambda: connect_temporal(settings, runtime))
        store = RulesStore(pool)
        await _load_rules(store)
        addresses = outside_addresses(settings)
        patient = await stack.enter_async_context(open_outside(addresses))
        quick = await stack.enter_async_context(open_outside(_impatient(addresses), confirm=False))
        vault = Vault(pool)
        calls = OutsideCalls(quick, patient, vault, LedgerReader(pool), settings.need("callback_url"))
        for worker in (
            dossier_worker(client, pool, calls, settings.task_queue),
            *patient_workers(client, calls, settings.task_queue),
            rollout_worker(client, pool, settings.task_queue),
        ):
            await stack.enter_async_context(worker)
        tasks = [asyncio.create_task(_follow_rules(store, stopping)), *_relays(pool, patient, vault, stopping)]
        tasks.append(asyncio.create_task(_sweep(vault, stopping)))
        watch = ExecutorWatch(Executors(client, pool), pool, runtime.metric_meter)
        tasks.append(asyncio.create_task(watch.run(stopping)))
        gauges = Gauges(runtime.metric_meter, pool, {"quick": quick, "patient": patient})
        tasks.append(asyncio.create_task(gauges.run(stopping)))
        if checkpointer is not None:
            every = timedelta(seconds=settings.checkpoint_seconds)
            tasks.append(asyncio.create_task(checkpointer.run(stopping, every)))
        tasks.append(asyncio.create_task(watch_calendars(rules_in_force.rulebook, stopping)))
        tasks += _assigner(client, pool, settings, stopping)
        if ready is not None:
            ready.write_text("ready", encoding="utf-8")
        log.info("worker_ready", task_queue=settings.task_queue)
        await stopping.wait()
        log.info("worker_stops")
        await asyncio.gather(*tasks)
    telemetry.shut_down()


def _relays(pool: Pool, outside: Outside, vault: Vault, stopping: asyncio.Event) -> list[asyncio.Task[None]]:
    portal = PortalRelay(outside.portal, LedgerReader(pool), vault, rules_in_force.rulebook)
    notices = NoticesRelay(outside.notices, LedgerReader(pool), rules_in_force.rulebook)
    relays = (Relay(FeedReader.PORTAL, pool, portal.hand), Relay(FeedReader.NOTICES, pool, notices.hand))
    return [asyncio.create_task(relay.run(stopping)) for relay in relays]


def _assigner(client: Client, pool: Pool, settings: Settings, stopping: asyncio.Event) -> list[asyncio.Task[None]]:
    """One more relay, where the province has its dossiers assigned by themselves; read when the worker starts."""
    try:
        staff = StaffInForce(settings.province())
    except ConfigurationErrors as wrong:
        # Dossiers go on without: they wait in their unit's queue, and the head of unit assigns them.
        log.error("assigner_not_started", code=wrong.code, folder=str(settings.province()))
        return []
    if staff.province.assignment is not AssignmentPolicy.AUTOMATIC:
        return []
    engine = Engine(client, pool, staff.province, settings.task_queue)
    assigner = Assigner(engine, staff, rules_in_force.rulebook)
    return [asyncio.create_task(Relay(FeedReader.ASSIGNER, pool, assigner.hand).run(stopping))]


def _checkpointer(pool: Pool, settings: Settings) -> Checkpointer | None:
    """What signs the history; without a folder or a key a worker runs on, and says so."""
    try:
        return checkpoint_places(settings).checkpointer(pool)
    except InvalidInput as missing:
        log.error("checkpoints_not_made", code=missing.code)
        return None


def _impatient(addresses: Sequence[SystemAddress]) -> list[SystemAddress]:
    return [one.model_copy(update={"total_seconds": QUICK_SECONDS, "connect_seconds": 0.5}) for one in addresses]


async def _load_rules(store: RulesStore) -> None:
    known = rules_in_force.rulebook()
    rules = await store.load_all()
    book = known.adding(*rules)
    rules_in_force.install(book)
    log.info("rules_loaded", rules=len(rules))
    for unreadable in book.unreadable:
        log.error("rule_unreadable", code=unreadable)


async def _follow_rules(store: RulesStore, stopping: asyncio.Event) -> None:
    """Rules that are published while we run are loaded within seconds; until then their dossiers wait."""
    known: int | None = None  # the first round loads: one may have been published since the worker loaded them
    while not stopping.is_set():
        try:
            count = await store.count()
            if count != known:
                await _load_rules(store)
                known = count
        except Exception as problem:  # the next round tries again; a worker does not die of an absent database
            log.warning("rules_not_read", code=getattr(problem, "code", type(problem).__name__))
        await _sleep(LOOK_FOR_RULES_EVERY, stopping)


async def _sweep(vault: Vault, stopping: asyncio.Event) -> None:
    """Personal data kept for a command that never came is removed after a day; looked for once an hour."""
    while not stopping.is_set():
        try:
            log.info("vault_swept", count=await vault.sweep())
        except (DatabaseUnavailable, DatabaseRefuses) as problem:
            log.warning("vault_not_swept", code=problem.code, sqlstate=problem.facts.get("sqlstate"))
        await _sleep(SWEEP_EVERY, stopping)


async def watch_calendars(rulebook: Callable[[], Rulebook], stopping: asyncio.Event) -> None:
    """A calendar that ends within a year is told when the worker starts, and every day until a longer one is there."""
    while not stopping.is_set():
        today = datetime.now(VIETNAM).date()
        for end in ending_soon(furthest(rulebook().calendars()), today):
            log.warning("calendar_ends_soon", code=end.code, last_day=str(end.last_day), count=end.days_left)
        await _sleep(LOOK_AT_CALENDARS_EVERY, stopping)


async def _sleep(seconds: float, stopping: asyncio.Event) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stopping.wait(), seconds)
