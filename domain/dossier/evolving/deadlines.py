"""A dossier after a warning, an escalation, an extension or a correction."""

from __future__ import annotations

from typing import assert_never

from domain.changed import changed
from domain.deadlines import clock
from domain.dossier.commands import CorrectApplicant, CorrectDocuments, CorrectMatter, CorrectReceivedAt
from domain.dossier.events import DeadlineExtended, DeadlineWarned, DossierEscalated, EntryCorrected
from domain.dossier.evolving import escalations
from domain.dossier.evolving.changes import dated
from domain.dossier.state import Deadlines, Dossier, Identity


def warned(dossier: Dossier, event: DeadlineWarned) -> Dossier:
    """A rung before expiry has fired."""
    return escalations.fired(dossier, event)


def escalated(dossier: Dossier, event: DossierEscalated) -> Dossier:
    """A rung at or past expiry, or of a wait, has fired; another level may now be responsible."""
    after = escalations.fired(dossier, event)
    if event.responsible is None:
        return after
    return changed(after, routing=changed(after.routing, responsible=event.responsible))


def extended(dossier: Dossier, event: DeadlineExtended) -> Dossier:
    """There is a new date beside the printed one."""
    deadlines = changed(dated(dossier.deadlines, event.due), extended_until=event.until)
    timing = deadlines.timing
    if timing is not None:
        often = len(timing.extensions) + 1
        granted = event.granted_to
        timing = clock.extend(timing, event.until, event.at, event.legal_basis, at_most=often, granted_to=granted)
    return changed(dossier, deadlines=changed(deadlines, timing=timing))


def corrected(dossier: Dossier, event: EntryCorrected) -> Dossier:
    """The wrong entry is corrected, and the clocks are as they would have been."""
    correction = event.correction
    dossier = changed(dossier, deadlines=dated(dossier.deadlines, event.due))
    match correction:
        case CorrectReceivedAt():
            return changed(dossier, deadlines=_received(dossier.deadlines, correction, event))
        case CorrectMatter():
            return changed(dossier, intake=changed(dossier.intake, matter=correction.value))
        case CorrectApplicant():
            return _with_applicant(dossier, correction)
        case CorrectDocuments():
            return changed(dossier, intake=changed(dossier.intake, documents=correction.value))
        case _:
            assert_never(correction)


def _received(deadlines: Deadlines, correction: CorrectReceivedAt, event: EntryCorrected) -> Deadlines:
    if deadlines.timing is None:
        return deadlines
    binds = event.received_before is not None
    timing = clock.receipt_corrected(deadlines.timing, correction.value, event.at, event.legal_basis, binds=binds)
    return changed(deadlines, timing=timing)


def _with_applicant(dossier: Dossier, correction: CorrectApplicant) -> Dossier:
    """The population database is asked again, because its answer was about other particulars."""
    applicant = changed(dossier.applicant, commitment=correction.value)
    if applicant.identity is Identity.NOT_NEEDED:
        return changed(dossier, applicant=applicant)
    return changed(
        dossier,
        applicant=changed(applicant, identity=Identity.WANTED, identity_asked=applicant.identity_asked + 1),
    )
