"""Measures what a round costs: seconds, CPU time of the processes, history events and bytes of each dossier."""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel
from temporalio.client import Client

from tools.benchmark.drive import Drive
from tools.local_stack import Stack

TICKS = os.sysconf("SC_CLK_TCK")
RAMP = 4.0
"""Seconds over which the first dossiers start, about the time one dossier takes, so that they do not start at once."""
SAMPLE = 10
"""Of how many dossiers of a round the size of the history is read."""


class Spread(BaseModel):
    """The smallest, the middle and the largest value of several repeats."""

    min: float
    median: float
    max: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """The spread of some values."""
        return cls(min=round(min(values), 3), median=round(statistics.median(values), 3), max=round(max(values), 3))


class Round(BaseModel):
    """One round of one side. CPU in milliseconds for each dossier; `server` is Temporal and PostgreSQL together."""

    dossiers_per_s: float
    server_ms: float
    worker_ms: float
    history_events: float
    history_bytes: float


async def measure(drive: Drive, client: Client, stack: Stack, dossiers: int, at_once: int, name: str) -> Round:
    """Drives that many dossiers, at most `at_once` at a time, and measures from the first start to the last end."""
    slots = asyncio.Semaphore(at_once)

    async def drive_one(number: int) -> str:
        if number < at_once:
            await asyncio.sleep(RAMP * number / at_once)
        async with slots:
            return await drive(f"{name}-{number}")

    before, started = _cpu(stack), time.perf_counter()
    codes = await asyncio.gather(*(drive_one(number) for number in range(dossiers)))
    seconds, after = time.perf_counter() - started, _cpu(stack)
    sizes = [await _history(client, code) for code in codes[:SAMPLE]]
    return Round(
        dossiers_per_s=dossiers / seconds,
        server_ms=(after[0] - before[0]) * 1_000 / dossiers,
        worker_ms=(after[1] - before[1]) * 1_000 / dossiers,
        history_events=statistics.median(size[0] for size in sizes),
        history_bytes=statistics.median(size[1] for size in sizes),
    )


async def _history(client: Client, code: str) -> tuple[int, int]:
    handle = client.get_workflow_handle(code)
    await handle.result()
    info = (await handle.describe()).raw_description.workflow_execution_info
    return info.history_length, info.history_size_bytes


def _cpu(stack: Stack) -> tuple[float, float]:
    """Seconds of CPU used so far by the servers and by the worker."""
    servers = sum(_cpu_of_tree(stack.running(name).pid) for name in ("temporal", "postgres"))
    return servers, _cpu_of_tree(stack.running("worker").pid)


def _cpu_of_tree(pid: int) -> float:
    """Seconds of CPU of a process and its children, with those that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    own = sum(int(fields[place]) for place in (11, 12, 13, 14)) / TICKS
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
    return own + sum(_cpu_of_tree(int(child)) for child in children)
