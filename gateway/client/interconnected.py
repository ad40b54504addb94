"""Links the dossiers of interconnected procedures: it carries what one has recorded to the other.

It reads the events like a relay. What it does depends on the present state of the whole and of its children, not on the
event that it read. So an event that is read twice, or whose act was lost, changes nothing and loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid5

import structlog

from activities.ledger.pool import DatabaseRefuses, DatabaseUnavailable
from activities.ledger.reading import dossier_in
from activities.relays.one_at_a_time import NotNow
from domain.dossier.commands import Handback
from domain.dossier.context import Context, Rules
from domain.dossier.decide import Act
from domain.dossier.deciding.interconnected import settled
from domain.dossier.events import ResultReturned
from domain.dossier.group_acts import (
    GroupAct,
    OpensChild,
    command_for,
    correction_of,
    differs,
    opening,
    report_of,
    wanted_of_children,
)
from domain.dossier.group_commands import UNDER_WAY, ReportChild
from domain.dossier.state import Dossier
from domain.errors import DomainError, NotFound
from domain.messages.record import RecordRefusal
from domain.record.sealing import RecordedEvent
from domain.roles import LINK
from domain.rules.rulebook import Rulebook
from domain.values import VIETNAM
from gateway.client.engine import Engine, EngineUnavailable

LINKS = UUID("1f0c7a52-9d0e-5f7b-8a53-6f2a3c1d4e90")

log = structlog.get_logger(__name__)


def _now() -> datetime:
    return datetime.now(VIETNAM)


class Linker:
    """Handles the events of the relay `link`. `rules` is called for every dossier, because rules change meanwhile."""

    def __init__(self, engine: Engine, rules: Callable[[], Rulebook], now: Callable[[], datetime] = _now) -> None:
        self._engine = engine
        self._rules = rules
        self._now = now

    async def hand(self, events: list[RecordedEvent]) -> None:
        """Brings the whole and its children into agreement, if the dossier belongs to an interconnected one.

        Raises NotNow while the engine does not answer or the dossier's rules are not loaded yet.
        """
        dossier = await self._dossier(events[-1].dossier)
        if dossier is None:
            return
        try:
            if dossier.intake.parent is not None:
                await self._tell(dossier.intake.parent.dossier, dossier)
            elif dossier.children:
                await self._conclude(dossier)
                await self._carry_out(dossier)
        except (EngineUnavailable, DatabaseUnavailable) as unavailable:
            raise NotNow(unavailable.code) from unavailable

    async def _dossier(self, code: str) -> Dossier | None:
        row = await self._engine.reader.dossier(code)
        return None if row is None else dossier_in(row)

    async def _tell(self, code: str, child: Dossier) -> None:
        """Reports the child to the whole. What the whole wanted of it and was refused is tried again."""
        whole = await self._dossier(code)
        reported = report_of(child)
        if whole is None or reported is None:
            return
        known = next((one for one in whole.children if one.child == reported.child), None)
        if known is not None and differs(known, child):
            await self._report(whole, reported)
        else:
            await self._carry_out(whole)

    async def _conclude(self, whole: Dossier) -> None:
        """Whatever follows for the whole, but had to wait, for example for its fee."""
        context = Context(now=self._now(), actor=LINK, rulebook=self._rules())
        with_dossier = next((one.dossier for one in whole.children if one.dossier), None)
        self._rules_of(whole)
        if with_dossier is None or not settled(whole, context):
            return
        child = await self._dossier(with_dossier)
        reported = None if child is None else report_of(child)
        if reported is not None:
            await self._report(whole, reported)

    async def _report(self, whole: Dossier, reported: ReportChild) -> None:
        name = f"report/{reported.child}/{reported.seen}"
        await self._send(whole.code, Act(command_id=_id(whole, name), actor=LINK, command=reported))

    async def _carry_out(self, whole: Dossier) -> None:
        rules = self._rules_of(whole)
        for act in wanted_of_children(whole, rules.procedure.children):
            await self._do(whole, act, rules)
        await self._correct(whole)

    async def _correct(self, whole: Dossier) -> None:
        """What was corrected in the whole reaches the children that are under way; the others are opened with it."""
        codes = [one.dossier for one in whole.children if one.dossier is not None and one.status in UNDER_WAY]
        for row in await self._engine.reader.whole(codes) if codes else []:
            command = correction_of(whole, dossier_in(row))
            if command is not None:
                command_id = _id(whole, f"{command.kind}/{row.code}")
                await self._send(row.code, Act(command_id=command_id, actor=LINK, command=command))

    async def _do(self, whole: Dossier, act: GroupAct, rules: Rules) -> None:
        if isinstance(act, OpensChild):
            await self._open(whole, act.child, rules)
            return
        command = command_for(act, whole, await self._handed_back_by(whole))
        command_id = _id(whole, f"{command.kind}/{act.child}")
        await self._send(act.dossier, Act(command_id=command_id, actor=LINK, command=command))

    async def _open(self, whole: Dossier, child: str, rules: Rules) -> None:
        try:
            await self._engine.open_child(opening(whole, child, rules))
        except (EngineUnavailable, DatabaseUnavailable, DatabaseRefuses):
            raise
        except DomainError as refused:
            _require_passing(refused)
            log.warning("child_not_opened", dossier=whole.code, child=child, code=refused.code)

    async def _handed_back_by(self, whole: Dossier) -> Handback:
        """How the results were handed back; before that it says nothing."""
        events = (one.event for one in await self._engine.history(whole.code))
        return next((one.by for one in events if isinstance(one, ResultReturned)), Handback.COUNTER)

    async def _send(self, code: str, act: Act) -> None:
        """A refusal is no failure: the dossier moves on by itself, for example when it is signed, and is read again."""
        try:
            await self._engine.send(code, act)
        except (EngineUnavailable, DatabaseUnavailable, DatabaseRefuses):
            raise
        except DomainError as refused:
            _require_passing(refused)
            log.info("link_refused", dossier=code, command=act.command.kind, code=refused.code)

    def _rules_of(self, dossier: Dossier) -> Rules:
        try:
            return Rules.pinned(dossier.pins, self._rules())
        except NotFound as missing:
            raise NotNow(missing.code) from missing


def _require_passing(refused: DomainError) -> None:
    """Raises a refusal that no later event changes: the dossier's own data are wrong, and a person must look."""
    if refused.code == RecordRefusal.LEDGER_REFUSED:
        raise refused


def _id(whole: Dossier, name: str) -> UUID:
    """The same for the same state of the whole, so an act that is sent twice acts once."""
    return uuid5(LINKS, f"{whole.code}/{whole.version}/{name}")
