"""The clocks, the ladder and the entries of a dossier after an event that warned, escalated, extended or corrected."""

from __future__ import annotations

from typing import assert_never

from domain.deadlines import clock
from domain.deadlines.clock import Timing
from domain.dossier.commands import CorrectApplicant, CorrectDocuments, CorrectMatter, CorrectReceivedAt
from domain.dossier.effect_id import EffectKind
from domain.dossier.events import (
    DeadlineEvent,
    DeadlineExtended,
    DeadlineWarned,
    DossierEscalated,
    EntryCorrected,
)
from domain.dossier.evolving.changes import Change, due_of, without_incidents
from domain.dossier.state import Dossier, Fired, Identity


def evolve(dossier: Dossier, event: DeadlineEvent) -> Change:
    """What an event about a deadline or a wrong entry sets."""
    match event:
        case DeadlineWarned():
            return {"fired": _fired(dossier, event)}
        case DossierEscalated():
            return {"fired": _fired(dossier, event), "responsible": event.responsible or dossier.responsible}
        case DeadlineExtended():
            return {"timing": _extended(dossier, event), "extended_until": event.until, **due_of(event.due)}
        case EntryCorrected():
            return {**_corrected(dossier, event), **due_of(event.due)}
        case _:
            assert_never(event)


def _fired(dossier: Dossier, event: DeadlineWarned | DossierEscalated) -> tuple[Fired, ...]:
    others = (one for one in dossier.fired if one.rung != event.rung)
    return (*others, Fired(rung=event.rung, at=event.at))


def _extended(dossier: Dossier, event: DeadlineExtended) -> Timing | None:
    if dossier.timing is None:
        return None
    often = len(dossier.timing.extensions) + 1
    granted = event.granted_to
    return clock.extend(dossier.timing, event.until, event.at, event.legal_basis, at_most=often, granted_to=granted)


def _corrected(dossier: Dossier, event: EntryCorrected) -> Change:
    correction = event.correction
    match correction:
        case CorrectReceivedAt():
            if dossier.timing is None:
                return {}
            binds = event.received_before is not None
            return {
                "timing": clock.receipt_corrected(
                    dossier.timing, correction.value, event.at, event.legal_basis, binds=binds
                )
            }
        case CorrectMatter():
            return {"matter": correction.value}
        case CorrectApplicant():
            return {"applicant": correction.value, **_identity_anew(dossier)}
        case CorrectDocuments():
            return {"documents": correction.value}
        case _:
            assert_never(correction)


def _identity_anew(dossier: Dossier) -> Change:
    """What the population database said of other particulars says nothing of these."""
    if dossier.identity is Identity.NOT_NEEDED:
        return {}
    asked = dossier.identity_asked + 1
    incidents = without_incidents(dossier, EffectKind.IDENTITY)
    return {"identity": Identity.WANTED, "identity_asked": asked, "incidents": incidents}
