"""Restarts dossiers by order of an operator: ends the stuck executor and starts the dossier again from the ledger."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from temporalio.client import Client, WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.service import RPCError

from activities.ledger.pool import Pool
from activities.ledger.reading import DossierRow, dossier_in
from activities.ledger.stuck_dossiers import Restart, StuckDossiers
from activities.ledger.vault import Vault
from domain.errors import InvalidInput, RuleViolation
from domain.messages.dossier import DossierRefusal
from domain.operator_orders import require_operator, require_reason
from domain.organisation.staff import Staff
from domain.privacy.particulars import require_unnamed_text
from gateway.access.principals import Principal
from gateway.client.dossier_client import DossierClient
from gateway.client.engine_errors import EngineUnavailable
from gateway.client.lost_executors import ATTEMPTS, described
from gateway.client.operators import operator_of


class Standing(StrEnum):
    """The state of a dossier's executor."""

    SOUND = "sound"
    TASK_FAILS = "task_fails"
    ENDED = "ended"
    """It ended before the dossier, or Temporal does not know it."""
    NOT_NEEDED = "not_needed"
    """The dossier has ended, and its executor too."""


class Restarts:
    """Restarts dossiers. `staff` returns the people of now; it is called for every order."""

    def __init__(self, temporal: Client, pool: Pool, dossiers: DossierClient, staff: Callable[[], Staff]) -> None:
        self._temporal = temporal
        self._vault = Vault(pool)
        self._register = StuckDossiers(pool)
        self._dossiers = dossiers
        self._staff = staff

    async def restart(
        self, principal: Principal, code: str, *, who: str | None, why: str, although_sound: bool = False
    ) -> Restart:
        """Ends the stuck run and starts the dossier again from the ledger. Returns what it found and did.

        The restart is recorded before it is done. With `although_sound` it restarts an executor that goes on by itself.
        Raises InvalidInput `restart_without_reason` and those of `operator_orders`; the errors of `operator_of`;
        NotFound `unknown_dossier`; RuleViolation `restart_not_needed`; EngineUnavailable.
        """
        who = self._checked_operator(principal, code, who, why)
        row = await self._dossiers.row(code)
        require_unnamed_text("why", why, await self._vault.applicants_of(code))
        try:
            description = await described(self._temporal, code)
            standing = _standing(row, description)
            if standing is Standing.NOT_NEEDED or (standing is Standing.SOUND and not although_sound):
                raise RuleViolation(DossierRefusal.RESTART_NOT_NEEDED, dossier=code, standing=standing)
            running = description is not None and description.status is WorkflowExecutionStatus.RUNNING
            run = description.run_id if description is not None and running else None
            restart = Restart(dossier=code, version=row.version, who=who, why=why, found=standing, run=run)
            await self._register.record(restart)
            if run is not None:
                handle = self._temporal.get_workflow_handle(code, run_id=run)
                await handle.terminate(f"restarted from the ledger by {who}; the reason is in the register of restarts")
        except RPCError as failed:
            raise EngineUnavailable(DossierRefusal.TEMPORAL_UNAVAILABLE, problem=failed.status.name) from failed
        await self._dossiers.wake(code)
        await self._register.goes_on(code)
        return restart

    async def look(self, code: str) -> tuple[Standing, DossierRow]:
        """The state of a dossier's executor, and the dossier from which a restart would go on. It writes nothing.

        Raises NotFound `unknown_dossier`, EngineUnavailable.
        """
        row = await self._dossiers.row(code)
        try:
            return _standing(row, await described(self._temporal, code)), row
        except RPCError as failed:
            raise EngineUnavailable(DossierRefusal.TEMPORAL_UNAVAILABLE, problem=failed.status.name) from failed

    def _checked_operator(self, principal: Principal, code: str, who: str | None, why: str) -> str:
        """The operator of the order. The texts of the order are checked before the person is looked up."""
        if who is not None:
            require_operator(who)
        if not why.strip():
            raise InvalidInput(DossierRefusal.RESTART_WITHOUT_REASON, dossier=code)
        require_reason(why)
        return operator_of(principal, who, self._staff())


def _standing(row: DossierRow, executor: WorkflowExecutionDescription | None) -> Standing:
    if executor is not None and executor.status is WorkflowExecutionStatus.RUNNING:
        tries = executor.raw_description.pending_workflow_task.attempt
        return Standing.TASK_FAILS if tries >= ATTEMPTS else Standing.SOUND
    return Standing.NOT_NEEDED if dossier_in(row).closed else Standing.ENDED
