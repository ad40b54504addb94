"""A dossier after it was submitted, accepted or refused, and after its applicant was looked up."""

from __future__ import annotations

from domain.changed import changed
from domain.deadlines import clock
from domain.dossier.commands import PostPurpose
from domain.dossier.events import (
    DossierAccepted,
    DossierRefused,
    DossierSubmitted,
    IdentityConfirmed,
    IdentityVerified,
)
from domain.dossier.evolving.changes import clocks_ended, closed, dated
from domain.dossier.state import Applicant, Deadlines, Dossier, Identity, Intake, PostalItem, Routing, State


def submitted(code: str, event: DossierSubmitted) -> Dossier:
    """The first event of every dossier."""
    brought_over = event.brought_over
    return Dossier(
        code=code,
        version=0,
        state=State.SUBMITTED,
        moved_at=event.at,
        updated_at=event.at,
        pins=event.pins,
        intake=Intake(
            procedure=event.procedure,
            channel=event.channel,
            case=event.case,
            assisted_by=event.assisted_by,
            matter=event.matter,
            documents=event.documents,
            submitted_at=event.at,
            brought_over_from=brought_over.system if brought_over else None,
            received_elsewhere_at=brought_over.received_at if brought_over else None,
            parent=event.parent,
        ),
        applicant=Applicant(commitment=event.applicant, submitted_by=event.submitted_by),
        routing=Routing(received_by=event.received_by, responsible=event.received_by),
        postal_items=_delivery(event),
    )


def _delivery(event: DossierSubmitted) -> tuple[PostalItem, ...]:
    if event.postal_address is None:
        return ()
    return (PostalItem(number=1, purpose=PostPurpose.DELIVERY, postal_address=event.postal_address),)


def accepted(dossier: Dossier, event: DossierAccepted) -> Dossier:
    """The clocks start under the rules of the day, and the first step is current."""
    looked_up = event.verify_identity
    return changed(
        dossier,
        state=State.ACCEPTED,
        moved_at=event.at,
        pins=event.pins,
        intake=changed(dossier.intake, accepted_at=event.at),
        applicant=changed(
            dossier.applicant,
            identity=Identity.WANTED if looked_up else Identity.NOT_NEEDED,
            identity_asked=1 if looked_up else 0,
        ),
        deadlines=_started(dossier.deadlines, event),
        processing=changed(dossier.processing, step=event.first_step),
        fees=changed(dossier.fees, fee=event.fee, fee_open=event.fee_open),
    )


def _started(deadlines: Deadlines, event: DossierAccepted) -> Deadlines:
    timing = clock.start(
        received_at=event.received_at,
        statutory=event.statutory,
        own=event.own,
        green=event.green,
        counting=event.counting,
        excluded_share=event.excluded_share,
        step_shares=event.step_shares,
    )
    printed = event.due.promised or event.due.statutory
    return changed(dated(deadlines, event.due), timing=timing, printed_promise=printed)


def refused(dossier: Dossier, event: DossierRefused) -> Dossier:
    """The dossier has ended: at intake, or as a child of another one by its authority. It needs no outside call."""
    return changed(
        closed(dossier, State.REFUSED, event.at),
        ended_at=event.at,
        deadlines=clocks_ended(dossier.deadlines, event.at),
        processing=changed(dossier.processing, step=None, assignee=None),
    )


def identity_verified(dossier: Dossier, event: IdentityVerified) -> Dossier:
    """The population database has the same data about the applicant, or other data."""
    found = Identity.MATCHES if event.matches else Identity.DIFFERS
    return changed(dossier, applicant=changed(dossier.applicant, identity=found))


def identity_confirmed(dossier: Dossier, event: IdentityConfirmed) -> Dossier:
    """A person has taken responsibility for going on."""
    return changed(dossier, applicant=changed(dossier.applicant, identity=Identity.CONFIRMED))
