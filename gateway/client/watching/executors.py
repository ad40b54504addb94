"""Finds the stuck workflows ("executors") of dossiers in Temporal. A plan of a repair sets one going again.

An executor is stuck when Temporal reports that its tasks fail one after the other (a mistake of ours, or a history that
does not replay), or when it has ended before the dossier. Such a dossier does nothing by itself any more.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

from temporalio.client import Client, WorkflowExecution
from temporalio.service import RPCError

from activities.ledger.pool import Pool
from activities.ledger.reading import LedgerReader, dossier_in
from activities.ledger.stuck_dossiers import StuckExecutor
from activities.rollouts.register import RolloutRegister
from domain.messages.dossier import DossierRefusal
from gateway.client.engine_errors import EngineUnavailable
from gateway.client.watching.failed_tasks import last_failed_task
from gateway.client.watching.lost_acts import LostActs
from gateway.client.watching.lost_executors import LostExecutors, code_of_ended, described
from gateway.client.watching.stuck_rollouts import stuck_rollouts

PROBLEMS = "TemporalReportedProblems"
"""The search attribute that Temporal sets on a workflow whose tasks fail or time out one after the other."""
FAILING = f'WorkflowType = "Dossier" and ExecutionStatus = "Running" and {PROBLEMS} is not null'
ENDED_BADLY = 'WorkflowType = "Dossier" and ExecutionStatus in ("Failed", "Canceled", "Terminated", "TimedOut")'
LOOKED_BACK = timedelta(days=2)
"""Executors that ended in this time are found by their status. Those that ended earlier are found from the ledger."""


class Executors:
    """Finds stuck executors of dossiers and rollouts, and acts that were lost."""

    def __init__(self, temporal: Client, pool: Pool, *, looked_back: timedelta = LOOKED_BACK) -> None:
        self._temporal = temporal
        self._rollouts = RolloutRegister(pool)
        self._reader = LedgerReader(pool)
        self._lost = LostExecutors(temporal, self._reader)
        self._lost_acts = LostActs(temporal, pool)
        self._looked_back = looked_back

    async def stuck(self) -> list[StuckExecutor]:
        """Every dossier whose executor does not go on by itself. Raises EngineUnavailable, DatabaseUnavailable."""
        try:
            found = {one.id: await self._stuck(one) async for one in self._failing()}
            async for one in self._ended_badly():
                if one.id not in found and await self._is_missed(one):
                    found[one.id] = StuckExecutor(dossier=one.id, run=one.run_id, code=code_of_ended(one))
            found = {one.dossier: one for one in await self._lost.found()} | found
        except RPCError as failed:
            raise EngineUnavailable(DossierRefusal.TEMPORAL_UNAVAILABLE, problem=failed.status.name) from failed
        return list(found.values())

    async def tell_of_lost_acts(self) -> None:
        """Sets dossiers going whose last act was lost with its workflow task. Two looks find it.

        Raises EngineUnavailable, DatabaseUnavailable.
        """
        try:
            await self._lost_acts.look()
        except RPCError as failed:
            raise EngineUnavailable(DossierRefusal.TEMPORAL_UNAVAILABLE, problem=failed.status.name) from failed

    async def stuck_rollouts(self) -> dict[UUID, str]:
        """Every stuck rollout with the code of its cause. Raises EngineUnavailable, DatabaseUnavailable."""
        return await stuck_rollouts(self._temporal, self._rollouts)

    def _failing(self) -> AsyncIterator[WorkflowExecution]:
        return self._temporal.list_workflows(FAILING)

    def _ended_badly(self) -> AsyncIterator[WorkflowExecution]:
        since = (datetime.now(UTC) - self._looked_back).strftime("%Y-%m-%dT%H:%M:%SZ")
        return self._temporal.list_workflows(f'{ENDED_BADLY} and CloseTime > "{since}"')

    async def _stuck(self, failing: WorkflowExecution) -> StuckExecutor:
        """The stuck dossier with its cause: the code of a refusal if there is one, else Temporal's own cause."""
        return StuckExecutor(
            dossier=failing.id, run=failing.run_id, code=await self._refusal(failing) or problem_of(failing)
        )

    async def _refusal(self, failing: WorkflowExecution) -> str | None:
        failed = await last_failed_task(self._temporal, failing.id, failing.run_id)
        return failed.refusal if failed is not None else None

    async def _is_missed(self, ended: WorkflowExecution) -> bool:
        """True when it was the dossier's last run and the dossier has not ended."""
        row = await self._reader.dossier(ended.id)
        if row is None or dossier_in(row).closed:
            return False
        latest = await described(self._temporal, ended.id)
        return latest is not None and latest.run_id == ended.run_id


def problem_of(one: WorkflowExecution) -> str:
    """The cause as Temporal names it, such as `NonDeterministicError`."""
    problems = one.search_attributes.get(PROBLEMS) or ()
    causes = [str(each).partition("=")[2] for each in problems if str(each).startswith("cause=")]
    return causes[0].removeprefix("WorkflowTaskFailedCause") if causes else "task_fails"
