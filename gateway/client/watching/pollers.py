"""The workers that ask for the tasks of a queue, from each partition of the queue.

A worker polls one partition at a time, and another partition may not know it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import PollerInfo, TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest, ListTaskQueuePartitionsRequest
from temporalio.client import Client

WITHIN = timedelta(seconds=5)
"""The longest time that one question to Temporal takes."""
GONE_AFTER = timedelta(seconds=75)
"""A worker asks for work at least once a minute. Temporal tells of one that has ended for five minutes more."""
WORKFLOWS = TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW


async def pollers_of(temporal: Client, queue: str, kind: TaskQueueType.ValueType = WORKFLOWS) -> tuple[PollerInfo, ...]:
    """They may stand there several times. Temporal tells of those that have ended for five minutes. Raises RPCError."""
    partitions = await temporal.workflow_service.list_task_queue_partitions(
        ListTaskQueuePartitionsRequest(namespace=temporal.namespace, task_queue=TaskQueue(name=queue)),
        retry=True,
        timeout=WITHIN,
    )
    found = (
        partitions.workflow_task_queue_partitions if kind == WORKFLOWS else partitions.activity_task_queue_partitions
    )
    names = {queue, *(one.key for one in found)}
    answers = await asyncio.gather(*(_of_partition(temporal, name, kind) for name in names))
    return tuple(poller for answer in answers for poller in answer)


def asking_now(pollers: Iterable[PollerInfo]) -> tuple[PollerInfo, ...]:
    """Those that asked for work in the last minute."""
    since = datetime.now(UTC) - GONE_AFTER
    return tuple(one for one in pollers if one.last_access_time.ToDatetime(tzinfo=UTC) >= since)


async def _of_partition(temporal: Client, partition: str, kind: TaskQueueType.ValueType) -> tuple[PollerInfo, ...]:
    request = DescribeTaskQueueRequest(
        namespace=temporal.namespace, task_queue=TaskQueue(name=partition), task_queue_type=kind
    )
    return tuple((await temporal.workflow_service.describe_task_queue(request, retry=True, timeout=WITHIN)).pollers)
