"""Where a dossier is after a handover, a merger of its units, or a new calendar."""

from __future__ import annotations

from typing import assert_never

from domain.dossier.events import (
    CalendarChanged,
    DossierRouted,
    HandoverAcknowledged,
    HandoverEvent,
    HandoverRefused,
    HandoverSent,
    MovedToSuccessor,
    RulesEvent,
    WaitOverdue,
)
from domain.dossier.evolving.changes import Change, due_of
from domain.dossier.state import Dossier, Handover, Opinion


def routed(dossier: Dossier, event: DossierRouted) -> Change:
    """A desk that received for another unit has handed it over, and that unit has to acknowledge."""
    change: Change = {
        "competent": event.competent,
        "responsible": event.competent or event.queue,
        "queue": event.queue,
        "routed_on": event.at.date(),
        "crossing": event.crossing,
        "coordination_overdue_at": None,
        "assignee": None,
    }
    first = not dossier.handovers and event.competent not in (None, dossier.received_by)
    if first and dossier.received_by is not None and event.competent is not None:
        sent = Handover(from_unit=dossier.received_by, to_unit=event.competent, sent_at=event.at)
        change["handovers"] = (sent,)
    return change


def evolve(dossier: Dossier, event: HandoverEvent | RulesEvent) -> Change:
    """What an event about a handover or a change of rules sets."""
    match event:
        case HandoverSent():
            sent = Handover(from_unit=event.from_unit, to_unit=event.to_unit, sent_at=event.at)
            return {"handovers": (*dossier.handovers, sent)}
        case HandoverAcknowledged():
            return _answered(dossier, {"acknowledged_at": event.at})
        case HandoverRefused():
            return _answered(dossier, {"refused_at": event.at})
        case WaitOverdue():
            if event.wait == "coordination":
                return {"coordination_overdue_at": event.at}
            return _answered(dossier, {"overdue_at": event.at})
        case MovedToSuccessor():
            return _moved(dossier, event)
        case CalendarChanged():
            return _calendar(dossier, event)
        case _:
            assert_never(event)


def _answered(dossier: Dossier, answer: Change) -> Change:
    if not dossier.handovers:
        return {}
    return {"handovers": (*dossier.handovers[:-1], dossier.handovers[-1].model_copy(update=answer))}


def _moved(dossier: Dossier, event: MovedToSuccessor) -> Change:
    new = {move.old: move.new for move in event.moves}
    pins = dossier.pins.model_copy(update={"organisation": event.organisation}) if dossier.pins else None
    change: Change = {
        "pins": pins,
        "received_by": event.received_by,
        "followed_on": event.effective or event.at.date(),
        "responsible": event.responsible,
        "signing": dossier.signing.model_copy(update={"unit": event.signing_unit}),
        "opinions": tuple(_asked_of(one, new) for one in dossier.opinions),
        "handovers": _handed_to(dossier, event, new),
        "moved_units": (*dossier.moved_units, *event.moves),
    }
    # The same code may be another unit: that it stands among the moves is what counts.
    if dossier.competent in new or event.competent != dossier.competent:
        change |= {"competent": event.competent, "assignee": None}
    return {**change, "queue": event.queue}


def _asked_of(opinion: Opinion, new: dict[str, str]) -> Opinion:
    """An opinion that is still awaited is awaited from the successor; one that was given keeps its unit."""
    if opinion.agrees is not None:
        return opinion
    return opinion.model_copy(update={"unit": new.get(opinion.unit, opinion.unit)})


def _handed_to(dossier: Dossier, event: MovedToSuccessor, new: dict[str, str]) -> tuple[Handover, ...]:
    handover = dossier.open_handover
    if handover is None:
        return dossier.handovers
    update: Change = {"to_unit": new.get(handover.to_unit, handover.to_unit)}
    if event.handover_lapsed:
        update = {"lapsed_at": event.at}
    return (*dossier.handovers[:-1], handover.model_copy(update=update))


def _calendar(dossier: Dossier, event: CalendarChanged) -> Change:
    if dossier.pins is None:
        return {}
    binding = (*dossier.binding_calendars, dossier.pins.calendar) if event.keeps_promise else ()
    pins = dossier.pins.model_copy(update={"calendar": event.calendar})
    change = {"pins": pins, "binding_calendars": tuple(dict.fromkeys(binding)), **due_of(event.due)}
    if dossier.judgement_open:
        change |= event.model_dump(include={"late_statutory_minutes", "late_promised_minutes"})
    return change
