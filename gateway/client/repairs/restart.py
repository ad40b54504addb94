"""The repair "restart": ends the stuck run of a dossier's workflow and starts it again from the ledger."""

from __future__ import annotations

from temporalio.client import Client, WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.service import RPCError

from activities.ledger.pool import Pool
from activities.ledger.reading import dossier_in
from activities.ledger.stuck_dossiers import Restart, StuckDossiers
from domain.messages.dossier import DossierRefusal
from domain.repairs.acts import RepairedBy
from domain.repairs.causes import Cause
from domain.repairs.findings import Finding
from domain.repairs.orders import RestartOrder
from gateway.client.dossier_client import DossierClient
from gateway.client.engine_errors import EngineUnavailable
from gateway.client.lost_executors import ATTEMPTS, described

FIRST_TASK = 4
"""The events of a run after it has completed its first task."""


class RestartMechanic:
    """Restarts dossiers whose workflow task fails, or whose workflow has ended before them."""

    def __init__(self, temporal: Client, pool: Pool, dossiers: DossierClient) -> None:
        self._temporal = temporal
        self._register = StuckDossiers(pool)
        self._dossiers = dossiers

    async def look(self, code: str, order: RestartOrder) -> Finding:
        """The dossier as it is now. Raises NotFound `unknown_dossier`, EngineUnavailable."""
        row, executor = await self._dossiers.row(code), await self._described(code)
        cause = _cause(executor, closed=dossier_in(row).closed)
        needed = cause is not None or (order.although_sound and _runs(executor))
        return Finding(
            dossier=code,
            version=row.version,
            run=executor.run_id if executor is not None and _runs(executor) else None,
            cause=cause,
            refused=None if needed else DossierRefusal.RESTART_NOT_NEEDED,
        )

    async def carry_out(self, finding: Finding, order: RestartOrder, by: RepairedBy) -> str | None:
        """Ends the run that was found, if it still runs, and starts the dossier from the ledger, if nothing runs."""
        executor = await self._described(finding.dossier)
        if executor is not None and _runs(executor) and executor.run_id == finding.run:
            found = finding.cause or "sound"
            await self._register.record(
                Restart(
                    dossier=finding.dossier,
                    version=finding.version,
                    who=by.who,
                    why=by.why,
                    found=found,
                    run=finding.run,
                )
            )
            await self._end(finding.dossier, executor.run_id)
        await self._dossiers.wake(finding.dossier)
        await self._register.goes_on(finding.dossier)
        now = await self._described(finding.dossier)
        return now.run_id if now is not None and _runs(now) else None

    async def remaining(self, finding: Finding, order: RestartOrder) -> Cause | None:
        """None when the new run has completed a task."""
        row, executor = await self._dossiers.row(finding.dossier), await self._described(finding.dossier)
        if executor is not None and _runs(executor) and executor.run_id != finding.run:
            waits = executor.raw_description.HasField("pending_workflow_task")
            return (finding.cause or Cause.TASK_FAILS) if waits and executor.history_length < FIRST_TASK else None
        return _cause(executor, closed=dossier_in(row).closed)

    async def _described(self, code: str) -> WorkflowExecutionDescription | None:
        try:
            return await described(self._temporal, code)
        except RPCError as failed:
            raise EngineUnavailable(DossierRefusal.TEMPORAL_UNAVAILABLE, problem=failed.status.name) from failed

    async def _end(self, code: str, run: str) -> None:
        try:
            await self._temporal.get_workflow_handle(code, run_id=run).terminate("a repair restarts it from the ledger")
        except RPCError as failed:
            raise EngineUnavailable(DossierRefusal.TEMPORAL_UNAVAILABLE, problem=failed.status.name) from failed


def _runs(executor: WorkflowExecutionDescription | None) -> bool:
    return executor is not None and executor.status is WorkflowExecutionStatus.RUNNING


def _cause(executor: WorkflowExecutionDescription | None, *, closed: bool) -> Cause | None:
    if executor is not None and _runs(executor):
        return Cause.TASK_FAILS if executor.raw_description.pending_workflow_task.attempt >= ATTEMPTS else None
    return None if closed else Cause.ENDED_EARLY
