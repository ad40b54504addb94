"""Repairs that change the dossier: each is one command of the domain, given by the operator.

A stuck workflow takes no command: restart or reset the dossier first.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection
from datetime import datetime
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
from gateway.client.repairs.mechanic import Mechanic, Order
from gateway.client.repairs.present_state import PresentState, PresentStates, finding_of

STUCK = frozenset({Cause.TASK_FAILS, Cause.DOES_NOT_REPLAY})
"""The causes by which a workflow takes no command. One that ended is started again by the command."""
MOST_BOOKS = 16
"""Sets of rules in memory; one more, and all of them are forgotten."""
TRIAL = RepairedBy(act=UUID(int=0), who=OPERATORS, why="-")
"""The order in a preview, which is decided and not sent."""


class ByCommand(Mechanic[Order]):
    """A mechanic whose repair is a command."""

    def __init__(self, temporal: Client, pool: Pool, dossiers: DossierClient) -> None:
        super().__init__(PresentStates(temporal, LedgerReader(pool)))
        self._temporal = temporal
        self._dossiers = dossiers
        self._rules = RulesStore(pool)
        self._books: dict[frozenset[Hash], Rulebook] = {}
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

    async def look_at(self, seen: PresentState, order: Order) -> Finding:
        """See `Mechanic.look_at`. It asks nothing outside again.

        Refused with the domain's refusals of the command, and `workflow_takes_no_command`.
        """
        code = seen.dossier.code
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
        book = await self._book(frozenset((*pinned, *dossier.deadlines.binding_calendars, *self.rules_named(order))))
        return bool(decide(dossier, act, Context(now=datetime.now(VIETNAM), actor=act.actor, rulebook=book)))

    async def _book(self, wanted: frozenset[Hash]) -> Rulebook:
        """These rules, from memory where they were read before: the dossiers of a plan pin a few sets of rules. A set
        of which one is not published yet is read again."""
        book = self._books.get(wanted)
        if book is None:
            stored = await self._rules.load(wanted)
            book = Rulebook().adding(*stored)
            if len(stored) == len(wanted):
                if len(self._books) >= MOST_BOOKS:
                    self._books.clear()
                self._books[wanted] = book
        return book

    def _act(self, order: Order, by: RepairedBy) -> Act:
        actor = Actor(person=by.who, role=Role.OPERATOR)
        return Act(command_id=by.act, actor=actor, command=self.command(order, by.why))
