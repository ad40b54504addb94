"""Tests of the payment platform's adapter, with payments of the citizen and callbacks that may fail."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta

import pytest
from pydantic import SecretStr

from activities.adapters.messages import OutsideCode
from activities.adapters.payments import (
    CALLBACK_SIGNATURE_HEADER,
    Callback,
    OrderState,
    OrderStatus,
    PaymentOrder,
    Payments,
    QueryOrder,
    RefundOrder,
    verify_callback,
)
from activities.adapters.systems import Outside, open_outside, same_host
from activities.adapters.verdict import Verdict
from domain.errors import InvalidInput
from domain.values import VIETNAM
from tests.activities.adapters.given import CALLBACK_SECRET, Steering, fault, hurried, order
from tests.activities.adapters.test_connection import failure, http, talking
from tests.support.waiting import WITHIN


class Merchant:
    """Our side of the callbacks: a real socket that accepts them, or refuses the first few."""

    def __init__(self) -> None:
        self.refuse = self.turned_away = 0
        self.came = asyncio.Condition()
        self.heard: list[tuple[str | None, bytes]] = []
        self.heads: list[tuple[dict[str, str], bytes]] = []
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Receives one callback."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        body = await reader.readexactly(int(headers["content-length"]))
        refused = self.turned_away < self.refuse
        if refused:
            self.turned_away += 1
        else:
            async with self.came:
                self.heard.append((headers.get(CALLBACK_SIGNATURE_HEADER.lower()), body))
                self.heads.append((headers, body))
                self.came.notify_all()
        status = b"503 Later" if refused else b"200 OK"
        writer.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    async def hears(self, times: int) -> list[Callback]:
        """The callbacks, once that many have arrived; each must be signed by the platform."""
        async with asyncio.timeout(WITHIN), self.came:
            await self.came.wait_for(lambda: len(self.heard) >= times)
        return [verify_callback(CALLBACK_SECRET, body, signature) for signature, body in self.heard]


@pytest.fixture
async def merchant() -> AsyncIterator[Merchant]:
    """A merchant that receives callbacks."""
    merchant = Merchant()
    async with await asyncio.start_server(merchant.serve, "127.0.0.1", 0) as server:
        merchant.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/callback"
        yield merchant


async def paid(steering: Steering, opened: PaymentOrder, **how: object) -> dict[str, object]:
    """The citizen pays."""
    return await asyncio.to_thread(steering.post, opened.pay_url, how)


async def status(outside: Outside, opened: PaymentOrder) -> OrderStatus:
    """The state of the order at the platform."""
    return await outside.payments.query(QueryOrder(order_id=opened.order_id))


async def test_paid_and_told(steering: Steering, outside: Outside, merchant: Merchant) -> None:
    """A paid order is paid at the platform, and the signed callback says the same."""
    opened = await outside.payments.create_order(order(callback_url=merchant.url))
    assert (await status(outside, opened)).state is OrderState.PENDING
    await paid(steering, opened)
    (callback,) = await merchant.hears(1)
    now = await status(outside, opened)
    assert (now.state, now.paid_amount, now.over) == (OrderState.PAID, 50_000, 0)
    assert (callback.order_id, callback.key, callback.amount) == (opened.order_id, "pay-1", 50_000)
    assert callback.transaction_id == now.transactions[0].transaction_id


@pytest.mark.parametrize("mode", ["timeout", "cut", "down", "error_in_200", "no_effect", "duplicate"])
async def test_one_order_a_key_whatever_happens(steering: Steering, outside: Outside, mode: str) -> None:
    """After any failure the next try with the same key finds or makes exactly one order."""
    request = order()
    steering.misbehave("payments", fault(mode, service="create_order"))
    if mode != "duplicate":
        with hurried(outside, mode):
            await failure(outside.payments.create_order(request))
    first = await outside.payments.create_order(request)
    assert await outside.payments.create_order(request) == first
    assert steering.effects("payments") == {"order pay-1": 1}


async def test_an_order_without_effect_sends_nobody_to_pay(steering: Steering, outside: Outside) -> None:
    """An order that the platform reports but does not have is detected before the applicant gets its address."""
    steering.misbehave("payments", fault("no_effect"))
    error = await failure(outside.payments.create_order(order()))
    assert (error.code, error.reason, error.retryable) == (OutsideCode.BAD_REPLY, "no_effect", True)


async def test_a_refused_look_is_no_refusal_of_the_order(steering: Steering, outside: Outside) -> None:
    """The order was made: the same key is sent again, or an operator's retry would make a second order."""
    request = order()
    steering.misbehave("payments", fault("refused", service="query"))
    error = await failure(outside.payments.create_order(request))
    assert (error.operation, error.reason, error.retryable) == ("query", "not_accepted", True)
    await outside.payments.create_order(request)
    assert steering.effects("payments") == {"order pay-1": 1}


