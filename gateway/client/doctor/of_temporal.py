"""The checks that ask Temporal: its answer, the search attributes, the workers, and the clocks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import (
    DescribeNamespaceRequest,
    GetSystemInfoRequest,
    PollActivityTaskQueueRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError

from activities.ledger.pool import Pool, unavailable_as_answer
from domain.messages.dossier import DossierRefusal
from gateway.client.doctor.checks import Finding, ok, trouble, warning
from gateway.client.doctor.messages import DoctorFinding
from gateway.client.engine_errors import EngineUnavailable
from gateway.client.repairs.unserved import unserved, without_worker
from gateway.client.search_attributes import register
from gateway.client.watching.pollers import pollers_of
from gateway.client.watching.task_queues import TaskQueues
from gateway.i18n.queue_wording import queues_named
from workflows.search_attributes import SEARCH_ATTRIBUTES

WITHIN = timedelta(seconds=5)
POLLED_FOR = timedelta(seconds=5)
DIFFERS = 2.0
"""Seconds by which clocks may differ."""
DIFFERS_MUCH = 30.0


async def temporal_answers(temporal: Client) -> Iterable[Finding]:
    """Temporal answers and has the namespace."""
    begun = time.monotonic()
    try:
        info = await temporal.workflow_service.get_system_info(GetSystemInfoRequest(), timeout=WITHIN)
        took = f"{time.monotonic() - begun:.2f}"
        described = DescribeNamespaceRequest(namespace=temporal.namespace)
        await temporal.workflow_service.describe_namespace(described, timeout=WITHIN)
    except RPCError as failed:
        raise EngineUnavailable(DossierRefusal.TEMPORAL_UNAVAILABLE, problem=failed.status.name) from failed
    version = info.server_version or "–"
    return [ok(DoctorFinding.TEMPORAL_ANSWERS, version=version, namespace=temporal.namespace, seconds=took)]


async def search_attributes(temporal: Client) -> Iterable[Finding]:
    """The namespace has the search attributes of dossiers."""
    found = await register(temporal, dry_run=True)
    if found.missing:
        return [trouble(DoctorFinding.ATTRIBUTES_MISSING, names=", ".join(found.missing))]
    return [ok(DoctorFinding.ATTRIBUTES_REGISTERED, count=len(SEARCH_ATTRIBUTES))]


async def workers(temporal: Client, queues: TaskQueues) -> Iterable[Finding]:
    """Every queue and every version that dossiers need is served, by workers of one release."""
    now, waiting = await asyncio.gather(queues.now(), unserved(temporal, queues))
    found = [
        trouble(DoctorFinding.VERSION_UNSERVED, waiting=one.waiting, version=one.version)
        for one in waiting
        if one.version is not None
    ]
    idle = without_worker(now)
    if idle:
        tasks = sum(one.waiting for one in idle)
        found.append(
            trouble(DoctorFinding.QUEUE_UNSERVED, queues=queues_named(one.serves for one in idle), waiting=tasks)
        )
    seen = {worker.process: worker.release for one in now if one not in idle for worker in one.workers}
    releases = sorted({release or "?" for release in seen.values()})
    if len(releases) > 1:
        found.append(warning(DoctorFinding.RELEASES_DIFFER, releases=", ".join(releases)))
    if not idle:
        told = ", ".join(releases)
        found.append(ok(DoctorFinding.WORKERS_SERVE, count=len(seen), releases=told, queues=len(now)))
    return found


async def clocks(temporal: Client | None, pool: Pool | None) -> Iterable[Finding]:
    """How far the clock of this machine and those of the servers differ."""
    found = []
    if pool is not None:
        found.append(_of_clock("PostgreSQL", await _postgres_differs(pool)))
    if temporal is not None and (differs := await temporal_differs(temporal)) is not None:
        found.append(_of_clock("Temporal", differs))
    return found


def _of_clock(server: str, seconds: float) -> Finding:
    shown = f"{abs(seconds):.2f}"
    if abs(seconds) < DIFFERS:
        return ok(DoctorFinding.CLOCKS_AGREE, server=server, seconds=shown)
    tell = trouble if abs(seconds) >= DIFFERS_MUCH else warning
    return tell(DoctorFinding.CLOCK_DIFFERS, server=server, seconds=shown)


async def _postgres_differs(pool: Pool) -> float:
    """Seconds by which PostgreSQL's clock is ahead of ours. The way there and back is counted half."""
    before = datetime.now(UTC)
    with unavailable_as_answer():
        theirs: datetime = await pool.fetchval("select clock_timestamp()")
    return _ahead(theirs, before, datetime.now(UTC))


async def temporal_differs(temporal: Client) -> float | None:
    """Seconds by which Temporal's clock is ahead of ours; None when it cannot be known.

    Temporal tells its time nowhere. But it notes when a worker asked last: this asks once, for a queue that nobody else
    uses and in which nothing is put, and reads the note.
    """
    queue = TaskQueue(name=f"luongxanh-clock-{uuid4()}")
    asking = asyncio.create_task(_ask_once(temporal, queue))
    before = datetime.now(UTC)
    try:
        while not asking.done():
            if (theirs := await _noted(temporal, queue)) is not None:
                return _ahead(theirs, before, datetime.now(UTC))
    except RPCError:
        return None
    finally:
        asking.cancel()
        with suppress(asyncio.CancelledError):
            await asking
    return None


async def _ask_once(temporal: Client, queue: TaskQueue) -> None:
    request = PollActivityTaskQueueRequest(namespace=temporal.namespace, task_queue=queue, identity="luongxanh doctor")
    with suppress(RPCError):  # nothing is in the queue, so Temporal answers nothing in this time
        await temporal.workflow_service.poll_activity_task_queue(request, timeout=POLLED_FOR)


async def _noted(temporal: Client, queue: TaskQueue) -> datetime | None:
    pollers = await pollers_of(temporal, queue.name, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY)
    return pollers[0].last_access_time.ToDatetime(tzinfo=UTC) if pollers else None


def _ahead(theirs: datetime, before: datetime, after: datetime) -> float:
    """0 when their time may lie between ours before and after."""
    if before <= theirs <= after:
        return 0.0
    return (theirs - (after if theirs > after else before)).total_seconds()
