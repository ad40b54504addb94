"""What a worker's process holds in memory, what the parts have used of the processor, and what Temporal was asked."""

from __future__ import annotations

import asyncio
import re
import urllib.request
from collections.abc import Mapping

import psutil
from pydantic import BaseModel

from tools.benchmark.measuring.processor_time import seconds_of_tree
from tools.benchmark.restart.worker_stack import WorkerStack

METRICS_LATE = 2.5
"""Seconds after which a request is surely in Temporal's metrics, which it writes once a second."""
PARTS = ("worker", "temporal", "postgres")
COUNTED = {
    "workflow_tasks": "RespondWorkflowTaskCompleted",
    "updates": "UpdateWorkflowExecution",
    "questions_after_updates": "PollWorkflowExecutionUpdate",
    "signals": "SignalWorkflowExecution",
    "descriptions": "DescribeWorkflowExecution",
}
"""The requests to Temporal's frontend that are counted, by the name that they have in the result."""


class WorkerMemory(BaseModel):
    """Megabytes. `resident`: with the files that other processes share; `own`: what would be free without it."""

    open: int
    resident: float
    own: float


def memory_of(stack: WorkerStack, open_dossiers: int) -> WorkerMemory:
    """The worker's memory now."""
    memory = psutil.Process(stack.worker_pid).memory_full_info()
    return WorkerMemory(open=open_dossiers, resident=_megabytes(memory.rss), own=_megabytes(memory.uss))


def _megabytes(size: int) -> float:
    return round(size / 2**20, 1)


class Work(BaseModel):
    """What a period took: seconds of processor time by part, and requests to Temporal by kind."""

    cpu_s: dict[str, float]
    requests: dict[str, int]

    def since(self, earlier: Work, *, new_worker: bool = False) -> Work:
        """The work between two readings. `new_worker`: its process was started in between, and has all its time."""
        before = {**earlier.cpu_s, **({"worker": 0.0} if new_worker else {})}
        return Work(
            cpu_s={part: round(used - before[part], 2) for part, used in self.cpu_s.items()},
            requests={kind: number - earlier.requests[kind] for kind, number in self.requests.items()},
        )


async def work_so_far(stack: WorkerStack) -> Work:
    """The work of all parts since their start."""
    await asyncio.sleep(METRICS_LATE)
    port = stack.stack.running("temporal").ports["metrics"]
    requests = await asyncio.to_thread(_requests, f"http://127.0.0.1:{port}/metrics")
    return Work(cpu_s={part: seconds_of_tree(stack.stack.running(part).pid) for part in PARTS}, requests=requests)


def _requests(address: str) -> Mapping[str, int]:
    with urllib.request.urlopen(address, timeout=10) as reply:  # noqa: S310  Temporal's own metrics
        metrics = reply.read().decode()
    return {name: _counted(metrics, operation) for name, operation in COUNTED.items()}


def _counted(metrics: str, operation: str) -> int:
    line = rf'^service_requests{{namespace="default",operation="{operation}",service_name="frontend"}} (\S+)$'
    return sum(int(float(number)) for number in re.findall(line, metrics, re.MULTILINE))
