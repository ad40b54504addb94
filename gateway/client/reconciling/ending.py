"""Ends a workflow that no dossier needs, by order of an operator: without a dossier, doubled, or of an ended one."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError

from activities.ledger.pool import Pool
from activities.ledger.reading import LedgerReader
from activities.ledger.reconciliations import EndedWorkflow, Reconciliations
from domain.errors import NotFound, RuleViolation
from domain.messages.dossier import DossierRefusal
from domain.messages.reconciling import ReconcilingRefusal
from domain.operator_orders import require_operator, require_reason
from domain.repairs.differences import Different
from gateway.client.engine_errors import EngineUnavailable
from gateway.client.lost_executors import described
from gateway.client.reconciling.judging import OLD_ENOUGH, Judge, OnItsWay
from gateway.client.reconciling.reconciliation import SETTLES


class WorkflowEnding:
    """Looks at a workflow again before it ends it: the list from which it was taken may be old."""

    def __init__(
        self, temporal: Client, pool: Pool, *, settles: float = SETTLES, old_enough: timedelta = OLD_ENOUGH
    ) -> None:
        self._temporal = temporal
        self._judge = Judge(temporal, LedgerReader(pool), old_enough)
        self._register = Reconciliations(pool)
        self._settles = settles

    async def look(self, workflow: str) -> Different:
        """The difference that two looks see, for which the workflow may be ended. It writes nothing.

        Raises NotFound `workflow_not_running`; RuleViolation `workflow_needed` when the dossier needs the workflow, or
        when the workflow still writes to the ledger; EngineUnavailable; DatabaseUnavailable.
        """
        try:
            before = await self._judge.judged(workflow)
            await asyncio.sleep(self._settles)
            found = await self._judge.judged(workflow)
            if not await self._runs(workflow):
                raise NotFound(ReconcilingRefusal.WORKFLOW_NOT_RUNNING, workflow=workflow)
            return _to_be_ended(workflow, before, found)
        except RPCError as failed:
            raise EngineUnavailable(DossierRefusal.TEMPORAL_UNAVAILABLE, problem=failed.status.name) from failed

    async def end(self, workflow: str, who: str, why: str) -> EndedWorkflow:
        """Records the order and terminates the run that was looked at. Nothing in the ledger's events changes.

        Raises the errors of `look`, and the InvalidInput errors of `domain.operator_orders` before anything else.
        """
        require_operator(who)
        require_reason(why)
        found = await self.look(workflow)
        assert found.run is not None
        ended = EndedWorkflow(workflow=workflow, run=found.run, found=found.difference, who=who, why=why)
        await self._register.record_end(ended)
        handle = self._temporal.get_workflow_handle(workflow, run_id=found.run)
        try:
            await handle.terminate(f"ended by {who} ({found.difference}); the reason is in the register")
        except RPCError as failed:
            raise EngineUnavailable(DossierRefusal.TEMPORAL_UNAVAILABLE, problem=failed.status.name) from failed
        return ended

    async def _runs(self, workflow: str) -> bool:
        executor = await described(self._temporal, workflow)
        return executor is not None and executor.status is WorkflowExecutionStatus.RUNNING


def _to_be_ended(workflow: str, before: Different | OnItsWay | None, found: Different | OnItsWay | None) -> Different:
    if isinstance(found, Different) and found.to_be_ended and found == before:
        return found
    named = found.difference.value if isinstance(found, Different) else "–"
    raise RuleViolation(ReconcilingRefusal.WORKFLOW_NEEDED, workflow=workflow, found=named)