async def test_a_key_is_for_one_order(outside: Outside) -> None:
    """The same key for another amount is refused for good."""
    request = order()
    await outside.payments.create_order(request)
    error = await failure(outside.payments.create_order(request.model_copy(update={"amount": 60_000})))
    assert (error.code, error.retryable, error.reason) == (OutsideCode.REFUSED, False, "key_reused")


async def test_a_lost_notification_is_found_by_asking(steering: Steering, outside: Outside, merchant: Merchant) -> None:
    """When no callback arrives, a query still finds that the order is paid."""
    opened = await outside.payments.create_order(order(callback_url=merchant.url))
    await paid(steering, opened, callback="callback_lost")
    assert (await status(outside, opened)).state is OrderState.PAID
    later = await outside.payments.create_order(order("pay-2", callback_url=merchant.url))
    await paid(steering, later)
    assert [callback.order_id for callback in await merchant.hears(1)] == [later.order_id]


async def test_a_notification_that_comes_twice_is_the_same(
    steering: Steering, outside: Outside, merchant: Merchant
) -> None:
    """A doubled callback has the same event id and the same transaction."""
    opened = await outside.payments.create_order(order(callback_url=merchant.url))
    await paid(steering, opened, callback="callback_twice")
    first, second = await merchant.hears(2)
    assert first == second
    assert (await status(outside, opened)).paid_amount == 50_000


async def test_a_late_notification_comes(steering: Steering, outside: Outside, merchant: Merchant) -> None:
    """A late callback arrives after its delay, at random or on demand."""
    opened = await outside.payments.create_order(order(callback_url=merchant.url))
    steering.misbehave("payments", fault("callback_late", delay=0.3))
    before = time.monotonic()
    await paid(steering, opened)
    assert len(await merchant.hears(1)) == 1
    assert time.monotonic() - before >= 0.3


async def test_a_notification_is_repeated_until_taken(steering: Steering, outside: Outside, merchant: Merchant) -> None:
    """The platform sends the callback again while we answer with an error."""
    merchant.refuse = 2
    opened = await outside.payments.create_order(order(callback_url=merchant.url))
    await paid(steering, opened)
    await merchant.hears(1)
    assert merchant.turned_away == 2


async def test_a_wrong_amount_in_a_notification(steering: Steering, outside: Outside, merchant: Merchant) -> None:
    """A correctly signed callback may have a wrong amount; only a query gives the real one."""
    opened = await outside.payments.create_order(order(callback_url=merchant.url))
    await paid(steering, opened, callback="callback_wrong_amount")
    (callback,) = await merchant.hears(1)
    assert callback.amount == 51_000
    assert (await status(outside, opened)).paid_amount == 50_000


async def test_paid_in_part(steering: Steering, outside: Outside) -> None:
    """A partial payment leaves the order pending and shows the missing amount; the rest completes it."""
    opened = await outside.payments.create_order(order())
    await paid(steering, opened, amount=20_000)
    now = await status(outside, opened)
    assert (now.state, now.paid_amount, now.over) == (OrderState.PENDING, 20_000, -30_000)
    await paid(steering, opened, amount=30_000)
    assert (await status(outside, opened)).state is OrderState.PAID


