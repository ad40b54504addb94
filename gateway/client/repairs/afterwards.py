"""Tells a repaired workflow to read the ledger, waits until its next task is done, and looks at the cause again."""

from __future__ import annotations

import asyncio
import time

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from domain.repairs.causes import Cause
from gateway.client.repairs.cause_of_one import EXECUTORS, cause_of
from gateway.client.repairs.present_state import ANSWERS_WITHIN, PresentState, PresentStates, temporal_as_engine
from gateway.client.watching.lost_executors import ATTEMPTS
from workflows.dossier import DossierWorkflow

SETTLES_WITHIN = 20.0
"""Seconds in which a workflow has done its first task, or has failed at it often enough to be called failing."""
LOOKED_EVERY = 0.2


async def read_ledger(temporal: Client, code: str, run: str | None) -> None:
    """Tells the run that the ledger may have acts that it lacks. A run that has ended is told nothing.

    Raises EngineUnavailable.
    """
    handle = temporal.get_workflow_handle(code, run_id=run)
    with temporal_as_engine():
        try:
            await handle.signal(DossierWorkflow.read_ledger, rpc_timeout=ANSWERS_WITHIN)
        except RPCError as failed:
            if failed.status is not RPCStatusCode.NOT_FOUND:
                raise


async def cause_left_in_workflow(temporal: Client, states: PresentStates, code: str) -> Cause | None:
    """The cause in the workflow that is still there; None when it goes on. A workflow that is still at its task after
    `SETTLES_WITHIN` has TASK_FAILS, or NO_WORKER when nobody took the task. Raises EngineUnavailable."""
    seen = await settled(states, code)
    task = None if seen.running is None else seen.running.raw_description.pending_workflow_task
    if task is not None and 0 < task.attempt < ATTEMPTS:
        return Cause.TASK_FAILS if task.attempt > 1 else Cause.NO_WORKER
    end = time.monotonic() + SETTLES_WITHIN
    while True:
        found = await cause_of(temporal, seen)
        own = found.cause if found is not None and found.cause in EXECUTORS | {Cause.NO_WORKER} else None
        if own is not Cause.BEHIND_ITS_LEDGER or time.monotonic() > end:
            return own
        await asyncio.sleep(LOOKED_EVERY)  # it reads the ledger in its first task, and answers the query before that
        seen = await settled(states, code)


async def settled(states: PresentStates, code: str) -> PresentState:
    """The dossier as soon as its workflow is at no task, or fails at it; at the latest after `SETTLES_WITHIN`."""
    end = time.monotonic() + SETTLES_WITHIN
    while True:
        seen = await states.of(code)
        running = seen.running
        if running is None or time.monotonic() > end:
            return seen
        task = running.raw_description.pending_workflow_task
        if not task.attempt or task.attempt >= ATTEMPTS:
            return seen
        await asyncio.sleep(LOOKED_EVERY)
