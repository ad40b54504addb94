"""Repairs by a reset: Temporal sets the workflow back to the end of an earlier task, and it goes on from there.

The ledger is not reset. The workflow reads it again (`read_ledger`), and commands and calls keep their ids. Updates and
signals that came after the point are sent to the new run once more by Temporal, so none that was on its way is lost.
"""

from __future__ import annotations

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import ResetReapplyType
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from activities.ledger.pool import Pool
from activities.ledger.reading import LedgerReader
from activities.ledger.stuck_dossiers import StuckDossiers
from domain.errors import Conflict, DomainError, RuleViolation
from domain.messages.mechanics import MechanicRefusal
from domain.repairs.acts import RepairedBy
from domain.repairs.causes import Cause
from domain.repairs.findings import Finding
from domain.repairs.orders import ResetOrder
from gateway.client.admitting.reasons import Reasons
from gateway.client.repairs.afterwards import cause_left_in_workflow, read_ledger
from gateway.client.repairs.cause_of_one import cause_of
from gateway.client.repairs.mechanic import Mechanic
from gateway.client.repairs.present_state import (
    PresentState,
    PresentStates,
    finding_of,
    ordered_of_temporal,
    temporal_as_engine,
)
from gateway.client.repairs.reset_points import TaskEnd, found_point, history_of


class ResetMechanic(Mechanic[ResetOrder]):
    """Resets workflows. The last run may have ended, as long as Temporal has its history."""

    def __init__(self, temporal: Client, pool: Pool) -> None:
        super().__init__(PresentStates(temporal, LedgerReader(pool)))
        self._temporal = temporal
        self._register = StuckDossiers(pool)
        self._reasons = Reasons(pool)

    async def look_at(self, seen: PresentState, order: ResetOrder) -> Finding:
        """See `Mechanic.look_at`. Refused: `repair_not_needed`, and the refusals of `found_point`."""
        refusal: DomainError | None = None
        try:
            await self._point(seen, order)
        except RuleViolation as refused:
            refusal = refused
        return finding_of(seen, await cause_of(self._temporal, seen), seen.asked_again(), refusal)

    async def carry_out(self, finding: Finding, order: ResetOrder, by: RepairedBy) -> str | None:
        """See `Mechanic.carry_out`. A repeated call finds the act in the history of the run that it made.

        Raises the refusals of `look`, Conflict `run_changed`, and InvalidInput for a reason that names somebody.
        """
        code = finding.dossier
        await self._reasons.require(code, by.why)
        seen = await self._states.of(code)
        if seen.executor is not None and await self._was_reset_by(code, seen.executor.run_id or "", by):
            await read_ledger(self._temporal, code, seen.run)
            return seen.run
        if seen.run != finding.run:
            raise Conflict(MechanicRefusal.RUN_CHANGED, dossier=code, now=seen.run or "-", seen=finding.run or "-")
        run = await self._reset(code, await self._point(seen, order), by)
        await read_ledger(self._temporal, code, run)
        await self._register.goes_on(code)
        return run

    async def remaining(self, finding: Finding, order: ResetOrder) -> Cause | None:
        """See `Mechanic.remaining`: a cause that lies in the workflow. A system that does not answer is no such one."""
        return await cause_left_in_workflow(self._temporal, self._states, finding.dossier)

    async def _point(self, seen: PresentState, order: ResetOrder) -> TaskEnd:
        code = seen.dossier.code
        if seen.needs_nothing:
            raise RuleViolation(MechanicRefusal.REPAIR_NOT_NEEDED, dossier=code)
        if seen.executor is None:
            raise RuleViolation(MechanicRefusal.RESET_WITHOUT_HISTORY, dossier=code)
        with temporal_as_engine():
            runs = await history_of(self._temporal, code, seen.executor.run_id or "")
        return found_point(code, runs, order.to, seen.dossier.intake.submitted_at)

    async def _reset(self, code: str, point: TaskEnd, by: RepairedBy) -> str:
        """The id of the new run."""
        request = ResetWorkflowExecutionRequest(
            namespace=self._temporal.namespace,
            workflow_execution=WorkflowExecution(workflow_id=code, run_id=point.run),
            reason=_mark(by),
            workflow_task_finish_event_id=point.event,
            request_id=str(by.act),
            reset_reapply_type=ResetReapplyType.RESET_REAPPLY_TYPE_ALL_ELIGIBLE,
            identity=self._temporal.identity,
        )
        with ordered_of_temporal(code):
            return (await self._temporal.workflow_service.reset_workflow_execution(request, retry=True)).run_id

    async def _was_reset_by(self, code: str, run: str, by: RepairedBy) -> bool:
        """True when this act made this run. Temporal does the same request twice, so its history is asked."""
        handle = self._temporal.get_workflow_handle(code, run_id=run)
        with temporal_as_engine():
            try:
                async for event in handle.fetch_history_events():
                    failed = event.workflow_task_failed_event_attributes
                    if failed.new_run_id == run and failed.failure.message == _mark(by):
                        return True
            except RPCError as failed_call:
                if failed_call.status is not RPCStatusCode.NOT_FOUND:
                    raise
        return False


def _mark(by: RepairedBy) -> str:
    """The reason that Temporal writes into the history of the new run."""
    return f"reset by {by.who}: repair {by.act}"
