"""The engine's own commands on a dossier: its timer fired, or a call to an outside system has an outcome.

Only the system role may send them. They are decided like any other command and leave the same history.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from domain.dossier.effect_id import EFFECT_PATTERN
from domain.dossier.post_stages import PostStage
from domain.rules.audience import Audience
from domain.values import Code, Hash, Instant, Strict


class EvaluateTimers(Strict):
    """The dossier's timer fired: warn, escalate, poll or expire whatever is due now.

    `audiences`: the people of the rungs and climbs that were due, as they were looked up. None: nobody was asked.
    """

    kind: Literal["look_at_clock"] = "look_at_clock"
    audiences: tuple[Audience, ...] | None = Field(default=None, exclude_if=lambda asked: asked is None)


class BaseOutcome(Strict):
    """The answer to one effect, with the effect's id."""

    effect: Annotated[str, StringConstraints(pattern=EFFECT_PATTERN)]


class RecordIdentity(BaseOutcome):
    kind: Literal["record_identity"] = "record_identity"
    matches: bool
    applicant: Hash | None = None
    """The commitment to the particulars that were looked up."""


class RecordPaymentOrder(BaseOutcome):
    kind: Literal["record_payment_order"] = "record_payment_order"
    order: Code
    pay_url: str


class RecordPaymentSeen(BaseOutcome):
    """The platform's answer about an order. `paid` is never negative; the order may have been paid twice."""

    kind: Literal["record_payment_seen"] = "record_payment_seen"
    order: Code
    paid: Annotated[int, Field(ge=0)]
    transactions: tuple[str, ...] = ()
    closed: bool = False
    """True: the platform takes no more money for this order (it expired or was refunded)."""


class RecordRefund(BaseOutcome):
    kind: Literal["record_refund"] = "record_refund"
    reference: str
    order: Code | None = None


class RecordSignature(BaseOutcome):
    """`document` and `unit`: what was signed, and for which unit. The first release did not write them."""

    kind: Literal["record_signature"] = "record_signature"
    certificate: str
    signature: str
    signed_at: Instant
    document: Hash | None = None
    unit: Code | None = None


class RecordSeal(BaseOutcome):
    kind: Literal["record_seal"] = "record_seal"
    certificate: str
    signature: str
    document: Hash | None = None
    unit: Code | None = None


class RecordRegistration(BaseOutcome):
    kind: Literal["record_registration"] = "record_registration"
    reference: str
    document: Hash | None = None


class RecordPostOrder(BaseOutcome):
    """The post has the order. `cancelled`: it had been cancelled before it came."""

    kind: Literal["record_post_order"] = "record_post_order"
    item: Code
    cancelled: bool = False


class RecordPostSeen(BaseOutcome):
    """Where an item is, as the post says. `stated_at` is by the post's clock, and only told."""

    kind: Literal["record_post_seen"] = "record_post_seen"
    item: Code
    stage: PostStage
    stated_at: Instant
    evidence: Code | None = None
    """The number of the post's proof of delivery, or of its record of the failure."""


class RecordPostCancelled(BaseOutcome):
    """`cancelled` False: too late, the post has the item already."""

    kind: Literal["record_post_cancelled"] = "record_post_cancelled"
    cancelled: bool
    item: Code | None = None


class RecordFailure(BaseOutcome):
    """The call failed. `final`: the system refused, and a retry cannot change that. Otherwise the call is retried."""

    kind: Literal["record_failure"] = "record_failure"
    system: str
    code: str
    final: bool


OutcomeCommand = (
    RecordIdentity
    | RecordPaymentOrder
    | RecordPaymentSeen
    | RecordRefund
    | RecordSignature
    | RecordSeal
    | RecordRegistration
    | RecordPostOrder
    | RecordPostSeen
    | RecordPostCancelled
    | RecordFailure
)
SystemCommand = EvaluateTimers | OutcomeCommand
