"""An interconnected dossier after it was planned, and after something became of its children."""

from __future__ import annotations

from collections.abc import Callable

from domain.changed import changed
from domain.deadlines.clock import PauseGround
from domain.dossier.events import ChildGivenUp, ChildLate, ChildrenPlanned, ChildReported, SupplementLapsed
from domain.dossier.evolving.changes import dated, resumed
from domain.dossier.group_commands import ChildStatus
from domain.dossier.state import ChildOfDossier, Dossier, State


def planned(dossier: Dossier, event: ChildrenPlanned) -> Dossier:
    """No child is open yet."""
    children = (ChildOfDossier(child=one.child, procedure=one.procedure, name=one.name) for one in event.children)
    return changed(dossier, children=tuple(children))


def reported(dossier: Dossier, event: ChildReported) -> Dossier:
    """The child stands as its dossier says. The first child that is opened starts the processing of the whole."""
    after = _with(
        dossier,
        event.child,
        lambda one: changed(
            one,
            dossier=event.dossier,
            seen=event.seen,
            status=event.status,
            due=event.due,
            result_number=event.result_number,
            documents=event.documents,
        ),
    )
    if event.status is ChildStatus.SUPPLEMENT:
        after = _joined(after, event.documents)
    return changed(after, state=State.PROCESSING, moved_at=event.at) if after.state is State.ACCEPTED else after


def _joined(dossier: Dossier, documents: tuple[str, ...]) -> Dossier:
    """While one request is open, the applicant is asked for everything together."""
    supplements = tuple(
        one if one.received_at else changed(one, documents=tuple(dict.fromkeys((*one.documents, *documents))))
        for one in dossier.processing.supplements
    )
    return changed(dossier, processing=changed(dossier.processing, supplements=supplements))


def late(dossier: Dossier, event: ChildLate) -> Dossier:
    """The child goes on; its lateness is recorded once."""
    return _with(dossier, event.child, lambda one: changed(one, late_at=event.at))


def given_up(dossier: Dossier, event: ChildGivenUp) -> Dossier:
    """The child is not opened any more."""
    return _with(dossier, event.child, lambda one: changed(one, status=ChildStatus.GIVEN_UP))


def supplement_lapsed(dossier: Dossier, event: SupplementLapsed) -> Dossier:
    """Back to the state before the request."""
    asked = dossier.processing.open_supplement
    supplements = tuple(
        one if one.received_at else changed(one, received_at=event.at) for one in dossier.processing.supplements
    )
    return changed(
        dossier,
        state=asked.asked_from if asked else State.PROCESSING,
        moved_at=event.at,
        processing=changed(dossier.processing, supplements=supplements),
        deadlines=dated(resumed(dossier.deadlines, PauseGround.SUPPLEMENT, event.at), event.due),
    )


def supplied(dossier: Dossier) -> tuple[ChildOfDossier, ...]:
    """The children after the papers of the whole were received: those that asked get them next."""
    return tuple(
        changed(one, status=ChildStatus.SUPPLIED) if one.status is ChildStatus.SUPPLEMENT else one
        for one in dossier.children
    )


def ended(dossier: Dossier) -> tuple[ChildOfDossier, ...]:
    """The children after the whole has ended: what was not opened never will be."""
    return tuple(
        changed(one, status=ChildStatus.GIVEN_UP) if one.status is ChildStatus.WAITING else one
        for one in dossier.children
    )


def _with(whole: Dossier, child: str, change: Callable[[ChildOfDossier], ChildOfDossier]) -> Dossier:
    children = tuple(change(one) if one.child == child else one for one in whole.children)
    return changed(whole, children=children)
