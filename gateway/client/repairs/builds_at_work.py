"""The builds whose workers ask for the dossiers' work now: Temporal is asked once for many dossiers of one queue."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from datetime import UTC, datetime

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import PollerInfo, TaskQueue
from temporalio.api.workflowservice.v1 import (
    DescribeTaskQueueRequest,
    DescribeTaskQueueResponse,
    ListTaskQueuePartitionsRequest,
)
from temporalio.client import Client

from gateway.client.repairs.unserved import GONE_AFTER, WITHIN

FRESH = 2.0
"""Seconds for which an answer of Temporal is used again."""


class BuildsAtWork:
    """Knows them for one engine."""

    def __init__(self, temporal: Client) -> None:
        self._temporal = temporal
        self._known: dict[str, tuple[float, frozenset[str]]] = {}
        self._asking = asyncio.Lock()

    async def of(self, queue: str) -> frozenset[str]:
        """The builds of the workers that asked for work in the last minute. Raises RPCError.

        `""`: the build of a worker that does not name it.
        """
        async with self._asking:
            known = self._known.get(queue)
            if known is None or time.monotonic() - known[0] >= FRESH:
                known = time.monotonic(), await self._asked(queue)
                self._known[queue] = known
            return known[1]

    async def _asked(self, queue: str) -> frozenset[str]:
        """Asks each partition of the queue: a worker polls one of them, and not every other partition knows it."""
        service, namespace = self._temporal.workflow_service, self._temporal.namespace
        partitions = await service.list_task_queue_partitions(
            ListTaskQueuePartitionsRequest(namespace=namespace, task_queue=TaskQueue(name=queue)), timeout=WITHIN
        )
        names = {queue, *(one.key for one in partitions.workflow_task_queue_partitions)}
        answers = await asyncio.gather(*(self._described(name) for name in names))
        return frozenset(build for answer in answers for build in _builds(answer.pollers))

    async def _described(self, partition: str) -> DescribeTaskQueueResponse:
        request = DescribeTaskQueueRequest(
            namespace=self._temporal.namespace,
            task_queue=TaskQueue(name=partition),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        )
        return await self._temporal.workflow_service.describe_task_queue(request, timeout=WITHIN)


def _builds(pollers: Iterable[PollerInfo]) -> Iterable[str]:
    since = datetime.now(UTC) - GONE_AFTER
    for one in pollers:
        if one.last_access_time.ToDatetime(tzinfo=UTC) >= since:
            yield one.deployment_options.build_id or one.worker_version_capabilities.build_id
