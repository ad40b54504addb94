"""The calls to outside systems that a dossier needs. The id is the idempotency key at the outside system."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from domain.dossier.commands import PostPurpose
from domain.dossier.effect_id import EffectId
from domain.values import Code, DocumentNumber, Hash, Instant, Value


class BaseEffect(Value):
    """`id` is unique in the dossier and stable: the same call always has the same id."""

    id: EffectId


class VerifyIdentity(BaseEffect):
    """Looks the applicant up in the population database. The particulars are read from the vault."""

    kind: Literal["verify_identity"] = "verify_identity"
    applicant: Hash
    unit: Code


class CreatePaymentOrder(BaseEffect):
    kind: Literal["create_payment_order"] = "create_payment_order"
    amount: int
    expires_at: Instant


class QueryPayment(BaseEffect):
    kind: Literal["query_payment"] = "query_payment"
    order: Code


class RefundPayment(BaseEffect):
    kind: Literal["refund_payment"] = "refund_payment"
    order: Code
    amount: int


class SignResult(BaseEffect):
    kind: Literal["sign_result"] = "sign_result"
    document: Hash
    signer: Code
    unit: Code


class SealResult(BaseEffect):
    kind: Literal["seal_result"] = "seal_result"
    document: Hash
    unit: Code


class RegisterResult(BaseEffect):
    kind: Literal["register_result"] = "register_result"
    registry: Code
    procedure: Code
    unit: Code
    result_number: DocumentNumber
    document: Hash
    issued_at: Instant


class OrderPost(BaseEffect):
    """Orders an item at the post. The address is read from the vault."""

    kind: Literal["order_post"] = "order_post"
    purpose: PostPurpose
    postal_address: Hash
    unit: Code
    """The desk that gives the result to the post, or gets the papers from it."""


class TrackPost(BaseEffect):
    """Asks the post where an item is. `order`: the effect that ordered it."""

    kind: Literal["track_post"] = "track_post"
    order: EffectId
    item: Code


class CancelPostOrder(BaseEffect):
    """Cancels an order, also one whose answer never came: the post then refuses it when it still comes."""

    kind: Literal["cancel_post_order"] = "cancel_post_order"
    order: EffectId


AwaitedCall = Annotated[CreatePaymentOrder | SignResult | SealResult, Field(discriminator="kind")]
"""A call that leaves something outside that nothing takes back: its answer is waited for also when nobody needs it."""

Effect = Annotated[
    VerifyIdentity
    | CreatePaymentOrder
    | QueryPayment
    | RefundPayment
    | SignResult
    | SealResult
    | RegisterResult
    | OrderPost
    | TrackPost
    | CancelPostOrder,
    Field(discriminator="kind"),
]
