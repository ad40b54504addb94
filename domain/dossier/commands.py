"""The commands on a dossier, in the imperative. A command has no free text, only a commitment to it.

A command from outside with an unknown field is an error. Texts that a person wrote (notes, reasons, an applicant's
particulars) are kept in the vault of personal data; a command has the hash that binds them (`note`, `applicant`).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, get_args

from pydantic import Field, StringConstraints

from domain.dossier.effect_id import EFFECT_PATTERN
from domain.organisation.routing import Matter
from domain.procedures.procedure import Channel
from domain.repairs.orders import RepairKind
from domain.rules.rulebook import Pins
from domain.values import Bilingual, Code, Day, DocumentNumber, Hash, Instant, Name, Strict

Dong = Annotated[int, Field(ge=0, le=10_000_000_000, strict=True)]
"""An amount in dong: whole, never negative."""


NOT_KEPT_YET = "0" * 64
"""Stands for a commitment until its content is kept in the vault. It never leaves the gateway."""


class SubmittedDocument(Strict):
    """One paper or file that came with the dossier (thành phần hồ sơ)."""

    code: Code
    original: bool = False
    digitised: bool = False
    reused: bool = False
    sha256: Hash | None = None


class BroughtOver(Strict):
    """The older system in which a dossier was received before it came to this one."""

    system: Code
    code: DocumentNumber
    received_at: Instant


class WithNote(Strict):
    """A command to which a person may add a text. The text itself is in the vault."""

    note: Hash | None = None


class PostPurpose(StrEnum):
    """What the post does for a dossier."""

    DELIVERY = "delivery"
    COLLECTION = "collection"

    @property
    def words(self) -> Bilingual:
        """The name on screens and in sentences."""
        return _POST_PURPOSES[self]


_POST_PURPOSES = {
    PostPurpose.DELIVERY: Bilingual(vi="trả kết quả tận nơi", en="delivery of the result"),
    PostPurpose.COLLECTION: Bilingual(vi="nhận giấy tờ tận nơi", en="collection of the papers"),
}


class Submit(WithNote):
    """`postal_address`: the commitment to the address to which the post shall deliver the result."""

    kind: Literal["submit"] = "submit"
    procedure: Code
    pins: Pins
    channel: Channel
    case: Annotated[int, Field(ge=1)] = 1
    received_by: Code
    assisted_by: Code | None = None
    matter: Matter
    applicant: Hash
    documents: Annotated[tuple[SubmittedDocument, ...], Field(max_length=200)] = ()
    brought_over: BroughtOver | None = None
    postal_address: Hash | None = None


class Accept(WithNote):
    """Valid intake: the clocks start. The fee is the published one, or that of a published case (`fee_case`).

    Any other `fee` needs its `legal_basis` and is only a proposal until a second person approves it.
    """

    kind: Literal["accept"] = "accept"
    pins: Pins | None = None
    fee: Dong | None = None
    fee_case: Code | None = None
    legal_basis: Name | None = None


class Refuse(WithNote):
    kind: Literal["refuse"] = "refuse"
    legal_basis: Name


class RequestSupplement(WithNote):
    kind: Literal["request_supplement"] = "request_supplement"
    documents: Annotated[tuple[Code, ...], Field(min_length=1, max_length=100)]
    legal_basis: Name


class ReceiveSupplement(WithNote):
    kind: Literal["receive_supplement"] = "receive_supplement"
    documents: Annotated[tuple[SubmittedDocument, ...], Field(min_length=1, max_length=200)]


class Assign(WithNote):
    kind: Literal["assign"] = "assign"
    person: Code
    instead_of: Code | None = Field(default=None, exclude_if=lambda one: one is None)
    """From the engine: whom it replaces, an officer it named itself who is away. Refused if another has it."""


class Claim(WithNote):
    """An officer takes the current step, which nobody has."""

    kind: Literal["claim"] = "claim"


class Release(WithNote):
    """Gives the current step back to the unit: by who has it, or by the head of the unit."""

    kind: Literal["release"] = "release"
    reason: Name


class CompleteStep(WithNote):
    kind: Literal["complete_step"] = "complete_step"
    step: Code


class SendBackStep(WithNote):
    kind: Literal["send_back_step"] = "send_back_step"
    to_step: Code


class AskOpinion(WithNote):
    kind: Literal["ask_opinion"] = "ask_opinion"
    unit: Code
    legal_basis: Name | None = None
    """Why this unit is asked; required for a unit of another level or field than the matter's."""


