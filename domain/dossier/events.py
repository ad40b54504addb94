"""What has happened to a dossier, in the past tense. Facts only: dates that were computed are written down as computed.

Events are read for decades: fields are only added, always with a default; a change of meaning is a new `schema`.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from domain.deadlines.limits import Counting, GreenRule, Limit, WhichClock
from domain.dossier.commands import BroughtOver, Correction, Handback, SubmittedDocument
from domain.escalation import Whom
from domain.organisation.routing import Matter, Reason
from domain.procedure import Channel
from domain.rules import Pins
from domain.values import Code, Hash, Instant, Value


class BaseEvent(Value):
    """`at` is when it happened; `note` the commitment to a text that a person wrote, kept in the vault."""

    at: Instant
    note: Hash | None = None


class Due(Value):
    """The two dates of a dossier, as they stand after an event; None where there is no such clock."""

    statutory: Instant | None
    promised: Instant | None


# --- intake ------------------------------------------------------------------------------------------------------


class DossierSubmitted(BaseEvent):
    kind: Literal["dossier_submitted"] = "dossier_submitted"
    code: Code
    procedure: Code
    pins: Pins
    channel: Channel
    case: int
    received_by: Code
    assisted_by: Code | None
    matter: Matter
    applicant: Hash
    submitted_by: Code | None
    documents: tuple[SubmittedDocument, ...]
    brought_over: BroughtOver | None


class DossierAccepted(BaseEvent):
    """Valid intake. `received_at` is when the clocks start to run (earlier than `at` when brought over)."""

    kind: Literal["dossier_accepted"] = "dossier_accepted"
    pins: Pins
    received_at: Instant
    statutory: Limit | None
    own: Limit | None
    green: GreenRule | None
    excluded_share: int
    counting: Counting
    first_step: Code
    verify_identity: bool
    fee: int = 0
    """Dong: the published fee, or the one the officer stated."""
    due: Due


class DossierRouted(BaseEvent):
    """Who is competent, and why; `competent` None means the coordination queue of `queue`."""

    kind: Literal["dossier_routed"] = "dossier_routed"
    competent: Code | None
    queue: Code | None
    reasons: tuple[Reason, ...]
    crossing: bool


class DossierRefused(BaseEvent):
    kind: Literal["dossier_refused"] = "dossier_refused"
    legal_basis: str


class IdentityVerified(BaseEvent):
    kind: Literal["identity_verified"] = "identity_verified"
    matches: bool


# --- supplement --------------------------------------------------------------------------------------------------


class SupplementRequested(BaseEvent):
    kind: Literal["supplement_requested"] = "supplement_requested"
    documents: tuple[Code, ...]
    legal_basis: str


class SupplementReceived(BaseEvent):
    kind: Literal["supplement_received"] = "supplement_received"
    documents: tuple[SubmittedDocument, ...]
    restarts_clock: bool
    due: Due


# --- steps -------------------------------------------------------------------------------------------------------


class DossierAssigned(BaseEvent):
    kind: Literal["dossier_assigned"] = "dossier_assigned"
    person: Code
    step: Code


class ProcessingStarted(BaseEvent):
    kind: Literal["processing_started"] = "processing_started"


class StepCompleted(BaseEvent):
    """`unit` and `person` completed `step`; `next_step` is None after the last."""

    kind: Literal["step_completed"] = "step_completed"
    step: Code
    person: Code
    unit: Code
    next_step: Code | None


class StepSentBack(BaseEvent):
    kind: Literal["step_sent_back"] = "step_sent_back"
    from_step: Code
    to_step: Code


class OpinionAsked(BaseEvent):
    kind: Literal["opinion_asked"] = "opinion_asked"
    unit: Code


class OpinionGiven(BaseEvent):
    kind: Literal["opinion_given"] = "opinion_given"
    unit: Code
    agrees: bool


# --- payment -----------------------------------------------------------------------------------------------------


class PaymentRequested(BaseEvent):
    """A financial obligation: the clocks pause until it is met."""

    kind: Literal["payment_requested"] = "payment_requested"
    amount: int
    expires_at: Instant
    attempt: int


class PaymentOrderCreated(BaseEvent):
    kind: Literal["payment_order_created"] = "payment_order_created"
    order: Code
    pay_url: str


class PaymentCheckAsked(BaseEvent):
    """The platform called back, or the time to ask has come."""

    kind: Literal["payment_check_asked"] = "payment_check_asked"
    order: Code
    because: Literal["callback", "poll", "expiry", "officer", "replaced"]
    """`replaced`: the obligation ended otherwise (cash, a new order, a withdrawal); what came in must go back."""


class OrderLookedAt(BaseEvent):
    """An event that answers the question number `check` to the platform (0: it answers none)."""

    check: int = 0


class PaymentChecked(OrderLookedAt):
    """The order was looked at and nothing changed."""

    kind: Literal["payment_checked"] = "payment_checked"
    order: Code
    paid: int


class PaymentConfirmed(OrderLookedAt):
    kind: Literal["payment_confirmed"] = "payment_confirmed"
    amount: int
    by: Literal["platform", "cashier"]
    reference: str
    due: Due


class PaymentMismatched(OrderLookedAt):
    """Money arrived that is less than what is owed: a person must look."""

    kind: Literal["payment_mismatched"] = "payment_mismatched"
    order: Code
    owed: int
    paid: int


class PaymentExpired(OrderLookedAt):
    kind: Literal["payment_expired"] = "payment_expired"
    order: Code | None


class RefundRequested(OrderLookedAt):
    """Paid twice, too much, or for a dossier that has ended: the excess goes back."""

    kind: Literal["refund_requested"] = "refund_requested"
    order: Code
    amount: int
    number: int = 1
    """Refunds are numbered in the dossier; one under way is not changed by the next."""


class Refunded(BaseEvent):
    kind: Literal["refunded"] = "refunded"
    order: Code
    amount: int
    number: int = 1
    reference: str


# --- result ------------------------------------------------------------------------------------------------------


class SignatureRequested(BaseEvent):
    kind: Literal["signature_requested"] = "signature_requested"
    document: Hash
    result_number: Code
    signer: Code
    unit: Code
    attempt: int


class ResultSigned(BaseEvent):
    kind: Literal["result_signed"] = "result_signed"
    signer: Code
    unit: Code
    certificate: str
    signature: str


class ResultNumbered(BaseEvent):
    kind: Literal["result_numbered"] = "result_numbered"
    number: Code


class ResultSealed(BaseEvent):
    kind: Literal["result_sealed"] = "result_sealed"
    unit: Code
    certificate: str
    signature: str


class SigningHandedOver(BaseEvent):
    """The token or the signing service failed: the next level signs, at once, with the time in plain view."""

    kind: Literal["signing_handed_over"] = "signing_handed_over"
    from_unit: Code
    to_unit: Code
    cause: str
    used_minutes: int | None
    left_minutes: int | None


class ResultRejected(BaseEvent):
    kind: Literal["result_rejected"] = "result_rejected"
    step: Code
    to_step: Code


class DossierResolved(BaseEvent):
    """Lateness is judged here, against both clocks. Minutes are working minutes; None where there is no such clock."""

    kind: Literal["dossier_resolved"] = "dossier_resolved"
    result_number: Code
    document: Hash | None
    registry: Code | None
    late_statutory_minutes: int | None
    late_promised_minutes: int | None


class ResultRegistered(BaseEvent):
    kind: Literal["result_registered"] = "result_registered"
    registry: Code
    reference: str


class ResultReturned(BaseEvent):
    kind: Literal["result_returned"] = "result_returned"
    by: Handback


class DossierRated(BaseEvent):
    kind: Literal["dossier_rated"] = "dossier_rated"
    stars: int


# --- pauses and ends ---------------------------------------------------------------------------------------------


class DossierSuspended(BaseEvent):
    kind: Literal["dossier_suspended"] = "dossier_suspended"
    legal_basis: str


class DossierResumed(BaseEvent):
    kind: Literal["dossier_resumed"] = "dossier_resumed"
    due: Due


class DossierStopped(BaseEvent):
    kind: Literal["dossier_stopped"] = "dossier_stopped"
    legal_basis: str


class DossierWithdrawn(BaseEvent):
    kind: Literal["dossier_withdrawn"] = "dossier_withdrawn"


# --- deadlines ---------------------------------------------------------------------------------------------------


class DeadlineWarned(BaseEvent):
    """A rung before expiry fired: the officer and the head of unit are warned."""

    kind: Literal["deadline_warned"] = "deadline_warned"
    rung: Code
    clock: WhichClock
    due: Instant
    notify: tuple[Whom, ...]
    notified_units: tuple[Code, ...]


class DossierEscalated(BaseEvent):
    """A rung at or past expiry fired; `responsible` is the unit that now answers for finishing the dossier."""

    kind: Literal["dossier_escalated"] = "dossier_escalated"
    rung: Code
    clock: WhichClock
    due: Instant
    notify: tuple[Whom, ...]
    notified_units: tuple[Code, ...]
    responsible: Code | None


class DeadlineExtended(BaseEvent):
    """Once, with the apology letter (phiếu xin lỗi và hẹn lại)."""

    kind: Literal["deadline_extended"] = "deadline_extended"
    until: Instant
    legal_basis: str
    due: Due


class EntryCorrected(BaseEvent):
    kind: Literal["entry_corrected"] = "entry_corrected"
    correction: Correction
    legal_basis: str
    due: Due


# --- handover and change of rules --------------------------------------------------------------------------------


class HandoverSent(BaseEvent):
    """Sent to another unit, which has to acknowledge; until then the sender answers for the dossier."""

    kind: Literal["handover_sent"] = "handover_sent"
    from_unit: Code
    to_unit: Code
    legal_basis: str


class HandoverAcknowledged(BaseEvent):
    """`implied`: the receiver did not say so, but began to work."""

    kind: Literal["handover_acknowledged"] = "handover_acknowledged"
    unit: Code
    person: Code
    implied: bool


class HandoverRefused(BaseEvent):
    kind: Literal["handover_refused"] = "handover_refused"
    unit: Code
    legal_basis: str


class WaitOverdue(BaseEvent):
    """Nobody acknowledged the handover, or nobody found the competent authority, within the time for it."""

    kind: Literal["wait_overdue"] = "wait_overdue"
    wait: Literal["handover", "coordination"]
    unit: Code
    notified_units: tuple[Code, ...]


class UnitMove(Value):
    """One unit of a dossier and the one that took it over."""

    old: Code
    old_name: str
    new: Code


class MovedToSuccessor(BaseEvent):
    """The dossier's units merged: what stood for the old ones stands for the new ones; clocks run on unbroken."""

    kind: Literal["moved_to_successor"] = "moved_to_successor"
    organisation: Hash
    source: str
    moves: tuple[UnitMove, ...]
    received_by: Code
    competent: Code | None
    queue: Code | None
    responsible: Code | None
    signing_unit: Code | None
    reasons: tuple[Reason, ...]
    effective: date | None = None
    """The day of the merger: since when the new codes stand. None: the day of the event."""
    handover_lapsed: bool = False
    """An open handover ended with it: its receiver was divided, or has become one with its sender."""


