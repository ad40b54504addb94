"""STARTTLS with a mail server whose certificate is right, or wrong in each way: what then goes over the wire."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest

from activities.adapters.address import BreakerPolicy, SystemAddress
from activities.adapters.messages import OutsideCode
from activities.adapters.notice_requests import TextMessage, had_no_effect, is_out_of_reach
from activities.adapters.systems import Outside, open_outside
from activities.adapters.verdict import Verdict
from domain.outside_systems import System
from tests.activities.adapters.given import Steering
from tests.activities.adapters.test_connection import failure
from tests.activities.adapters.test_notice_channels import MAILBOX, an_email, received
from tools.simulator.tls_door import Certificate, TlsDoor
from tools.simulator.world import MAIL

HOST = "127.0.0.1"
REQUIRED = MAIL.model_copy(update={"starttls": "required"})
WRONG = [one for one in Certificate if one is not Certificate.RIGHT]


class Wire:
    """The connection between us and the mail server. It keeps what we sent, and may leave lines out of its answers."""

    def __init__(self, port: int, leaves_out: bytes = b"") -> None:
        self.sent = b""
        self._port = port
        self._leaves_out = leaves_out

    async def between(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Passes one session on."""
        inside = await asyncio.open_connection(HOST, self._port)
        await asyncio.gather(self._there(reader, inside[1]), self._back(inside[0], writer))

    async def _there(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while part := await source.read(65_536):
            self.sent += part
            target.write(part)
        target.close()

    async def _back(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while part := await source.read(65_536):
            target.write(part.replace(self._leaves_out, b"") if self._leaves_out else part)
        target.close()

    def tells_nothing(self, password: str) -> bool:
        """Whether neither the recipient nor the content nor the password was sent in clear."""
        secret = (MAILBOX, "Subject", "H42.1-250707-0001", "AUTH", "MAIL FROM", password)
        return not any(word.encode() in self.sent for word in secret)


@asynccontextmanager
async def over_wire(
    steering: Steering, tls: ssl.SSLContext, *, leaves_out: bytes = b"", **changes: Any
) -> AsyncIterator[tuple[Outside, Wire, SystemAddress]]:
    """The adapters, whose mail server is reached over a wire that keeps what we send."""
    addresses = steering.simulator.world.access.addresses(steering.url, "H42")
    [mail] = [one for one in addresses if one.system is System.EMAIL]
    wire = Wire(int(mail.base_url.rpartition(":")[2]), leaves_out)
    server = await asyncio.start_server(wire.between, HOST, 0)
    port = server.sockets[0].getsockname()[1]
    changed = {"base_url": f"smtp://{HOST}:{port}", "email": REQUIRED, "breaker": BreakerPolicy(failures=99), **changes}
    over = mail.model_copy(update=changed)
    try:
        async with open_outside([over if one is mail else one for one in addresses], tls=tls) as outside:
            yield outside, wire, mail
    finally:
        server.close()


def trusting(door: TlsDoor) -> ssl.SSLContext:
    """Our side, which believes the authority of these certificates."""
    return ssl.create_default_context(cadata=door.authority)


async def test_with_the_right_certificate_all_of_it_is_sent_within_tls(steering: Steering) -> None:
    """The server demands STARTTLS; the log-in and the message go within it, and nothing of them in clear."""
    door = TlsDoor()
    steering.simulator.mail.tls = door.context(Certificate.RIGHT, HOST)
    async with over_wire(steering, trusting(door)) as (outside, wire, mail):
        await outside.notices.email.send(an_email())
        assert b"STARTTLS" in wire.sent
        assert wire.tells_nothing(mail.password.get_secret_value())
    assert [one["to"] for one in received(steering)] == [MAILBOX]


@pytest.mark.parametrize("starttls", ["required", "if_offered"])
@pytest.mark.parametrize("certificate", WRONG)
async def test_a_wrong_certificate_gets_nothing_and_is_an_alarm(
    steering: Steering, certificate: Certificate, starttls: str
) -> None:
    """Expired, not yet valid, of nobody, of another host: the channel is out of reach, nothing was sent, and it is
    counted as something that only people mend."""
    door = TlsDoor()
    steering.simulator.mail.tls = door.context(certificate, HOST)
    terms = MAIL.model_copy(update={"starttls": starttls})
    async with over_wire(steering, trusting(door), email=terms) as (outside, wire, mail):
        error = await failure(outside.notices.email.send(an_email()))
        assert (error.code, error.reason) == (OutsideCode.UNAVAILABLE, "certificate")
        assert (error.verdict, had_no_effect(error), is_out_of_reach(error)) == (Verdict.RETRY, True, True)
        assert outside.notices.email.connection.unknown_replies == 1
        assert wire.tells_nothing(mail.password.get_secret_value())
    assert received(steering) == []


async def test_a_wrong_certificate_of_a_gateway_or_of_tls_from_the_start_is_the_same(steering: Steering) -> None:
    """TLS from the first byte (smtps), and HTTPS of the SMS gateway: nothing was taken, so another channel may carry
    the notice when this one stays out of reach."""
    addresses = steering.simulator.world.access.addresses(steering.url, "H42")
    doors = {System.EMAIL: TlsDoor(), System.SMS: TlsDoor()}
    for system, door in doors.items():
        [plain] = [one.base_url for one in addresses if one.system is system]
        url = (await door.show(Certificate.EXPIRED, urlsplit(plain)))["url"]
        change = {"base_url": url.replace("https", "smtps") if system is System.EMAIL else url}
        addresses = tuple(one.model_copy(update=change) if one.system is system else one for one in addresses)
    text = TextMessage(key="k", template="t", phone="84912345678", text="Hồ sơ")
    async with open_outside(addresses, tls=trusting(doors[System.EMAIL])) as outside:
        for sending in (outside.notices.email.send(an_email()), outside.notices.sms.send(text)):
            error = await failure(sending)
            assert (error.reason, had_no_effect(error), is_out_of_reach(error)) == ("certificate", True, True)
    for door in doors.values():
        await door.close()
    assert (received(steering), received(steering, "sms")) == ([], [])


async def test_a_server_that_offers_no_tls_gets_nothing_where_it_is_demanded(steering: Steering) -> None:
    """Whether the server has none, or somebody between us leaves its offer out: with a log-in and without one."""
    door = TlsDoor()
    for tls in (None, door.context(Certificate.RIGHT, HOST)):
        steering.simulator.mail.tls = tls
        for username in ("h42", ""):
            changes: dict[str, Any] = {"leaves_out": b"250-STARTTLS\r\n", "username": username}
            async with over_wire(steering, trusting(door), **changes) as (outside, wire, mail):
                error = await failure(outside.notices.email.send(an_email()))
                assert (had_no_effect(error), is_out_of_reach(error)) == (True, True), error.reason
                assert wire.tells_nothing(mail.password.get_secret_value())
    assert received(steering) == []
