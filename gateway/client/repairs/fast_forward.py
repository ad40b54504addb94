"""Repairs of waits: the next try of a call is made now, and a workflow that lacks an act reads the ledger.

A call that an outside system does not answer is tried again after pauses of up to five minutes, or when the breaker
allows it. No clock of the law and no timer of the workflow is changed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import ResetActivityRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from activities.adapters.outside_calls import system_of
from activities.ledger.pool import Pool
from activities.ledger.reading import LedgerReader
from domain.errors import Conflict, DomainError, RuleViolation
from domain.messages.mechanics import MechanicRefusal
from domain.repairs.acts import RepairedBy
from domain.repairs.causes import Cause
from domain.repairs.findings import AskedAgain, Finding
from domain.repairs.orders import FastForwardOrder
from gateway.client.admitting.reasons import Reasons
from gateway.client.repairs.afterwards import LOOKED_EVERY, cause_left_in_workflow, read_ledger
from gateway.client.repairs.cause_of_one import ENDED_BY_HAND, causes_of
from gateway.client.repairs.mechanic import Mechanic
from gateway.client.repairs.present_state import (
    ANSWERS_WITHIN,
    FoundCause,
    PresentState,
    PresentStates,
    WaitingCall,
    finding_of,
    ordered_of_temporal,
)
from workflows.dossier import DossierWorkflow

TRIED_WITHIN = 40.0
"""Seconds in which a call that was made to try now has been answered or has failed: a try lasts 30 seconds at most."""
WAITS = (Cause.BEHIND_ITS_LEDGER, Cause.CALL_NOT_ANSWERED)
"""The causes that this repair is for."""


class FastForwardMechanic(Mechanic[FastForwardOrder]):
    """Makes waiting calls now. A call that is being made at this moment is left alone."""

    def __init__(self, temporal: Client, pool: Pool) -> None:
        super().__init__(PresentStates(temporal, LedgerReader(pool)))
        self._temporal = temporal
        self._reasons = Reasons(pool)

    async def look_at(self, seen: PresentState, order: FastForwardOrder) -> Finding:
        """See `Mechanic.look_at`. Refused: `repair_not_needed`, `nothing_waits`, `call_ended_by_hand`."""
        return self.finding(seen, await causes_of(self._temporal, seen), order)

    def finding(self, seen: PresentState, causes: Sequence[FoundCause], order: FastForwardOrder) -> Finding:
        """The finding at a dossier that was seen so, with these causes."""
        refusal = _refusal(seen, causes, order)
        of_waits = [one for one in causes if one.cause in WAITS]
        again = _asked_again(seen, order)
        if any(one.pauses for one in causes):
            again = (*again, *_paused(seen, order))
        return finding_of(seen, next(iter((*of_waits, *causes)), None), again, refusal)

    async def carry_out(self, finding: Finding, order: FastForwardOrder, by: RepairedBy) -> str | None:
        """See `Mechanic.carry_out`. A repeated call makes those calls try once more that still wait.

        Raises the refusals of `look`, Conflict `run_changed`, and InvalidInput for a reason that names somebody.
        """
        code = finding.dossier
        await self._reasons.require(code, by.why)
        seen = await self._states.of(code)
        if seen.run != finding.run:
            raise Conflict(MechanicRefusal.RUN_CHANGED, dossier=code, now=seen.run or "-", seen=finding.run or "-")
        for call in _waiting(seen, order):
            if not call.being_made:
                await self._try_now(code, seen.run or "", call, by)
        await self._cut_pauses(finding, seen, order)
        if finding.cause is Cause.BEHIND_ITS_LEDGER:
            await read_ledger(self._temporal, code, seen.run)
        return seen.run

    async def remaining(self, finding: Finding, order: FastForwardOrder) -> Cause | None:
        """See `Mechanic.remaining`: CALL_NOT_ANSWERED when the new try failed or the breaker held it back,
        REFUSED_FOR_GOOD when the system refused it, and the causes that lie in the workflow."""
        own = await cause_left_in_workflow(self._temporal, self._states, finding.dossier)
        if own is not None:
            return own
        seen = await self._tried(finding.dossier, order)
        if _waiting(seen, order):
            return Cause.CALL_NOT_ANSWERED
        asked = {one.effect for one in finding.again}
        left = [one for one in seen.dossier.incidents if one.effect in asked]
        if any(one.final for one in left):
            return Cause.REFUSED_FOR_GOOD
        return Cause.CALL_NOT_ANSWERED if left else None

    async def _tried(self, code: str, order: FastForwardOrder) -> PresentState:
        """The dossier as soon as each call has been tried once more and its outcome is written, at the latest after
        `TRIED_WITHIN`."""
        end = time.monotonic() + TRIED_WITHIN
        while True:
            seen = await self._states.of(code)
            untried = [call for call in _waiting(seen, order) if call.being_made or call.attempt == 1]
            if not (untried or seen.at_work) or time.monotonic() > end:
                return seen
            await asyncio.sleep(LOOKED_EVERY)

    async def _cut_pauses(self, finding: Finding, seen: PresentState, order: FastForwardOrder) -> None:
        """Tells the run to make each call of the finding now that somebody ended. It does nothing to another call."""
        handle = self._temporal.get_workflow_handle(finding.dossier, run_id=seen.run)
        for one in (one for one in _paused(seen, order) if one in finding.again):
            with ordered_of_temporal(finding.dossier):
                await handle.signal(DossierWorkflow.make_call_now, one.effect, rpc_timeout=ANSWERS_WITHIN)

    async def _try_now(self, code: str, run: str, call: WaitingCall, by: RepairedBy) -> None:
        """The next try begins at once, and the pauses after it begin with the shortest again."""
        request = ResetActivityRequest(
            namespace=self._temporal.namespace,
            execution=WorkflowExecution(workflow_id=code, run_id=run),
            id=call.activity,
            identity=f"{by.who}: repair {by.act}",
        )
        with ordered_of_temporal(code):
            try:
                await self._temporal.workflow_service.reset_activity(request, timeout=ANSWERS_WITHIN)
            except RPCError as failed:
                if failed.status is not RPCStatusCode.NOT_FOUND:  # else it was answered in this moment
                    raise


def _waiting(seen: PresentState, order: FastForwardOrder) -> list[WaitingCall]:
    return [call for call in seen.waiting_calls() if order.system in (None, call.system)]


def _asked_again(seen: PresentState, order: FastForwardOrder) -> tuple[AskedAgain, ...]:
    systems = {call.system for call in _waiting(seen, order)}
    return tuple(one for one in seen.asked_again() if one.system in systems)


def _paused(seen: PresentState, order: FastForwardOrder) -> tuple[AskedAgain, ...]:
    """The calls that failed and that the run neither makes nor waits for, or those of one system."""
    waiting = {call.system for call in seen.waiting_calls()}
    failed = {one.effect for one in seen.dossier.incidents}
    calls = (one for one in seen.asked_again() if one.effect in failed and one.system not in waiting)
    return tuple(one for one in calls if order.system in (None, one.system))


def _refusal(seen: PresentState, causes: Sequence[FoundCause], order: FastForwardOrder) -> DomainError | None:
    """Why there is nothing to try now."""
    code = seen.dossier.code
    if seen.needs_nothing:
        return RuleViolation(MechanicRefusal.REPAIR_NOT_NEEDED, dossier=code)
    behind = order.system is None and any(one.cause is Cause.BEHIND_ITS_LEDGER for one in causes)
    if behind or _waiting(seen, order):
        return None
    ended = [one for one in causes if one.code == ENDED_BY_HAND]
    if any(one.pauses for one in ended) and _paused(seen, order):
        return None
    if ended and (order.system is None or order.system in {system_of(effect) for effect in seen.wanted}):
        return RuleViolation(MechanicRefusal.CALL_ENDED_BY_HAND, dossier=code)
    return RuleViolation(MechanicRefusal.NOTHING_WAITS, dossier=code)
