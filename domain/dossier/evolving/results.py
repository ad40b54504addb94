"""A dossier after something happened to its result."""

from __future__ import annotations

from domain.changed import changed
from domain.dossier.effect_id import EffectId, EffectKind
from domain.dossier.events import (
    DossierRated,
    DossierResolved,
    ResultNumbered,
    ResultRegistered,
    ResultReturned,
    ResultSealed,
    ResultSigned,
    SignatureRequested,
    SigningHandedOver,
)
from domain.dossier.evolving.changes import clocks_ended, closed, without_awaited
from domain.dossier.state import Dossier, Signing, SigningStatus, State


def signature_requested(dossier: Dossier, event: SignatureRequested) -> Dossier:
    """The official's key must sign."""
    signing = Signing(
        status=SigningStatus.REQUESTED,
        document=event.document,
        result_number=event.result_number,
        signer=event.signer,
        unit=event.unit,
        attempt=event.attempt,
    )
    return changed(dossier, signing=signing)


def signed(dossier: Dossier, event: ResultSigned) -> Dossier:
    """The official has signed, and only the seal is missing."""
    if event.attempt is not None:
        return without_awaited(dossier, EffectId(EffectKind.SIGN, event.attempt))
    return changed(dossier, signing=changed(dossier.signing, status=SigningStatus.SIGNED))


def numbered(dossier: Dossier, event: ResultNumbered) -> Dossier:
    """The result has the clerk's number."""
    return changed(dossier, result=changed(dossier.result, number=event.number))


def sealed(dossier: Dossier, event: ResultSealed) -> Dossier:
    """The result is signed and sealed."""
    if event.attempt is not None:
        return without_awaited(dossier, EffectId(EffectKind.SEAL, event.attempt))
    return changed(dossier, signing=changed(dossier.signing, status=SigningStatus.SEALED))


def signing_handed_over(dossier: Dossier, event: SigningHandedOver) -> Dossier:
    """An official of the next level must order the signature again."""
    signing = changed(dossier.signing, status=SigningStatus.HANDED_OVER, unit=event.to_unit, signer=None)
    asked = changed(signing, asked_signer=event.signer, asked_unit=event.from_unit if event.signer else None)
    return changed(dossier, signing=asked)


def resolved(dossier: Dossier, event: DossierResolved) -> Dossier:
    """There is a result, its lateness is judged, and the clocks have ended."""
    late_statutory, late_promised = event.late_statutory_minutes, event.late_promised_minutes
    return changed(
        dossier,
        state=State.RESOLVED,
        moved_at=event.at,
        ended_at=event.at,
        deadlines=changed(
            clocks_ended(dossier.deadlines, event.at),
            late_statutory_minutes=late_statutory,
            late_promised_minutes=late_promised,
        ),
        processing=changed(dossier.processing, step=None),
        result=changed(
            dossier.result,
            number=event.result_number,
            document=event.document,
            registry=event.registry,
            reference=None,
        ),
    )


def registered(dossier: Dossier, event: ResultRegistered) -> Dossier:
    """The registry has recorded the result."""
    return changed(dossier, result=changed(dossier.result, reference=event.reference))


def returned(dossier: Dossier, event: ResultReturned) -> Dossier:
    """The applicant has the result."""
    return closed(dossier, State.RETURNED, event.at)


def rated(dossier: Dossier, event: DossierRated) -> Dossier:
    """The applicant has rated the service."""
    return changed(dossier, result=changed(dossier.result, stars=event.stars))
