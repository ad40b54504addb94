"""Where a dossier is after it was routed or handed over."""

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
    """A desk that received for another unit has handed it over, and that unit has to acknowledge."""
    routing = changed(
        dossier.routing,
        competent=event.competent,
        responsible=event.competent or event.queue,
        queue=event.queue,
        routed_on=event.at.date(),
        crossing=event.crossing,
    )
    sent = dossier.handovers.sent
    if not sent and event.competent is not None and event.competent != routing.received_by:
        sent = (Handover(from_unit=routing.received_by, to_unit=event.competent, sent_at=event.at),)
    return changed(
        dossier,
        moved_at=event.at,
        routing=routing,
        handovers=Handovers(sent=sent),
        processing=changed(dossier.processing, assignee=None),
    )


def sent(dossier: Dossier, event: HandoverSent) -> Dossier:
    """The receiver has to answer; until then the sender has it."""
    handover = Handover(from_unit=event.from_unit, to_unit=event.to_unit, sent_at=event.at)
    return changed(dossier, handovers=changed(dossier.handovers, sent=(*dossier.handovers.sent, handover)))


def acknowledged(dossier: Dossier, event: HandoverAcknowledged) -> Dossier:
    """The receiver has it."""
    return _last(dossier, lambda handover: changed(handover, acknowledged_at=event.at))


def refused(dossier: Dossier, event: HandoverRefused) -> Dossier:
    """Not theirs."""
    return _last(dossier, lambda handover: changed(handover, refused_at=event.at))


def wait_overdue(dossier: Dossier, event: WaitOverdue) -> Dossier:
    """Nobody answered in time; it is told once."""
    if event.wait == "coordination":
        return changed(dossier, handovers=changed(dossier.handovers, coordination_overdue_at=event.at))
    return _last(dossier, lambda handover: changed(handover, overdue_at=event.at))


def _last(dossier: Dossier, answer: Callable[[Handover], Handover]) -> Dossier:
    """The dossier with its latest handover answered."""
    sent = dossier.handovers.sent
    if not sent:
        return dossier
    return changed(dossier, handovers=changed(dossier.handovers, sent=(*sent[:-1], answer(sent[-1]))))
