"""A dossier after it was routed or handed over."""

from __future__ import annotations

from collections.abc import Callable

from domain.changed import changed
from domain.dossier.events import (
    DossierRouted,
    HandoverAcknowledged,
    HandoverRefused,
    HandoverSent,
    WaitOverdue,
)
from domain.dossier.state import Dossier, Handover, Handovers


def routed(dossier: Dossier, event: DossierRouted) -> Dossier:
    """If the receiving desk is not competent, it has handed the dossier over. The competent unit must acknowledge."""
    routing = changed(
        dossier.routing,
        competent=event.competent,
        responsible=event.competent or event.queue,
        queue=event.queue,
        routed_on=event.at.date(),
        crossing=event.crossing,
    )
    sent = dossier.handovers.sent
    if event.handover_lapsed:
        sent = (*sent[:-1], changed(sent[-1], lapsed_at=event.at))
    moves = (not sent or event.handover_lapsed) and not event.nothing_handed_over
    if moves and event.competent is not None and event.competent != routing.received_by:
        sent = (*sent, Handover(from_unit=routing.received_by, to_unit=event.competent, sent_at=event.at))
    return changed(
        dossier,
        moved_at=event.at,
        routing=routing,
        handovers=Handovers(sent=sent),
        processing=changed(dossier.processing, assignee=None),
    )


def sent(dossier: Dossier, event: HandoverSent) -> Dossier:
    """The receiver must answer. Until then the sender keeps the dossier."""
    handover = Handover(from_unit=event.from_unit, to_unit=event.to_unit, sent_at=event.at)
    return changed(dossier, handovers=changed(dossier.handovers, sent=(*dossier.handovers.sent, handover)))


def acknowledged(dossier: Dossier, event: HandoverAcknowledged) -> Dossier:
    """The receiver has the dossier."""
    return _with_latest(dossier, lambda handover: changed(handover, acknowledged_at=event.at))


def refused(dossier: Dossier, event: HandoverRefused) -> Dossier:
    """The receiver has refused the dossier. The time of a queue that gets it back begins now."""
    after = _with_latest(dossier, lambda handover: changed(handover, refused_at=event.at))
    if not event.back_in_queue:
        return after
    return changed(after, moved_at=event.at, handovers=changed(after.handovers, coordination_overdue_at=None))


def wait_overdue(dossier: Dossier, event: WaitOverdue) -> Dossier:
    """Nobody answered in time. This is reported only once."""
    if event.wait == "coordination":
        return changed(dossier, handovers=changed(dossier.handovers, coordination_overdue_at=event.at))
    return _with_latest(dossier, lambda handover: changed(handover, overdue_at=event.at))


def _with_latest(dossier: Dossier, change: Callable[[Handover], Handover]) -> Dossier:
    """The dossier with its latest handover changed."""
    sent = dossier.handovers.sent
    if not sent:
        return dossier
    return changed(dossier, handovers=changed(dossier.handovers, sent=(*sent[:-1], change(sent[-1]))))