class CalendarChanged(BaseEvent):
    """A letter changed the calendar; the date that was printed stays printed beside the new one."""

    kind: Literal["calendar_changed"] = "calendar_changed"
    calendar: Hash
    letter: str
    keeps_promise: bool
    before: Due
    due: Due


# --- outside systems ---------------------------------------------------------------------------------------------


class OutsideCallFailed(BaseEvent):
    """An outside system failed us. The call goes on by itself unless `final`; an incident is open until it succeeds."""

    kind: Literal["outside_call_failed"] = "outside_call_failed"
    effect: str
    system: str
    code: str
    final: bool


IntakeEvent = DossierSubmitted | DossierAccepted | DossierRouted | DossierRefused | IdentityVerified
SupplementEvent = SupplementRequested | SupplementReceived
StepEvent = (
    DossierAssigned | ProcessingStarted | StepCompleted | StepSentBack | OpinionAsked | OpinionGiven | ResultRejected
)
PaymentEvent = (
    PaymentRequested
    | PaymentOrderCreated
    | PaymentCheckAsked
    | PaymentChecked
    | PaymentConfirmed
    | PaymentMismatched
    | PaymentExpired
    | RefundRequested
    | Refunded
)
ResultEvent = (
    SignatureRequested
    | ResultSigned
    | ResultNumbered
    | ResultSealed
    | SigningHandedOver
    | DossierResolved
    | ResultRegistered
    | ResultReturned
    | DossierRated
)
PauseEvent = DossierSuspended | DossierResumed | DossierStopped | DossierWithdrawn
DeadlineEvent = DeadlineWarned | DossierEscalated | DeadlineExtended | EntryCorrected

HandoverEvent = HandoverSent | HandoverAcknowledged | HandoverRefused | WaitOverdue
RulesEvent = MovedToSuccessor | CalendarChanged

AnyEvent = (
    IntakeEvent
    | SupplementEvent
    | StepEvent
    | PaymentEvent
    | ResultEvent
    | PauseEvent
    | DeadlineEvent
    | HandoverEvent
    | RulesEvent
    | OutsideCallFailed
)
Event = Annotated[AnyEvent, Field(discriminator="kind")]

EVENT: TypeAdapter[AnyEvent] = TypeAdapter(Event)
"""Reads one stored event; unknown fields are ignored."""
