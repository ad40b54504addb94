"""Finds open dossiers without a running executor, from the ledger.

Temporal does not list an executor that was deleted, or that ended longer ago than Temporal keeps. Without this search
such a dossier would become late and nobody would notice.
"""

from __future__ import annotations

import time

from temporalio.client import Client, WorkflowExecution, WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from activities.ledger.reading import LedgerReader
from activities.ledger.stuck_dossiers import StuckExecutor
from domain.repairs.stuck_codes import ENDED, FORGOTTEN

RUNNING = 'WorkflowType = "Dossier" and ExecutionStatus = "Running"'
SWEPT_EVERY = 600.0
"""Seconds between two comparisons of all open dossiers with all executors. Suspects are checked at every call."""
AT_MOST = 500
"""The most dossiers in one result. After the loss of all Temporal data, `dossier wake --all` repairs all of them."""
ATTEMPTS = 3
"""A task is failing when it is tried for the third time. A task that was lost with its worker is tried twice."""


class LostExecutors:
    """Finds them. It keeps the suspects of its last comparison."""

    def __init__(self, temporal: Client, reader: LedgerReader) -> None:
        self._temporal = temporal
        self._reader = reader
        self._suspected: list[str] = []
        self._swept_at: float | None = None

    async def found(self) -> list[StuckExecutor]:
        """The dossiers without an executor. Raises RPCError.

        Each suspect is checked by its id, because Temporal's list is some moments old.
        """
        now = time.monotonic()
        if self._swept_at is None or now - self._swept_at >= SWEPT_EVERY:
            running = {one.id async for one in self._temporal.list_workflows(RUNNING)}
            self._suspected = [code for code in await self._reader.open_dossiers() if code not in running]
            self._swept_at = now
        lost: list[StuckExecutor] = []
        for code in self._suspected:
            if len(lost) < AT_MOST and (one := await self._lost(code)) is not None:
                lost.append(one)
        return lost

    async def _lost(self, code: str) -> StuckExecutor | None:
        executor = await described(self._temporal, code)
        if executor is not None and executor.status is WorkflowExecutionStatus.RUNNING:
            return None
        if not await self._reader.is_open(code):
            return None
        run = "" if executor is None else executor.run_id
        return StuckExecutor(dossier=code, run=run, code=code_of_ended(executor))


def code_of_ended(executor: WorkflowExecution | None) -> str:
    """The code of an executor that does not run; None: Temporal knows none."""
    if executor is None or executor.status is None:
        return FORGOTTEN
    return f"{ENDED}{executor.status.name.lower()}"


async def described(temporal: Client, code: str) -> WorkflowExecutionDescription | None:
    """The dossier's last executor in Temporal; None when Temporal knows none. Raises RPCError."""
    try:
        return await temporal.get_workflow_handle(code).describe()
    except RPCError as failed:
        if failed.status is RPCStatusCode.NOT_FOUND:
            return None
        raise
