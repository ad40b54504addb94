"""A callback that cannot be taken now is answered so that it comes again, and the engine asks again by itself."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx2
import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from activities.adapters.payments import CALLBACK_SIGNATURE_HEADER
from domain.dossier.commands import Accept
from domain.dossier.state import State
from gateway.api.payment_callbacks import callback_router
from gateway.api.payment_rechecks import PaymentRechecks, RecheckPauses
from tests.support.api_under_test import open_api
from tests.support.dossier_steps import ordered
from tests.support.engine_harness import EngineHarness
from tests.support.given import DESK
from tests.support.small_province import PAID
from tests.support.waiting import until

pytestmark = pytest.mark.stack

SECRET = "a-secret-of-this-test"  # noqa: S105


@asynccontextmanager
async def api(harness: EngineHarness) -> AsyncIterator[str]:
    """The API over a real socket; gives its address."""
    router = callback_router(harness.engine, SecretStr(SECRET), RecheckPauses())
    async with open_api(harness, None, router) as opened:
        yield opened.url


async def called_back(harness: EngineHarness, url: str, dossier: str, order: str) -> httpx2.Response:
    """When: the platform tells that something happened to an order."""
    told = {
        "event_id": f"ev-{order}",
        "order_id": order,
        "key": "k",
        "transaction_id": "t",
        "amount": 20_000,
        "paid_at": datetime.now(UTC).isoformat(),
        "state": "paid",
    }
    body = json.dumps(told).encode()
    signature = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    address = f"{url}/v1/payments/callback/{dossier}"
    return await harness.http.post(address, content=body, headers={CALLBACK_SIGNATURE_HEADER: signature})


async def order_at_the_platform(harness: EngineHarness, dossier: str) -> str:
    """The order as the platform has it, whether or not we know of it."""

    async def order() -> str | None:
        orders = (await harness.inspect("payments"))["orders"]
        return next((str(one["order_id"]) for one in orders if one["dossier"] == dossier), None)

    return await until(order, f"the platform has an order of {dossier}")


async def test_a_callback_that_comes_before_its_order_is_recorded(harness: EngineHarness) -> None:
    """Answered 503 with `unknown_order`, to be sent again; when the order is recorded the payment is found within
    seconds, though the platform never calls again."""
    await harness.control("payments", {"mode": "cut"})
    code = (await harness.submit(PAID)).dossier
    await harness.act(code, DESK, Accept())
    order = await order_at_the_platform(harness, code)
    await harness.pay(order)
    async with api(harness) as url:
        refused = await called_back(harness, url, code, order)
        assert (refused.status_code, refused.json()["code"]) == (503, "unknown_order")
        assert int(refused.headers["Retry-After"]) > 0
        await harness.control("payments")
        now = await harness.until(code, lambda one: one.state is State.ACCEPTED, 50)
    assert (now.payment.status, now.payment.polls) == ("paid", 0)


async def test_a_callback_that_was_lost_while_the_api_was_down(harness: EngineHarness) -> None:
    """The API starts and has every awaited order looked at: what came meanwhile is found at once."""
    code, order = await ordered(harness)
    await harness.pay(order)
    async with api(harness):
        now = await harness.until(code, lambda one: one.state is State.ACCEPTED)
    assert (now.payment.status, now.payment.polls) == ("paid", 0)


async def test_a_callback_for_nobody_is_refused_for_good(harness: EngineHarness) -> None:
    """An unknown dossier is no matter of waiting."""
    async with api(harness) as url:
        refused = await called_back(harness, url, "H42.1-250101-0001", "DH1")
    assert (refused.status_code, refused.json()["code"]) == (404, "unknown_dossier")


async def test_starts_one_after_another_ask_once(harness: EngineHarness) -> None:
    """An API that ends and starts again and again, and several of them, ask each order once: an event is for ever."""
    codes = [(await ordered(harness))[0] for _ in range(3)]
    asked = "select count(*) from event where kind = 'payment_check_asked' and dossier = any ($1)"
    before = await harness.pool.fetchval(asked, codes)
    starts = [PaymentRechecks(harness.engine, RecheckPauses()) for _ in range(3)]
    assert await starts[0].after_start() >= 3
    await asyncio.gather(*(again.after_start() for again in starts))
    assert await harness.pool.fetchval(asked, codes) == before + 3


async def test_an_api_that_is_told_to_stop_stops(harness: EngineHarness) -> None:
    """A question that is with its dossier when the process ends is left: the next start asks it again."""
    code, _ = await ordered(harness)
    async with harness.entries_held_up(), asyncio.timeout(60), api(harness):
        await harness.until_pending(code, "ledger.append")


async def test_a_question_that_is_never_taken_ends(harness: EngineHarness) -> None:
    """An order that no dossier knows is asked about with growing pauses, and given up in the time that was set."""
    code = (await harness.submit(PAID)).dossier
    again = PaymentRechecks(harness.engine, RecheckPauses(first=0.05, longest=0.1, altogether=0.3))
    with capture_logs() as logs:
        again.soon(code, "DH-of-nobody")

        def given_up() -> list[str]:
            return [one["order"] for one in logs if one["event"] == "order_not_asked_again"]

        assert await until(given_up, "the order is given up", 60) == ["DH-of-nobody"]
