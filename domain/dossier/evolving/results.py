"""A dossier after something happened to its result."""

from __future__ import annotations

from typing import assert_never

from domain.deadlines import clock
from domain.dossier.effect_id import EffectKind
from domain.dossier.events import (
    DossierRated,
    DossierResolved,
    ResultEvent,
    ResultNumbered,
    ResultRegistered,
    ResultReturned,
    ResultSealed,
    ResultSigned,
    SignatureRequested,
    SigningHandedOver,
)
from domain.dossier.evolving.changes import Change, without_incidents
from domain.dossier.state import (
    Dossier,
    Registration,
    SigningStatus,
    State,
)


def evolve(dossier: Dossier, event: ResultEvent) -> Change:
    """What an event about the result sets."""
    signing = dossier.signing
    match event:
        case SignatureRequested():
            asked = event.model_dump(include={"document", "result_number", "signer", "unit", "attempt"})
            return {"signing": signing.model_copy(update={**asked, "status": SigningStatus.REQUESTED})}
        case ResultSigned():
            done = without_incidents(dossier, EffectKind.SIGN)
            return {"signing": signing.model_copy(update={"status": SigningStatus.SIGNED}), "incidents": done}
        case ResultNumbered():
            return {"result_number": event.number}
        case ResultSealed():
            done = without_incidents(dossier, EffectKind.SEAL)
            return {"signing": signing.model_copy(update={"status": SigningStatus.SEALED}), "incidents": done}
        case SigningHandedOver():
            update = {"status": SigningStatus.HANDED_OVER, "unit": event.to_unit, "signer": None}
            return {"signing": signing.model_copy(update=update)}
        case DossierResolved():
            return _resolved(dossier, event)
        case ResultRegistered():
            known = dossier.registration.model_copy(update={"reference": event.reference})
            return {"registration": known, "incidents": without_incidents(dossier, EffectKind.REGISTER)}
        case ResultReturned():
            return {"state": State.RETURNED}
        case DossierRated():
            return {"stars": event.stars}
        case _:
            assert_never(event)


def _resolved(dossier: Dossier, event: DossierResolved) -> Change:
    return {
        "state": State.RESOLVED,
        "ended_at": event.at,
        "timing": clock.end(dossier.timing, event.at) if dossier.timing else None,
        "step": None,
        "result_number": event.result_number,
        "registration": Registration(wanted=event.registry, document=event.document),
        "late_statutory_minutes": event.late_statutory_minutes,
        "late_promised_minutes": event.late_promised_minutes,
    }
