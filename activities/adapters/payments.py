"""The payment platform: orders, payments, refunds, and the platform's notifications to us.

Amounts are whole dong. The platform reports what was paid; the domain decides whether that settles a fee.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field, SecretStr, StringConstraints

from activities.adapters.errors import OutsideError
from activities.adapters.http import Connection, Outgoing
from activities.adapters.messages import CallbackRefusal, OutsideCode
from activities.adapters.response_parsing import NOBODY_ANSWERED, json_request, successful
from activities.adapters.signed_bodies import read_signed
from domain.values import Code, Instant, Name, Strict, Value

CALLBACK_SIGNATURE_HEADER = "X-Payment-Signature"
"""Its value is `sha256=` and the HMAC-SHA256 of the raw body in hexadecimal."""

EXPIRED = "expires_in_the_past"
"""The platform's refusal of an order that would have expired. It is right only if our clock says so too."""
NOT_FOUND = frozenset({"unknown_order", "unknown_request", *(f"http_{status}" for status in NOBODY_ANSWERED)})
"""The reasons of an answer to a look-up that found nothing, or that the platform does not have."""

Dong = Annotated[int, Field(ge=0, le=1_000_000_000_000, strict=True)]
PositiveDong = Annotated[int, Field(gt=0, le=1_000_000_000_000, strict=True)]
PayUrl = Annotated[str, StringConstraints(max_length=2_000, pattern=r"^https?://[!-~]+$")]
"""The page where the applicant pays: a web address in ASCII without spaces, because a terminal prints it."""


class OrderState(StrEnum):
    """The state of an order at the platform."""

    PENDING = "pending"
    PAID = "paid"
    EXPIRED = "expired"
    REFUNDED = "refunded"
    FAILED = "failed"


class CreateOrder(Strict):
    """Opens an order. The same key gives the same order. A key with another request is refused (key_reused)."""

    key: Code
    dossier: Code
    amount: PositiveDong
    description: Name
    expires_at: Instant
    callback_url: str


class PaymentOrder(Value):
    """An open order and where the applicant pays it."""

    order_id: Code
    pay_url: PayUrl
    amount: PositiveDong
    expires_at: Instant


class QueryOrder(Strict):
    """Asks for the status of an order."""

    order_id: Code


class Transaction(Value):
    """One payment that reached the platform."""

    transaction_id: Code
    amount: PositiveDong
    paid_at: Instant


class MadeRefund(Value):
    """One refund that the platform has made."""

    refund_id: Code
    amount: PositiveDong


class OrderStatus(Value):
    """The status of an order. `paid_amount` is the sum of all payments, `refunded_amount` of all refunds.

    `refunds`: each of them; None where a platform gives only their sum.
    """

    order_id: Code
    state: OrderState
    amount: PositiveDong
    paid_amount: Dong
    refunded_amount: Dong = 0
    transactions: tuple[Transaction, ...] = ()
    refunds: tuple[MadeRefund, ...] | None = None

    @property
    def over(self) -> int:
        """The dong that were paid too much; negative when some are missing."""
        return self.paid_amount - self.refunded_amount - self.amount


class FoundOrder(OrderStatus):
    """The order of a key: what it was opened with, and its status now."""

    key: Code
    dossier: Code
    pay_url: PayUrl

    @property
    def open(self) -> bool:
        """True if it can still be paid, or money lies there."""
        return self.state is OrderState.PENDING or self.paid_amount > self.refunded_amount


class RefundOrder(Strict):
    """Refunds an amount of what was paid, once for each key."""

    key: Code
    order_id: Code
    amount: PositiveDong
    reason: Name


class Refunded(Value):
    """A refund and the platform's number for it."""

    refund_id: Code
    order_id: Code
    amount: PositiveDong


class Callback(Value):
    """The platform's notification of a payment.

    It may come late, twice or never, and its amount may be wrong. So it is only a reason to ask `Payments.query`.
    """

    event_id: Code
    order_id: Code
    key: Code
    transaction_id: Code
    amount: PositiveDong
    paid_at: Instant
    state: OrderState


