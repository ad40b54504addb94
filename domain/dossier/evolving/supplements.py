"""A dossier after a supplement was requested or received."""

from __future__ import annotations

from domain.changed import changed
from domain.deadlines import clock
from domain.deadlines.clock import PauseGround
from domain.dossier.commands import SubmittedDocument
from domain.dossier.events import SupplementReceived, SupplementRequested
from domain.dossier.evolving import interconnected
from domain.dossier.evolving.changes import dated, paused
from domain.dossier.state import Deadlines, Dossier, State, Supplement


def requested(dossier: Dossier, event: SupplementRequested) -> Dossier:
    """The clocks stand still until the supplement is received."""
    asked = Supplement(documents=event.documents, requested_at=event.at, asked_from=dossier.state)
    return changed(
        dossier,
        state=State.SUPPLEMENT_REQUESTED,
        moved_at=event.at,
        processing=changed(dossier.processing, supplements=(*dossier.processing.supplements, asked)),
        deadlines=paused(dossier.deadlines, PauseGround.SUPPLEMENT, event.at, event.legal_basis),
    )


def received(dossier: Dossier, event: SupplementReceived) -> Dossier:
    """Back to the state before the request. New documents replace the old ones with the same code."""
    asked = dossier.processing.open_supplement
    supplements = tuple(
        supplement if supplement.received_at else changed(supplement, received_at=event.at)
        for supplement in dossier.processing.supplements
    )
    return changed(
        dossier,
        state=asked.asked_from if asked else State.PROCESSING,
        moved_at=event.at,
        intake=changed(dossier.intake, documents=_with_documents(dossier.intake.documents, event.documents)),
        processing=changed(dossier.processing, supplements=supplements),
        deadlines=dated(_resumed(dossier.deadlines, event), event.due),
        children=interconnected.supplied(dossier),
    )


def _resumed(deadlines: Deadlines, event: SupplementReceived) -> Deadlines:
    if deadlines.timing is None:
        return deadlines
    timing = clock.resume(
        deadlines.timing,
        PauseGround.SUPPLEMENT,
        event.at,
        restart=event.restarts_clock,
        granted_to=event.granted_to,
    )
    return changed(deadlines, timing=timing)


def _with_documents(
    before: tuple[SubmittedDocument, ...], brought: tuple[SubmittedDocument, ...]
) -> tuple[SubmittedDocument, ...]:
    new = {document.code for document in brought}
    return (*(document for document in before if document.code not in new), *brought)
