"""The worker process: runs dossier workflows, calls the outside systems, relays the ledger. Any number may run.

`luongxanh worker` starts it. On SIGTERM it ends or gives back its tasks, then stops. Nothing is lost if it is killed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple

import structlog
from temporalio.client import Client
from temporalio.runtime import Runtime
from temporalio.worker import PollerBehaviorAutoscaling, Worker, WorkerDeploymentConfig

from activities.adapters.outside_calls import OutsideCalls
from activities.adapters.recorded_calls import RecordedCalls
from activities.adapters.systems import Outside
from activities.audiences import Audiences
from activities.events_out.cloud_events import CloudEvents
from activities.events_out.filters import EventFilter
from activities.ledger.checkpoints.checkpointer import Checkpointer
from activities.ledger.feed import FeedReader
from activities.ledger.history_reader import HistoryReader
from activities.ledger.outside_tries import OutsideTries
from activities.ledger.pool import DatabaseRefuses, DatabaseUnavailable, Pool
from activities.ledger.reading import LedgerReader
from activities.ledger.rules_store import RulesStore
from activities.ledger.servers import require_in_order
from activities.ledger.store import Ledger
from activities.ledger.vault import Vault
from activities.province import ConfigurationErrors
from activities.relays.document_letters import Letters
from activities.relays.documents import DocumentsRelay
from activities.relays.interconnection import InterconnectionRelay
from activities.relays.portal import PortalRelay
from activities.relays.relay import Relay
from activities.repairs.carrying_out import Mechanics, Send
from activities.rollouts.activities import Rollouts
from activities.webhooks.deliverer import WebhookDeliverer
from activities.webhooks.owners import StopNotices
from activities.webhooks.register import Owner
from domain.deadlines.calendar_end import ending_soon, furthest
from domain.errors import InvalidInput
from domain.organisation.assignment_rules import AssignmentPolicy
from domain.outside_systems import BY_RELAY, System
from domain.rules.rulebook import Rulebook
from domain.values import VIETNAM
from gateway.access.event_scopes import event_scope_of_owner
from gateway.client import Engine
from gateway.client.assignment import Assigner
from gateway.client.assignment_rounds import AssignmentRounds
from gateway.client.documents.desk import DocumentDesk
from gateway.client.dossier_client import DossierClient
from gateway.client.interconnected import Linker
from gateway.client.leave import LeaveInForce
from gateway.client.releases.ramps import RampWatch
from gateway.client.repairs.build_health import BuildHealth
from gateway.client.repairs.mechanics import mechanics_of
from gateway.client.rollouts import queue_of
from gateway.client.taking_in import TakingIn
from gateway.client.watching.executors import Executors
from workers import telemetry
from workers.acts_comparison import ActsComparison
from workers.connections import (
    StoppedBeforeAnswer,
    connect_database,
    connect_temporal,
    patiently,
    process_name,
    unless_stopped,
)
from workers.executor_watch import ExecutorWatch
from workers.gauges import Gauges
from workers.nexus import open_nexus
from workers.notices import of_notices
from workers.outside_addresses import OutsideFile
from workers.outside_control import OutsideControl, open_ways, shared_paces, ways_of
from workers.patient_slots import tuned
from workers.policies import checkpoint_places
from workers.ramp_watch import watch_ramps
from workers.releases import ReleaseWatch
from workers.replay_runs import ReplayRuns
from workers.sandbox import sandbox
from workers.setting_values import allowed_hosts_in, retry_schedule
from workers.settings import Settings
from workers.staff_in_force import StaffInForce
from workers.this_build import this_build
from workflows import rules_in_force
from workflows.dossier import DossierWorkflow
from workflows.rollout import RolloutWorkflow

log = structlog.get_logger(__name__)

TRIES_PER_SECOND = 50
"""Of patient calls, by system and process: thousands of calls that wait for an open breaker shall not busy a processor.
The pace of the calls themselves is in the settings of each system."""
STOP_WITHIN = timedelta(seconds=30)
STICKY_WITHIN = timedelta(seconds=3)
"""How long a task waits for the worker that has its dossier in memory, before another worker may take it. A dossier
whose worker was killed waits this long. If the worker is only busy, the other one replays the dossier (about 20 ms)."""
LOOK_FOR_RULES_EVERY = 2.0
SWEEP_EVERY = 3_600.0
OWN_ACTS_WITHIN = 10.0
"""Seconds that the relays of this process wait for a dossier that does not answer. Others wait behind it."""
LOOK_AT_CALENDARS_EVERY = 86_400.0


def dossier_worker(
    client: Client,
    pool: Pool,
    calls: OutsideCalls,
    task_queue: str,
    *,
    cached_dossiers: int = 2_000,
    stop_within: timedelta = STOP_WITHIN,
    deployment: WorkerDeploymentConfig | None = None,
    audiences: Audiences | None = None,
) -> Worker:
    """A Temporal worker that runs dossier workflows and writes the ledger. `cached_dossiers`: as in the settings.

    `audiences`: who gets a warning or an escalation; without it only the units are recorded.

    `deployment`: its build (`workers.releases`); without it the worker takes the tasks that no build gets.
    """
    return Worker(
        client,
        task_queue=task_queue,
        workflows=[DossierWorkflow],
        activities=[
            Ledger(pool).append,
            HistoryReader(pool).since,
            calls.quick,
            RecordedCalls(calls, pool, rules_in_force.rulebook).quick_recorded,
            (audiences or Audiences()).find,
        ],
        workflow_runner=sandbox(),
        max_concurrent_workflow_tasks=16,
        max_cached_workflows=cached_dossiers,
        workflow_task_poller_behavior=PollerBehaviorAutoscaling(initial=4, maximum=16),
        activity_task_poller_behavior=PollerBehaviorAutoscaling(initial=1, maximum=4),
        sticky_queue_schedule_to_start_timeout=STICKY_WITHIN,
        graceful_shutdown_timeout=stop_within,
        deployment_config=deployment,
    )


def patient_workers(
    client: Client,
    calls: OutsideCalls,
    task_queue: str,
    *,
    stop_within: timedelta = STOP_WITHIN,
    deployment: WorkerDeploymentConfig | None = None,
) -> list[Worker]:
    """One worker and queue for each outside system, so that no system delays another.

    How many calls run at once is read from the settings of the system at each call, so a change needs no restart.
    """
    return [
        Worker(
            client,
            task_queue=f"{task_queue}-{system}",
            activities=[calls.patient],
            tuner=tuned(partial(calls.patient_limit, system)),
            max_activities_per_second=TRIES_PER_SECOND,
            activity_task_poller_behavior=PollerBehaviorAutoscaling(initial=1, maximum=2),
            graceful_shutdown_timeout=stop_within,
            deployment_config=deployment,
        )
        for system in System
        if system not in BY_RELAY
    ]


def rollout_worker(
    client: Client,
    pool: Pool,
    task_queue: str,
    *,
    send: Send | None = None,
    mechanics: Mechanics | None = None,
    stop_within: timedelta = STOP_WITHIN,
    deployment: WorkerDeploymentConfig | None = None,
) -> Worker:
    """A worker that applies rule changes to open dossiers, and repairs dossiers by plans.

    It has its own queue, so that a batch delays no dossier. `send`: how an act is sent to a dossier; `mechanics`: how a
    dossier is repaired; by default both through the client library.
    """
    dossiers = DossierClient(client, LedgerReader(pool), task_queue)
    rollouts = Rollouts(pool, send or dossiers.send, mechanics or mechanics_of(client, pool, dossiers))
    return Worker(
        client,
        task_queue=queue_of(task_queue),
        workflows=[RolloutWorkflow],
        activities=[rollouts.enlist, rollouts.work, rollouts.finish],
        workflow_runner=sandbox(),
        max_concurrent_workflow_tasks=2,
        max_concurrent_activities=2,
        max_heartbeat_throttle_interval=timedelta(seconds=1),  # a heartbeat tells a batch to stop
        graceful_shutdown_timeout=stop_within,
        deployment_config=deployment,
    )


async def serve(settings: Settings, stopping: asyncio.Event, ready: Path | None = None) -> None:
    """Runs until `stopping` is set, with settings that `workers.preflight` checked. `ready`: written when it polls.

    Raises DatabaseRestored when the ledger was restored on another server and `database after-restore` has not run.
    """
    runtime = telemetry.set_up("worker", level=settings.log_level, otlp_endpoint=settings.otlp_endpoint)
    async with telemetry.end_logged():
        try:
            await _work(settings, runtime, stopping, ready)
        except StoppedBeforeAnswer:
            log.info("worker_stops")
    telemetry.shut_down()


async def _work(settings: Settings, runtime: Runtime, stopping: asyncio.Event, ready: Path | None) -> None:
    async with AsyncExitStack() as stack:
        connecting = patiently("postgres", lambda: connect_database(settings, size=16, name="luongxanh-worker"))
        pool = await unless_stopped(stopping, connecting)
        stack.push_async_callback(pool.close)
        await require_in_order(pool)
        checkpointer = _checkpointer(pool, settings)
        if checkpointer is not None:  # makes the last checkpoint after the workers below have ended
            stack.push_async_callback(checkpointer.make_and_log)
        client = await unless_stopped(stopping, patiently("temporal", lambda: connect_temporal(settings, runtime)))
        store = RulesStore(pool)
        await load_rules(store)
        quick, patient, control = await _outside(pool, settings, stack)
        vault = Vault(pool)
        calls = OutsideCalls(
            quick, patient, vault, LedgerReader(pool), OutsideTries(pool), settings.need("callback_url")
        )
        watched = ReleaseWatch(client, pool, settings.task_queue, this_build(), settings.takes_work_by_itself)
        await watched.announce()
        served = _served_province(client, pool, settings)
        audiences = Audiences() if served is None else Audiences(served.files.in_force, served.engine.staff_in_force)
        await _serve_queues(client, pool, calls, settings, watched.config, stack, audiences)
        await unless_stopped(stopping, watched.begin())
        first = (watched.run(stopping), follow_rules(store, stopping), _sweep(vault, stopping))
        tasks = [*map(asyncio.create_task, first), *_relays(pool, patient, vault, stopping)]
        province = None if served is None else served.files.province
        tasks += of_notices(pool, patient.notices, settings, province, stopping)
        watch = ExecutorWatch(Executors(client, pool), pool, runtime.metric_meter)
        tasks.append(asyncio.create_task(watch.run(stopping)))
        tasks.append(asyncio.create_task(ActsComparison(client, pool).run(stopping)))
        gauges = Gauges(runtime.metric_meter, pool, {"quick": quick, "patient": patient}, process_name())
        tasks += map(asyncio.create_task, (gauges.run(stopping), *control.run(stopping)))
        if checkpointer is not None:
            every = timedelta(seconds=settings.checkpoint_seconds)
            tasks.append(asyncio.create_task(checkpointer.run(stopping, every)))
        tasks.append(asyncio.create_task(watch_calendars(rules_in_force.rulebook, stopping)))
        if served is not None:
            tasks += _of_the_province(served, patient, settings, stopping)
        tasks += _of_releases(client, pool, settings, stopping)
        if ready is not None:
            ready.write_text("ready", encoding="utf-8")
        log.info("worker_ready", task_queue=settings.task_queue, build=this_build().build)
        await stopping.wait()
        log.info("worker_stops")
        await asyncio.gather(*tasks)


async def _serve_queues(
    client: Client,
    pool: Pool,
    calls: OutsideCalls,
    settings: Settings,
    deployment: WorkerDeploymentConfig,
    stack: AsyncExitStack,
    audiences: Audiences,
) -> None:
    """Opens the workers of all task queues, until the end of `stack`. All have the same build."""
    queue, cached = settings.task_queue, settings.cached_dossiers
    for worker in (
        dossier_worker(client, pool, calls, queue, cached_dossiers=cached, deployment=deployment, audiences=audiences),
        *patient_workers(client, calls, queue, deployment=deployment),
        rollout_worker(client, pool, queue, deployment=deployment),
    ):
        await stack.enter_async_context(worker)
    await _nexus(client, pool, settings, stack, deployment)


class ServedProvince(NamedTuple):
    """The province's files, whose staff is read again when they change, and the client library for it."""

    files: StaffInForce
    engine: Engine


