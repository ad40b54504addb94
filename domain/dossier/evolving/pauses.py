"""A dossier after it was suspended, resumed, stopped or withdrawn."""

from __future__ import annotations

from domain.changed import changed
from domain.deadlines.clock import PauseGround
from domain.dossier.events import DossierResumed, DossierStopped, DossierSuspended, DossierWithdrawn
from domain.dossier.evolving import interconnected
from domain.dossier.evolving.changes import clocks_ended, closed, dated, paused, resumed, with_awaited
from domain.dossier.state import Dossier, State


def suspended(dossier: Dossier, event: DossierSuspended) -> Dossier:
    """The work and the clocks stand still."""
    return changed(
        dossier,
        state=State.SUSPENDED,
        moved_at=event.at,
        processing=changed(dossier.processing, state_before_suspension=dossier.state),
        deadlines=paused(dossier.deadlines, PauseGround.SUSPENSION, event.at, event.legal_basis),
    )


def work_resumed(dossier: Dossier, event: DossierResumed) -> Dossier:
    """Back to the state before the suspension, or to the state that it has reached meanwhile."""
    return changed(
        dossier,
        state=dossier.processing.state_before_suspension or State.PROCESSING,
        moved_at=event.at,
        processing=changed(dossier.processing, state_before_suspension=None),
        deadlines=dated(resumed(dossier.deadlines, PauseGround.SUSPENSION, event.at), event.due),
    )


def stopped(dossier: Dossier, event: DossierStopped) -> Dossier:
    """The authority has stopped the dossier. If it was withdrawn before, it ended when it was withdrawn."""
    if dossier.ended_at is not None:
        return closed(dossier, State.STOPPED, event.at)
    return _ended(dossier, State.STOPPED, event)


def withdrawn(dossier: Dossier, event: DossierWithdrawn) -> Dossier:
    """The applicant has withdrawn the dossier."""
    if dossier.ended_at is not None:
        return closed(dossier, State.WITHDRAWN, event.at)
    return _ended(dossier, State.WITHDRAWN, event)


def _ended(dossier: Dossier, state: State, event: DossierStopped | DossierWithdrawn) -> Dossier:
    after = changed(
        closed(dossier, state, event.at),
        ended_at=event.at,
        deadlines=clocks_ended(dossier.deadlines, event.at),
        processing=changed(dossier.processing, step=None, assignee=None),
        children=interconnected.ended(dossier),
    )
    return with_awaited(after, dossier, event)