class Payments:
    """The payment platform's adapter. With `confirm` it reads back a new order, before the applicant is sent to pay it,
    and a refund, before the ledger says that the money has gone back.

    An answer about another order or another amount is an error: it could settle or refund somebody else's money.
    """

    def __init__(self, connection: Connection, *, confirm: bool = True) -> None:
        self._connection = connection
        self._confirm = confirm

    async def create_order(self, request: CreateOrder) -> PaymentOrder:
        """Opens an order, or returns the order that this key has opened before."""
        body = request.model_dump(mode="json")
        outgoing = json_request("create_order", "/orders", body, key=request.key)
        try:
            read = successful(self._connection, "create_order", PaymentOrder)
            order = await self._connection.exchange(outgoing, read)
        except OutsideError as error:
            if error.reason != EXPIRED or request.expires_at <= datetime.now(UTC):
                raise
            raise self._connection.error(OutsideCode.BAD_REPLY, "create_order", reason="clock_off") from None
        self._require_same("create_order", "another_amount", request.amount, order.amount)
        if self._confirm:
            await self._confirmed(order)
        return order

    async def query(self, request: QueryOrder) -> OrderStatus:
        """The status of the order now. Raises `outside_refused` with reason `unknown_order` when there is none."""
        outgoing = Outgoing("query", f"/orders/{request.order_id}", method="GET")
        status = await self._connection.exchange(outgoing, successful(self._connection, "query", OrderStatus))
        self._require_same("query", "another_order", request.order_id, status.order_id)
        return status

    async def find(self, key: Code) -> FoundOrder | None:
        """The order that this key has opened; None when there is none, and where the platform has no such look-up."""
        outgoing = Outgoing("find_order", f"/orders/by-key/{key}", method="GET")
        try:
            found = await self._connection.exchange(outgoing, successful(self._connection, "find_order", FoundOrder))
        except OutsideError as error:
            if error.reason in NOT_FOUND:
                return None
            raise
        self._require_same("find_order", "another_order", key, found.key)
        return found

    async def refund(self, request: RefundOrder) -> Refunded:
        """Refunds money. The platform refuses more than was paid (refund_exceeds_paid)."""
        body = request.model_dump(mode="json")
        outgoing = json_request("refund", f"/orders/{request.order_id}/refunds", body, key=request.key)
        done = await self._connection.exchange(outgoing, successful(self._connection, "refund", Refunded))
        self._require_same("refund", "another_order", request.order_id, done.order_id)
        self._require_same("refund", "another_amount", request.amount, done.amount)
        if self._confirm:
            await self._confirmed_refund(done)
        return done

    def _require_same(self, operation: str, reason: str, asked: object, answered: object) -> None:
        if asked != answered:
            raise self._connection.error(OutsideCode.BAD_REPLY, operation, reason=reason)

    async def _confirmed_refund(self, done: Refunded) -> None:
        """Reads the refund back. A platform that gives only the sum is believed when the sum is large enough,
        and one that gives neither is believed."""
        try:
            status = await self.query(QueryOrder(order_id=done.order_id))
        except OutsideError as error:
            raise error.sent_again() from error  # the money went back: a refused look is no refusal of it
        if status.refunds is None:
            made = "refunded_amount" not in status.model_fields_set or status.refunded_amount >= done.amount
        else:
            made = MadeRefund(refund_id=done.refund_id, amount=done.amount) in status.refunds
        if not made:
            raise self._connection.error(OutsideCode.BAD_REPLY, "refund", reason="no_effect")

    async def _confirmed(self, order: PaymentOrder) -> None:
        try:
            status = await self.query(QueryOrder(order_id=order.order_id))
        except OutsideError as error:
            if error.reason != "unknown_order":
                raise error.sent_again() from error  # the order was made: a refused look is no refusal of it
            raise self._connection.error(OutsideCode.BAD_REPLY, "create_order", reason="no_effect") from None
        self._require_same("create_order", "another_amount", order.amount, status.amount)


def verify_callback(secret: SecretStr, body: bytes, signature: str | None) -> Callback:
    """The notification, if the platform signed exactly these bytes. Raises RejectedCallback (an InvalidInput) if not.

    `signature` is the value of the header CALLBACK_SIGNATURE_HEADER, None when it is missing.
    """
    refusals = CallbackRefusal.CALLBACK_SIGNATURE, CallbackRefusal.CALLBACK_UNREADABLE
    return read_signed(Callback, secret, body, signature, unsigned=refusals[0], unreadable=refusals[1])
