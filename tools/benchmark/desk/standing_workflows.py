"""Workflows that only stand there, one for each of many dossiers, with the history that a look at a dossier reads.

The workflow of a real dossier costs sixty times as much to begin, and a look at it asks the same of Temporal.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

AT_ONCE = 50


@activity.defn(name="ledger.told")
async def told(appended: dict[str, object]) -> dict[str, object]:
    """What the ledger would answer."""
    return appended


@workflow.defn(name="Dossier", sandboxed=False)
class StandingDossier:
    """Takes one answer of the ledger and waits."""

    @workflow.run
    async def run(self, appended: dict[str, object]) -> None:
        """Until somebody ends it."""
        await workflow.execute_local_activity(told, appended, start_to_close_timeout=timedelta(seconds=10))
        await workflow.wait_condition(lambda: False)


@asynccontextmanager
async def standing(temporal: Client, queue: str, dossiers: Sequence[tuple[str, int]]) -> AsyncIterator[None]:
    """One workflow for each dossier, which knows this version of it. Their worker asks for work meanwhile."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def begin(code: str, version: int) -> None:
        async with turn:
            answer = {"dossier": code, "version": version, "last_version": version}
            await temporal.start_workflow("Dossier", answer, id=code, task_queue=queue)

    async with Worker(
        temporal,
        task_queue=queue,
        workflows=[StandingDossier],
        activities=[told],
        workflow_runner=UnsandboxedWorkflowRunner(),
        max_cached_workflows=500,
    ):
        await asyncio.gather(*(begin(code, version) for code, version in dossiers))
        while await _at_work(temporal, dossiers[-AT_ONCE:]):  # noqa: ASYNC110 - Temporal tells nobody
            await asyncio.sleep(0.5)
        yield


async def _at_work(temporal: Client, some: Sequence[tuple[str, int]]) -> bool:
    described = [await temporal.get_workflow_handle(code).describe() for code, _ in some]
    return any(one.raw_description.HasField("pending_workflow_task") for one in described)