def _served_province(client: Client, pool: Pool, settings: Settings) -> ServedProvince | None:
    """The province of the settings. None: its files are wrong, which is logged.

    Then the worker serves dossiers all the same: only units are told of rungs, heads assign, and what else needs the
    staff waits. The doctor shows how far the relays are behind.
    """
    try:
        files = StaffInForce(settings.province())
    except ConfigurationErrors as errors:
        log.error("province_not_read", code=errors.code, folder=str(settings.province()))
        return None
    engine = Engine(client, pool, files.province, settings.task_queue, files, answer_within=OWN_ACTS_WITHIN)
    return ServedProvince(files, engine)


def _of_the_province(
    served: ServedProvince, outside: Outside, settings: Settings, stopping: asyncio.Event
) -> list[asyncio.Task[None]]:
    """What needs the province's people: assignment, interconnected dossiers, webhooks, and the watch of leave."""
    files, engine = served
    return [
        asyncio.create_task(_watched(engine.staff_in_force, stopping)),
        *_assigner(engine, files, stopping),
        *_linker(engine, outside, stopping),
        *_documents(engine, outside, stopping),
        *_webhooks(engine.pool, outside, settings, files, stopping),
    ]


async def _nexus(
    client: Client, pool: Pool, settings: Settings, stack: AsyncExitStack, deployment: WorkerDeploymentConfig
) -> None:
    """Serves the Nexus service where it is turned on. Without the staff nobody knows what its callers may do."""
    if not settings.nexus:
        return
    try:
        worker = await stack.enter_async_context(open_nexus(settings, client, pool, sandbox(), STOP_WITHIN, deployment))
    except ConfigurationErrors as errors:
        log.error("nexus_not_started", code=errors.code, folder=str(settings.province()))
        return
    log.info("nexus_serves", task_queue=worker.task_queue)


