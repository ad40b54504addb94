"""The payment platform's books: orders, payments that came in, refunds that went back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from domain.values import Code, Instant, Name, Strict, Value

Dong = Annotated[int, Field(gt=0, strict=True)]
State = Literal["pending", "paid", "expired", "refunded", "failed"]


class OrderRequest(Strict):
    """What a merchant asks for."""

    key: Code
    dossier: Code
    amount: Dong
    description: Name
    expires_at: Instant
    callback_url: str


class RefundRequest(Strict):
    """What a merchant gives back."""

    key: Code
    order_id: Code
    amount: Dong
    reason: Name


class Payment(Value):
    """Money that came in."""

    transaction_id: str
    amount: int
    paid_at: Instant


class Refund(Value):
    """Money that went back."""

    refund_id: str
    request: RefundRequest


class OrderRow(Value):
    """One order with all that happened to it."""

    order_id: str
    request: OrderRequest
    payments: tuple[Payment, ...] = ()
    refunds: tuple[Refund, ...] = ()
    declined: bool = False
    closed: bool = False

    @property
    def paid(self) -> int:
        """Dong that came in."""
        return sum(payment.amount for payment in self.payments)

    @property
    def refunded(self) -> int:
        """Dong that went back."""
        return sum(refund.request.amount for refund in self.refunds)

    def state(self, now: datetime) -> State:
        """Paid once the whole sum is held; a part of it leaves the order pending until it expires."""
        if self.paid and self.refunded == self.paid:
            return "refunded"
        if self.paid - self.refunded >= self.request.amount:
            return "paid"
        if self.declined:
            return "failed"
        return "expired" if self.closed or now >= self.request.expires_at else "pending"

    def told(self, now: datetime) -> dict[str, object]:
        """The order as the platform tells it."""
        return {
            "order_id": self.order_id,
            "state": self.state(now),
            "amount": self.request.amount,
            "paid_amount": self.paid,
            "refunded_amount": self.refunded,
            "transactions": [payment.model_dump(mode="json") for payment in self.payments],
        }
