"""Who works for each task queue of the engine, and what waits there: asked of Temporal, which knows every worker."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from datetime import UTC, timedelta

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import PollerInfo, TaskQueue, TaskQueueStats
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError

from domain.messages.dossier import DossierRefusal
from domain.outside_systems import BY_RELAY, System
from domain.values import Instant, Value
from gateway.client.engine_errors import EngineUnavailable
from gateway.client.rollouts import queue_of
from gateway.client.watching.next_tries import NextTry, next_tries
from gateway.client.watching.pollers import WITHIN, pollers_of

RELEASE = "luongxanh"
_IDENTITY = re.compile(rf"{RELEASE}/(?P<release>[0-9A-Za-z.+-]+) (?P<process>.+)")


def worker_identity(release: str, process: str) -> str:
    """How a process of the product names itself at Temporal: `luongxanh/0.9.0 1234@host`."""
    return f"{RELEASE}/{release} {process}"


class WorkerSeen(Value):
    """A process that asks for work, and when it asked last. `release` None: an older one, which does not tell it."""

    process: str
    release: str | None
    seen_at: Instant


class QueueNow(Value):
    """One task queue: who works for it, how many tasks wait, and for how long the oldest has."""

    serves: str
    """`dossiers`, `rollouts`, or the code of an outside system."""
    workers: tuple[WorkerSeen, ...]
    waiting: int
    oldest: timedelta
    versions: tuple[str, ...] = ()
    """The versions of the worker deployments that serve it; none where workers are not versioned."""


class TaskQueues:
    """Looks at the queues of one engine."""

    def __init__(self, temporal: Client, task_queue: str) -> None:
        self._temporal = temporal
        self._task_queue = task_queue
        self._queues = {
            "dossiers": (task_queue, TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW),
            "rollouts": (queue_of(task_queue), TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW),
            **{
                system.value: (f"{task_queue}-{system}", TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY)
                for system in System
                if system not in BY_RELAY
            },
        }

    async def now(self) -> tuple[QueueNow, ...]:
        """Every queue. Raises EngineUnavailable `temporal_unavailable`."""
        try:
            found = await asyncio.gather(*(self._described(*queue) for queue in self._queues.values()))
        except RPCError as failed:
            raise EngineUnavailable(DossierRefusal.TEMPORAL_UNAVAILABLE, problem=failed.status.name) from failed
        return tuple(
            QueueNow(
                serves=serves,
                workers=_workers(pollers),
                waiting=stats.approximate_backlog_count,
                oldest=stats.approximate_backlog_age.ToTimedelta(),
                versions=_versions(pollers),
            )
            for serves, (pollers, stats) in zip(self._queues, found, strict=True)
        )

    async def next_tries(self, code: str) -> tuple[NextTry, ...]:
        """The outside calls of a dossier that are tried again by themselves. Raises EngineUnavailable."""
        return await next_tries(self._temporal, code, self._task_queue)

    async def _described(
        self, name: str, kind: TaskQueueType.ValueType
    ) -> tuple[tuple[PollerInfo, ...], TaskQueueStats]:
        """Who asks for its tasks, and what waits in it: Temporal counts that over all partitions."""
        request = DescribeTaskQueueRequest(
            namespace=self._temporal.namespace,
            task_queue=TaskQueue(name=name),
            task_queue_type=kind,
            report_stats=True,
        )
        answer, pollers = await asyncio.gather(
            self._temporal.workflow_service.describe_task_queue(request, retry=True, timeout=WITHIN),
            pollers_of(self._temporal, name, kind),
        )
        return pollers, answer.stats


def _workers(pollers: Iterable[PollerInfo]) -> tuple[WorkerSeen, ...]:
    """Each process once, though it asks several times at once; the one that asked last comes first."""
    seen: dict[str, WorkerSeen] = {}
    for poller in sorted(pollers, key=lambda one: one.last_access_time.ToNanoseconds(), reverse=True):
        told = _IDENTITY.fullmatch(poller.identity)
        process, release = (told["process"], told["release"]) if told else (poller.identity, None)
        at = poller.last_access_time.ToDatetime(tzinfo=UTC)
        seen.setdefault(process, WorkerSeen(process=process, release=release, seen_at=at))
    return tuple(seen.values())


def _versions(pollers: Iterable[PollerInfo]) -> tuple[str, ...]:
    options = (one.deployment_options for one in pollers)
    return tuple(sorted({f"{one.deployment_name}:{one.build_id}" for one in options if one.deployment_name}))
