"""The task queues, and the versions of workers, that dossiers wait for and that no worker serves."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from temporalio.api.workflowservice.v1 import DescribeWorkerDeploymentRequest, ListWorkerDeploymentsRequest
from temporalio.client import Client

from domain.values import Instant, Value
from gateway.client.watching.pollers import GONE_AFTER
from gateway.client.watching.task_queues import QueueNow, TaskQueues

WITHIN = timedelta(seconds=5)
MOST_VERSIONS = 100
RUNNING_ON = (
    'WorkflowType = "Dossier" and ExecutionStatus = "Running" '
    'and TemporalWorkflowVersioningBehavior = "Pinned" and TemporalWorkerDeploymentVersion = "{version}"'
)


class Unserved(Value):
    """A queue, or a version of the workers of the queue of dossiers, that no worker serves, and what waits there."""

    queue: str
    version: str | None
    waiting: int
    since: Instant | None


async def unserved(temporal: Client, queues: TaskQueues) -> tuple[Unserved, ...]:
    """What no worker serves. Raises RPCError, EngineUnavailable."""
    now, versions = await asyncio.gather(queues.now(), _versions(temporal))
    idle = [_idle(one) for one in without_worker(now)]
    absent = _absent(now, versions)
    counts = await asyncio.gather(*(temporal.count_workflows(RUNNING_ON.format(version=one)) for one in absent))
    pinned = [
        Unserved(queue="dossiers", version=version, waiting=found.count, since=None)
        for version, found in zip(absent, counts, strict=True)
        if found.count
    ]
    return (*idle, *pinned)


async def pinned_without_worker(temporal: Client, queues: TaskQueues, most: int) -> list[str]:
    """Up to `most` dossiers that are pinned to a version that no worker serves. Raises RPCError, EngineUnavailable.

    Temporal does not tell which dossiers have a task in a queue: those that wait for a queue are only counted.
    """
    now, versions = await asyncio.gather(queues.now(), _versions(temporal))
    found: list[str] = []
    for version in _absent(now, versions):
        left = most - len(found)
        if left > 0:
            found += [one.id async for one in temporal.list_workflows(RUNNING_ON.format(version=version), limit=left)]
    return found


def _absent(now: Iterable[QueueNow], versions: Iterable[str]) -> list[str]:
    served = {version for one in now if one.serves == "dossiers" for version in one.versions}
    return [version for version in versions if version not in served]


def without_worker(queues: Iterable[QueueNow]) -> tuple[QueueNow, ...]:
    """The queues for which no worker has asked in the last minute."""
    since = datetime.now(UTC) - GONE_AFTER
    return tuple(one for one in queues if not any(worker.seen_at >= since for worker in one.workers))


def _idle(queue: QueueNow) -> Unserved:
    since = datetime.now(UTC) - queue.oldest if queue.waiting else None
    return Unserved(queue=queue.serves, version=None, waiting=queue.waiting, since=since)


async def _versions(temporal: Client) -> list[str]:
    """Every version of the worker deployments of the namespace. Empty where workers are not versioned."""
    request = ListWorkerDeploymentsRequest(namespace=temporal.namespace, page_size=MOST_VERSIONS)
    listed = await temporal.workflow_service.list_worker_deployments(request, retry=True, timeout=WITHIN)
    described = await asyncio.gather(
        *(
            temporal.workflow_service.describe_worker_deployment(
                DescribeWorkerDeploymentRequest(namespace=temporal.namespace, deployment_name=one.name),
                retry=True,
                timeout=WITHIN,
            )
            for one in listed.worker_deployments
        )
    )
    return [
        version_named(one.deployment_version.deployment_name, one.deployment_version.build_id)
        for answer in described
        for one in answer.worker_deployment_info.version_summaries
    ]


def version_named(deployment: str, build: str) -> str:
    """A version as Temporal's search attribute names it."""
    return f"{deployment}:{build}"
