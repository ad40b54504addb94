"""Tests with a host that lies to every adapter: nothing counts as done, no message is given up, and no memory grows."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

import pytest

from activities.adapters.errors import OutsideError
from activities.adapters.interconnection import Interconnection
from activities.adapters.messages import OutsideCode
from activities.adapters.payments import QueryOrder, RefundOrder
from activities.adapters.portal import LookUp
from activities.adapters.systems import Outside, open_outside, same_host
from domain.outside_systems import Registry
from tests.activities.adapters.given import (
    BIRTH,
    CITIZEN,
    filed,
    notice,
    order,
    post_of,
    post_order,
    progress_line,
    register,
    seal,
    sign,
    synchronise,
    told,
    verify,
)
from tests.activities.adapters.test_connection import failure, talking
from tests.support.one_dossier_told import PortalProgress, progress_told, synchronised

REFUND = RefundOrder(key="k", order_id="O-1", amount=5, reason="overpaid")
CALLS: dict[str, Callable[[Outside], Awaitable[object]]] = {
    "portal": lambda outside: synchronised(outside, synchronise()),
    "progress": lambda outside: progress_told(outside, PortalProgress(key="p", line=progress_line())),
    "sms": lambda outside: outside.notices.sms.send(notice()),
    "order": lambda outside: outside.payments.create_order(order()),
    "query": lambda outside: outside.payments.query(QueryOrder(order_id="O-1")),
    "refund": lambda outside: outside.payments.refund(
        RefundOrder(key="k", order_id="O-1", amount=5, reason="overpaid")
    ),
    "sign": lambda outside: outside.signing.sign(sign()),
    "seal": lambda outside: outside.signing.seal(seal()),
    "registry": lambda outside: outside.registries.register(register()),
    "population": lambda outside: outside.population.verify(verify()),
    "filed": lambda outside: interconnection_of(outside).application(BIRTH),
    "told": lambda outside: interconnection_of(outside).tell(told()),
    "posted": lambda outside: post_of(outside).order(post_order()),
    "tracked": lambda outside: post_of(outside).track("k", "EH1"),
    "cancelled": lambda outside: post_of(outside).cancel("k"),
}


def interconnection_of(outside: Outside) -> Interconnection:
    """The adapter of the interconnection software, which has an address here."""
    assert outside.interconnection is not None
    return outside.interconnection


def reply(body: bytes, status: str = "200 OK", headers: bytes = b"") -> bytes:
    """Sends an answer and closes the connection."""
    return b"HTTP/1.1 %s\r\nConnection: close\r\n%sContent-Length: %d\r\n\r\n%s" % (
        status.encode(),
        headers,
        len(body),
        body,
    )


PAGE = f"<html>{CITIZEN['name']} {CITIZEN['identity_number']}</html>".encode()
LIES = {
    "a_page": reply(PAGE),
    "not_found_by_a_proxy": reply(PAGE, "404 Not Found"),
    "method_refused_by_a_proxy": reply(PAGE, "405 Method Not Allowed"),
    "our_token_has_expired": reply(b'{"error_code": "unauthorised"}', "401 Unauthorized"),
    "elsewhere": reply(b"", "302 Found", b"Location: /again\r\n"),
    "no_body": reply(b"", "204 No Content"),
    "no_number": reply(b'{"error_code": NaN}'),
    "two_codes": reply(b'{"error_code": "02", "error_code": "00"}'),
    "half_a_letter": reply(b'{"error_code": "00", "session": "\\ud800", "message_id": "\\ud800"}'),
    "endless_session": reply(b'{"error_code": "00", "session": "%s"}' % (b"s" * 500_000)),
    "an_unknown_alphabet": reply(b'<?xml version="1.0" encoding="klingon"?><a/>'),
    "a_deep_page": reply(b"<a>" * 200_000),
    "a_large_head": b"HTTP/1.1 200 OK\r\nX-Large: " + b"a" * 5_000_000 + b"\r\n\r\n{}",
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
async def test_no_lie_is_believed_or_final(call: Callable[[Outside], Awaitable[object]], lie: bytes) -> None:
    """A false answer is an error that may be tried again with the same key, and the error has no personal data."""
    async with talking(lambda _: lie) as url, open_outside(same_host(url, total_seconds=2)) as outside:
        error = await failure(call(outside))
    assert error.retryable
    assert CITIZEN["identity_number"] not in str(error)
    assert CITIZEN["name"] not in str(error)


NEVER = ("9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00")
"""Instants that Vietnam's calendar does not have."""


