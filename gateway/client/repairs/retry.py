"""The repair "retry": asks outside systems again for what they refused for good, with the same input."""

from __future__ import annotations

from uuid import uuid5

from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError

from activities.ledger.pool import Pool
from activities.ledger.reading import LedgerReader, dossier_in
from domain.dossier.commands import RetryRefusedCall
from domain.dossier.decide import Act
from domain.dossier.effect_id import EffectKind
from domain.dossier.refused_calls import ANSWER_TO_ANOTHER_CALL, id_again, is_needed, refused_calls, signer_again
from domain.dossier.state import Dossier, Incident
from domain.errors import DomainError, RuleViolation
from domain.messages.dossier import DossierRefusal
from domain.messages.mechanics import MechanicRefusal
from domain.repairs.acts import RepairedBy
from domain.repairs.causes import Cause
from domain.repairs.findings import AskedAgain, Finding
from domain.repairs.orders import RetryOrder
from domain.roles import Actor, Role
from gateway.client.dossier_client import DossierClient
from gateway.client.engine_errors import EngineUnavailable
from gateway.client.repairs.mechanic import Mechanic
from gateway.client.repairs.present_state import PresentState, PresentStates
from gateway.client.watching.lost_executors import described


class RetryMechanic(Mechanic[RetryOrder]):
    """Has every refused call of a dossier asked again, or those to one system.

    Asking again is harmless: a system that refused for good did nothing, and each call gets an id that the system has
    not seen (decision 029). A call of which nobody knows what was done is left out.
    """

    def __init__(self, temporal: Client, pool: Pool, dossiers: DossierClient) -> None:
        super().__init__(PresentStates(temporal, LedgerReader(pool)))
        self._temporal = temporal
        self._dossiers = dossiers

    async def look_at(self, seen: PresentState, order: RetryOrder) -> Finding:
        """See `Mechanic.look_at`: the refused calls, each with the id under which it would be asked."""
        return self.finding(seen.dossier, seen.run, order)

    def finding(self, dossier: Dossier, run: str | None, order: RetryOrder) -> Finding:
        """The finding at a dossier with this run of its workflow."""
        refused = _of_system(dossier, order)
        asked = [one for one in refused if _not_possible(dossier, one) is None]
        first = next(iter(refused), None)
        why_not = None if asked else _why_nothing(dossier, first)
        return Finding(
            dossier=dossier.code,
            version=dossier.version,
            run=run,
            cause=Cause.REFUSED_FOR_GOOD if refused else None,
            code=first.code if first else None,
            again=tuple(AskedAgain(effect=id_again(dossier, one.effect), system=one.system) for one in asked),
            refused=None if why_not is None else why_not.code,
            refused_because=None if why_not is None else why_not.message,
        )

    async def carry_out(self, finding: Finding, order: RetryOrder, by: RepairedBy) -> str | None:
        """Sends the command for each refused call of the finding. A repetition with the same `act` sends nothing new.

        Raises the refusals of `retry_refused_call`, EngineUnavailable, DatabaseUnavailable.
        """
        wanted = {one.effect for one in finding.again}
        actor = Actor(person=by.who, role=Role.OPERATOR)
        dossier = dossier_in(await self._dossiers.row(finding.dossier))
        for one in _of_system(dossier, order):
            if id_again(dossier, one.effect) in wanted:
                command = RetryRefusedCall(effect=one.effect, reason=by.why)
                act = Act(command_id=uuid5(by.act, one.effect), actor=actor, command=command)
                await self._dossiers.send(finding.dossier, act)
        return await self._run(finding.dossier)

    async def remaining(self, finding: Finding, order: RetryOrder) -> Cause | None:
        """REFUSED_FOR_GOOD when a call was refused again or was not asked; CALL_NOT_ANSWERED while one is under way."""
        dossier = dossier_in(await self._dossiers.row(finding.dossier))
        asked = {one.effect for one in finding.again}
        if any(one.effect in asked or id_again(dossier, one.effect) in asked for one in refused_calls(dossier)):
            return Cause.REFUSED_FOR_GOOD
        return Cause.CALL_NOT_ANSWERED if any(is_needed(dossier, effect) for effect in asked) else None

    async def _run(self, code: str) -> str | None:
        try:
            executor = await described(self._temporal, code)
        except RPCError as failed:
            raise EngineUnavailable(DossierRefusal.TEMPORAL_UNAVAILABLE, problem=failed.status.name) from failed
        runs = executor is not None and executor.status is WorkflowExecutionStatus.RUNNING
        return executor.run_id if executor is not None and runs else None


def _of_system(dossier: Dossier, order: RetryOrder) -> list[Incident]:
    return [one for one in refused_calls(dossier) if order.system in (None, one.system)]


def _why_nothing(dossier: Dossier, first: Incident | None) -> DomainError | None:
    """Why no call of the dossier is asked again. `first`: the first one that was refused."""
    if first is None:
        return RuleViolation(MechanicRefusal.NO_REFUSED_CALL, dossier=dossier.code)
    return _not_possible(dossier, first)


def _not_possible(dossier: Dossier, refused: Incident) -> DomainError | None:
    """The refusal when this call cannot be asked again without a person's choice."""
    if refused.code == ANSWER_TO_ANOTHER_CALL:
        return RuleViolation(DossierRefusal.CALL_OUTCOME_UNKNOWN, dossier=dossier.code, effect=refused.effect)
    signer, unit = signer_again(dossier, None, None)
    if refused.kind == EffectKind.SIGN and signer is None:
        return RuleViolation(DossierRefusal.SIGNER_NOT_NAMED, dossier=dossier.code, unit=unit or "–")
    return None