async def test_a_refund_without_effect_is_not_believed(steering: Steering, outside: Outside) -> None:
    """A refund that the platform reports and does not make is asked for again, also when another one of the same order
    was made: else the ledger says that the money went back, and nobody ever sends it."""
    opened = await outside.payments.create_order(order())
    await paid(steering, opened)
    await outside.payments.refund(back(opened, "refund-1"))
    steering.misbehave("payments", fault("no_effect", service="refund"))
    error = await failure(outside.payments.refund(back(opened, "refund-2")))
    assert (error.code, error.reason, error.retryable) == (OutsideCode.BAD_REPLY, "no_effect", True)
    await outside.payments.refund(back(opened, "refund-2"))
    assert (await status(outside, opened)).refunded_amount == 20_000
    assert steering.effects("payments")["refund refund-2"] == 1


async def test_a_refused_look_is_no_refusal_of_the_refund(steering: Steering, outside: Outside) -> None:
    """The money went back: the same key is sent again, or an operator's retry would send it back a second time."""
    opened = await outside.payments.create_order(order())
    await paid(steering, opened)
    steering.misbehave("payments", fault("refused", service="query"))
    error = await failure(outside.payments.refund(back(opened, "refund-1")))
    assert (error.operation, error.reason, error.retryable) == ("query", "not_accepted", True)
    await outside.payments.refund(back(opened, "refund-1"))
    assert steering.effects("payments")["refund refund-1"] == 1


def back(opened: PaymentOrder, key: str) -> RefundOrder:
    """A part of an order goes back."""
    return RefundOrder(key=key, order_id=opened.order_id, amount=10_000, reason="overpaid")


async def test_paid_twice_and_given_back_once(steering: Steering, outside: Outside) -> None:
    """An order that was paid twice has both transactions; one of them is refunded once for each key, and the order
    stays paid."""
    opened = await outside.payments.create_order(order())
    await paid(steering, opened)
    await paid(steering, opened)
    now = await status(outside, opened)
    assert (now.state, now.paid_amount, now.over, len(now.transactions)) == (OrderState.PAID, 100_000, 50_000, 2)
    refund = RefundOrder(key="back-1", order_id=opened.order_id, amount=50_000, reason="Nộp hai lần")
    steering.misbehave("payments", fault("timeout", service="refund"))
    with hurried(outside, "timeout"):
        await failure(outside.payments.refund(refund))
    first = await outside.payments.refund(refund)
    assert await outside.payments.refund(refund) == first
    now = await status(outside, opened)
    assert (now.state, now.refunded_amount, now.over) == (OrderState.PAID, 50_000, 0)
    assert steering.effects("payments", "back-1") == {"refund back-1": 1}


async def test_no_more_goes_back_than_came_in(steering: Steering, outside: Outside) -> None:
    """A refund above the paid amount is refused; a refund of the whole amount makes the order refunded."""
    opened = await outside.payments.create_order(order())
    await paid(steering, opened)
    back = RefundOrder(key="back-1", order_id=opened.order_id, amount=50_001, reason="Rút hồ sơ")
    error = await failure(outside.payments.refund(back))
    assert (error.reason, error.retryable) == ("refund_exceeds_paid", False)
    await outside.payments.refund(back.model_copy(update={"amount": 50_000}))
    assert (await status(outside, opened)).state is OrderState.REFUNDED


async def test_an_order_expires(steering: Steering, outside: Outside) -> None:
    """After its date an order is expired and accepts no payment, except a transfer that was already sent."""
    opened = await outside.payments.create_order(order())
    steering.post("/date", {"days": 2})
    assert (await status(outside, opened)).state is OrderState.EXPIRED
    assert (await paid(steering, opened))["error_code"] == "order_expired"
    await paid(steering, opened, after_expiry=True)
    assert (await status(outside, opened)).state is OrderState.PAID


async def test_an_order_can_be_expired_by_hand(steering: Steering, outside: Outside) -> None:
    """A test can make an order expire without moving the date."""
    opened = await outside.payments.create_order(order())
    steering.post(f"/expire/{opened.order_id}")
    assert (await status(outside, opened)).state is OrderState.EXPIRED


async def test_an_order_that_is_over_before_it_begins(outside: Outside) -> None:
    """An order whose expiry is in the past is refused for good."""
    request = order()
    error = await failure(
        outside.payments.create_order(request.model_copy(update={"expires_at": request.expires_at - timedelta(days=3)}))
    )
    assert (error.code, error.reason) == (OutsideCode.REFUSED, "expires_in_the_past")