class GiveOpinion(WithNote):
    kind: Literal["give_opinion"] = "give_opinion"
    agrees: bool


class Charge(StrEnum):
    """What a dossier has to pay for."""

    FEE = "fee"  # phí, lệ phí
    TAX = "tax"  # a further financial obligation (nghĩa vụ tài chính khác)


class ProposeFee(WithNote):
    """An amount other than the published one. It counts when a second person approves it."""

    kind: Literal["propose_fee"] = "propose_fee"
    charge: Charge = Charge.FEE
    amount: Dong
    legal_basis: Name


class ApproveFee(WithNote):
    """The second person repeats the amount."""

    kind: Literal["approve_fee"] = "approve_fee"
    amount: Dong


class RejectFee(WithNote):
    kind: Literal["reject_fee"] = "reject_fee"
    legal_basis: Name


class RequestPayment(WithNote):
    """Requests what is due: a fee that was not requested yet, or the missing part of one that was."""

    kind: Literal["request_payment"] = "request_payment"
    amount: Annotated[int, Field(ge=1, le=10_000_000_000, strict=True)]


class ConfirmPayment(WithNote):
    """The cashier took the money at the counter."""

    kind: Literal["confirm_payment"] = "confirm_payment"
    amount: Dong
    voucher: DocumentNumber


class CancelPaymentRequest(WithNote):
    """Takes back a request made by mistake. What is due stays due; money that comes in for it goes back."""

    kind: Literal["cancel_payment_request"] = "cancel_payment_request"
    legal_basis: Name


class CheckPayment(WithNote):
    """The platform called back, or it is time to ask. The order itself is looked at; the call is never trusted."""

    kind: Literal["check_payment"] = "check_payment"
    order: Code


class Approve(WithNote):
    kind: Literal["approve"] = "approve"
    step: Code


class Sign(WithNote):
    """The official orders the signature of the result with the official's own key."""

    kind: Literal["sign"] = "sign"
    document: Hash
    result_number: DocumentNumber


class RejectResult(WithNote):
    kind: Literal["reject_result"] = "reject_result"
    to_step: Code


class Resolve(WithNote):
    """The result exists without an electronic signature of this engine (for example, a paper signed by hand)."""

    kind: Literal["resolve"] = "resolve"
    result_number: DocumentNumber
    document: Hash | None = None


class Handback(StrEnum):
    """How the result reached the applicant."""

    COUNTER = "counter"
    ONLINE = "online"
    POST = "post"


class ReturnResult(WithNote):
    kind: Literal["return_result"] = "return_result"
    by: Handback = Handback.COUNTER


class RequestPost(WithNote):
    """Has the post deliver the result to an address, or collect papers there. Also to another address, and anew after
    an item came back.

    The address comes beside the command and goes to the vault. The gateway sets `postal_address`, which binds it.
    """

    kind: Literal["request_post"] = "request_post"
    purpose: PostPurpose
    postal_address: Hash = NOT_KEPT_YET


class CancelPost(WithNote):
    """Nobody wants the post to come: the result is fetched, or the papers are brought. Until the post has the item."""

    kind: Literal["cancel_post"] = "cancel_post"
    purpose: PostPurpose


class CheckPost(WithNote):
    """The post reported something, or somebody wants to know. The item is looked up; the report is never trusted."""

    kind: Literal["check_post"] = "check_post"
    item: Code


class Rate(WithNote):
    kind: Literal["rate"] = "rate"
    stars: Annotated[int, Field(ge=1, le=5, strict=True)]


class Suspend(WithNote):
    kind: Literal["suspend"] = "suspend"
    legal_basis: Name


class Resume(WithNote):
    kind: Literal["resume"] = "resume"


class Stop(WithNote):
    kind: Literal["stop"] = "stop"
    legal_basis: Name


class Withdraw(WithNote):
    kind: Literal["withdraw"] = "withdraw"


class Extend(WithNote):
    """Extends the date with an apology letter: the new date and the reason. The actor is responsible for it."""

    kind: Literal["extend"] = "extend"
    until: Day
    legal_basis: Name


