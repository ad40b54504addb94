"""Plays one dossier: chooses who acts for which unit, sends commands, waits, and reports what must not happen."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID, uuid5

import httpx2

from activities.ledger.pool import DatabaseUnavailable
from activities.ledger.reading import DossierRow, dossier_in
from domain.dossier.commands import HumanCommand
from domain.dossier.context import Rules
from domain.dossier.state import Dossier
from domain.errors import DomainError
from domain.messages.coded import CodedSentence
from domain.organisation.assignment_rules import AssignmentPolicy
from domain.organisation.staff import Staff
from domain.procedures.procedure import Channel, Procedure
from domain.roles import Actor, Role
from domain.rules.province import Province
from domain.values import VIETNAM
from gateway.access.principals import Principal
from gateway.client import ActRequest, EngineUnavailable, Submission, this_machine
from tools.demo.ledger_snapshot import pinned
from tools.demo.outside_world import OutsideWorld
from tools.demo.plan import Case
from workflows.messages import Receipt

COMMANDS = UUID("6a0f7b0e-52c5-5c7f-8f0f-3f2d2f6a9b1c")
LEVELS = 3
"""Ward, provincial centre, provincial committee: a signature can be handed to the level above twice."""
PATIENCE = 120.0
"""Seconds to wait for something before the demo fails."""
FIRST_LOOK, LAST_LOOK = 0.05, 0.5
"""Seconds between two looks: the first pause and the longest one."""

T = TypeVar("T")


class UnexpectedOutcome(Exception):
    """Something happened that must not happen in a demo. The demo fails and prints it."""

    def __init__(self, case: Case, dossier: str | None, what: str) -> None:
        self.what = f"#{case.number} {case.story} {dossier or '–'}: {what}"
        super().__init__(self.what)


@dataclass
class Tally:
    """What the players count themselves: commands that were accepted, and refusals by code, which are not recorded."""

    commands: int = 0
    refusals: Counter[str] = field(default_factory=Counter)


class Door(Protocol):
    """What a player needs of the engine. `Engine` is one."""

    async def submit(self, principal: Principal, submission: Submission) -> Receipt:
        """Opens a dossier."""
        ...

    async def act(self, principal: Principal, code: str, request: ActRequest) -> Receipt:
        """Gives a command to a dossier."""
        ...

    async def dossier(self, code: str) -> DossierRow:
        """Reads a dossier."""
        ...


class CasePlayer:
    """Plays one case. All players share the `tally`."""

    def __init__(
        self,
        case: Case,
        engine: Door,
        province: Province,
        outside: OutsideWorld,
        tally: Tally,
        patience: float = PATIENCE,
        signings: int = LEVELS,
    ) -> None:
        self.case = case
        self.signings = signings
        self._patience = patience
        self.outside = outside
        self.province = province
        self._engine = engine
        self._tally = tally
        self._principal = this_machine()
        self._sent = 0
        self._code: str | None = None

    @property
    def code(self) -> str:
        """The dossier's code, once submitted."""
        if self._code is None:
            raise LookupError(f"case {self.case.number} has not been submitted")
        return self._code

    def resume(self, code: str) -> None:
        """Continues with a dossier that was submitted before."""
        self._code = code

    def go_on_with(self, engine: Door) -> None:
        """Sends what follows by this engine: the one before was lost with its servers."""
        self._engine = engine

    def wrong(self, what: str) -> UnexpectedOutcome:
        """The error for something that must not happen. It names the case."""
        return UnexpectedOutcome(self.case, self._code, what)

    def applicant(self) -> Actor:
        """The citizen as actor."""
        return Actor(person=self.case.person.code, role=Role.APPLICANT)

    def for_the_applicant(self) -> Actor:
        """The actor for the citizen's commands: the citizen online, else the receiving desk."""
        online = self.case.channel is Channel.ONLINE
        return self.applicant() if online else self.officer(Role.RECEPTION, self.case.place.received_by)

    def officer(self, role: Role, unit: str) -> Actor:
        """A person with that role in the unit. The choice depends on the dossier, so that all share the work."""
        now = datetime.now(VIETNAM)
        present = self.province.staff.acting_in(unit, role, now)
        if not present:
            raise self.wrong(f"nobody acts as {role} in {unit}")
        return Actor(person=present[self.case.number % len(present)].acting, role=role, unit=unit)

    async def who_has_it(self, otherwise: Actor) -> Actor:
        """The officer whom the engine has given the step, as soon as it has. `otherwise`, where heads assign, and after
        a handover that is not acknowledged: whoever takes it up acknowledges it by that.
        """
        by_engine = self.province.assignment.policy is AssignmentPolicy.AUTOMATIC
        if not by_engine or (await self.look()).handovers.open is not None:
            return otherwise
        dossier = await self.until(lambda one: one.processing.assignee is not None, "an officer")
        return holder(dossier, otherwise, self.province.staff, datetime.now(VIETNAM))

    def procedure(self, dossier: Dossier) -> Procedure:
        """The version of the procedure that the dossier has pinned."""
        return self.rules(dossier).procedure

    def rules(self, dossier: Dossier) -> Rules:
        """The rules that the dossier has pinned."""
        return pinned(dossier, self.province.rulebook())

    def document_hash(self, name: str) -> str:
        """The SHA-256 of a document of this dossier."""
        return hashlib.sha256(f"{self.code}/{name}".encode()).hexdigest()

    async def submit(self, submission: Submission) -> None:
        """Submits the dossier. A submission that is sent twice must give one dossier."""
        receipt = await self._patiently(lambda: self._engine.submit(self._principal, submission))
        self._code = receipt.dossier
        self._tally.commands += 1
        if self.case.sent_twice:
            again = await self._patiently(lambda: self._engine.submit(self._principal, submission))
            if again.dossier != receipt.dossier:
                raise self.wrong(f"the same key gave another dossier: {again.dossier}")

    async def act(self, actor: Actor, command: HumanCommand, note: str | None = None) -> None:
        """Sends a command that must succeed. A command that is sent twice must take effect once."""
        request = self._request(actor, command, note)
        try:
            receipt = await self._send(request)
        except DomainError as refused:
            raise self.wrong(f"{command.kind} by {actor.role} of {actor.unit}: {refused}") from refused
        self._tally.commands += 1
        if self.case.sent_twice:
            again = await self._send(request)
            if again.version != receipt.version:
                raise self.wrong(f"{command.kind} sent twice acted twice: {receipt.version}, {again.version}")

    async def refused(
        self, actor: Actor, command: HumanCommand, code: CodedSentence, version: int | None = None
    ) -> None:
        """Sends a command that must be refused with this code."""
        request = self._request(actor, command, None).model_copy(update={"expected_version": version})
        try:
            await self._send(request)
        except DomainError as refused:
            if refused.code != code:
                raise self.wrong(f"{command.kind} was refused with {refused.code} instead of {code}") from refused
        else:
            raise self.wrong(f"{command.kind} by {actor.role} of {actor.unit} was not refused")
        self._tally.refusals[code.value] += 1

    async def look(self) -> Dossier:
        """The dossier now, from the read model."""
        row = await self._patiently(lambda: self._engine.dossier(self.code))
        return dossier_in(row)

    async def until(self, reached: Callable[[Dossier], bool], what: str) -> Dossier:
        """Looks until `reached` is true, and returns the dossier. `what` names it in the error."""
        deadline, pause = _seconds() + self._patience, FIRST_LOOK
        while not reached(dossier := await self.look()):
            if _seconds() > deadline:
                incidents = ", ".join(f"{incident.effect} {incident.code}" for incident in dossier.incidents)
                raise self.wrong(
                    f"waited {self._patience:g} s in vain: {what}; it is {dossier.state}; {incidents or '–'}"
                )
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, LAST_LOOK)
        return dossier

    def _request(self, actor: Actor, command: HumanCommand, note: str | None) -> ActRequest:
        self._sent += 1
        command_id = uuid5(COMMANDS, f"{self.code}/{self._sent}")
        return ActRequest(command_id=command_id, actor=actor, command=command, note=note)

    async def _send(self, request: ActRequest) -> Receipt:
        return await self._patiently(lambda: self._engine.act(self._principal, self.code, request))

    async def _patiently(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Sends the same again while the engine does not answer. It is safe, because the id is the same."""
        deadline = _seconds() + self._patience
        while True:
            try:
                return await attempt()
            except (EngineUnavailable, DatabaseUnavailable, httpx2.TransportError) as problem:
                if _seconds() > deadline:
                    raise self.wrong(f"no answer in {self._patience:g} s: {problem}") from problem
                await asyncio.sleep(LAST_LOOK)


def holder(dossier: Dossier, otherwise: Actor, staff: Staff, at: datetime) -> Actor:
    """Whoever has the current step, in the unit where they work: a late dossier may have been taken over by the level
    above since `otherwise` was chosen, and an officer of the unit may have it still."""
    person = dossier.processing.assignee
    if person is None:
        return otherwise
    return Actor(person=person, role=otherwise.role, unit=staff.unit_of(person, at) or otherwise.unit)


def in_charge(dossier: Dossier) -> str:
    """The unit that is responsible for the dossier now."""
    unit = dossier.routing.responsible or dossier.routing.competent or dossier.routing.received_by
    if unit is None:
        raise LookupError(f"{dossier.code} has not been submitted")
    return unit


def other_than(player: CasePlayer, *units: str | None) -> str:
    """A commune that is none of these units. The choice depends on the dossier."""
    communes = player.province.organisation.communes(datetime.now(VIETNAM).date())
    others = [unit.code for unit in communes if unit.code not in units]
    return others[player.case.number % len(others)]


def _seconds() -> float:
    return asyncio.get_running_loop().time()
