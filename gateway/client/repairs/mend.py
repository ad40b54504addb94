"""Repairs each dossier as its cause calls for: by a restart, a retry of what was refused, or a try now.

The mechanics of these three do the work. What is chosen stands in the finding, and a run does nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from temporalio.client import Client

from activities.ledger.pool import Pool
from activities.ledger.reading import LedgerReader
from domain.dossier.refused_calls import refused_calls
from domain.errors import DomainError, RuleViolation
from domain.messages.mechanics import MechanicRefusal
from domain.repairs.acts import RepairedBy
from domain.repairs.causes import Cause
from domain.repairs.findings import Finding
from domain.repairs.orders import FastForwardOrder, MendOrder, RepairKind, RepairOrder, RestartOrder, RetryOrder
from gateway.client.repairs.cause_of_one import causes_of
from gateway.client.repairs.fast_forward import FastForwardMechanic
from gateway.client.repairs.mechanic import Mechanic
from gateway.client.repairs.present_state import FoundCause, PresentState, PresentStates, finding_of
from gateway.client.repairs.restart import RestartMechanic, restart_helps
from gateway.client.repairs.retry import RetryMechanic

MENDED = frozenset(Cause) - {
    Cause.UNACKNOWLEDGED,
    Cause.UNPLACED,
    Cause.UNANSWERED,
    Cause.RELAY_REFUSED,
}
"""The causes that a repair of a dossier removes, of `no_worker` that of a dossier pinned to an absent build."""


class MendMechanic(Mechanic[MendOrder]):
    """Chooses the mildest repair that removes the first cause of a dossier. Another cause needs another plan."""

    def __init__(
        self,
        temporal: Client,
        pool: Pool,
        restart: RestartMechanic,
        retry: RetryMechanic,
        fast_forward: FastForwardMechanic,
    ) -> None:
        super().__init__(PresentStates(temporal, LedgerReader(pool)))
        self._temporal = temporal
        self._restart = restart
        self._retry = retry
        self._fast_forward = fast_forward

    async def look_at(self, seen: PresentState, order: MendOrder) -> Finding:
        """See `Mechanic.look_at`. Refused: `repair_not_needed`, `nothing_to_mend`, `needs_a_worker`, and the refusals
        of the repair that was chosen."""
        causes = [one for one in await causes_of(self._temporal, seen) if _is_there(seen, one)]
        order_chosen = chosen_for(causes[0]) if causes else None
        if order_chosen is None:
            return finding_of(seen, next(iter(causes), None), (), _refusal(seen, causes))
        return self._finding(seen, causes, order_chosen)

    async def carry_out(self, finding: Finding, order: MendOrder, by: RepairedBy) -> str | None:
        """See `Mechanic.carry_out`: the repair that the finding names."""
        mechanic, chosen = self._of(finding)
        return await mechanic.carry_out(finding, chosen, by)

    async def remaining(self, finding: Finding, order: MendOrder) -> Cause | None:
        """See `Mechanic.remaining`, of the repair that the finding names."""
        mechanic, chosen = self._of(finding)
        return await mechanic.remaining(finding, chosen)

    def _finding(self, seen: PresentState, causes: Sequence[FoundCause], order: RepairOrder) -> Finding:
        match order:
            case RestartOrder():
                found = self._restart.finding(seen, causes, order)
            case RetryOrder():
                found = self._retry.finding(seen.dossier, seen.run, order)
            case FastForwardOrder():
                found = self._fast_forward.finding(seen, causes, order)
            case _:
                raise TypeError(f"no cause calls for {order.kind}")
        return found.model_copy(update={"chosen": order.kind})

    def _of(self, finding: Finding) -> tuple[Mechanic[Any], RepairOrder]:
        """The mechanic that repairs this dossier, with its order."""
        match finding.chosen:
            case RepairKind.RESTART:
                return self._restart, RestartOrder()
            case RepairKind.RETRY:
                return self._retry, RetryOrder()
            case RepairKind.FAST_FORWARD:
                return self._fast_forward, FastForwardOrder()
            case _:
                raise TypeError(f"no mechanic mends by {finding.chosen}")


def chosen_for(found: FoundCause) -> RestartOrder | RetryOrder | FastForwardOrder | None:
    """The order that removes this cause of one dossier; None when no repair of a dossier removes it."""
    if found.pauses:
        return FastForwardOrder()
    if restart_helps(found) and found.cause is not Cause.BEHIND_ITS_LEDGER:  # that one needs less
        return RestartOrder()
    match found.cause:
        case Cause.CALL_NOT_ANSWERED | Cause.UNKNOWN_REPLY | Cause.BEHIND_ITS_LEDGER | Cause.BREAKER_OPEN:
            return FastForwardOrder()
        case Cause.REFUSED_FOR_GOOD | Cause.NEEDS_PERSON:
            return RetryOrder()
        case _:
            return None


def _is_there(seen: PresentState, found: FoundCause) -> bool:
    """False for a refused call that the dossier does not need any more."""
    return found.cause not in (Cause.REFUSED_FOR_GOOD, Cause.NEEDS_PERSON) or bool(refused_calls(seen.dossier))


def _refusal(seen: PresentState, causes: Sequence[FoundCause]) -> DomainError:
    """Why nothing is chosen for the dossier."""
    if causes and causes[0].cause is Cause.NO_WORKER:
        why = MechanicRefusal.NEEDS_A_WORKER
    else:
        why = MechanicRefusal.REPAIR_NOT_NEEDED if seen.needs_nothing else MechanicRefusal.NOTHING_TO_MEND
    return RuleViolation(why, dossier=seen.dossier.code)
