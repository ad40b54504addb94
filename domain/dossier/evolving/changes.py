"""What the subjects share: dates as the event computed them, clocks paused and resumed, incidents made good, an end."""

from __future__ import annotations

from datetime import datetime

from domain.changed import changed
from domain.deadlines import clock
from domain.deadlines.clock import PauseGround
from domain.dossier.effect_id import EffectKind
from domain.dossier.events import Due
from domain.dossier.state import Deadlines, Dossier, Incident, State

ENDS_WITH_THE_DOSSIER = (EffectKind.IDENTITY, EffectKind.PAYMENT_ORDER, EffectKind.SIGN, EffectKind.SEAL)
"""The kinds of effects that `react` asks of an open dossier only."""


def dated(deadlines: Deadlines, due: Due) -> Deadlines:
    """Both dates as the event computed them."""
    return changed(deadlines, statutory_due=due.statutory, promised_due=due.promised)


def paused(deadlines: Deadlines, ground: PauseGround, at: datetime, legal_basis: str) -> Deadlines:
    """The clocks stand still; before intake there are none."""
    if deadlines.timing is None:
        return deadlines
    return changed(deadlines, timing=clock.pause(deadlines.timing, ground, at, legal_basis=legal_basis))


def resumed(deadlines: Deadlines, ground: PauseGround, at: datetime) -> Deadlines:
    """This ground of the pause is over; before intake there are no clocks."""
    if deadlines.timing is None:
        return deadlines
    return changed(deadlines, timing=clock.resume(deadlines.timing, ground, at))


def clocks_ended(deadlines: Deadlines, at: datetime) -> Deadlines:
    """The clocks end; before intake there are none."""
    return deadlines if deadlines.timing is None else changed(deadlines, timing=clock.end(deadlines.timing, at))


def without_incidents(dossier: Dossier, *kinds: EffectKind) -> tuple[Incident, ...]:
    """Made good, or no longer wanted: all of these kinds."""
    return tuple(one for one in dossier.incidents if one.kind not in kinds)


def without_incident(dossier: Dossier, effect: str) -> tuple[Incident, ...]:
    """Made good: the one of this effect."""
    return tuple(one for one in dossier.incidents if one.effect != effect)


def closed(dossier: Dossier, state: State, at: datetime) -> Dossier:
    """In a state after which nothing follows. A call that nobody wants any more is no incident; money and registration
    go on."""
    incidents = without_incidents(dossier, *ENDS_WITH_THE_DOSSIER)
    return changed(dossier, state=state, moved_at=at, incidents=incidents)
