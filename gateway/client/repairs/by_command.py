"""Repairs that change the dossier: each is one command of the domain, given by the operator.

A stuck workflow takes no command: restart or reset the dossier first.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from temporalio.client import Client

from activities.ledger.pool import Pool
from activities.ledger.reading import LedgerReader
from activities.ledger.rules_store import RulesStore
from domain.dossier.commands import ChangeRules, Terminate
from domain.dossier.context import Context
from domain.dossier.decide import Act, decide
from domain.dossier.state import Dossier
from domain.errors import DomainError, RuleViolation
from domain.messages.mechanics import MechanicRefusal
from domain.operator_orders import OPERATORS
from domain.repairs.acts import RepairedBy
from domain.repairs.causes import Cause
from domain.repairs.findings import Finding
from domain.roles import Actor, Role
from domain.rules.rulebook import Rulebook
from domain.values import VIETNAM, Hash
from gateway.client.admitting.reasons import Reasons
from gateway.client.dossier_client import DossierClient
from gateway.client.repairs.afterwards import cause_left_in_workflow
from gateway.client.repairs.cause_of_one import cause_of
from gateway.client.repairs.present_state import PresentStates, finding_of

Order = TypeVar("Order")
STUCK = frozenset({Cause.TASK_FAILS, Cause.DOES_NOT_REPLAY})
"""The causes by which a workflow takes no command. One that ended is started again by the command."""
TRIAL = RepairedBy(act=UUID(int=0), who=OPERATORS, why="-")
"""The order in a preview, which is decided and not sent."""


class ByCommand(ABC, Generic[Order]):
    """A mechanic whose repair is a command."""

    def __init__(self, temporal: Client, pool: Pool, dossiers: DossierClient) -> None:
        self._temporal = temporal
        self._dossiers = dossiers
        self._states = PresentStates(temporal, LedgerReader(pool))
        self._rules = RulesStore(pool)
        self._reasons = Reasons(pool)

    @abstractmethod
    def command(self, order: Order, why: str) -> ChangeRules | Terminate:
        """The command that carries the order out."""

    @abstractmethod
    def rules_named(self, order: Order) -> Collection[Hash]:
        """The rules that the order names beside those that the dossier pins."""

    @abstractmethod
    def needless(self, dossier: str) -> DomainError:
        """The refusal when the order would change nothing."""

    async def look(self, code: str, order: Order) -> Finding:
        """See `Mechanic.look`. It asks nothing outside again.

        Refused with the domain's refusals of the command, and `workflow_takes_no_command`.
        """
        seen = await self._states.of(code)
        refusal: DomainError | None = None
        try:
            if not await self._changes(seen.dossier, order):
                refusal = self.needless(code)
        except DomainError as refused:
            refusal = refused
        found = await cause_of(self._temporal, seen)
        if refusal is None and found is not None and found.cause in STUCK:
            refusal = RuleViolation(MechanicRefusal.WORKFLOW_TAKES_NO_COMMAND, dossier=code)
        return finding_of(seen, found, (), refusal)

    async def carry_out(self, finding: Finding, order: Order, by: RepairedBy) -> str | None:
        """See `Mechanic.carry_out`. The command has the act as its id, so it acts once.

        Raises the domain's refusals of the command, Conflict `stale_version` when the dossier is not as the plan saw
        it, and InvalidInput for a reason that names somebody.
        """
        await self._reasons.require(finding.dossier, by.why)
        as_seen = self._act(order, by).model_copy(update={"expected_version": finding.version})
        await self._dossiers.send(finding.dossier, as_seen)
        return (await self._states.of(finding.dossier)).run

    async def remaining(self, finding: Finding, order: Order) -> Cause | None:
        """See `Mechanic.remaining`: a cause that lies in the workflow."""
        return await cause_left_in_workflow(self._temporal, self._states, finding.dossier)

    async def _changes(self, dossier: Dossier, order: Order) -> bool:
        """True when the order would change the dossier. Raises the domain's refusals."""
        pins, act = dossier.pins, self._act(order, TRIAL)
        pinned = {pins.procedure, pins.calendar, pins.organisation, pins.escalation}
        wanted = {*pinned, *dossier.deadlines.binding_calendars, *self.rules_named(order)}
        book = Rulebook().adding(*await self._rules.load(wanted))
        return bool(decide(dossier, act, Context(now=datetime.now(VIETNAM), actor=act.actor, rulebook=book)))

    def _act(self, order: Order, by: RepairedBy) -> Act:
        actor = Actor(person=by.who, role=Role.OPERATOR)
        return Act(command_id=by.act, actor=actor, command=self.command(order, by.why))
