"""A dossier after it was submitted, accepted, refused, sent for supplement."""

from __future__ import annotations

from typing import assert_never

from domain.deadlines import clock
from domain.deadlines.clock import PauseGround
from domain.dossier.commands import (
    SubmittedDocument,
)
from domain.dossier.effect_id import EffectKind
from domain.dossier.events import (
    DossierAccepted,
    DossierRefused,
    DossierRouted,
    DossierSubmitted,
    IdentityConfirmed,
    IdentityVerified,
    IntakeEvent,
    SupplementEvent,
    SupplementReceived,
    SupplementRequested,
)
from domain.dossier.evolving import handovers
from domain.dossier.evolving.changes import Change, due_of, paused, without_incidents
from domain.dossier.state import (
    Dossier,
    Identity,
    State,
    Supplement,
)


def evolve(dossier: Dossier, event: IntakeEvent) -> Change:
    """What an event at intake sets."""
    match event:
        case DossierSubmitted():
            return _submitted(event)
        case DossierAccepted():
            return _accepted(event)
        case DossierRouted():
            return handovers.routed(dossier, event)
        case DossierRefused():
            return {"state": State.REFUSED, "ended_at": event.at, "incidents": ()}
        case IdentityVerified():
            found = Identity.MATCHES if event.matches else Identity.DIFFERS
            return {"identity": found, "incidents": without_incidents(dossier, EffectKind.IDENTITY)}
        case IdentityConfirmed():
            return {"identity": Identity.CONFIRMED}
        case _:
            assert_never(event)


def _submitted(event: DossierSubmitted) -> Change:
    copied = event.model_dump(include={"procedure", "case", "received_by", "assisted_by", "applicant", "submitted_by"})
    return {
        **copied,
        "state": State.SUBMITTED,
        "channel": event.channel,
        "pins": event.pins,
        "matter": event.matter,
        "documents": event.documents,
        "submitted_at": event.at,
        "responsible": event.received_by,
        "brought_over_from": event.brought_over.system if event.brought_over else None,
        "received_elsewhere_at": event.brought_over.received_at if event.brought_over else None,
    }


def _accepted(event: DossierAccepted) -> Change:
    timing = clock.start(
        received_at=event.received_at,
        statutory=event.statutory,
        own=event.own,
        green=event.green,
        counting=event.counting,
        excluded_share=event.excluded_share,
        step_shares=event.step_shares,
    )
    return {
        "state": State.ACCEPTED,
        "pins": event.pins,
        "accepted_at": event.at,
        "timing": timing,
        "step": event.first_step,
        "identity": Identity.WANTED if event.verify_identity else Identity.NOT_NEEDED,
        "identity_asked": 1 if event.verify_identity else 0,
        "fee": event.fee,
        "fee_open": event.fee_open,
        "printed_promise": event.due.promised or event.due.statutory,
        **due_of(event.due),
    }


def supplemented(dossier: Dossier, event: SupplementEvent) -> Change:
    """What an event about a supplement sets."""
    match event:
        case SupplementRequested():
            asked = Supplement(
                documents=event.documents, requested_at=event.at, asked_from=dossier.state or State.SUBMITTED
            )
            return {
                "state": State.SUPPLEMENT_REQUESTED,
                "supplements": (*dossier.supplements, asked),
                "timing": paused(dossier, PauseGround.SUPPLEMENT, event.at, event.legal_basis),
            }
        case SupplementReceived():
            return _supplement_received(dossier, event)
        case _:
            assert_never(event)


def _supplement_received(dossier: Dossier, event: SupplementReceived) -> Change:
    back_to = dossier.open_supplement.asked_from if dossier.open_supplement else State.PROCESSING
    timing = dossier.timing
    if timing is not None:
        timing = clock.resume(
            timing, PauseGround.SUPPLEMENT, event.at, restart=event.restarts_clock, granted_to=event.granted_to
        )
    return {
        "state": back_to,
        "supplements": tuple(
            one if one.received_at else one.model_copy(update={"received_at": event.at}) for one in dossier.supplements
        ),
        "documents": _with_documents(dossier.documents, event.documents),
        "timing": timing,
        **due_of(event.due),
    }


def _with_documents(
    had: tuple[SubmittedDocument, ...], brought: tuple[SubmittedDocument, ...]
) -> tuple[SubmittedDocument, ...]:
    new = {document.code for document in brought}
    return (*(document for document in had if document.code not in new), *brought)
