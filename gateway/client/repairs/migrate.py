"""Repairs by other rules: pins a dossier to another published version of its procedure or its ladder.

The domain decides whether the dossier can go on under it (`domain.dossier.deciding.rule_changes`). Its dates and its
fee stay.
"""

from __future__ import annotations

from datetime import datetime

from temporalio.client import Client

from activities.ledger.pool import Pool
from activities.ledger.reading import LedgerReader
from activities.ledger.rules_store import RulesStore
from domain.dossier.commands import ChangeRules
from domain.dossier.context import Context
from domain.dossier.decide import Act, decide
from domain.dossier.state import Dossier
from domain.errors import DomainError, RuleViolation
from domain.messages.mechanics import MechanicRefusal
from domain.repairs.causes import Cause
from domain.repairs.findings import Finding
from domain.repairs.orders import MigrateOrder
from domain.roles import Actor, Role
from domain.rules.rulebook import Rulebook
from domain.values import VIETNAM
from gateway.client.dossier_client import DossierClient
from gateway.client.repairs.afterwards import cause_left_in_workflow
from gateway.client.repairs.causes_of import cause_of
from gateway.client.repairs.mechanic import RepairedBy
from gateway.client.repairs.present_state import PresentStates, finding_of
from gateway.client.repairs.reasons import Reasons

TRIAL = RepairedBy.model_validate({"act": "00000000-0000-0000-0000-000000000000", "who": "van-hanh", "why": "-"})
"""The order in a preview, which is decided and not sent."""


class MigrateMechanic:
    """Moves dossiers to other versions of their rules."""

    def __init__(self, temporal: Client, pool: Pool, dossiers: DossierClient) -> None:
        self._temporal = temporal
        self._dossiers = dossiers
        self._states = PresentStates(temporal, LedgerReader(pool))
        self._rules = RulesStore(pool)
        self._reasons = Reasons(pool)

    async def look(self, code: str, order: MigrateOrder) -> Finding:
        """See `Mechanic.look`. It asks nothing outside again.

        Refused: `rules_pinned_already`, and the refusals of the domain's `change_rules`.
        """
        seen = await self._states.of(code)
        refusal: DomainError | None = None
        try:
            if not await self._decided(seen.dossier, order):
                refusal = RuleViolation(MechanicRefusal.RULES_PINNED_ALREADY, dossier=code)
        except DomainError as refused:
            refusal = refused
        return finding_of(seen, await cause_of(self._temporal, seen), (), refusal)

    async def carry_out(self, finding: Finding, order: MigrateOrder, by: RepairedBy) -> str | None:
        """See `Mechanic.carry_out`. The order is a command of the dossier with the act as its id, so it acts once.

        Raises the refusals of the domain's `change_rules`, and InvalidInput for a reason that names somebody.
        """
        await self._reasons.require(finding.dossier, by.why)
        await self._dossiers.send(finding.dossier, _act(order, by))
        return (await self._states.of(finding.dossier)).run

    async def remaining(self, finding: Finding, order: MigrateOrder) -> Cause | None:
        """See `Mechanic.remaining`: a cause that lies in the workflow."""
        return await cause_left_in_workflow(self._temporal, self._states, finding.dossier)

    async def _decided(self, dossier: Dossier, order: MigrateOrder) -> bool:
        """True when the order would change the dossier. Raises the domain's refusals."""
        pins = dossier.pins
        wanted = {pins.calendar, pins.organisation, *dossier.deadlines.binding_calendars}
        wanted |= {pins.procedure, pins.escalation, order.procedure or "", order.escalation or ""} - {""}
        book = Rulebook().adding(*await self._rules.load(wanted))
        act = _act(order, TRIAL)
        return bool(decide(dossier, act, Context(now=datetime.now(VIETNAM), actor=act.actor, rulebook=book)))


def _act(order: MigrateOrder, by: RepairedBy) -> Act:
    command = ChangeRules(procedure=order.procedure, escalation=order.escalation, reason=by.why)
    return Act(command_id=by.act, actor=Actor(person=by.who, role=Role.OPERATOR), command=command)
