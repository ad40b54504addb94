"""The rules under an open dossier change only by an explicit event: a merger of units, a letter on the calendar."""

from __future__ import annotations

from datetime import timedelta
from typing import assert_never

from domain.dossier.commands import ChangeCalendar, MoveToSuccessor, RulesCommand
from domain.dossier.context import Context, Rules
from domain.dossier.deciding.guards import require_role
from domain.dossier.events import AnyEvent, CalendarChanged, MovedToSuccessor, UnitMove
from domain.dossier.state import TERMINAL, Dossier
from domain.errors import RuleViolation
from domain.organisation.routing import Matter, Reason, Routing, route
from domain.organisation.units import Organisation, Unit
from domain.roles import Role

ONE_DAY = timedelta(days=1)


def decide(dossier: Dossier, command: RulesCommand, context: Context) -> list[AnyEvent]:
    """What follows from a change of rules; a dossier that it does not touch answers with nothing."""
    require_role(context, Role.OPERATOR, Role.SYSTEM)
    if dossier.state in TERMINAL:
        raise RuleViolation("rules_of_ended_dossier", dossier=dossier.code)
    match command:
        case MoveToSuccessor():
            return move_to_successor(dossier, command, context)
        case ChangeCalendar():
            return change_calendar(dossier, command, context)
        case _:
            assert_never(command)


def change_calendar(dossier: Dossier, command: ChangeCalendar, context: Context) -> list[AnyEvent]:
    """Both dates are computed anew; the promise on the receipt stays printed and, unless the letter says no, binds."""
    pins = context.pins(dossier)
    if command.calendar == pins.calendar:
        return []
    new = Rules.pinned(pins.model_copy(update={"calendar": command.calendar}), context.rulebook)
    return [
        CalendarChanged(
            at=context.now,
            calendar=command.calendar,
            letter=command.letter,
            keeps_promise=command.keeps_promise and dossier.timing is not None,
            before=context.rules(dossier).due(dossier.timing, context.now),
            due=new.due(dossier.timing, context.now),
            note=command.note,
        )
    ]


def move_to_successor(dossier: Dossier, command: MoveToSuccessor, context: Context) -> list[AnyEvent]:
    """Every unit of the dossier that has closed is followed to whoever took it over; an address decides a division."""
    pins = context.pins(dossier)
    if command.organisation == pins.organisation:
        return []
    new = Rules.pinned(pins.model_copy(update={"organisation": command.organisation}), context.rulebook)
    succession = _Succession(new.organisation, command)
    received = succession.heirs_of(dossier.received_by)
    if dossier.competent is None:
        competent, queue, reasons = None, succession.only(dossier.queue), tuple[Reason, ...]()
    else:
        competent, queue, reasons = _competent(dossier, new, succession)
    desk = competent if competent in {unit.code for unit in received} else received[0].code
    answers = competent or queue
    if dossier.responsible not in (dossier.competent, dossier.queue):
        answers = succession.only(dossier.responsible) or answers or desk
    return [
        MovedToSuccessor(
            at=context.now,
            organisation=command.organisation,
            source=command.source,
            moves=succession.moves(dossier, desk, competent or queue),
            received_by=desk,
            competent=competent,
            queue=queue,
            responsible=answers,
            signing_unit=succession.only(dossier.signing.unit) or competent or queue if dossier.signing.unit else None,
            reasons=reasons,
            note=command.note,
        )
    ]


class _Succession:
    """The units of the day before, followed into an organisation."""

    def __init__(self, organisation: Organisation, command: MoveToSuccessor) -> None:
        self._organisation = organisation
        self.effective = command.effective
        self.before = command.effective - ONE_DAY

    def old(self, code: str) -> Unit:
        """The unit that the code stood for on the day before. NotFound: unknown_unit."""
        found = self._organisation.find(code, self.before)
        return found or self._organisation.unit(code, self.effective)

    def heirs_of(self, code: str | None) -> tuple[Unit, ...]:
        """Who took it over; the unit itself when nothing changed."""
        return self._organisation.heirs(self.old(code), self.effective) if code else ()

    def only(self, code: str | None) -> str | None:
        """The one that took it over; None when it was divided."""
        heirs = self.heirs_of(code)
        return heirs[0].code if len(heirs) == 1 else None

    def moves(self, dossier: Dossier, desk: str, holder: str | None) -> tuple[UnitMove, ...]:
        """Each closed unit of the dossier and where what was its went; of a divided one, to who holds the dossier."""
        handed = dossier.open_handover.to_unit if dossier.open_handover else None
        asked = (opinion.unit for opinion in dossier.opinions if opinion.agrees is None)
        concerned = (dossier.received_by, dossier.competent, dossier.queue, dossier.responsible, handed, *asked)
        found: list[UnitMove] = []
        for code in dict.fromkeys(filter(None, concerned)):
            old = self.old(code)
            if not old.in_force(self.effective):
                divided_to = desk if code == dossier.received_by else holder or desk
                found.append(UnitMove(old=code, old_name=old.name, new=self.only(code) or divided_to))
        return tuple(found)


def _competent(
    dossier: Dossier, new: Rules, succession: _Succession
) -> tuple[str | None, str | None, tuple[Reason, ...]]:
    """The one successor; of a divided unit whoever the matter's address names, else the coordination queue."""
    sole = succession.only(dossier.competent)
    if sole is not None:
        return sole, None, ()
    routing = _routed_again(dossier, new, succession)
    return routing.competent, routing.queue, routing.reasons


def _routed_again(dossier: Dossier, new: Rules, succession: _Succession) -> Routing:
    matter = dossier.matter or Matter()
    day = succession.before
    if matter.territory is not None and matter.territory_as_of is None:
        matter = matter.model_copy(update={"territory_as_of": day})
    return route(new.procedure, matter, dossier.received_by or "", new.organisation, succession.effective, received_on=day)
