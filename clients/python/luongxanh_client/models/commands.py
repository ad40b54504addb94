"""The commands on an open dossier. `client.act(code, Accept())` gives one."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, Field

from luongxanh_client.models.base import Question
from luongxanh_client.models.submission import ActingAs, Applicant, Matter, PostalAddress, SubmittedDocument
from luongxanh_client.models.words import ApplicantField, Charge, ExplanationCause, Handback, PostPurpose


class Command(Question):
    """What every command has: a note, and in which capacity the caller acts where it has more than one."""

    kind: ClassVar[str]
    note: str | None = Field(default=None, repr=False)
    acting_as: ActingAs | None = None


class Accept(Command):
    """Valid intake: the clocks start. A fee other than a published one needs its legal basis and a second person."""

    kind = "accept"
    fee: int | None = None
    fee_case: str | None = None
    legal_basis: str | None = None


class Refuse(Command):
    """The dossier is not accepted."""

    kind = "refuse"
    legal_basis: str


class RequestSupplement(Command):
    """Asks the applicant for papers, by their codes. The clocks pause or begin anew, as the procedure says."""

    kind = "request_supplement"
    documents: tuple[str, ...]
    legal_basis: str


class ReceiveSupplement(Command):
    """The papers that were asked for have come."""

    kind = "receive_supplement"
    documents: tuple[SubmittedDocument, ...]


class Claim(Command):
    """Takes a processing step that nobody has."""

    kind = "claim"


class Release(Command):
    """Gives the step back to the unit."""

    kind = "release"
    reason: str


class Assign(Command):
    """Gives the dossier to an officer."""

    kind = "assign"
    person: str


class CompleteStep(Command):
    """Ends a step of the process, by its code."""

    kind = "complete_step"
    step: str


class SendBackStep(Command):
    """Sends the dossier back to an earlier step."""

    kind = "send_back_step"
    to_step: str


class Approve(Command):
    """Approves a step."""

    kind = "approve"
    step: str


class AskOpinion(Command):
    """Asks another unit for its opinion."""

    kind = "ask_opinion"
    unit: str
    legal_basis: str | None = None


class GiveOpinion(Command):
    """Answers a unit that asked for an opinion."""

    kind = "give_opinion"
    agrees: bool


class ProposeFee(Command):
    """An amount other than the published one. It counts when a second person approves it."""

    kind = "propose_fee"
    amount: int
    legal_basis: str
    charge: Charge = Charge.FEE


class ApproveFee(Command):
    """The second person repeats the amount."""

    kind = "approve_fee"
    amount: int


class RejectFee(Command):
    """The second person does not approve the amount."""

    kind = "reject_fee"
    legal_basis: str


class RequestPayment(Command):
    """Requests what is due, in dong."""

    kind = "request_payment"
    amount: int


class CancelPaymentRequest(Command):
    """Takes back a request that was made by mistake."""

    kind = "cancel_payment_request"
    legal_basis: str


class ConfirmPayment(Command):
    """The cashier took the money, in dong, and wrote this voucher."""

    kind = "confirm_payment"
    amount: int
    voucher: str


class CheckPayment(Command):
    """Asks the payment platform about an order."""

    kind = "check_payment"
    order: str


class ConfirmIdentity(Command):
    """The population database has other data. A person has checked and takes responsibility."""

    kind = "confirm_identity"
    legal_basis: str


class RetryRefusedCall(Command):
    """An operator has a call asked again that an outside system refused for good, with other input where it was wrong.

    `applicant` has the right particulars for an identity; `signer` is another official of `unit` for a signature.
    `nothing_done` is for a call that was not refused for good: the evidence, by which two operators state, one after
    the other, that the system did nothing for it. `registered_as` adopts the number that a registry has already.
    """

    kind = "retry_refused_call"
    effect: str
    reason: str
    nothing_done: str | None = None
    registered_as: str | None = None
    applicant: Applicant | None = Field(default=None, repr=False)
    signer: str | None = None
    unit: str | None = None


class Sign(Command):
    """The official orders the signature of the result. `document` is the SHA-256 of its file."""

    kind = "sign"
    document: str
    result_number: str


class RejectResult(Command):
    """The result is sent back to a step."""

    kind = "reject_result"
    to_step: str


class Resolve(Command):
    """The result exists without an electronic signature of the engine."""

    kind = "resolve"
    result_number: str
    document: str | None = None


class ReturnResult(Command):
    """The applicant has the result."""

    kind = "return_result"
    by: Handback = Handback.COUNTER


class RequestPost(Command):
    """Has the post deliver the result, or collect papers. Given again, it changes the address or sends it again."""

    kind = "request_post"
    purpose: PostPurpose
    postal_address: PostalAddress = Field(repr=False)


class CancelPost(Command):
    """The post need not come. Possible until it has the item."""

    kind = "cancel_post"
    purpose: PostPurpose


class CheckPost(Command):
    """Asks the post about an item."""

    kind = "check_post"
    item: str


class Rate(Command):
    """The applicant's rating, in stars."""

    kind = "rate"
    stars: int


class Suspend(Command):
    """Suspends the dossier: the clocks pause."""

    kind = "suspend"
    legal_basis: str


class Resume(Command):
    """Goes on after a suspension."""

    kind = "resume"


class Stop(Command):
    """Ends the dossier without a result."""

    kind = "stop"
    legal_basis: str


class Withdraw(Command):
    """The applicant takes the dossier back."""

    kind = "withdraw"


class Extend(Command):
    """Extends the date with an apology letter: the new date and the reason."""

    kind = "extend"
    until: date
    legal_basis: str


class HandOver(Command):
    """Sends the dossier to the unit that should be competent. It must acknowledge."""

    kind = "hand_over"
    unit: str
    legal_basis: str


class AcknowledgeHandover(Command):
    """Takes a dossier that was handed over."""

    kind = "acknowledge_handover"


class RefuseHandover(Command):
    """Does not take a dossier that was handed over."""

    kind = "refuse_handover"
    legal_basis: str


class AcknowledgeEscalation(Command):
    """The unit that was told knows, and acts."""

    kind = "acknowledge_escalation"
    escalation: int


class ExplainEscalation(Command):
    """The unit that kept the dossier waiting explains why."""

    kind = "explain_escalation"
    escalation: int
    cause: ExplanationCause


class HandBack(Command):
    """The level that had taken the dossier over hands it back."""

    kind = "hand_back"
    legal_basis: str


class CorrectReceivedAt(Question):
    """The true time of receipt."""

    entry: Literal["received_at"] = "received_at"
    value: AwareDatetime


class CorrectMatter(Question):
    """The true matter."""

    entry: Literal["matter"] = "matter"
    value: Matter


class CorrectApplicant(Question):
    """Which particulars were wrong. The new ones stand beside it, in the command."""

    entry: Literal["applicant"] = "applicant"
    changed: tuple[ApplicantField, ...] = ()


class CorrectDocuments(Question):
    """The papers that were brought in truth."""

    entry: Literal["documents"] = "documents"
    value: tuple[SubmittedDocument, ...]


class CorrectEntry(Command):
    """Corrects a wrong entry. The old entry stays in the record."""

    kind = "correct_entry"
    correction: Annotated[
        CorrectReceivedAt | CorrectMatter | CorrectApplicant | CorrectDocuments, Field(discriminator="entry")
    ]
    legal_basis: str
    applicant: Applicant | None = Field(default=None, repr=False)