async def test_a_declined_payment(steering: Steering, outside: Outside) -> None:
    """When the bank refuses the payment for good, the order has failed."""
    opened = await outside.payments.create_order(order())
    await paid(steering, opened, declined=True)
    assert (await status(outside, opened)).state is OrderState.FAILED


async def test_an_unknown_order(outside: Outside) -> None:
    """An unknown order is refused for good, with its own reason."""
    error = await failure(outside.payments.query(QueryOrder(order_id="DH-0")))
    assert (error.code, error.retryable, error.reason) == (OutsideCode.REFUSED, False, "unknown_order")


def _signed(body: bytes, secret: str = "simulator-callback-secret") -> str:  # noqa: S107
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


BODY = json.dumps(
    {
        "event_id": "TB-1",
        "order_id": "DH-1",
        "key": "pay-1",
        "transaction_id": "GD-1",
        "amount": 50_000,
        "paid_at": "2025-07-01T09:00:00+07:00",
        "state": "paid",
    }
).encode()


def test_a_signed_notification_is_taken() -> None:
    """A callback is accepted only when its exact bytes were signed with the shared secret."""
    assert verify_callback(CALLBACK_SECRET, BODY, _signed(BODY)).amount == 50_000


@pytest.mark.parametrize(
    ("body", "signature"),
    [
        (BODY, None),
        (BODY, ""),
        (BODY, _signed(BODY, "another secret")),
        (BODY, _signed(BODY).removeprefix("sha256=")),
        (BODY, "chữ ký"),
        (BODY.replace(b"50000", b"1"), _signed(BODY)),
        (BODY + b" ", _signed(BODY)),
    ],
)
def test_an_unsigned_notification_is_refused(body: bytes, signature: str | None) -> None:
    """A callback without a signature, with another secret's, or over other bytes raises InvalidInput."""
    with pytest.raises(InvalidInput) as caught:
        verify_callback(SecretStr("simulator-callback-secret"), body, signature)
    assert caught.value.code == "callback_signature"
    assert caught.value.message.vi


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", BODY.replace(b"50000", b"-5"), BODY.replace(b"50000", b"1.5")])
def test_a_signed_notification_of_another_shape_is_refused(body: bytes) -> None:
    """A signed body that is no callback raises its own InvalidInput, so that the platform is asked."""
    with pytest.raises(InvalidInput) as caught:
        verify_callback(CALLBACK_SECRET, body, _signed(body))
    assert caught.value.code == "callback_unreadable"


def an_order(**changes: object) -> str:
    """The platform's answer about order DH1."""
    fields = {"order_id": "DH1", "pay_url": "https://pay.example/DH1", "amount": 50_000, "refund_id": "HT1"}
    at = {"expires_at": "2027-01-01T00:00:00+07:00", "state": "paid", "paid_amount": 50_000, "refunded_amount": 50_000}
    return json.dumps({"error_code": "00", **fields, **at, **changes})


@pytest.mark.parametrize(
    ("operation", "changes", "reason"),
    [
        ("create_order", {"amount": 500_000}, "another_amount"),
        ("create_order", {"pay_url": "javascript:alert(1)"}, "field.pay_url"),
        ("create_order", {"pay_url": "https://pay.example/\x1b[2J"}, "field.pay_url"),
        ("create_order", {"pay_url": "https://pay.example/" + "x" * 2_000}, "field.pay_url"),
        ("query", {"order_id": "DH2"}, "another_order"),
        ("refund", {"order_id": "DH2"}, "another_order"),
        ("refund", {"amount": 1}, "another_amount"),
    ],
)
async def test_an_answer_about_something_else_is_no_answer(
    operation: str, changes: dict[str, object], reason: str
) -> None:
    """An answer with another amount, another order or an unusable page settles no fee and refunds no money."""
    calls: dict[str, Callable[[Payments], Awaitable[object]]] = {
        "create_order": lambda platform: platform.create_order(order()),
        "query": lambda platform: platform.query(QueryOrder(order_id="DH1")),
        "refund": lambda platform: platform.refund(
            RefundOrder(key="k", order_id="DH1", amount=50_000, reason="overpaid")
        ),
    }
    answers = [an_order(**changes)]
    async with talking(lambda _: http(answers[0])) as url, open_outside(same_host(url)) as outside:
        error = await failure(calls[operation](outside.payments))
        assert (error.code, error.reason, error.retryable) == (OutsideCode.BAD_REPLY, reason, True)
        answers[0] = an_order()
        assert await calls[operation](outside.payments)


