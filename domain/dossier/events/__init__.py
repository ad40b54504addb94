"""The events of a dossier, in the past tense. They contain only facts; dates are written as they were computed.

Events are read for decades. Fields are only added, always with a default; a change of meaning is a new `schema`.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, TypeAdapter

from domain.dossier.events.base import BaseEvent, Due, LeavesCalls
from domain.dossier.events.deadlines import (
    DeadlineEvent,
    DeadlineExtended,
    DeadlineWarned,
    DossierEscalated,
    EntryCorrected,
)
from domain.dossier.events.escalations import (
    ClimbCause,
    EndCause,
    EscalationAcknowledged,
    EscalationClimbed,
    EscalationEnded,
    EscalationEvent,
    EscalationExplained,
    ResponsibilityHandedBack,
)
from domain.dossier.events.handovers import (
    HandoverAcknowledged,
    HandoverEvent,
    HandoverRefused,
    HandoverSent,
    WaitOverdue,
)
from domain.dossier.events.intake import (
    DossierAccepted,
    DossierRefused,
    DossierRouted,
    DossierSubmitted,
    IdentityConfirmed,
    IdentityVerified,
    IntakeEvent,
    SupplementEvent,
    SupplementReceived,
    SupplementRequested,
)
from domain.dossier.events.interconnected import (
    ChildGivenUp,
    ChildLate,
    ChildrenPlanned,
    ChildReported,
    GroupEvent,
    SupplementLapsed,
)
from domain.dossier.events.outside import (
    NothingDoneStated,
    OutsideCallFailed,
    OutsideEvent,
    RefusedCallRetried,
    StatementDisproved,
)
from domain.dossier.events.pauses import DossierResumed, DossierStopped, DossierSuspended, DossierWithdrawn, PauseEvent
from domain.dossier.events.payments import (
    FeeApproved,
    FeeProposed,
    FeeRejected,
    OrderLookedAt,
    PartPaid,
    PaymentCheckAsked,
    PaymentChecked,
    PaymentConfirmed,
    PaymentEvent,
    PaymentExpired,
    PaymentMismatched,
    PaymentOrderCreated,
    PaymentRequestCancelled,
    PaymentRequested,
    Refunded,
    RefundRequested,
)
from domain.dossier.events.post import (
    PostCancellationAnswered,
    PostCheckAsked,
    PostChecked,
    PostEvent,
    PostOrdered,
    PostRequestCancelled,
    PostRequested,
    PostStageReached,
)
from domain.dossier.events.repairs import DossierRepaired, RepairEvent
from domain.dossier.events.results import (
    DossierRated,
    DossierResolved,
    ResultEvent,
    ResultNumbered,
    ResultRegistered,
    ResultReturned,
    ResultSealed,
    ResultSigned,
    SignatureRequested,
    SigningHandedOver,
)
from domain.dossier.events.rules import CalendarChanged, MovedToSuccessor, RulesChanged, RulesEvent, UnitMove
from domain.dossier.events.steps import (
    AssignmentReleased,
    DossierAssigned,
    OpinionAsked,
    OpinionGiven,
    ProcessingStarted,
    ResultRejected,
    StepCompleted,
    StepEvent,
    StepSentBack,
)

__all__ = [
    "EVENT",
    "AnyEvent",
    "AssignmentReleased",
    "BaseEvent",
    "CalendarChanged",
    "ChildGivenUp",
    "ChildLate",
    "ChildReported",
    "ChildrenPlanned",
    "ClimbCause",
    "DeadlineEvent",
    "DeadlineExtended",
    "DeadlineWarned",
    "DossierAccepted",
    "DossierAssigned",
    "DossierEscalated",
    "DossierRated",
    "DossierRefused",
    "DossierRepaired",
    "DossierResolved",
    "DossierResumed",
    "DossierRouted",
    "DossierStopped",
    "DossierSubmitted",
    "DossierSuspended",
    "DossierWithdrawn",
    "Due",
    "EndCause",
    "EntryCorrected",
    "EscalationAcknowledged",
    "EscalationClimbed",
    "EscalationEnded",
    "EscalationEvent",
    "EscalationExplained",
    "Event",
    "FeeApproved",
    "FeeProposed",
    "FeeRejected",
    "GroupEvent",
    "HandoverAcknowledged",
    "HandoverEvent",
    "HandoverRefused",
    "HandoverSent",
    "IdentityConfirmed",
    "IdentityVerified",
    "IntakeEvent",
    "LaterEvent",
    "LeavesCalls",
    "MovedToSuccessor",
    "NothingDoneStated",
    "OpinionAsked",
    "OpinionGiven",
    "OrderLookedAt",
    "OutsideCallFailed",
    "OutsideEvent",
    "PartPaid",
    "PauseEvent",
    "PaymentCheckAsked",
    "PaymentChecked",
    "PaymentConfirmed",
    "PaymentEvent",
    "PaymentExpired",
    "PaymentMismatched",
    "PaymentOrderCreated",
    "PaymentRequestCancelled",
    "PaymentRequested",
    "PostCancellationAnswered",
    "PostCheckAsked",
    "PostChecked",
    "PostEvent",
    "PostOrdered",
    "PostRequestCancelled",
    "PostRequested",
    "PostStageReached",
    "ProcessingStarted",
    "RefundRequested",
    "Refunded",
    "RefusedCallRetried",
    "RepairEvent",
    "ResponsibilityHandedBack",
    "ResultEvent",
    "ResultNumbered",
    "ResultRegistered",
    "ResultRejected",
    "ResultReturned",
    "ResultSealed",
    "ResultSigned",
    "RulesChanged",
    "RulesEvent",
    "SignatureRequested",
    "SigningHandedOver",
    "StatementDisproved",
    "StepCompleted",
    "StepEvent",
    "StepSentBack",
    "SupplementEvent",
    "SupplementLapsed",
    "SupplementReceived",
    "SupplementRequested",
    "UnitMove",
    "WaitOverdue",
]

LaterEvent = (
    IntakeEvent
    | SupplementEvent
    | StepEvent
    | PaymentEvent
    | ResultEvent
    | PauseEvent
    | DeadlineEvent
    | EscalationEvent
    | HandoverEvent
    | RulesEvent
    | RepairEvent
    | OutsideEvent
    | GroupEvent
    | PostEvent
)
"""Every event that can follow the submission."""

AnyEvent = DossierSubmitted | LaterEvent
Event = Annotated[AnyEvent, Field(discriminator="kind")]

EVENT: TypeAdapter[AnyEvent] = TypeAdapter(Event)
"""Reads one stored event; unknown fields are ignored."""
