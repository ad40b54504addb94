"""The orders for comparing Temporal with the ledger, for commands, the API and the console: begun, followed, listed.

One comparison runs at a time. It is in the register from its beginning, so that every process sees how far it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import structlog
from temporalio.client import Client

from activities.ledger.ended_workflows import EndedWorkflows, RecordedEnd
from activities.ledger.pool import Pool
from activities.ledger.reconciliations import Listed, Reconciled, Reconciliations
from domain.errors import DomainError, NotFound
from domain.messages.reconciling import ReconcilingRefusal
from domain.organisation.staff import Staff
from domain.repairs.differences import Difference, Different
from gateway.access.principals import Principal
from gateway.client.admitting.operators import operator_of, ordered_by
from gateway.client.reconciling.ending import WorkflowEnding
from gateway.client.reconciling.judging import OLD_ENOUGH
from gateway.client.reconciling.reconciliation import SETTLES, Progress, Reconciliation, no_progress
from gateway.client.reconciling.running import Found, RunningReconciliation, nobody

log = structlog.get_logger(__name__)


class ReconciliationOrders:
    """Begins comparisons, carries them out, and ends workflows that no dossier needs.

    A verified principal gives each order. `who` is the operator whose order the account of this machine carries; None
    means the principal itself. `staff` returns the people of now.
    """

    def __init__(
        self,
        temporal: Client,
        pool: Pool,
        staff: Callable[[], Staff],
        *,
        settles: float = SETTLES,
        old_enough: timedelta = OLD_ENOUGH,
    ) -> None:
        self._temporal = temporal
        self._pool = pool
        self._staff = staff
        self.settles, self.old_enough = settles, old_enough
        """See `Reconciliation`."""
        self._running: set[asyncio.Task[None]] = set()
        self.register = Reconciliations(pool)
        self.ended = EndedWorkflows(pool)

    async def begin(self, principal: Principal, *, who: str | None = None, versions: bool = True) -> Reconciled:
        """Enters a comparison in the register. The caller lets it run: `in_background`, or `carry_out`.

        Without `versions` only the lists are compared. Raises the errors of `ordered_by`; Conflict
        `reconciliation_under_way`; DatabaseUnavailable.
        """
        return await self.register.begin(ordered_by(principal, who, self._staff()), whole=versions)

    def in_background(self, begun: Reconciled) -> None:
        """Carries the comparison out in this process, after the request that began it. `close` interrupts it."""
        task = asyncio.create_task(self._unattended(begun), name=f"reconciliation {begun.number}")
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def close(self) -> None:
        """Interrupts what runs in the background, and waits until that is recorded."""
        for task in tuple(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _unattended(self, begun: Reconciled) -> None:
        try:
            await self.carry_out(begun)
        except DomainError as failed:  # it is in the register
            log.warning("reconciliation_failed", number=begun.number, code=failed.code)
        except Exception:
            log.exception("reconciliation_failed", number=begun.number)

    async def carry_out(
        self, begun: Reconciled, *, progress: Progress = no_progress, found: Found = nobody
    ) -> Reconciled:
        """Compares, notes how far it is, and returns the result. Whatever ends it is recorded.

        Raises EngineUnavailable, DatabaseUnavailable; Conflict `reconciliation_interrupted` when it was taken for dead.
        """
        comparison = Reconciliation(self._temporal, self._pool, settles=self.settles, old_enough=self.old_enough)
        return await RunningReconciliation(begun, self.register, comparison, progress, found).result()

    async def differences(
        self, number: int, kind: Difference | None = None, *, place: tuple[int, bool] | None = None, limit: int
    ) -> list[Listed]:
        """A part of the list of a comparison; one that runs has what was found until now.

        Raises NotFound `unknown_reconciliation`, `reconciliation_list_gone`.
        """
        found = await self.register.one(number)
        if found.counts and not found.listed:
            raise NotFound(ReconcilingRefusal.LIST_GONE, number=number)
        kinds = () if kind is None else (kind,)
        return await self.register.differences(number, kinds, place=place, limit=limit)

    async def to_be_restarted(self, number: int, limit: int) -> list[str]:
        """The codes of the dossiers in the list of a comparison that a restart from the ledger repairs."""
        kinds = [one for one in Difference if one.to_be_restarted]
        return [one.name for one in await self.register.differences(number, kinds, limit=limit)]

    async def look_at(self, workflow: str) -> Different:
        """What one look sees of a workflow that is to be ended. Raises the errors of `WorkflowEnding.glance`."""
        return await self._ending.glance(workflow)

    async def look_twice(self, workflow: str) -> Different:
        """The difference for which the workflow may be ended. Raises the errors of `WorkflowEnding.look`."""
        return await self._ending.look(workflow)

    async def end(self, principal: Principal, workflow: str, *, who: str | None = None, why: str) -> RecordedEnd:
        """Ends a workflow that no dossier needs, and records who ordered it and why.

        Raises the errors of `operator_of` and of `WorkflowEnding.end`.
        """
        return await self._ending.end(workflow, operator_of(principal, who, self._staff()), why)

    @property
    def _ending(self) -> WorkflowEnding:
        return WorkflowEnding(self._temporal, self._pool, settles=self.settles, old_enough=self.old_enough)