class CorrectReceivedAt(Strict):
    entry: Literal["received_at"] = "received_at"
    value: Instant


class CorrectMatter(Strict):
    entry: Literal["matter"] = "matter"
    value: Matter


class ApplicantField(StrEnum):
    """The names of an applicant's particulars. Their values are in the vault."""

    NAME = "name"
    IDENTITY_NUMBER = "identity_number"
    BIRTH_DATE = "birth_date"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"


class CorrectApplicant(Strict):
    """The new particulars come beside the command and go to the vault. The gateway sets `value`, which binds them."""

    entry: Literal["applicant"] = "applicant"
    value: Hash = NOT_KEPT_YET
    changed: tuple[ApplicantField, ...] = ()
    """The particulars that differ from those before; the gateway finds them."""


class CorrectDocuments(Strict):
    entry: Literal["documents"] = "documents"
    value: Annotated[tuple[SubmittedDocument, ...], Field(max_length=200)]


Correction = Annotated[
    CorrectReceivedAt | CorrectMatter | CorrectApplicant | CorrectDocuments, Field(discriminator="entry")
]


class CorrectEntry(WithNote):
    """Corrects a wrong entry. The old entry stays in the ledger."""

    kind: Literal["correct_entry"] = "correct_entry"
    correction: Correction
    legal_basis: Name


class ConfirmIdentity(WithNote):
    """The population database has other data about the applicant. A person has checked and takes responsibility."""

    kind: Literal["confirm_identity"] = "confirm_identity"
    legal_basis: Name


class HandOver(WithNote):
    """Sends it to a unit that should be competent and must acknowledge. No clock restarts, no new dossier is made."""

    kind: Literal["hand_over"] = "hand_over"
    unit: Code
    legal_basis: Name


class AcknowledgeHandover(WithNote):
    kind: Literal["acknowledge_handover"] = "acknowledge_handover"


class RefuseHandover(WithNote):
    kind: Literal["refuse_handover"] = "refuse_handover"
    legal_basis: Name


class ExplanationCause(StrEnum):
    """Why a unit kept a dossier waiting, in its own words."""

    OVERLOAD = "overload"
    ABSENCE = "absence"
    OTHER_UNIT = "other_unit"
    OUTSIDE_SYSTEM = "outside_system"
    APPLICANT = "applicant"
    DIFFICULT_CASE = "difficult_case"
    MISTAKE = "mistake"
    OTHER = "other"

    @property
    def words(self) -> Bilingual:
        """The name on screens and in sentences."""
        return _CAUSES[self]


_CAUSES = {
    ExplanationCause.OVERLOAD: Bilingual(vi="quá nhiều hồ sơ cùng lúc", en="too many dossiers at once"),
    ExplanationCause.ABSENCE: Bilingual(vi="người thụ lý vắng mặt", en="the officer was away"),
    ExplanationCause.OTHER_UNIT: Bilingual(vi="chờ đơn vị khác", en="waited for another unit"),
    ExplanationCause.OUTSIDE_SYSTEM: Bilingual(vi="chờ hệ thống khác", en="waited for another system"),
    ExplanationCause.APPLICANT: Bilingual(vi="chờ người nộp hồ sơ", en="waited for the applicant"),
    ExplanationCause.DIFFICULT_CASE: Bilingual(vi="hồ sơ phức tạp", en="a difficult case"),
    ExplanationCause.MISTAKE: Bilingual(vi="sai sót trong xử lý", en="a mistake in processing"),
    ExplanationCause.OTHER: Bilingual(vi="nguyên nhân khác", en="another cause"),
}


class AcknowledgeEscalation(WithNote):
    """The unit that was told answers: it knows, and acts. `escalation` is the number that the dossier shows."""

    kind: Literal["acknowledge_escalation"] = "acknowledge_escalation"
    escalation: Annotated[int, Field(ge=1, strict=True)]


class ExplainEscalation(WithNote):
    """The unit that kept the dossier waiting explains why. Accepted after the time too, and marked late."""

    kind: Literal["explain_escalation"] = "explain_escalation"
    escalation: Annotated[int, Field(ge=1, strict=True)]
    cause: ExplanationCause


class HandBack(WithNote):
    """The level that had taken the dossier over hands it back to the competent authority."""

    kind: Literal["hand_back"] = "hand_back"
    legal_basis: Name