def _relays(pool: Pool, outside: Outside, vault: Vault, stopping: asyncio.Event) -> list[asyncio.Task[None]]:
    told = InterconnectionRelay(outside.interconnection, pool)
    relays = (
        PortalRelay(outside.portal, pool, vault, rules_in_force.rulebook),
        Relay(FeedReader.INTERCONNECTION, pool, told.hand, group=told.group, first=told.again),
    )
    return [asyncio.create_task(relay.run(stopping)) for relay in relays]


def _assigner(engine: Engine, files: StaffInForce, stopping: asyncio.Event) -> list[asyncio.Task[None]]:
    """The relay that assigns dossiers, when the province's policy is automatic. The policy is read at start."""
    if files.province.assignment.policy is AssignmentPolicy.BY_HAND:
        return []
    assigner = Assigner(engine, engine.staff_in_force, rules_in_force.rulebook)
    relay = Relay(FeedReader.ASSIGNER, engine.pool, assigner.hand)
    rounds = AssignmentRounds(engine, assigner, engine.staff_in_force)
    return [asyncio.create_task(relay.run(stopping)), asyncio.create_task(rounds.run(stopping))]


async def _watched(staff: LeaveInForce, stopping: asyncio.Event) -> None:
    """Follows what people enter of absences and delegations, until the worker stops."""
    watching = asyncio.create_task(staff.watch())
    await stopping.wait()
    watching.cancel()


