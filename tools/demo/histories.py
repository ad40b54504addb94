"""Measures the histories that Temporal keeps: events and bytes of a sample of dossiers, with all their runs."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from statistics import median

from temporalio.client import Client

from tools.demo.report import Spread

SAMPLE = 100
AT_ONCE = 8
VISIBLE_WITHIN = 10.0
"""Seconds by which Temporal's list of workflows may be late."""


async def measure(client: Client, codes: Sequence[str]) -> tuple[int, Spread, Spread]:
    """The size of the sample, and the spreads of events and of bytes of a dossier.

    A dossier that was started again after its end, to be rated, has two runs. Both count.
    """
    chosen = set(codes[:: max(1, len(codes) // SAMPLE)][:SAMPLE])
    runs = await _runs(client, chosen)
    slots = asyncio.Semaphore(AT_ONCE)

    async def measure_one(code: str) -> tuple[int, int]:
        async with slots:
            sizes = [await _size(client, code, run) for run in runs[code]]
        return sum(events for events, _ in sizes), sum(size for _, size in sizes)

    sizes = await asyncio.gather(*(measure_one(code) for code in sorted(chosen)))
    return len(sizes), spread([events for events, _ in sizes]), spread([size for _, size in sizes])


def spread(numbers: Sequence[int]) -> Spread:
    """The median and the largest of some numbers; zeros when there are none."""
    return Spread(median=round(median(numbers)), largest=max(numbers)) if numbers else Spread(median=0, largest=0)


async def _runs(client: Client, chosen: set[str]) -> dict[str, list[str]]:
    """The runs of each dossier. The list of workflows is eventually consistent, so it is read until complete."""
    deadline = asyncio.get_running_loop().time() + VISIBLE_WITHIN
    while True:
        runs: dict[str, list[str]] = defaultdict(list)
        async for execution in client.list_workflows("WorkflowType = 'Dossier'"):
            if execution.id in chosen:
                runs[execution.id].append(execution.run_id)
        if len(runs) == len(chosen) or asyncio.get_running_loop().time() > deadline:
            return runs
        await asyncio.sleep(0.2)


async def _size(client: Client, code: str, run: str) -> tuple[int, int]:
    described = await client.get_workflow_handle(code, run_id=run).describe()
    return described.history_length, described.raw_info.history_size_bytes
