"""Callbacks and reports as strangers, broken proxies and broken platforms send them, to the real gateway over HTTP."""

from __future__ import annotations

import gzip
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import SecretStr

from activities.adapters.payments import CALLBACK_SIGNATURE_HEADER
from activities.adapters.post import REPORT_SIGNATURE_HEADER
from domain.dossier.commands import Withdraw
from gateway.api.payment_callbacks import callback_router
from gateway.api.payment_rechecks import RecheckPauses
from gateway.api.post_reports import report_router
from tests.support.api_under_test import open_api
from tests.support.dossier_steps import ordered
from tests.support.engine_harness import EngineHarness
from tests.support.given import DESK
from tests.support.waiting import until
from tests.workflows.test_refused_by_the_database import as_owner

pytestmark = pytest.mark.stack

ASKED = "payment_check_asked"
SECRET = "a-secret-of-this-test"  # noqa: S105
TOLD = {
    "event_id": "ev-1", "order_id": "DH-1", "key": "k", "transaction_id": "t", "amount": 20_000,
    "paid_at": "2026-01-05T09:00:00+07:00", "state": "paid",
}  # fmt: skip
GOOD = json.dumps(TOLD).encode()
UNREADABLE = {
    "empty": b"",
    "a_list": b"[]",
    "xml": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "no_number": GOOD.replace(b"20000", b"NaN"),
    "a_long_number": GOOD.replace(b"20000", b"9" * 5_000),
    "a_field_twice": GOOD.replace(b"{", b'{"amount": 1, ', 1),
    "byte_order_mark": b"\xef\xbb\xbf" + GOOD,
    "another_alphabet": json.dumps(TOLD).encode("utf-16"),
    "deep": b"[" * 100_000,
    "compressed": gzip.compress(GOOD),
    **{
        f"{field}_{number}": json.dumps({**TOLD, field: value}).encode()
        for number, (field, value) in enumerate(
            (
                ("event_id", "a\x00b"), ("event_id", "\ud800"), ("event_id", "x" * 65), ("order_id", "../x"),
                ("amount", "20000"), ("amount", 2e4), ("amount", -1), ("amount", 10**30), ("amount", True),
                ("paid_at", "9999-12-31T23:59:59-12:00"), ("paid_at", 1e30), ("paid_at", "hôm qua"), ("state", "x"),
            )
        )
    },
}  # fmt: skip
"""Signed by the platform, and of another shape."""


