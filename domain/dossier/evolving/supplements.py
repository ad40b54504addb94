"""A dossier after a supplement was asked for, or brought."""

from __future__ import annotations

from domain.changed import changed
from domain.deadlines import clock
from domain.deadlines.clock import PauseGround
from domain.dossier.commands import SubmittedDocument
from domain.dossier.events import SupplementReceived, SupplementRequested
from domain.dossier.evolving.changes import dated, paused
from domain.dossier.state import Deadlines, Dossier, State, Supplement


def requested(dossier: Dossier, event: SupplementRequested) -> Dossier:
    """The clocks stand still until it is brought."""
    asked = Supplement(documents=event.documents, requested_at=event.at, asked_from=dossier.state)
    return changed(
        dossier,
        state=State.SUPPLEMENT_REQUESTED,
        moved_at=event.at,
        processing=changed(dossier.processing, supplements=(*dossier.processing.supplements, asked)),
        deadlines=paused(dossier.deadlines, PauseGround.SUPPLEMENT, event.at, event.legal_basis),
    )


def received(dossier: Dossier, event: SupplementReceived) -> Dossier:
    """Back to where it was asked for, with the new papers in the place of the old ones."""
    asked = dossier.processing.open_supplement
    brought = tuple(
        one if one.received_at else changed(one, received_at=event.at) for one in dossier.processing.supplements
    )
    return changed(
        dossier,
        state=asked.asked_from if asked else State.PROCESSING,
        moved_at=event.at,
        intake=changed(dossier.intake, documents=_with_documents(dossier.intake.documents, event.documents)),
        processing=changed(dossier.processing, supplements=brought),
        deadlines=dated(_resumed(dossier.deadlines, event), event.due),
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
    had: tuple[SubmittedDocument, ...], brought: tuple[SubmittedDocument, ...]
) -> tuple[SubmittedDocument, ...]:
    new = {document.code for document in brought}
    return (*(document for document in had if document.code not in new), *brought)
