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

from activities.ledger.pool import DatabaseRefuses, DatabaseUnavailable
from activities.ledger.reading import dossier_in
from activities.relays.relay import NotNow
from domain.dossier.commands import Assign
from domain.dossier.context import Rules
from domain.dossier.state import Dossier
from domain.dossier.view import WorkAct, WorkItem
from domain.dossier.work import work_of
from domain.errors import DomainError, NotFound
from domain.messages.record import RecordRefusal
from domain.organisation.routing import Reason
from domain.organisation.staff import Staff
from domain.organisation.suggestions import Proposal, propose
from domain.record.sealing import RecordedEvent
from domain.roles import Actor, Role
from domain.rules.rulebook import Rulebook
from domain.values import VIETNAM
from gateway.client.engine import Engine, EngineUnavailable
from gateway.client.requests import ActRequest
from gateway.client.suggesting import Suggesting

ASSIGNER = "phan-cong-tu-dong"
ASSIGNMENTS = UUID("7a4f2a0e-6c1d-5d0b-9f53-51b0d1c4f0a7")
LONGEST_NOTE = 4_000
"""The most characters of a note."""

log = structlog.get_logger(__name__)


def _now() -> datetime:
    return datetime.now(VIETNAM)


class Assigner:
    """Handles the events of the relay `assigner`.

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
        self._suggesting = Suggesting(engine.pool, engine.province, staff)
        # The dossiers of a unit are assigned one after the other, so each choice sees the load of the one before.
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def hand(self, events: list[RecordedEvent]) -> None:
        """Assigns the dossier to an officer, if it now waits for that. A repetition changes nothing.

        Raises NotNow while the engine does not answer or the dossier's rules are not loaded yet.
        """
        code = events[-1].dossier
        row = await self._engine.reader.dossier(code)
        dossier = None if row is None else dossier_in(row)
        if dossier is None:
            return
        try:
            rules = Rules.pinned(dossier.pins, self._rules())
        except NotFound as missing:
            raise NotNow(missing.code) from missing
        item = awaiting_an_officer(dossier, rules)
        if item is not None:
            async with self._locks[item.unit]:
                await self._assign(dossier, item, await self.proposal(dossier, rules, item))

    async def proposal(self, dossier: Dossier, rules: Rules, item: WorkItem) -> Proposal:
        """The officer who should get the item now, and the reasons."""
        work = await self._suggesting.work(dossier, rules, item)
        return propose(work, await self._suggesting.basis(item.unit, item.role, self._now()))

    async def _assign(self, dossier: Dossier, item: WorkItem, proposal: Proposal) -> None:
        if proposal.person is None:
            log.warning("nobody_to_assign", dossier=dossier.code, unit=item.unit, role=str(item.role))
            return
        request = ActRequest(
            command_id=uuid5(ASSIGNMENTS, f"{dossier.code}/{dossier.version}"),
            actor=Actor(person=ASSIGNER, role=Role.ASSIGNER, unit=item.unit),
            command=Assign(person=proposal.person),
            expected_version=dossier.version,
            note=_as_note(proposal.reasons),
        )
        try:
            await self._engine.act_as_machine(dossier.code, request)
        except (EngineUnavailable, DatabaseUnavailable) as unavailable:
            raise NotNow(unavailable.code) from unavailable
        except DatabaseRefuses:
            raise
        except DomainError as refused:
            if refused.code == RecordRefusal.LEDGER_REFUSED:  # the dossier's own data are wrong: a person must look
                raise
            # Another person acted first. That act is an event too, so this dossier is handled again.
            log.info("assignment_overtaken", dossier=dossier.code, version=dossier.version, code=refused.code)


def awaiting_an_officer(dossier: Dossier, rules: Rules) -> WorkItem | None:
    """The item that waits for an officer; None when the engine must not assign anybody.

    Only processing steps are assigned to one person. Approvals and signatures belong to a post: with one of its holders
    named, the dossier would wait for that person. A unit must acknowledge a handover first.
    """
    if dossier.routing.competent is None or dossier.handovers.open is not None:
        return None
    items = (item for item in work_of(dossier, rules) if item.act == WorkAct.COMPLETE_STEP)
    return next((item for item in items if item.person is None), None)


def _as_note(reasons: Iterable[Reason]) -> str:
    """The reasons as one note. If it is too long, the first reasons are left out: the last ones explain the choice."""
    note = ""
    for reason in reversed(tuple(reasons)):
        longer = f"{reason.text.vi} {note}".strip()
        if len(longer) > LONGEST_NOTE:
            break
        note = longer
    return note
