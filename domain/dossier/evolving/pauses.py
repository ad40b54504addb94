"""A dossier after it was suspended, resumed, stopped or withdrawn."""

from __future__ import annotations

from typing import assert_never

from domain.deadlines import clock
from domain.deadlines.clock import PauseGround
from domain.dossier.effect_id import EffectKind
from domain.dossier.events import (
    DossierResumed,
    DossierStopped,
    DossierSuspended,
    DossierWithdrawn,
    PauseEvent,
)
from domain.dossier.evolving.changes import Change, due_of, paused, resumed, without_incidents
from domain.dossier.state import (
    Dossier,
    State,
)


def evolve(dossier: Dossier, event: PauseEvent) -> Change:
    """What an event about a pause or an end sets."""
    match event:
        case DossierSuspended():
            return {
                "state": State.SUSPENDED,
                "state_before_suspension": dossier.state,
                "timing": paused(dossier, PauseGround.SUSPENSION, event.at, event.legal_basis),
            }
        case DossierResumed():
            return {
                "state": dossier.state_before_suspension or State.PROCESSING,
                "state_before_suspension": None,
                "timing": resumed(dossier, PauseGround.SUSPENSION, event.at),
                **due_of(event.due),
            }
        case DossierStopped() | DossierWithdrawn():
            return _ended(dossier, event)
        case _:
            assert_never(event)


def _ended(dossier: Dossier, event: DossierStopped | DossierWithdrawn) -> Change:
    """A withdrawn dossier that the authority then stops has ended when it was withdrawn."""
    state = State.STOPPED if isinstance(event, DossierStopped) else State.WITHDRAWN
    if dossier.ended_at is not None:
        return {"state": state}
    return {
        "state": state,
        "ended_at": event.at,
        "timing": clock.end(dossier.timing, event.at) if dossier.timing else None,
        "step": None,
        "assignee": None,
        "incidents": without_incidents(
            dossier, EffectKind.IDENTITY, EffectKind.PAYMENT_ORDER, EffectKind.SIGN, EffectKind.SEAL
        ),
    }
