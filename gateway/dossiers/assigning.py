"""Orders of a head of unit that give several dossiers at once: one act for each, one result for each, and a way back.

The order is written first. The id of each act comes from the order and the dossier, so an order that stopped in the
middle is finished by sending it again, and what became of each dossier is read from the ledger.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from time import monotonic
from typing import Any
from uuid import UUID

from activities.ledger.assignment_orders import AssignmentOrder, AssignmentOrders
from activities.ledger.pool import DatabaseUnavailable
from domain.dossier.events import DossierAssigned
from domain.errors import DomainError, InvalidInput, NotFound, RuleViolation
from domain.messages.assignment import AssignmentRefusal
from domain.record.given import Given, given_by
from domain.values import Code
from gateway.access.sign_in import SignedIn
from gateway.client import Engine, EngineUnavailable, Receipt
from gateway.dossiers.acting import act
from gateway.dossiers.bodies import COMMAND_BODIES, ActingAs
from gateway.dossiers.command_ids import command_id_of
from gateway.dossiers.reaching import in_reach, reached
from gateway.dossiers.suggesting import suggestions_for

AT_ONCE = 8
"""How many dossiers of one order are assigned at the same time. By suggestion one: each choice changes the loads."""
MOST = 200
"""The most dossiers of one order."""
WITHIN = 40.0
"""Seconds in which dossiers of one request are begun. It is less than the time for which its key is taken."""
MAY_PASS = (EngineUnavailable, DatabaseUnavailable)


class AssignmentOutcome(StrEnum):
    """What became of one dossier of an order."""

    GIVEN = "given"
    REFUSED = "refused"
    OPEN = "open"
    """Nothing of it is recorded: it was not reached, or its refusal was told when the order was given."""
    UNDONE = "undone"


@dataclass(frozen=True)
class Assigned:
    """What became of one dossier. `person`: who got it, or to whom it went back (None: nobody)."""

    code: Code
    outcome: AssignmentOutcome
    person: Code | None = None
    receipt: Receipt | None = None
    refused: DomainError | None = None
    reached: bool = True
    """False: the same request has to be sent again for it."""


@dataclass(frozen=True)
class Wanted:
    """What is ordered. `person` None: each dossier to its first suggestion. `versions`: those that were seen."""

    dossiers: tuple[Code, ...]
    person: Code | None = None
    versions: Mapping[Code, int | None] = field(default_factory=dict)
    note: str | None = None
    acting_as: ActingAs | None = None


@dataclass(frozen=True)
class Assigning:
    """Gives, reads and undoes the orders of one caller."""

    engine: Engine
    signed: SignedIn

    async def give(self, wanted: Wanted, key: str) -> tuple[AssignmentOrder, list[Assigned]]:
        """The order with the result of each dossier. What was given before under this key stays given.

        Raises InvalidInput `assignment_key_reused`.
        """
        caller = self.signed.caller
        order_id = command_id_of(caller, key)
        order = await self._orders.write(order_id, wanted.person, wanted.dossiers, caller.name)
        if (order.person, order.dossiers, order.who) != (wanted.person, wanted.dossiers, caller.name):
            raise InvalidInput(AssignmentRefusal.ASSIGNMENT_KEY_REUSED, at=order.at)
        at_once = AT_ONCE if wanted.person else 1
        return order, await _each(order.dossiers, lambda code: self._given(order, code, wanted), at_once)

    async def order(self, order_id: UUID) -> AssignmentOrder:
        """An order of this caller. Raises NotFound `unknown_assignment`."""
        found = await self._orders.of(order_id)
        if found is None or found.who != self.signed.caller.name:
            raise NotFound(AssignmentRefusal.UNKNOWN_ASSIGNMENT, assignment=order_id)
        return found

    async def read(self, order_id: UUID) -> tuple[AssignmentOrder, list[Assigned]]:
        """The order with what the ledger has of each dossier. Raises NotFound `unknown_assignment`."""
        order = await self.order(order_id)
        return order, await _each(order.dossiers, lambda code: self._recorded(order, code), AT_ONCE)

    async def undo(self, order_id: UUID, reason: str) -> tuple[AssignmentOrder, list[Assigned]]:
        """Each dossier back to whom it had before, unless it has moved on. Raises NotFound `unknown_assignment`."""
        order = await self.order(order_id)
        return order, await _each(order.dossiers, lambda code: self._undone(order, code, reason), AT_ONCE)

    @property
    def _orders(self) -> AssignmentOrders:
        return AssignmentOrders(self.engine.pool)

    async def _given(self, order: AssignmentOrder, code: Code, wanted: Wanted) -> Assigned:
        body: dict[str, Any] = {"person": order.person, "note": wanted.note, "acting_as": wanted.acting_as}
        try:
            if order.person is None:
                earlier = await self._recorded(order, code)
                if earlier.outcome is not AssignmentOutcome.OPEN:
                    return earlier
                body |= await self._suggested(code, wanted.note)
            receipt = await self._act("assign", code, body, key_of(order, code), wanted.versions.get(code))
        except DomainError as refused:
            return await self._refused(order, code, refused)
        return Assigned(code, AssignmentOutcome.GIVEN, body["person"], receipt)

    async def _refused(self, order: AssignmentOrder, code: Code, refused: DomainError) -> Assigned:
        """A repeat of an order whose suggestion is another one by now is refused, and has its dossier all the same."""
        if isinstance(refused, MAY_PASS):
            return Assigned(code, AssignmentOutcome.OPEN, refused=refused, reached=False)
        recorded = await self._recorded(order, code)
        if recorded.outcome is not AssignmentOutcome.OPEN:
            return recorded
        return Assigned(code, AssignmentOutcome.REFUSED, refused=refused)

    async def _suggested(self, code: Code, note: str | None) -> dict[str, str]:
        """The person whom the engine would choose; without a note of the head the reasons are the note."""
        found = await reached(self.engine, self.signed, code)
        ranked = await suggestions_for(self.engine, found, self.signed.caller.at)
        if not ranked and found.dossier.processing.step is None:
            raise RuleViolation(AssignmentRefusal.NO_STEP_TO_ASSIGN, dossier=code)
        first = next((one for one in ranked if one.chosen), None)
        if first is None:
            raise RuleViolation(AssignmentRefusal.NOBODY_SUGGESTED, dossier=code)
        return {"person": first.person, "note": note or " ".join(one.text.vi for one in first.reasons)}

    async def _recorded(self, order: AssignmentOrder, code: Code) -> Assigned:
        """What the ledger has of the dossier, whatever happened to it since."""
        caller, reader = self.signed.caller, self.engine.reader
        given = await reader.command(command_id_of(caller, key_of(order, code)))
        if given is None:
            return Assigned(code, AssignmentOutcome.OPEN)
        undone = await reader.command(command_id_of(caller, undo_key_of(order, code)))
        last, outcome = (given, AssignmentOutcome.GIVEN) if undone is None else (undone, AssignmentOutcome.UNDONE)
        person = next((one.person for one in last.earlier if isinstance(one, DossierAssigned)), None)
        key = key_of(order, code) if undone is None else undo_key_of(order, code)
        return Assigned(code, outcome, person, await self.engine.receipt(command_id_of(caller, key)))

    async def _undone(self, order: AssignmentOrder, code: Code, reason: str) -> Assigned:
        try:
            recorded = await self._recorded(order, code)
            if recorded.outcome is not AssignmentOutcome.GIVEN:
                return recorded
            await in_reach(self.engine, self.signed, code)
            history = await self.engine.history(code)
            given = given_by(command_id_of(self.signed.caller, key_of(order, code)), history)
            assert given is not None, "the ledger has the command"
            return await self._given_back(order, code, given, reason, history[-1].version)
        except DomainError as refused:
            return Assigned(code, AssignmentOutcome.REFUSED, refused=refused, reached=not isinstance(refused, MAY_PASS))

    async def _given_back(
        self, order: AssignmentOrder, code: Code, given: Given, reason: str, version: int
    ) -> Assigned:
        if given.moved_on:
            raise RuleViolation(AssignmentRefusal.ASSIGNMENT_MOVED_ON, dossier=code, person=given.person)
        kind, body = ("release", {"reason": reason})
        if given.before is not None:
            kind, body = "assign", {"person": given.before, "note": reason}
        receipt = await self._act(kind, code, body, undo_key_of(order, code), version)
        return Assigned(code, AssignmentOutcome.UNDONE, given.before, receipt)

    async def _act(self, kind: str, code: Code, body: dict[str, Any], key: str, version: int | None) -> Receipt:
        given = COMMAND_BODIES[kind].model_validate(body)
        return await act(self.engine, self.signed, kind, code, given, key, version=version)


def key_of(order: AssignmentOrder, code: Code) -> str:
    """The key of the act that gives a dossier."""
    return f"{order.id}:{code}"


def undo_key_of(order: AssignmentOrder, code: Code) -> str:
    """The key of the act that takes it back."""
    return f"{order.id}:{code}:undo"


async def _each(codes: Sequence[Code], one: Callable[[Code], Awaitable[Assigned]], at_once: int) -> list[Assigned]:
    """The result for each dossier, in the order given. What is not begun in time stays open."""
    places, until = asyncio.Semaphore(at_once), monotonic() + WITHIN

    async def begun(code: Code) -> Assigned:
        async with places:
            if monotonic() > until:
                return Assigned(code, AssignmentOutcome.OPEN, reached=False)
            return await one(code)

    return list(await asyncio.gather(*map(begun, codes)))
