"""A dossier after a rung fired, and after what follows from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from domain.changed import changed
from domain.dossier.events import (
    ClimbCause,
    DeadlineWarned,
    DossierEscalated,
    EscalationAcknowledged,
    EscalationClimbed,
    EscalationEnded,
    EscalationExplained,
    ResponsibilityHandedBack,
)
from domain.dossier.occasions import Occasion, OccasionKind, clock_occasion, stored_occasion
from domain.dossier.state import DoneEscalation, Dossier, Escalation, EscalationOutcome, Fired
from domain.rules.audience import Addressee


def fired(dossier: Dossier, event: DeadlineWarned | DossierEscalated) -> Dossier:
    """The rung has fired for its occasion; somebody may have to answer."""
    deadlines = dossier.deadlines
    occasion = event.occasion
    if not occasion and event.clock is not None and deadlines.timing is not None:
        occasion = clock_occasion(deadlines.timing, event.clock)  # of a release that did not record it
    occasion = stored_occasion(occasion)
    others = (one for one in deadlines.fired if (one.rung, one.occasion) != (event.rung, occasion))
    now_fired = Fired(rung=event.rung, at=event.at, occasion=occasion)
    after = changed(dossier, deadlines=changed(deadlines, fired=(*others, now_fired)))
    return _opened(after, _escalation(dossier, event)) if event.number else after


def _escalation(dossier: Dossier, event: DeadlineWarned | DossierEscalated) -> Escalation:
    return Escalation(
        number=event.number,
        rung=event.rung,
        occasion=event.occasion,
        since=event.at,
        unit=event.unit or dossier.routing.responsible or dossier.routing.received_by,
        competent=dossier.routing.competent,
        addressees=event.addressees,
        answer_within_working_hours=event.answer_within_working_hours,
        answer_by=event.answer_by,
        explains=event.explains,
        explain_by=event.explain_by,
    )


def acknowledged(dossier: Dossier, event: EscalationAcknowledged) -> Dossier:
    """Somebody has answered, and the escalation does not climb any more."""
    return _with(
        dossier, event.escalation, lambda one: changed(one, answered_at=event.at, answer_by=None, at_top_since=None)
    )


def explained(dossier: Dossier, event: EscalationExplained) -> Dossier:
    """The unit has explained why."""
    return _with(dossier, event.escalation, lambda one: changed(one, explained_at=event.at))


def climbed(dossier: Dossier, event: EscalationClimbed) -> Dossier:
    """Another unit was told. It must answer, unless only the explanation was missing."""
    if event.because is ClimbCause.UNEXPLAINED:
        return _with(dossier, event.escalation, lambda one: changed(one, unexplained_since=event.at))
    return _with(
        dossier,
        event.escalation,
        lambda one: changed(
            one,
            unit=event.unit,
            addressees=event.addressees,
            level=one.level + 1,
            answer_by=event.answer_by,
            at_top_since=event.at if event.at_top else None,
            handed_back_by=None,
        ),
    )


def ended(dossier: Dossier, event: EscalationEnded) -> Dossier:
    """Its cause is gone."""
    return _done(dossier, event.escalation, EscalationOutcome.ENDED)


def handed_back(dossier: Dossier, event: ResponsibilityHandedBack) -> Dossier:
    """The competent authority must finish the dossier again."""
    after = changed(dossier, routing=changed(dossier.routing, responsible=event.to_unit))
    escalation = Escalation(
        number=event.escalation,
        rung=None,
        occasion=Occasion(OccasionKind.HANDED_BACK, event.escalation).text,
        since=event.at,
        unit=event.to_unit,
        competent=dossier.routing.competent,
        answer_by=event.finish_by,
        handed_back_by=event.from_unit,
    )
    return _opened(after, escalation)


def in_units_of_successor(escalation: Escalation, new: Mapping[str, str]) -> Escalation:
    """The escalation after a merger: the successor answers and explains."""

    def today(unit: str | None) -> str | None:
        return None if unit is None else new.get(unit, unit)

    return changed(
        escalation,
        unit=new.get(escalation.unit, escalation.unit),
        competent=today(escalation.competent),
        explains=today(escalation.explains),
        handed_back_by=today(escalation.handed_back_by),
        addressees=tuple(_moved(one, new) for one in escalation.addressees),
    )


def _moved(one: Addressee, new: Mapping[str, str]) -> Addressee:
    return one.model_copy(update={"unit": new.get(one.unit, one.unit)})


def _opened(dossier: Dossier, escalation: Escalation) -> Dossier:
    return changed(dossier, escalations=(*dossier.escalations, escalation))


def _with(dossier: Dossier, number: int, change: Callable[[Escalation], Escalation]) -> Dossier:
    """The dossier with one escalation changed, which is done if nothing more is wanted."""
    changed_ones = tuple(change(one) if one.number == number else one for one in dossier.escalations)
    after = changed(dossier, escalations=changed_ones)
    one = after.escalation(number)
    return _done(after, number, EscalationOutcome.SETTLED) if one is not None and one.settled else after


def _done(dossier: Dossier, number: int, outcome: EscalationOutcome) -> Dossier:
    if dossier.escalation(number) is None:
        return dossier
    left = tuple(one for one in dossier.escalations if one.number != number)
    done = (*dossier.done_escalations, DoneEscalation(number=number, outcome=outcome))
    return changed(dossier, escalations=left, done_escalations=done)
