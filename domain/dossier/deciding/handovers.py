"""Handovers: sent, acknowledged or refused. If nobody answers in time, the level above is notified. Clocks run on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Literal

from domain.deadlines.calendar_end import within_calendar
from domain.dossier.commands import AcknowledgeHandover, HandOver, RefuseHandover
from domain.dossier.context import Context, Rules
from domain.dossier.deciding.guards import (
    UNDER_WAY,
    require_accepted,
    require_no_open_handover,
    require_not_signing,
    require_role,
    require_state,
    require_unit,
)
from domain.dossier.events import (
    AnyEvent,
    DossierRouted,
    HandoverAcknowledged,
    HandoverRefused,
    HandoverSent,
    WaitOverdue,
)
from domain.dossier.revision import Revision
from domain.dossier.state import OPEN, Dossier, Handover, State
from domain.errors import RuleViolation
from domain.messages.dossier import DossierRefusal
from domain.organisation.competence import coordinates
from domain.organisation.routing import handed_over_reason, to_coordination_reason
from domain.organisation.units import Unit
from domain.roles import MACHINES, Role

Wait = Literal["handover", "coordination"]
RECEIVERS = (Role.RECEPTION, Role.SPECIALIST, Role.HEAD_OF_UNIT, Role.COORDINATOR)
MOVABLE = tuple(state for state in State if state in OPEN and state is not State.SUBMITTED)


def hand_over(dossier: Dossier, command: HandOver, context: Context) -> list[AnyEvent]:
    """The head of the unit that has the dossier, or the coordinator of its queue, sends it to the right unit."""
    require_state(dossier, *MOVABLE)
    require_accepted(dossier, context)
    require_not_signing(dossier)
    require_role(context, Role.HEAD_OF_UNIT, Role.COORDINATOR)
    routing = dossier.routing
    sender = require_unit(context, routing.competent, routing.queue, routing.responsible)
    require_no_open_handover(dossier)
    receiver = context.rules(dossier).organisation.unit(command.unit, context.now.date())
    first_release = context.revision < Revision.SECOND
    own_units = (routing.competent,) if first_release else (routing.competent, routing.queue, sender)
    if command.unit in own_units:
        raise RuleViolation(DossierRefusal.HANDOVER_TO_ITSELF, dossier=dossier.code, unit=command.unit)
    _require_receiver(dossier, receiver, context)
    return [
        HandoverSent(
            at=context.now,
            from_unit=sender,
            to_unit=command.unit,
            legal_basis=command.legal_basis,
            note=command.note,
        )
    ]


def acknowledge(dossier: Dossier, command: AcknowledgeHandover, context: Context) -> list[AnyEvent]:
    """The receiver has the dossier. From now on it is the competent authority, if it was not before."""
    handover = _require_open(dossier)
    require_accepted(dossier, context)
    require_role(context, *RECEIVERS)
    require_unit(context, handover.to_unit)
    _require_stays_while_signed(dossier, context, moves=handover.to_unit != dossier.routing.competent)
    return acknowledged(dossier, handover, context, implied=False, note=command.note)


def refuse(dossier: Dossier, command: RefuseHandover, context: Context) -> list[AnyEvent]:
    """The receiver refuses. The sender keeps the dossier; if routing had sent it, the coordination queue gets it.

    A queue that had sent it gets its whole time again: what has passed says nothing about the next unit.
    """
    handover = _require_open(dossier)
    require_role(context, *RECEIVERS)
    unit = require_unit(context, handover.to_unit)
    _require_stays_while_signed(dossier, context, moves=dossier.routing.competent == unit)
    refused = HandoverRefused(
        at=context.now,
        unit=unit,
        legal_basis=command.legal_basis,
        back_in_queue=context.revision >= Revision.FIFTH and dossier.routing.waits_for_authority,
        note=command.note,
    )
    if dossier.routing.competent != unit:
        return [refused]
    centre = context.rules(dossier).organisation.province_centre(context.now.date(), near=unit)
    return [refused, _queued(centre, context)]


def implied(dossier: Dossier, context: Context) -> list[AnyEvent]:
    """The acknowledgement by a receiver who begins to work. `decide` says which acts do not count as such work."""
    handover = dossier.handovers.open
    works = context.actor.role not in (Role.APPLICANT, Role.OPERATOR, Role.SUPERVISOR, *MACHINES)
    if handover is None or not works or context.actor.unit != handover.to_unit or dossier.state not in MOVABLE:
        return []
    if context.revision >= Revision.SECOND and not can_be_taken_over(dossier, handover):
        return []
    return acknowledged(dossier, handover, context, implied=True)


def acknowledged(
    dossier: Dossier, handover: Handover, context: Context, *, implied: bool, note: str | None = None
) -> list[AnyEvent]:
    """The events of an acknowledgement."""
    acknowledgement = HandoverAcknowledged(
        at=context.now, unit=handover.to_unit, person=context.actor.person, implied=implied, note=note
    )
    if dossier.routing.competent == handover.to_unit:
        return [acknowledgement]
    rules = context.rules(dossier)
    sent_by = rules.organisation.find(handover.from_unit, handover.sent_at.date())
    sender = sent_by or rules.organisation.periods(handover.from_unit)[-1]
    receiver = rules.organisation.unit(handover.to_unit, context.now.date())
    _require_receiver(dossier, receiver, context)
    if _only_coordinates(receiver, rules, context):
        return [acknowledgement, _queued(receiver, context)]
    routed = DossierRouted(
        at=context.now,
        competent=receiver.code,
        queue=None,
        reasons=(handed_over_reason(sender, receiver),),
        crossing=dossier.routing.received_by != receiver.code,
    )
    return [acknowledgement, routed]


def moves(acknowledged: Iterable[AnyEvent]) -> bool:
    """True if these events make the receiver competent. Until then the dossier is the sender's."""
    return any(isinstance(event, DossierRouted) for event in acknowledged)


