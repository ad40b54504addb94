"""Gives dossiers that came to a unit to its officers, by field and load, where the province has it done by itself.

It follows the record like any relay. What it decides is decided from the staff and the load of the moment, and becomes
an ordinary command under a role of its own: the dossier records who was named, and the note says why.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
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
from domain.dossier.view import WorkItem
from domain.dossier.work import work_of
from domain.errors import DomainError, NotFound
from domain.organisation.assignment import Proposal, propose
from domain.organisation.routing import Reason
from domain.organisation.staff import Staff
from domain.record.sealing import RecordedEvent
from domain.roles import Actor, Role
from domain.rules.rulebook import Rulebook
from domain.values import VIETNAM
from gateway.client.engine import Engine, EngineUnavailable
from gateway.client.requests import ActRequest

ASSIGNER = "phan-cong-tu-dong"
ASSIGNMENTS = UUID("7a4f2a0e-6c1d-5d0b-9f53-51b0d1c4f0a7")
LONGEST_NOTE = 4_000
"""Characters; what a note may hold."""

log = structlog.get_logger(__name__)


def _now() -> datetime:
    return datetime.now(VIETNAM)


class Assigner:
    """The hand of the relay `assigner`.

    `staff` and `rules` are asked anew for every dossier: people come and go while this runs.
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
        # One dossier of a unit after the other: each choice must see the load that the one before has made.
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def hand(self, events: list[RecordedEvent]) -> None:
        """Names somebody for the dossier as it stands now, if it waits for that; events told twice change nothing.

        Raises NotNow while the engine does not answer, or the dossier's rules are not loaded yet.
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
            async with self._turns[item.unit]:
                await self._name_somebody(dossier, item, await self.proposal(item, rules.procedure.field))

    async def proposal(self, item: WorkItem, field: str) -> Proposal:
        """Who should have it now, and why."""
        loads: Counter[str] = Counter()
        for (person, _), items in (await self._engine.reader.assignees(item.unit)).items():
            loads[person] += items
        return propose(item.role, field, item.unit, self._staff(), loads, self._now())

    async def _name_somebody(self, dossier: Dossier, item: WorkItem, proposal: Proposal) -> None:
        if proposal.person is None:
            log.warning("nobody_to_assign", dossier=dossier.code, unit=item.unit, role=str(item.role))
            return
        request = ActRequest(
            command_id=uuid5(ASSIGNMENTS, f"{dossier.code}/{dossier.version}"),
            actor=Actor(person=ASSIGNER, role=Role.ASSIGNER, unit=item.unit),
            command=Assign(person=proposal.person),
            expected_version=dossier.version,
            note=_told(proposal.reasons),
        )
        try:
            await self._engine.act_as_machine(dossier.code, request)
        except (EngineUnavailable, DatabaseUnavailable) as unavailable:
            raise NotNow(unavailable.code) from unavailable
        except DatabaseRefuses:
            raise
        except DomainError as refused:
            if refused.code == "ledger_refused":  # by the dossier's own entry: for a person's list
                raise
            # Somebody acted first. Whatever they did is an event too, and brings the dossier here again.
            log.info("assignment_overtaken", dossier=dossier.code, version=dossier.version, code=refused.code)


def awaiting_an_officer(dossier: Dossier, rules: Rules) -> WorkItem | None:
    """The step that waits for an officer to be named; None where nobody is to be named by the engine.

    Only what is worked on is given to one person. An approval or a signature belongs to an office: naming one of its
    holders would make the dossier wait for that one. And a unit first says that it has the dossier.
    """
    if dossier.routing.competent is None or dossier.handovers.open is not None:
        return None
    items = (item for item in work_of(dossier, rules) if item.act == "complete_step")
    return next((item for item in items if item.person is None), None)


def _told(reasons: Iterable[Reason]) -> str:
    """The reasons as one note, the last ones (the choice itself) first to be kept."""
    told = ""
    for reason in reversed(tuple(reasons)):
        longer = f"{reason.text.vi} {told}".strip()
        if len(longer) > LONGEST_NOTE:
            break
        told = longer
    return told