def _linker(engine: Engine, outside: Outside, stopping: asyncio.Event) -> list[asyncio.Task[None]]:
    """The relay between interconnected dossiers and their children, and what takes them in from the software."""
    linker = Linker(engine, rules_in_force.rulebook)
    taking_in = TakingIn(engine, outside.interconnection, engine.pool)
    runs = (Relay(FeedReader.LINK, engine.pool, linker.hand).run(stopping), taking_in.run(stopping))
    return [asyncio.create_task(one) for one in runs]


def _documents(engine: Engine, outside: Outside, stopping: asyncio.Event) -> list[asyncio.Task[None]]:
    """The relay that sends documents on the axis, and the desk that takes in what comes from there."""
    province = engine.province
    place = province.name.removeprefix("Tỉnh ")
    letters = Letters(Vault(engine.pool), province.documents, province.organisation, rules_in_force.rulebook, place)
    sends = DocumentsRelay(outside.documents, engine.pool, province.documents, letters)
    runs = [Relay(FeedReader.DOCUMENTS, engine.pool, sends.hand, group=sends.group, first=sends.again).run(stopping)]
    if outside.documents is not None:
        runs.append(DocumentDesk(engine, outside.documents).run(stopping))
    return [asyncio.create_task(one) for one in runs]


def _webhooks(
    pool: Pool, outside: Outside, settings: Settings, staff: StaffInForce, stopping: asyncio.Event
) -> list[asyncio.Task[None]]:
    """The deliverer of webhooks. The staff says what their owners may see."""

    def scope_of(owner: Owner) -> EventFilter | None:
        return event_scope_of_owner(owner, staff(), staff.province.organisation, datetime.now(VIETNAM))

    deliverer = WebhookDeliverer(
        pool,
        CloudEvents(settings.authority, settings.public_url),
        scope_of,
        StopNotices(pool, outside.notices, staff.province.applicant_notices.staff_mailbox),
        allowed_hosts=allowed_hosts_in(settings.webhook_allowed_hosts),
        schedule=retry_schedule(settings.webhook_pauses),
    )
    return [asyncio.create_task(deliverer.run(stopping))]


