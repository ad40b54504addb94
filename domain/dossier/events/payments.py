"""Money: asked for, ordered, looked at, confirmed, given back."""

from __future__ import annotations

from typing import Literal

from domain.dossier.events.base import BaseEvent, Due
from domain.values import Code, Instant


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
