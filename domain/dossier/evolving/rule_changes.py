"""A dossier after its units merged, after a letter changed its calendar, or under other versions of its rules."""

from __future__ import annotations

from domain.changed import changed
from domain.dossier.events import CalendarChanged, MovedToSuccessor, RulesChanged
from domain.dossier.evolving.changes import dated
from domain.dossier.evolving.escalations import in_units_of_successor
from domain.dossier.state import Dossier, Handovers, Opinion, Result


def moved_to_successor(dossier: Dossier, event: MovedToSuccessor) -> Dossier:
    """Each closed unit of the dossier is replaced by its successor."""
    new = {move.old: move.new for move in event.moves}
    opinions = tuple(_opinion_of_successor(opinion, new) for opinion in dossier.processing.opinions)
    after = changed(
        dossier,
        pins=dossier.pins.with_organisation(event.organisation),
        routing=changed(
            dossier.routing,
            received_by=event.received_by,
            queue=event.queue,
            responsible=event.responsible,
            followed_on=event.effective or event.at.date(),
            moved_units=(*dossier.routing.moved_units, *event.moves),
        ),
        handovers=_handovers_to_successor(dossier.handovers, event, new),
        processing=changed(dossier.processing, opinions=opinions),
        result=_result_of_unit(dossier),
        escalations=tuple(in_units_of_successor(one, new) for one in dossier.escalations),
        signing=changed(
            dossier.signing,
            unit=event.signing_unit,
            asked_unit=None if dossier.signing.asked_unit in new else dossier.signing.asked_unit,
        ),
    )
    # The successor may have the same code, so it is enough that the code is among the moves.
    if dossier.routing.competent in new or event.competent != dossier.routing.competent:
        return _to_another_authority(after, event)
    return after


def _result_of_unit(dossier: Dossier) -> Result:
    """A result that a registry has still to enter keeps the unit that issued it: the call under way names that unit."""
    result = dossier.result
    if not result.to_be_registered or result.issued_by is not None:
        return result
    return changed(result, issued_by=dossier.routing.competent or dossier.routing.received_by)


def _to_another_authority(dossier: Dossier, event: MovedToSuccessor) -> Dossier:
    return changed(
        dossier,
        moved_at=event.at,
        routing=changed(dossier.routing, competent=event.competent),
        processing=changed(dossier.processing, assignee=None),
    )


def _opinion_of_successor(opinion: Opinion, new: dict[str, str]) -> Opinion:
    """An opinion that is not given yet is expected from the successor. One that was given keeps its unit."""
    if opinion.agrees is not None:
        return opinion
    return changed(opinion, unit=new.get(opinion.unit, opinion.unit))


def _handovers_to_successor(handovers: Handovers, event: MovedToSuccessor, new: dict[str, str]) -> Handovers:
    handover = handovers.open
    if handover is None:
        return handovers
    if event.handover_lapsed:
        handover = changed(handover, lapsed_at=event.at)
    else:
        handover = changed(handover, to_unit=new.get(handover.to_unit, handover.to_unit))
    return changed(handovers, sent=(*handovers.sent[:-1], handover))


def calendar_changed(dossier: Dossier, event: CalendarChanged) -> Dossier:
    """Both dates are those of the new calendar; the earlier ones may bind as well."""
    kept = (*dossier.deadlines.binding_calendars, dossier.pins.calendar) if event.keeps_promise else ()
    deadlines = changed(dated(dossier.deadlines, event.due), binding_calendars=tuple(dict.fromkeys(kept)))
    if dossier.judgement_open:
        late_statutory, late_promised = event.late_statutory_minutes, event.late_promised_minutes
        deadlines = changed(deadlines, late_statutory_minutes=late_statutory, late_promised_minutes=late_promised)
    return changed(dossier, pins=dossier.pins.with_calendar(event.calendar), deadlines=deadlines)


def rules_changed(dossier: Dossier, event: RulesChanged) -> Dossier:
    """The dossier goes on under the new versions. Its dates are computed from the limit that it was accepted under."""
    return changed(dossier, pins=dossier.pins.with_versions(event.procedure, event.escalation))
