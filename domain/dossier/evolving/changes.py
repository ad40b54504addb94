"""Changes that several subjects share: dates, pauses of the clocks, the end of a dossier."""

from __future__ import annotations

from datetime import datetime

from domain.changed import changed
from domain.deadlines import clock
from domain.deadlines.clock import PauseGround
from domain.dossier.effects import CreatePaymentOrder, SealResult, SignResult
from domain.dossier.events import Due, LeavesCalls
from domain.dossier.state import Deadlines, Dossier, State
from domain.dossier.wanted_effects import needed_effects


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


def with_awaited(dossier: Dossier, before: Dossier, event: LeavesCalls) -> Dossier:
    """The dossier waits for the answers to the calls that the event names, as they were needed before it."""
    if not event.awaited:
        return dossier
    left = (effect for effect in needed_effects(before) if effect.id in event.awaited)
    awaited = (effect for effect in left if isinstance(effect, CreatePaymentOrder | SignResult | SealResult))
    return changed(dossier, awaited=(*dossier.awaited, *awaited))


def without_awaited(dossier: Dossier, effect: str) -> Dossier:
    """The dossier after this call was answered. It did not have to be one that was awaited."""
    if not dossier.awaited:
        return dossier
    return changed(dossier, awaited=tuple(other for other in dossier.awaited if other.id != effect))


def closed(dossier: Dossier, state: State, at: datetime) -> Dossier:
    """The dossier in a final state. Refunds and the registration go on."""
    return changed(dossier, state=state, moved_at=at)
