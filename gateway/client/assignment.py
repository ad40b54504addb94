"""Assigns dossiers of a unit to its officers by field and load, if the province has turned this on.

It reads the events like a relay. It decides from the staff and the load of the moment and sends an ordinary command
under its own role. The dossier records who was named, and the note gives the reasons.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID, uuid5

import structlog

from activities.ledger.officer_loads import OfficerLoads
from activities.ledger.pool import DatabaseRefuses, DatabaseUnavailable
from activities.ledger.reading import dossier_in
from activities.ledger.stuck_dossiers import StuckDossiers
from activities.ledger.unit_lock import unit_locked
from activities.relays.one_at_a_time import NotNow
from domain.deadlines.calendar import WorkingCalendar
from domain.dossier.commands import Assign
from domain.dossier.context import Rules
from domain.dossier.state import Dossier
from domain.dossier.view import WorkAct, WorkItem
from domain.dossier.work import work_of
from domain.errors import DomainError, NotFound
from domain.messages.organisation import AssignmentReason
from domain.messages.record import RecordRefusal
from domain.organisation.assignment import acting_officer, gone_for_long
from domain.organisation.routing import Reason
from domain.organisation.staff import Staff
from domain.organisation.suggestions import Proposal, propose, reason
from domain.record.sealing import RecordedEvent
from domain.roles import Actor, Role
from domain.rules.rulebook import Rulebook
from domain.values import VIETNAM
from gateway.client.engine import Engine, EngineUnavailable
from gateway.client.requests import ActRequest
from gateway.client.suggesting import Suggesting

ASSIGNER = "phan-cong-tu-dong"
ASSIGNMENTS = UUID("7a4f2a0e-6c1d-5d0b-9f53-51b0d1c4f0a7")
UNITS_AT_ONCE = 2
CHOSEN_ELSEWHERE = "officer_chosen_elsewhere"
LONGEST_NOTE = 4_000
"""The most characters of a note."""

log = structlog.get_logger(__name__)


def _now() -> datetime:
    return datetime.now(VIETNAM)


class Assigner:
    """Handles the events of the relay `assigner`, and looks after what waits without an event (`AssignmentRounds`).

    `staff` and `rules` are called for every dossier, because people and rules change while it runs.
    """

    def __init__(
        self,
        engine: Engine,
        staff: Callable[[], Staff],
        rules: Callable[[], Rulebook],
        now: Callable[[], datetime] = _now,
    ) -> None:
        self._engine = engine
        self._staff = staff
        self._rules = rules
        self._now = now
        self.left: dict[str, None] = {}
        """Dossiers whose workflow did not answer. The rounds look at them again."""
        self._terms = engine.province.assignment
        self._suggesting = Suggesting(engine.pool, engine.province, staff)
        self._loads = OfficerLoads(engine.pool)
        self._stuck = StuckDossiers(engine.pool)
        # The dossiers of a unit are assigned one after the other, so each choice sees the load of the one before; a
        # lock in the database does the same among processes. Each held lock holds a connection.
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._at_once = asyncio.Semaphore(UNITS_AT_ONCE)

    async def hand(self, events: list[RecordedEvent]) -> None:
        """Assigns the dossier to an officer, if it now waits for that. A repetition changes nothing.

        Raises NotNow while the database does not answer, the dossier's rules are not loaded yet, or another process
        chooses an officer in the unit. A dossier whose workflow does not answer is left to the rounds.
        """
        await self.look_at(events[-1].dossier)

    async def look_at(self, code: str) -> None:
        """The same for a dossier, whatever happened in it; and work of somebody who is away for long is given anew."""
        found = await self._waiting(code)
        if found is None:
            return
        unit = found[2].unit
        async with self._locks[unit], self._at_once, unit_locked(self._engine.pool, unit) as locked:
            if not locked:
                raise NotNow(CHOSEN_ELSEWHERE)
            await self._assign(*found)

    async def proposal(self, dossier: Dossier, rules: Rules, item: WorkItem) -> Proposal:
        """The officer who should get the item now, and the reasons."""
        work = await self._suggesting.work(dossier, rules, item)
        proposed = propose(work, await self._suggesting.basis(item.unit, item.role, self._now()))
        if item.person is None or proposed.person is None:
            return proposed
        taken = reason(AssignmentReason.TAKEN_FROM_ABSENT, former=item.person)
        return Proposal(person=proposed.person, reasons=(*proposed.reasons, taken))

    async def _waiting(self, code: str) -> tuple[Dossier, Rules, WorkItem] | None:
        """The dossier with the item that the engine should assign now, if there is one."""
        row = await self._engine.reader.dossier(code)
        dossier = None if row is None else dossier_in(row)
        if dossier is None:
            return None
        if await self._stuck.of(code) is not None:
            self.left[code] = None
            return None
        try:
            rules = Rules.pinned(dossier.pins, self._rules())
        except NotFound as missing:
            raise NotNow(missing.code) from missing
        item = processing_item(dossier, rules)
        if item is None or self._terms.left_to_heads(item.unit, rules.procedure.code):
            return None
        if item.person is None:
            free = not await self._loads.given_back(code)  # people took the choice into their hands
        else:
            free = await self._may_be_taken(item.person, item)
        return (dossier, rules, item) if free else None

    async def _may_be_taken(self, person: str, item: WorkItem) -> bool:
        """True if the engine named the person, who is away for long or has left, did not begin, and has no stand-in.

        What a head decided stays, and so does what was begun: the head of unit sees it and decides.
        """
        staff, now, most = self._staff(), self._now(), self._terms.reassign_absent_after_working_hours
        if most is None or not gone_for_long(person, item.unit, item.role, staff, self._calendar(item.unit), most, now):
            return False
        if acting_officer(person, item.role, (item.unit,), staff, now) is not None:
            return False
        last = (await self._engine.reader.assignments([item.dossier])).get(item.dossier)
        if last is None or last.by.role is not Role.ASSIGNER:
            return False
        return not await self._loads.has_begun(item.dossier, person, last.at)

    def _calendar(self, unit: str) -> WorkingCalendar:
        return self._engine.province.calendar_of(unit, self._now().astimezone(VIETNAM).date())

    async def _assign(self, dossier: Dossier, rules: Rules, item: WorkItem) -> None:
        proposal = await self.proposal(dossier, rules, item)
        if proposal.person is None:
            log.warning("nobody_to_assign", dossier=dossier.code, unit=item.unit, role=str(item.role))
            return
        request = ActRequest(
            command_id=uuid5(ASSIGNMENTS, f"{dossier.code}/{dossier.version}"),
            actor=Actor(person=ASSIGNER, role=Role.ASSIGNER, unit=item.unit),
            command=Assign(person=proposal.person, instead_of=item.person),
            expected_version=dossier.version,
            note=_as_note(proposal.reasons),
        )
        try:
            await self._engine.act_as_machine(dossier.code, request)
        except EngineUnavailable as unavailable:
            # One dossier that does not answer, a stuck one, must not stop the assignment of all others.
            self.left[dossier.code] = None
            log.warning("assignment_left", dossier=dossier.code, code=unavailable.code)
        except DatabaseUnavailable as unavailable:
            raise NotNow(unavailable.code) from unavailable
        except DatabaseRefuses:
            raise
        except DomainError as refused:
            if refused.code == RecordRefusal.LEDGER_REFUSED:  # the dossier's own data are wrong: a person must look
                raise
            # Another person acted first. That act is an event too, so this dossier is handled again.
            log.info("assignment_overtaken", dossier=dossier.code, version=dossier.version, code=refused.code)


def processing_item(dossier: Dossier, rules: Rules) -> WorkItem | None:
    """The item that the engine may assign; None when there is none now.

    Only processing steps are assigned to one person. Approvals and signatures belong to a post: with one of its holders
    named, the dossier would wait for that person. A unit must acknowledge a handover first.
    """
    if dossier.routing.competent is None or dossier.handovers.open is not None:
        return None
    return next((item for item in work_of(dossier, rules) if item.act == WorkAct.COMPLETE_STEP), None)


def _as_note(reasons: Iterable[Reason]) -> str:
    """The reasons as one note. If it is too long, the first reasons are left out: the last ones explain the choice."""
    note = ""
    for one in reversed(tuple(reasons)):
        longer = f"{one.text.vi} {note}".strip()
        if len(longer) > LONGEST_NOTE:
            break
        note = longer
    return note
