"""Repairs by a restart: ends the run of the workflow and starts the dossier again from the ledger."""

from __future__ import annotations

from collections.abc import Sequence

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from activities.ledger.pool import Pool
from activities.ledger.reading import LedgerReader
from activities.ledger.stuck_dossiers import Restart, Standing, StuckDossiers
from domain.errors import Conflict, DomainError, RuleViolation
from domain.messages.dossier import DossierRefusal
from domain.messages.mechanics import MechanicRefusal
from domain.repairs.acts import RepairedBy
from domain.repairs.causes import Cause
from domain.repairs.findings import Finding
from domain.repairs.orders import RestartOrder
from gateway.client.admitting.reasons import Reasons
from gateway.client.dossier_client import DossierClient
from gateway.client.repairs.afterwards import cause_left_in_workflow
from gateway.client.repairs.cause_of_one import ENDED_BY_HAND, EXECUTORS, cause_of, causes_of
from gateway.client.repairs.mechanic import Mechanic
from gateway.client.repairs.present_state import (
    FoundCause,
    PresentState,
    PresentStates,
    finding_of,
    ordered_of_temporal,
)


class RestartMechanic(Mechanic[RestartOrder]):
    """Restarts dossiers. The dossier then makes again what its ledger wants, under the same ids."""

    def __init__(self, temporal: Client, pool: Pool, dossiers: DossierClient) -> None:
        super().__init__(PresentStates(temporal, LedgerReader(pool)))
        self._temporal = temporal
        self._dossiers = dossiers
        self._register = StuckDossiers(pool)
        self._reasons = Reasons(pool)

    async def look_at(self, seen: PresentState, order: RestartOrder) -> Finding:
        """See `Mechanic.look_at`. Refused: `repair_not_needed`, `restart_not_needed`."""
        return self.finding(seen, await causes_of(self._temporal, seen), order)

    def finding(self, seen: PresentState, causes: Sequence[FoundCause], order: RestartOrder) -> Finding:
        """The finding at a dossier that was seen so, with these causes."""
        found = next(iter(causes), None)
        return finding_of(seen, found, seen.asked_again(), _refusal(seen, found, order))

    async def carry_out(self, finding: Finding, order: RestartOrder, by: RepairedBy) -> str | None:
        """See `Mechanic.carry_out`. The restart is recorded before it is done.

        When the run of the finding was restarted before, it only makes sure that the dossier runs. Raises the refusals
        of `look`, Conflict `run_changed`, and InvalidInput for a reason that names somebody.
        """
        code = finding.dossier
        await self._reasons.require(code, by.why)
        seen = await self._states.of(code)
        if not await self._was_begun(finding, seen, by):
            found = await cause_of(self._temporal, seen)
            refusal = _refusal(seen, found, order)
            if refusal is not None:
                raise refusal
            await self._record(seen, found, by)
        if finding.run is not None and seen.run == finding.run:
            await self._end(code, finding.run, by)
        await self._dossiers.wake(code)
        await self._register.goes_on(code)
        return (await self._states.of(code)).run

    async def remaining(self, finding: Finding, order: RestartOrder) -> Cause | None:
        """See `Mechanic.remaining`: a cause that lies in the workflow. A system that does not answer is no such one."""
        return await cause_left_in_workflow(self._temporal, self._states, finding.dossier)

    async def _was_begun(self, finding: Finding, seen: PresentState, by: RepairedBy) -> bool:
        """True when the run that the plan saw was restarted by this order before. Raises Conflict `run_changed`."""
        dossier, run = finding.dossier, finding.run
        if run is None and seen.run is not None:
            return True  # it runs now, which is all that a restart of an ended run does
        replaced = run or seen.last_run
        if await self._register.was_restarted(dossier, replaced, seen.dossier.version, by.who, by.why):
            return True
        if seen.run == run:
            return False
        raise Conflict(MechanicRefusal.RUN_CHANGED, dossier=dossier, now=seen.run or "-", seen=run)

    async def _record(self, seen: PresentState, found: FoundCause | None, by: RepairedBy) -> None:
        dossier, fails = seen.dossier, found is not None and found.cause in EXECUTORS
        standing = Standing.ENDED if seen.run is None else Standing.TASK_FAILS if fails else Standing.SOUND
        await self._register.record(
            Restart(
                dossier=dossier.code,
                version=dossier.version,
                who=by.who,
                why=by.why,
                found=standing,
                run=seen.last_run,
            )
        )

    async def _end(self, code: str, run: str, by: RepairedBy) -> None:
        handle = self._temporal.get_workflow_handle(code, run_id=run)
        with ordered_of_temporal(code):
            try:
                await handle.terminate(f"restarted from the ledger by {by.who}: repair {by.act}")
            except RPCError as failed:
                if failed.status is not RPCStatusCode.NOT_FOUND:  # else it ended by itself
                    raise


def restart_helps(found: FoundCause) -> bool:
    """True for a cause that a restart removes. The new run begins on the current build, also where the ended one was
    pinned to a build that no worker serves."""
    pinned = found.cause is Cause.NO_WORKER and found.code is not None
    return found.cause in EXECUTORS or found.code == ENDED_BY_HAND or pinned


def _refusal(seen: PresentState, found: FoundCause | None, order: RestartOrder) -> DomainError | None:
    """Why the dossier is not restarted."""
    code = seen.dossier.code
    if seen.needs_nothing:
        return RuleViolation(MechanicRefusal.REPAIR_NOT_NEEDED, dossier=code)
    if (found is not None and restart_helps(found)) or order.although_sound:
        return None
    return RuleViolation(DossierRefusal.RESTART_NOT_NEEDED, dossier=code, standing=Standing.SOUND)
