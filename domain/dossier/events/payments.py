"""The events of money: fees, requests, orders, checks, confirmations and refunds."""

from __future__ import annotations

from typing import Literal

from domain.dossier.commands import Charge
from domain.dossier.events.base import BaseEvent, Due
from domain.values import Code, Instant, Value


class FeeProposed(BaseEvent):
    """An amount other than the published one. It is not requested until a second person approves."""

    kind: Literal["fee_proposed"] = "fee_proposed"
    charge: Charge
    amount: int
    legal_basis: str
    by: Code
    """The person who proposes it. Another person must approve."""


class FeeApproved(BaseEvent):
    kind: Literal["fee_approved"] = "fee_approved"
    charge: Charge
    amount: int
    by: Code


class FeeRejected(BaseEvent):
    kind: Literal["fee_rejected"] = "fee_rejected"
    charge: Charge
    amount: int
    legal_basis: str


class PaymentRequested(BaseEvent):
    """A financial obligation: the clocks pause until it is met. Or a new order for one that is not met yet."""

    kind: Literal["payment_requested"] = "payment_requested"
    amount: int
    expires_at: Instant
    attempt: int
    counted: int | None = None
    """The money that came in for it before, on other orders; the new order is for the rest. None, in events of the
    first release: earlier money does not count."""
    pauses: bool = True
    """False: the procedure has no limit, so no clock was running that could pause."""


class PaymentRequestCancelled(BaseEvent):
    """The request was a mistake: the clocks run on, and money that comes in for it goes back."""

    kind: Literal["payment_request_cancelled"] = "payment_request_cancelled"
    amount: int
    legal_basis: str
    due: Due


class PaymentOrderCreated(BaseEvent):
    kind: Literal["payment_order_created"] = "payment_order_created"
    order: Code
    pay_url: str
    attempt: int | None = None
    """The number of its request; None: the request in force. An order that came too late can still be paid."""


class PaymentCheckAsked(BaseEvent):
    """The platform called back, or it is time to ask."""

    kind: Literal["payment_check_asked"] = "payment_check_asked"
    order: Code
    because: Literal["callback", "poll", "expiry", "officer", "replaced"]
    """`replaced`: the obligation ended another way (cash, a new order, a withdrawal); money that came in goes back."""


class OrderLookedAt(BaseEvent):
    """An event that answers the question number `check` to the platform (0: it answers none)."""

    check: int = 0


class PaymentChecked(OrderLookedAt):
    """The order was looked at and nothing changed."""

    kind: Literal["payment_checked"] = "payment_checked"
    order: Code
    paid: int


class PartPaid(Value):
    """What came in on another order of the same obligation, in dong."""

    order: Code
    amount: int


class PaymentConfirmed(OrderLookedAt):
    """The obligation is met by `amount`, and by earlier money on other orders (`parts`)."""

    kind: Literal["payment_confirmed"] = "payment_confirmed"
    amount: int
    by: Literal["platform", "cashier"]
    reference: str
    due: Due
    parts: tuple[PartPaid, ...] = ()
    receipted_by: Code | None = None
    """The register of receipts in which the cashier's number (`reference`) belongs to this dossier only. None in events
    of the first release: the register of the unit that took the money."""


class PaymentMismatched(OrderLookedAt):
    """Less money arrived than is owed. It counts, and a person must look. `paid` is the money on this order."""

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
    """Refunds are numbered in the dossier, so that the next one does not change one under way."""


class Refunded(BaseEvent):
    kind: Literal["refunded"] = "refunded"
    order: Code
    amount: int
    number: int = 1
    reference: str


PaymentEvent = (
    FeeProposed
    | FeeApproved
    | FeeRejected
    | PaymentRequested
    | PaymentRequestCancelled
    | PaymentOrderCreated
    | PaymentCheckAsked
    | PaymentChecked
    | PaymentConfirmed
    | PaymentMismatched
    | PaymentExpired
    | RefundRequested
    | Refunded
)