async def test_a_platform_whose_clock_is_ahead_refuses_no_order(steering: Steering, outside: Outside) -> None:
    """It says that the order would have expired, and by our clock it would not: the order is asked for again."""
    asked = order()
    steering.misbehave("payments", fault("clock_off", hours=30))
    error = await failure(outside.payments.create_order(asked))
    assert (error.code, error.reason, error.retryable) == (OutsideCode.BAD_REPLY, "clock_off", True)
    assert (await outside.payments.create_order(asked)).amount == asked.amount
    late = asked.model_copy(update={"key": "late", "expires_at": datetime.now(VIETNAM) - timedelta(hours=1)})
    error = await failure(outside.payments.create_order(late))
    assert (error.reason, error.verdict) == ("expires_in_the_past", Verdict.REFUSED)


async def test_a_refund_without_effect_is_no_refund(steering: Steering, outside: Outside) -> None:
    """The platform says that the money was sent, and the order shows none: it is asked again, and sends it once."""
    opened = await outside.payments.create_order(order())
    await paid(steering, opened)
    refund = RefundOrder(key="refund-1", order_id=opened.order_id, amount=20_000, reason="overpaid")
    steering.misbehave("payments", fault("no_effect", service="refund"))
    error = await failure(outside.payments.refund(refund))
    assert (error.code, error.reason, error.retryable) == (OutsideCode.BAD_REPLY, "no_effect", True)
    await outside.payments.refund(refund)
    assert steering.effects("payments", "refund-1") == {"refund refund-1": 1}


async def test_callbacks_of_two_payments_in_the_wrong_order(
    steering: Steering, outside: Outside, merchant: Merchant
) -> None:
    """The first payment is told after the second: both are signed, and the platform's own state counts."""
    opened = await outside.payments.create_order(order(callback_url=merchant.url))
    await paid(steering, opened, amount=10_000, callback="callback_out_of_order", delay=WITHIN)
    await paid(steering, opened, amount=40_000, callback="ok")
    assert [one.amount for one in await merchant.hears(2)] == [40_000, 10_000]
    assert (await status(outside, opened)).paid_amount == 50_000


async def test_a_callback_that_somebody_else_made(steering: Steering, outside: Outside, merchant: Merchant) -> None:
    """A wrong signature is refused, whatever it says; the right one beside it is taken."""
    opened = await outside.payments.create_order(order(callback_url=merchant.url))
    await paid(steering, opened, callback="callback_forged")
    async with asyncio.timeout(WITHIN), merchant.came:
        await merchant.came.wait_for(lambda: len(merchant.heard) >= 2)
    verdicts = []
    for signature, body in merchant.heard:
        try:
            verdicts.append(verify_callback(CALLBACK_SECRET, body, signature).order_id)
        except InvalidInput as refused:
            verdicts.append(refused.code)
    assert sorted(verdicts) == sorted(["callback_signature", opened.order_id])


async def test_a_callback_of_an_order_that_nobody_made(
    steering: Steering, outside: Outside, merchant: Merchant
) -> None:
    """The platform signs it, so it is read; the order that it names does not exist when we ask."""
    opened = await outside.payments.create_order(order(callback_url=merchant.url))
    await paid(steering, opened, callback="callback_from_nowhere")
    orders = {one.order_id for one in await merchant.hears(2)}
    assert opened.order_id in orders
    [nowhere] = orders - {opened.order_id}
    error = await failure(outside.payments.query(QueryOrder(order_id=nowhere)))
    assert (error.reason, error.verdict) == ("unknown_order", Verdict.REFUSED)
