"""The records of the payment platform: orders, payments and refunds."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from domain.values import Code, Instant, Name, Strict, Value

Dong = Annotated[int, Field(gt=0, strict=True)]
State = Literal["pending", "paid", "expired", "refunded", "failed"]


class OrderRequest(Strict):
    """A request of a merchant to create an order."""

    key: Code
    dossier: Code
    amount: Dong
    description: Name
    expires_at: Instant
    callback_url: str


class RefundRequest(Strict):
    """A request of a merchant to refund money."""

    key: Code
    order_id: Code
    amount: Dong
    reason: Name


class Payment(Value):
    """A payment of the citizen."""

    transaction_id: str
    amount: int
    paid_at: Instant


class Refund(Value):
    """A refund to the citizen."""

    refund_id: str
    request: RefundRequest


class OrderRow(Value):
    """One order, with its payments and refunds."""

    order_id: str
    request: OrderRequest
    payments: tuple[Payment, ...] = ()
    refunds: tuple[Refund, ...] = ()
    declined: bool = False
    closed: bool = False

    @property
    def paid(self) -> int:
        """The sum of the payments, in dong."""
        return sum(payment.amount for payment in self.payments)

    @property
    def refunded(self) -> int:
        """The sum of the refunds, in dong."""
        return sum(refund.request.amount for refund in self.refunds)

    def state(self, now: datetime) -> State:
        """The state. An order is paid when the whole amount is paid; a part of it leaves the order pending."""
        if self.paid and self.refunded == self.paid:
            return "refunded"
        if self.paid - self.refunded >= self.request.amount:
            return "paid"
        if self.declined:
            return "failed"
        return "expired" if self.closed or now >= self.request.expires_at else "pending"

    def answer_fields(self, now: datetime) -> dict[str, object]:
        """The order as the platform returns it to a query."""
        return {
            "order_id": self.order_id,
            "state": self.state(now),
            "amount": self.request.amount,
            "paid_amount": self.paid,
            "refunded_amount": self.refunded,
            "refunds": [{"refund_id": one.refund_id, "amount": one.request.amount} for one in self.refunds],
            "transactions": [payment.model_dump(mode="json") for payment in self.payments],
        }