def _of_releases(client: Client, pool: Pool, settings: Settings, stopping: asyncio.Event) -> list[asyncio.Task[None]]:
    """What operators order for builds: replays on this one, and ramps of any."""
    queue, build = settings.task_queue, this_build().build
    replays = ReplayRuns(client, pool, queue, build, processes=settings.replay_processes)
    ramps = RampWatch(client, pool, queue, build, BuildHealth(client, pool, queue))
    return [asyncio.create_task(replays.run(stopping)), asyncio.create_task(watch_ramps(ramps, stopping))]


def _checkpointer(pool: Pool, settings: Settings) -> Checkpointer | None:
    """The checkpointer. Without a folder or a key there is none: an error is logged and the worker runs on."""
    try:
        return checkpoint_places(settings).checkpointer(pool)
    except InvalidInput as missing:
        log.error("checkpoints_not_made", code=missing.code)
        return None


async def _outside(pool: Pool, settings: Settings, stack: AsyncExitStack) -> tuple[Outside, Outside, OutsideControl]:
    """The adapters of quick and of patient calls, and what has them follow the settings and the operators' orders."""
    file = OutsideFile(settings)
    addresses = file.first()
    paces = shared_paces(addresses, pool)
    quick, patient = await stack.enter_async_context(open_ways(addresses.addresses, paces))
    control = OutsideControl(pool, file, addresses, ways_of(quick, patient), process_name())
    await control.begin()
    return quick, patient, control


async def load_rules(store: RulesStore) -> None:
    """Makes every published rule known to the workflows of this process; logs those that cannot be read."""
    known = rules_in_force.rulebook()
    rules = await store.load_all()
    book = known.adding(*rules)
    rules_in_force.install(book)
    log.info("rules_loaded", rules=len(rules))
    for unreadable in book.unreadable:
        log.error("rule_unreadable", code=unreadable)


async def follow_rules(store: RulesStore, stopping: asyncio.Event, every: float = LOOK_FOR_RULES_EVERY) -> None:
    """Loads newly published rules within seconds. A dossier that needs a rule waits until it is loaded."""
    known: int | None = None  # the first round always loads: a rule may be new since the start
    while not stopping.is_set():
        try:
            count = await store.count()
            if count != known:
                await load_rules(store)
                known = count
        except Exception as problem:  # the next round tries again; an absent database does not end the worker
            log.warning("rules_not_read", code=getattr(problem, "code", type(problem).__name__))
        await _sleep(every, stopping)


async def _sweep(vault: Vault, stopping: asyncio.Event) -> None:
    """Removes, once an hour, personal data that was kept a day ago for a command that never arrived."""
    while not stopping.is_set():
        try:
            log.info("vault_swept", count=await vault.sweep())
        except (DatabaseUnavailable, DatabaseRefuses) as problem:
            log.warning("vault_not_swept", code=problem.code, sqlstate=problem.facts.get("sqlstate"))
        await _sleep(SWEEP_EVERY, stopping)


async def watch_calendars(rulebook: Callable[[], Rulebook], stopping: asyncio.Event) -> None:
    """Logs each calendar that ends within a year: at start, then daily until a longer one is published."""
    while not stopping.is_set():
        today = datetime.now(VIETNAM).date()
        for end in ending_soon(furthest(rulebook().calendars()), today):
            log.warning("calendar_ends_soon", code=end.code, last_day=str(end.last_day), count=end.days_left)
        await _sleep(LOOK_AT_CALENDARS_EVERY, stopping)


async def _sleep(seconds: float, stopping: asyncio.Event) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stopping.wait(), seconds)
