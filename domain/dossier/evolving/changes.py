"""Changes that several subjects share: dates, pauses of the clocks, the end of a dossier."""

from __future__ import annotations

from datetime import datetime

from domain.changed import changed
from domain.deadlines import clock
from domain.deadlines.clock import PauseGround
from domain.dossier.events import Due
from domain.dossier.state import Deadlines, Dossier, State


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


def closed(dossier: Dossier, state: State, at: datetime) -> Dossier:
    """The dossier in a final state. Refunds and the registration go on."""
    return changed(dossier, state=state, moved_at=at)