@pytest.mark.parametrize("filed_at", NEVER)
async def test_an_instant_beyond_the_calendar_is_no_answer(filed_at: str) -> None:
    """It is an error of the other system, with its code, and not one of ours."""
    body = json.dumps({**filed(), "MaHoSoLienThong": BIRTH, "NgayNop": filed_at, "access_token": "t"}).encode()
    async with talking(lambda _: reply(body)) as url, open_outside(same_host(url)) as outside:
        error = await failure(interconnection_of(outside).application(BIRTH))
    assert (error.code, error.reason, error.retryable) == (OutsideCode.BAD_REPLY, "field.NgayNop", True)


@pytest.mark.parametrize("number", ["12\x00", "\ud800", "9" * 501], ids=["nul", "half_a_letter", "too_long"])
async def test_an_entry_that_cannot_be_stored_is_no_answer(number: str) -> None:
    """Operators see the number of an entry that the ledger does not know, and PostgreSQL keeps it."""
    entry = {"SoThamChieu": "H-1", "MaYeuCau": "k", "SoKetQua": number}
    body = json.dumps({"error_code": "00", "session": "s", "result": [entry]}).encode()
    async with talking(lambda _: reply(body)) as url, open_outside(same_host(url)) as outside:
        error = await failure(outside.registries.find(Registry.CIVIL, "k"))
    assert error.code is OutsideCode.BAD_REPLY
    assert error.reason.startswith("field.result.0.SoKetQua")


@pytest.mark.parametrize("call", ["portal", "registry"])
@pytest.mark.parametrize(
    "lie", [reply(b'{"error_code": "02"}'), reply(b'{"error_code": "blocked"}', "403 Forbidden")], ids=["02", "403"]
)
async def test_a_refused_log_in_gives_no_message_up(call: str, lie: bytes) -> None:
    """When the log-in is refused, the message is not given up: it is sent after the password is corrected."""
    async with talking(lambda _: lie) as url, open_outside(same_host(url)) as outside:
        error = await failure(CALLS[call](outside))
    assert (error.code, error.operation, error.retryable) == (OutsideCode.REFUSED, "auth", True)


async def test_a_refusal_of_the_system_itself_stays_final() -> None:
    """A 404 with the system's own code is a final answer: the order does not exist."""
    lie = reply(b'{"error_code": "unknown_order"}', "404 Not Found")
    async with talking(lambda _: lie) as url, open_outside(same_host(url)) as outside:
        error = await failure(outside.payments.query(QueryOrder(order_id="O-1")))
    assert (error.code, error.reason, error.retryable) == (OutsideCode.REFUSED, "unknown_order", False)


async def test_no_cookie_is_kept_or_sent() -> None:
    """Cookies are neither kept nor sent, so a system that sets many cannot fill our memory."""
    heads: list[bytes] = []

    def say(head: bytes) -> bytes:
        heads.append(head)
        cookies = b"".join(b"Set-Cookie: c%d-%d=x\r\n" % (len(heads), number) for number in range(100))
        return reply(b'{"error_code": "01", "session": "s", "result": []}', headers=cookies)

    async with talking(say) as url, open_outside(same_host(url)) as outside:
        with pytest.raises(OutsideError):
            await outside.portal.look_up(LookUp(dossier="H42.12-250701-0001"))
        await failure(outside.notices.sms.send(notice()))
    assert len(heads) >= 2
    assert not any(b"cookie" in head.lower() for head in heads)
