"""Ends a workflow that no dossier needs, by order of an operator: without a dossier, doubled, or of an ended one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from activities.ledger.ended_workflows import EndedWorkflow, EndedWorkflows, RecordedEnd
from activities.ledger.pool import Pool
from activities.ledger.reading import LedgerReader
from domain.errors import InvalidInput, NotFound, RuleViolation
from domain.messages.dossier import DossierRefusal
from domain.messages.reconciling import ReconcilingRefusal
from domain.operator_orders import require_operator, require_reason
from domain.repairs.differences import Different
from gateway.client.engine_errors import EngineUnavailable
from gateway.client.reconciling.judging import OLD_ENOUGH, Judge, OnItsWay
from gateway.client.reconciling.reconciliation import SETTLES
from gateway.client.watching.lost_executors import described


class WorkflowEnding:
    """Looks at a workflow again before it ends it: the list from which it was taken may be old."""

    def __init__(
        self, temporal: Client, pool: Pool, *, settles: float = SETTLES, old_enough: timedelta = OLD_ENOUGH
    ) -> None:
        self._temporal = temporal
        self._judge = Judge(temporal, LedgerReader(pool), old_enough)
        self._register = EndedWorkflows(pool)
        self._settles = settles

    async def glance(self, workflow: str) -> Different:
        """The difference that one look sees, for which the workflow could be ended. Raises the errors of `look`."""
        with _unavailable_as_answer():
            found = await self._judge.judged(workflow)
            return await self._to_be_ended(workflow, found, found)

    async def look(self, workflow: str) -> Different:
        """The difference that two looks see, for which the workflow may be ended. It writes nothing.

        Raises NotFound `workflow_not_running`; RuleViolation `workflow_needed` when the dossier needs the workflow, or
        when the workflow still writes to the ledger; EngineUnavailable; DatabaseUnavailable.
        """
        with _unavailable_as_answer():
            before = await self._judge.judged(workflow)
            await asyncio.sleep(self._settles)
            return await self._to_be_ended(workflow, before, await self._judge.judged(workflow))

    async def end(self, workflow: str, who: str, why: str) -> RecordedEnd:
        """Records the order and terminates the run that was looked at. Nothing in the ledger's events changes.

        Raises the errors of `look`; InvalidInput `ending_without_reason` and those of `domain.operator_orders` before
        anything else.
        """
        require_operator(who)
        if not why.strip():
            raise InvalidInput(ReconcilingRefusal.ENDING_WITHOUT_REASON, workflow=workflow)
        require_reason(why)
        found = await self.look(workflow)
        assert found.run is not None
        recorded = await self._register.record(
            EndedWorkflow(workflow=workflow, run=found.run, found=found.difference, who=who, why=why.strip())
        )
        handle = self._temporal.get_workflow_handle(workflow, run_id=found.run)
        with _unavailable_as_answer(), _not_running_as_answer(workflow):
            await handle.terminate(f"ended by {who} ({found.difference}); the reason is in the register")
        return recorded

    async def _to_be_ended(
        self, workflow: str, before: Different | OnItsWay | None, found: Different | OnItsWay | None
    ) -> Different:
        if not await self._runs(workflow):
            raise NotFound(ReconcilingRefusal.WORKFLOW_NOT_RUNNING, workflow=workflow)
        if isinstance(found, Different) and found.to_be_ended and found == before:
            return found
        named = found.difference.value if isinstance(found, Different) else "–"
        raise RuleViolation(ReconcilingRefusal.WORKFLOW_NEEDED, workflow=workflow, found=named)

    async def _runs(self, workflow: str) -> bool:
        executor = await described(self._temporal, workflow)
        return executor is not None and executor.status is WorkflowExecutionStatus.RUNNING


@contextmanager
def _unavailable_as_answer() -> Iterator[None]:
    try:
        yield
    except RPCError as failed:
        raise EngineUnavailable(DossierRefusal.TEMPORAL_UNAVAILABLE, problem=failed.status.name) from failed


@contextmanager
def _not_running_as_answer(workflow: str) -> Iterator[None]:
    """The run ended by itself after the looks."""
    try:
        yield
    except RPCError as failed:
        if failed.status is not RPCStatusCode.NOT_FOUND:
            raise
        raise NotFound(ReconcilingRefusal.WORKFLOW_NOT_RUNNING, workflow=workflow) from failed