def signed(body: bytes, secret: str = SECRET) -> str:
    """The value of the header."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


FORGED: dict[str, list[str]] = {
    "unsigned": [],
    "another_secret": [signed(GOOD, "x")],
    "of_another_body": [signed(GOOD + b" ")],
    "of_another_alphabet": ["sha256=é"],
    "a_wrong_one_before_the_right_one": [signed(GOOD, "x"), signed(GOOD)],
}


@dataclass(frozen=True)
class Gateway:
    """The API over a real socket."""

    harness: EngineHarness
    url: str

    async def told(
        self, path: str, body: bytes, signatures: list[str], header: str = CALLBACK_SIGNATURE_HEADER, **others: str
    ) -> tuple[int, str]:
        """The status and the code of the answer to a notification."""
        headers = [
            *((header.encode(), one.encode()) for one in signatures),
            *((n.encode(), v.encode()) for n, v in others.items()),
        ]
        answer = await self.harness.http.post(f"{self.url}{path}", content=body, headers=headers)
        return answer.status_code, str(answer.json().get("code", ""))

    async def called_back(self, dossier: str, order: str, event: str, key: str = "k", **others: str) -> tuple[int, str]:
        """A callback as the platform sends it."""
        body = json.dumps({**TOLD, "order_id": order, "event_id": event, "key": key}).encode()
        return await self.told(f"/v1/payments/callback/{dossier}", body, [signed(body)], **others)


@asynccontextmanager
async def gateway(harness: EngineHarness) -> AsyncIterator[Gateway]:
    """The operations that payment platform and post call. Nothing is asked again by itself."""
    secret = SecretStr(SECRET)
    never = RecheckPauses(first=3_600, longest=3_600, altogether=7_200)
    routers: tuple[Any, ...] = (callback_router(harness.engine, secret, never), report_router(harness.engine, secret))
    async with open_api(harness, None, *routers) as opened:
        yield Gateway(harness, opened.url)


async def asked_at_the_start(harness: EngineHarness, code: str) -> list[str]:
    """The events of a dossier after the API, which has just started, has asked for its order once."""

    async def asked() -> list[str] | None:
        kinds = await harness.kinds(code)
        return kinds if "payment_checked" in kinds else None

    return await until(asked, f"the order of {code} is looked at")


async def test_what_nobody_or_a_broken_platform_sends_changes_nothing(harness: EngineHarness) -> None:
    """Each forged or unreadable notification has its code; no dossier has an event of it, and the next one counts."""
    code, order = await ordered(harness)
    async with gateway(harness) as opened:
        before = await asked_at_the_start(harness, code)
        path = f"/v1/payments/callback/{code}"
        for signatures in FORGED.values():
            assert await opened.told(path, GOOD, signatures) == (401, "callback_signature")
            assert await opened.told("/v1/post/reports", GOOD, signatures, REPORT_SIGNATURE_HEADER) == (
                401, "report_signature",
            )  # fmt: skip
        for body in UNREADABLE.values():
            assert await opened.told(path, body, [signed(body)]) == (401, "callback_unreadable")
            assert await opened.told("/v1/post/reports", body, [signed(body)], REPORT_SIGNATURE_HEADER) == (
                401, "report_unreadable",
            )  # fmt: skip
        large = GOOD + b" " * 300_000
        assert await opened.told(path, large, [signed(large)]) == (413, "too_large")
        for nowhere in ("%00", "%F0%9F%98%80", "a" * 5_000, "H42.1%0a-1"):
            assert await opened.called_back(nowhere, order, "ev-1") == (404, "dossier_code_unreadable")
        assert await harness.kinds(code) == before
        assert await opened.called_back(code, order, "ev-2", **{"Content-Type": "text/xml; charset=klingon"}) == (
            200,
            "",
        )
        await harness.until(code, lambda one: one.version > len(before) + 1)


async def test_a_replayed_callback_asks_once_and_only_its_own_dossier(harness: EngineHarness) -> None:
    """The same callback again and again, at its dossier, at another one and at one that is withdrawn."""
    (code, order), (other, _), (closed, of_closed) = [await ordered(harness) for _ in range(3)]
    async with gateway(harness) as opened:
        before = {one: (await asked_at_the_start(harness, one)).count(ASKED) for one in (code, other, closed)}
        await harness.act(closed, DESK, Withdraw())
        for one in (other, closed):  # as if its own order were not recorded yet
            assert await opened.called_back(one, order, "ev-1") == (503, "unknown_order")
        for _ in range(3):
            assert await opened.called_back(code, order, "ev-1") == (200, "")
            for one in (other, closed):
                assert await opened.called_back(one, order, "ev-1") == (422, "command_id_reused")
            assert await opened.called_back(closed, of_closed, "ev-2") == (200, "")
    now = {one: (await harness.kinds(one)).count(ASKED) for one in before}
    assert (now[code], now[other]) == (before[code] + 1, before[other])
    assert now[closed] <= before[closed] + 2  # the withdrawal has it looked at, and the callback


async def test_two_callbacks_of_one_name_are_two(harness: EngineHarness) -> None:
    """The platform counts its events from 1 again each day: each order is asked for, once however often it is told."""
    orders = [await ordered(harness) for _ in range(2)]
    async with gateway(harness) as opened:
        before = {code: (await asked_at_the_start(harness, code)).count(ASKED) for code, _ in orders}
        for _ in range(2):
            for code, order in orders:
                assert await opened.called_back(code, order, "1", key=f"{code}.pay-1") == (200, "")
        for code, _ in orders:
            assert (await harness.kinds(code)).count(ASKED) == before[code] + 1
        (first, _), (second, order_of_second) = orders
        assert (await opened.called_back(first, order_of_second, "1", key=f"{second}.pay-1"))[0] == 422


REPORTED = {"event_id": "ev-1", "item_code": "BC-1", "stage": "delivered", "stated_at": "2026-01-05T09:00:00+07:00"}


async def test_what_our_database_refuses_is_sent_again(harness: EngineHarness) -> None:
    """A table that is not there, before the dossier is asked and in its own entry: 503, so that it comes again. When
    that is mended, the next one counts."""
    code, order = await ordered(harness)
    report = json.dumps({**REPORTED, "reference": f"{code}.post-order-1"}).encode()
    async with gateway(harness) as opened:
        before = (await asked_at_the_start(harness, code)).count(ASKED)
        for refuse, mend in (
            ("alter table command rename to elsewhere", "alter table elsewhere rename to command"),
            ("alter table event add constraint no check (kind <> 'payment_check_asked') not valid",
             "alter table event drop constraint no"),
        ):  # fmt: skip
            async with as_owner(harness) as owner:
                await owner.execute(refuse)
                called = await opened.called_back(code, order, f"ev-{refuse[:20]}".replace(" ", "-"))
                told = await opened.told("/v1/post/reports", report, [signed(report)], REPORT_SIGNATURE_HEADER)
                await owner.execute(mend)
            assert called[0] == 503, called
            if "rename" in refuse:
                assert (called[1], told) == ("database_refused", (503, "database_refused"))
        assert await opened.called_back(code, order, "ev-9") == (200, "")

        async def asked() -> bool:
            return (await harness.kinds(code)).count(ASKED) > before

        await until(asked, "the order is asked for")
