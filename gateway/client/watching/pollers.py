"""The workers that ask for the workflow tasks of a queue, from each partition of the queue.

A worker polls one partition at a time, and another partition may not know it.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import PollerInfo, TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest, ListTaskQueuePartitionsRequest
from temporalio.client import Client

WITHIN = timedelta(seconds=5)
"""The longest time that one question to Temporal takes."""


async def pollers_of(temporal: Client, queue: str) -> tuple[PollerInfo, ...]:
    """They may stand there several times. Temporal tells of those that have ended for five minutes. Raises RPCError."""
    partitions = await temporal.workflow_service.list_task_queue_partitions(
        ListTaskQueuePartitionsRequest(namespace=temporal.namespace, task_queue=TaskQueue(name=queue)), timeout=WITHIN
    )
    names = {queue, *(one.key for one in partitions.workflow_task_queue_partitions)}
    answers = await asyncio.gather(*(_of_partition(temporal, name) for name in names))
    return tuple(poller for answer in answers for poller in answer)


async def _of_partition(temporal: Client, partition: str) -> tuple[PollerInfo, ...]:
    request = DescribeTaskQueueRequest(
        namespace=temporal.namespace,
        task_queue=TaskQueue(name=partition),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    )
    return tuple((await temporal.workflow_service.describe_task_queue(request, timeout=WITHIN)).pollers)
