"""What the subjects share: the fields that an event sets, clocks paused and resumed, incidents made good."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from domain.deadlines import clock
from domain.deadlines.clock import PauseGround
from domain.dossier.effect_id import EffectKind, kind_of
from domain.dossier.events import Due
from domain.dossier.state import Dossier, Incident

Change = dict[str, Any]
"""The fields of a dossier that an event sets."""


def due_of(due: Due) -> Change:
    """Both dates as the event computed them."""
    return {"statutory_due": due.statutory, "promised_due": due.promised}


def paused(dossier: Dossier, ground: PauseGround, at: datetime, legal_basis: str) -> clock.Timing | None:
    """The clocks stand still; None before intake."""
    return clock.pause(dossier.timing, ground, at, legal_basis=legal_basis) if dossier.timing else None


def resumed(dossier: Dossier, ground: PauseGround, at: datetime) -> clock.Timing | None:
    """This ground of the pause is over; None before intake."""
    return clock.resume(dossier.timing, ground, at) if dossier.timing else None


def without_incidents(dossier: Dossier, *kinds: EffectKind) -> tuple[Incident, ...]:
    """Made good, or no longer wanted: all of these kinds."""
    return tuple(one for one in dossier.incidents if kind_of(one.effect) not in kinds)
