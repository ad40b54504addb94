"""The dossier after an event. It refuses no event, because it has happened. It needs no rule: events contain dates."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from domain.changed import changed
from domain.dossier.clock_attribution import attributed
from domain.dossier.events import (
    AnyEvent,
    AssignmentReleased,
    CalendarChanged,
    ChildGivenUp,
    ChildLate,
    ChildrenPlanned,
    ChildReported,
    DeadlineExtended,
    DeadlineWarned,
    DossierAccepted,
    DossierAssigned,
    DossierEscalated,
    DossierRated,
    DossierRefused,
    DossierRepaired,
    DossierResolved,
    DossierResumed,
    DossierRouted,
    DossierStopped,
    DossierSubmitted,
    DossierSuspended,
    DossierWithdrawn,
    EntryCorrected,
    EscalationAcknowledged,
    EscalationClimbed,
    EscalationEnded,
    EscalationExplained,
    FeeApproved,
    FeeProposed,
    FeeRejected,
    HandoverAcknowledged,
    HandoverRefused,
    HandoverSent,
    IdentityConfirmed,
    IdentityVerified,
    LaterEvent,
    MovedToSuccessor,
    NothingDoneStated,
    OpinionAsked,
    OpinionGiven,
    OutsideCallFailed,
    PaymentCheckAsked,
    PaymentChecked,
    PaymentConfirmed,
    PaymentExpired,
    PaymentMismatched,
    PaymentOrderCreated,
    PaymentRequestCancelled,
    PaymentRequested,
    PostCancellationAnswered,
    PostCheckAsked,
    PostChecked,
    PostOrdered,
    PostRequestCancelled,
    PostRequested,
    PostStageReached,
    ProcessingStarted,
    Refunded,
    RefundRequested,
    RefusedCallRetried,
    ResponsibilityHandedBack,
    ResultNumbered,
    ResultRegistered,
    ResultRejected,
    ResultReturned,
    ResultSealed,
    ResultSigned,
    RulesChanged,
    SignatureRequested,
    SigningHandedOver,
    StatementDisproved,
    StepCompleted,
    StepSentBack,
    SupplementLapsed,
    SupplementReceived,
    SupplementRequested,
    WaitOverdue,
)
from domain.dossier.evolving import (
    deadlines,
    escalations,
    fees,
    handovers,
    incidents,
    intake,
    interconnected,
    pauses,
    payments,
    post,
    results,
    rule_changes,
    steps,
    supplements,
)
from domain.dossier.state import Dossier, NotSubmitted
from domain.dossier.wanted_effects import open_incidents
from domain.errors import RuleViolation
from domain.messages.dossier import DossierRefusal


def evolve(dossier: Dossier | NotSubmitted, event: AnyEvent) -> Dossier:
    """The dossier after the event; its version is one higher.

    RuleViolation `not_submitted` for events that do not begin with a submission: some are missing.
    """
    if isinstance(event, DossierSubmitted):
        after = intake.submitted(dossier.code, event)
    elif isinstance(dossier, NotSubmitted):
        raise RuleViolation(DossierRefusal.NOT_SUBMITTED, dossier=dossier.code)
    else:
        after = _after(dossier, event)
    return changed(
        after,
        version=dossier.version + 1,
        updated_at=event.at,
        deadlines=attributed(after, event.at),
        incidents=open_incidents(after),
    )


def evolve_all(dossier: Dossier | NotSubmitted, events: Iterable[AnyEvent]) -> Dossier:
    """The dossier after several events, in their order. RuleViolation `not_submitted` without a submission."""
    for event in events:
        dossier = evolve(dossier, event)
    if isinstance(dossier, NotSubmitted):
        raise RuleViolation(DossierRefusal.NOT_SUBMITTED, dossier=dossier.code)
    return dossier


def _after(dossier: Dossier, event: LaterEvent) -> Dossier:
    """Calls the function that gives the dossier after this event."""
    match event:
        case DossierAccepted():
            return intake.accepted(dossier, event)
        case DossierRefused():
            return intake.refused(dossier, event)
        case IdentityVerified():
            return intake.identity_verified(dossier, event)
        case IdentityConfirmed():
            return intake.identity_confirmed(dossier, event)
        case DossierRouted():
            return handovers.routed(dossier, event)
        case HandoverSent():
            return handovers.sent(dossier, event)
        case HandoverAcknowledged():
            return handovers.acknowledged(dossier, event)
        case HandoverRefused():
            return handovers.refused(dossier, event)
        case WaitOverdue():
            return handovers.wait_overdue(dossier, event)
        case SupplementRequested():
            return supplements.requested(dossier, event)
        case SupplementReceived():
            return supplements.received(dossier, event)
        case SupplementLapsed():
            return interconnected.supplement_lapsed(dossier, event)
        case ChildrenPlanned():
            return interconnected.planned(dossier, event)
        case ChildReported():
            return interconnected.reported(dossier, event)
        case ChildLate():
            return interconnected.late(dossier, event)
        case ChildGivenUp():
            return interconnected.given_up(dossier, event)
        case AssignmentReleased():
            return steps.released(dossier, event)
        case DossierAssigned():
            return steps.assigned(dossier, event)
        case ProcessingStarted():
            return steps.started(dossier, event)
        case StepCompleted():
            return steps.completed(dossier, event)
        case StepSentBack() | ResultRejected():
            return steps.sent_back(dossier, event)
        case OpinionAsked():
            return steps.opinion_asked(dossier, event)
        case OpinionGiven():
            return steps.opinion_given(dossier, event)
        case FeeProposed():
            return fees.proposed(dossier, event)
        case FeeApproved():
            return fees.approved(dossier, event)
        case FeeRejected():
            return fees.rejected(dossier, event)
        case PaymentRequested():
            return payments.requested(dossier, event)
        case PaymentRequestCancelled():
            return payments.request_cancelled(dossier, event)
        case PaymentOrderCreated():
            return payments.order_created(dossier, event)
        case PaymentCheckAsked():
            return payments.check_asked(dossier, event)
        case PaymentChecked():
            return payments.checked(dossier, event)
        case PaymentConfirmed():
            return payments.confirmed(dossier, event)
        case PaymentMismatched():
            return payments.mismatched(dossier, event)
        case PaymentExpired():
            return payments.expired(dossier, event)
        case RefundRequested():
            return payments.refund_requested(dossier, event)
        case Refunded():
            return payments.refunded(dossier, event)
        case SignatureRequested():
            return results.signature_requested(dossier, event)
        case ResultSigned():
            return results.signed(dossier, event)
        case ResultNumbered():
            return results.numbered(dossier, event)
        case ResultSealed():
            return results.sealed(dossier, event)
        case SigningHandedOver():
            return results.signing_handed_over(dossier, event)
        case DossierResolved():
            return results.resolved(dossier, event)
        case ResultRegistered():
            return results.registered(dossier, event)
        case ResultReturned():
            return results.returned(dossier, event)
        case PostRequested():
            return post.requested(dossier, event)
        case PostRequestCancelled():
            return post.request_cancelled(dossier, event)
        case PostOrdered():
            return post.ordered(dossier, event)
        case PostCancellationAnswered():
            return post.cancellation_answered(dossier, event)
        case PostCheckAsked():
            return post.check_asked(dossier, event)
        case PostChecked():
            return post.checked(dossier, event)
        case PostStageReached():
            return post.stage_reached(dossier, event)
        case DossierRated():
            return results.rated(dossier, event)
        case DossierSuspended():
            return pauses.suspended(dossier, event)
        case DossierResumed():
            return pauses.work_resumed(dossier, event)
        case DossierStopped():
            return pauses.stopped(dossier, event)
        case DossierWithdrawn():
            return pauses.withdrawn(dossier, event)
        case DeadlineWarned():
            return deadlines.warned(dossier, event)
        case DossierEscalated():
            return deadlines.escalated(dossier, event)
        case EscalationAcknowledged():
            return escalations.acknowledged(dossier, event)
        case EscalationExplained():
            return escalations.explained(dossier, event)
        case EscalationClimbed():
            return escalations.climbed(dossier, event)
        case EscalationEnded():
            return escalations.ended(dossier, event)
        case ResponsibilityHandedBack():
            return escalations.handed_back(dossier, event)
        case DeadlineExtended():
            return deadlines.extended(dossier, event)
        case EntryCorrected():
            return deadlines.corrected(dossier, event)
        case MovedToSuccessor():
            return rule_changes.moved_to_successor(dossier, event)
        case CalendarChanged():
            return rule_changes.calendar_changed(dossier, event)
        case DossierRepaired():
            return dossier
        case RulesChanged():
            return rule_changes.rules_changed(dossier, event)
        case OutsideCallFailed():
            return incidents.call_failed(dossier, event)
        case RefusedCallRetried():
            return incidents.call_retried(dossier, event)
        case NothingDoneStated():
            return incidents.nothing_done_stated(dossier, event)
        case StatementDisproved():
            return dossier
        case _:
            assert_never(event)
