"""Changes that several subjects share: dates, pauses of the clocks, incidents that are over, the end of a dossier."""

from __future__ import annotations

from datetime import datetime

from domain.changed import changed
from domain.deadlines import clock
from domain.deadlines.clock import PauseGround
from domain.dossier.effect_id import EffectKind
from domain.dossier.events import Due
from domain.dossier.state import Deadlines, Dossier, Incident, State

ENDS_WITH_THE_DOSSIER = (
    EffectKind.IDENTITY,
    EffectKind.PAYMENT_ORDER,
    EffectKind.SIGN,
    EffectKind.SEAL,
    EffectKind.POST_ORDER,
    EffectKind.POST_QUERY,
)
"""The kinds of effects that only an open dossier needs."""


def dated(deadlines: Deadlines, due: Due) -> Deadlines:
    """The deadlines with both dates as the event computed them."""
    return changed(deadlines, statutory_due=due.statutory, promised_due=due.promised)


def paused(deadlines: Deadlines, ground: PauseGround, at: datetime, legal_basis: str) -> Deadlines:
    """The clocks stand still. Before intake there are none."""
    if deadlines.timing is None:
        return deadlines
    return changed(deadlines, timing=clock.pause(deadlines.timing, ground, at, legal_basis=legal_basis))


def resumed(deadlines: Deadlines, ground: PauseGround, at: datetime) -> Deadlines:
    """The pause on this ground is over. Before intake there are no clocks."""
    if deadlines.timing is None:
        return deadlines
    return changed(deadlines, timing=clock.resume(deadlines.timing, ground, at))


def clocks_ended(deadlines: Deadlines, at: datetime) -> Deadlines:
    """The clocks end. Before intake there are none."""
    return deadlines if deadlines.timing is None else changed(deadlines, timing=clock.end(deadlines.timing, at))


def without_incidents(dossier: Dossier, *kinds: EffectKind) -> tuple[Incident, ...]:
    """The incidents without these kinds: their calls have succeeded, or are no longer needed."""
    return tuple(incident for incident in dossier.incidents if incident.kind not in kinds)


def without_incident(dossier: Dossier, effect: str) -> tuple[Incident, ...]:
    """The incidents without the one of this effect: its call has succeeded."""
    return tuple(incident for incident in dossier.incidents if incident.effect != effect)


def closed(dossier: Dossier, state: State, at: datetime) -> Dossier:
    """The dossier in a final state. A call that is no longer needed is no incident; refunds and registration go on."""
    incidents = without_incidents(dossier, *ENDS_WITH_THE_DOSSIER)
    return changed(dossier, state=state, moved_at=at, incidents=incidents)