def can_be_taken_over(dossier: Dossier, handover: Handover) -> bool:
    """True after intake, unless the sender's result is being signed and the receiver would become competent."""
    moves = handover.to_unit != dossier.routing.competent
    return dossier.intake.accepted_at is not None and not (dossier.signing.under_way and moves)


def waits_ahead(dossier: Dossier, rules: Rules) -> Iterator[tuple[datetime, Wait]]:
    """The instant by which the receiver must answer, or by which the coordination queue must find the authority."""
    if dossier.state not in UNDER_WAY:
        return
    handover, routing = dossier.handovers.open, dossier.routing
    if handover is not None:
        if handover.overdue_at is None:
            since = max(handover.sent_at, dossier.moved_at)
            yield from _after(since, rules.escalation.handover_working_hours, "handover", rules)
    elif routing.waits_for_authority and not dossier.handovers.coordination_overdue_at:
        yield from _after(dossier.moved_at, rules.escalation.coordination_working_hours, "coordination", rules)


def waits_overdue(dossier: Dossier, rules: Rules, now: datetime) -> list[AnyEvent]:
    """Nobody answered in time: the unit that should have answered and the level above it are notified."""
    events: list[AnyEvent] = []
    for at, wait in waits_ahead(dossier, rules):
        handover = dossier.handovers.open
        unit = handover.to_unit if handover else dossier.routing.queue
        if at <= now and unit is not None:
            above = rules.above(unit, now.date())
            notified = tuple(dict.fromkeys(filter(None, (unit, above.code if above else None))))
            events.append(WaitOverdue(at=now, wait=wait, unit=unit, notified_units=notified))
    return events


def _require_receiver(dossier: Dossier, receiver: Unit, context: Context) -> None:
    """`unit_cannot_have_matter` unless the receiver could be competent or is a coordination centre."""
    rules = context.rules(dossier)
    could = rules.can_have(receiver, context.now.date()) or coordinates(receiver)
    if context.revision >= Revision.SECOND and not could:
        facts = {"unit": receiver.code, "name": receiver.name, "procedure": rules.procedure.code}
        raise RuleViolation(DossierRefusal.UNIT_CANNOT_HAVE_MATTER, dossier=dossier.code, **facts)


def _only_coordinates(receiver: Unit, rules: Rules, context: Context) -> bool:
    """True for a centre without a mandate for the matter: a dossier that is handed to it goes to its queue."""
    on = context.now.date()
    return context.revision >= Revision.SECOND and coordinates(receiver) and not rules.can_have(receiver, on)


def _require_stays_while_signed(dossier: Dossier, context: Context, *, moves: bool) -> None:
    """`signature_under_way`: the signing unit stays competent until the result is sealed or the signing has failed."""
    if context.revision >= Revision.SECOND and moves:
        require_not_signing(dossier)


def _queued(centre: Unit, context: Context) -> DossierRouted:
    reason = to_coordination_reason(centre)
    return DossierRouted(at=context.now, competent=None, queue=centre.code, reasons=(reason,), crossing=False)


def _after(since: datetime, working_hours: int, wait: Wait, rules: Rules) -> Iterator[tuple[datetime, Wait]]:
    """The instant at which this wait is overdue; nothing if it lies beyond the calendar's end."""
    at = within_calendar(lambda: rules.calendar.add_working_time(since, timedelta(hours=working_hours)))
    if at is not None:
        yield at, wait


def _require_open(dossier: Dossier) -> Handover:
    require_state(dossier, *MOVABLE)
    handover = dossier.handovers.open
    if handover is None:
        raise RuleViolation(DossierRefusal.NO_HANDOVER, dossier=dossier.code)
    return handover