class MoveToSuccessor(WithNote):
    """Units have merged or split: the dossier goes to the successors of its units, under the new organisation."""

    kind: Literal["move_to_successor"] = "move_to_successor"
    organisation: Hash
    effective: Day
    source: Name
    """The resolution that merged the units."""


class ChangeCalendar(WithNote):
    """A letter has changed the working calendar of an open dossier."""

    kind: Literal["change_calendar"] = "change_calendar"
    calendar: Hash
    letter: Name
    keeps_promise: bool = True
    """True: the date promised under the old calendar binds too. Lateness is judged by the earlier of the two dates."""


class NoteRepair(WithNote):
    """Operators have repaired the dossier by a plan; its outcome was verified. Nothing else changes.

    `plan` is the hash of the plan, `reason` that of the plan; `second` approved it (None: no second person was needed).
    `outcome`: `done` or `not_cured`.
    """

    kind: Literal["note_repair"] = "note_repair"
    repair: RepairKind
    plan: Hash
    reason: Name
    second: Code | None = None
    outcome: Literal["done", "not_cured"]


class RetryRefusedCall(Strict):
    """Asks an outside system again for what it refused for good, with other input where that was wrong.

    New particulars come beside the command and go to the vault. The gateway sets `applicant`, which binds them, and
    `changed`. `signer` is another official, of `unit`; without a unit, of the unit whose signature was refused.

    A call that was not refused for good may be asked anew only when two operators state that the system did nothing
    for it: each gives this command with `nothing_done`.

    A registry that has the result already, under another number, is not asked again where `registered_as` adopts that
    number. Without it the result is entered anew: the registry's people have voided the other entry.
    """

    kind: Literal["retry_refused_call"] = "retry_refused_call"
    effect: Annotated[str, StringConstraints(pattern=EFFECT_PATTERN)]
    """The id of the refused call, as the incident has it."""
    reason: Name
    nothing_done: Name | None = None
    """The evidence: what the system's own people answered, and by which letter."""
    registered_as: Code | None = None
    """The number under which the registry has the result. `reason` is the evidence that it is this result's."""
    applicant: Hash | None = None
    changed: tuple[ApplicantField, ...] = ()
    signer: Code | None = None
    unit: Code | None = None


class ChangeRules(WithNote):
    """An operator moves an open dossier to another version of its procedure or of its ladder. None: stays as it is."""

    kind: Literal["change_rules"] = "change_rules"
    procedure: Hash | None = None
    escalation: Hash | None = None
    reason: Name


class Terminate(WithNote):
    """An operator ends a dossier that must not go on: a test, or one that was entered twice."""

    kind: Literal["terminate"] = "terminate"
    reason: Name


IntakeCommand = Submit | Accept | Refuse
SupplementCommand = RequestSupplement | ReceiveSupplement
StepCommand = Assign | Claim | Release | CompleteStep | SendBackStep | Approve | AskOpinion | GiveOpinion
FeeCommand = ProposeFee | ApproveFee | RejectFee
PaymentCommand = RequestPayment | CancelPaymentRequest | ConfirmPayment | CheckPayment
ResultCommand = Sign | RejectResult | Resolve | ReturnResult | Rate
PauseCommand = Suspend | Resume | Stop | Withdraw
AmendCommand = Extend | CorrectEntry | ConfirmIdentity
PostCommand = RequestPost | CancelPost | CheckPost
HandoverCommand = HandOver | AcknowledgeHandover | RefuseHandover
EscalationCommand = AcknowledgeEscalation | ExplainEscalation | HandBack
RulesCommand = MoveToSuccessor | ChangeCalendar | ChangeRules
RepairCommand = NoteRepair | RetryRefusedCall | Terminate

HumanCommand = (
    IntakeCommand
    | SupplementCommand
    | StepCommand
    | FeeCommand
    | PaymentCommand
    | ResultCommand
    | PostCommand
    | PauseCommand
    | AmendCommand
    | HandoverCommand
    | EscalationCommand
    | RulesCommand
    | RepairCommand
)

COMMAND_KINDS: tuple[str, ...] = tuple(model.model_fields["kind"].default for model in get_args(HumanCommand))
"""The name of every command, also `submit`."""
