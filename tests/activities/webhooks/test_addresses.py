"""Tests that a webhook cannot be used to reach our own network (SSRF)."""

from __future__ import annotations

import asyncio
import socket
import ssl
from pathlib import Path
from typing import Any

import pytest

from activities.webhooks.addresses import is_public, require_receiver
from activities.webhooks.failures import DeliveryFailure
from activities.webhooks.sender import NotDelivered, Sender, SendLimits
from domain.errors import InvalidInput
from tests.support.webhook_receiver import receiving
from tests.workers.tls import SERVER, issue_papers

PRIVATE = [
    "0.0.0.0",  # noqa: S104  nothing listens there
    "127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0",
    "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "::ffff:a9fe:a9fe", "::7f00:1", "64:ff9b::7f00:1", "64:ff9b::10.0.0.1", "2002:7f00:1::", "2002:a9fe:a9fe::",
    "2001:0:7f00:1::", "", "nothing", "2130706433",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "203.162.4.191", "2001:4860:4860::8888", "::ffff:8.8.8.8"]


@pytest.mark.parametrize("address", PRIVATE)
def test_no_private_address_is_public(address: str) -> None:
    """Loopback, private, link-local and metadata, shared, reserved, multicast; an IPv4 one inside an IPv6 one."""
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_public(address: str) -> None:
    """Also an IPv4 address written as an IPv6 one."""
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://receiver.example/", "ftp://receiver.example/", "https://", "https:///x", "receiver.example",
        "https://user@receiver.example/", "https://user:secret@receiver.example/", "https://receiver.example/#x",
        "https://receiver.example:99999/", "https://receiver.example/ x", "https://receiver.example\\@10.0.0.1/",
        "https://receiver.example/\n", "https://nhận.example/", "https://receiver.example/" + "x" * 2_000,
        "file:///etc/passwd", "gopher://receiver.example/", "",
    ],
)  # fmt: skip
def test_an_address_is_https_and_nothing_else(url: str) -> None:
    """Without a user, a password, a part after #, or letters that two programs read differently."""
    with pytest.raises(InvalidInput, match="webhook_url_not_https"):
        require_receiver(url, frozenset())


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/", "https://[::1]/", "https://10.1.2.3:8443/x", "https://[fd00::1]/", "https://2130706433/",
        "https://127.1/", "https://127.0.0.1./", "https://0x7f.1/", "https://0/", "https://receiver.example.0x7f/",
    ],
)  # fmt: skip
def test_a_private_address_is_refused_at_once(url: str) -> None:
    """When it is written out; a name is resolved when something is sent."""
    with pytest.raises(InvalidInput, match="webhook_address_private"):
        require_receiver(url, frozenset())


def test_a_receiver_is_accepted() -> None:
    """A public host by https; a host that the operator allows also by http."""
    require_receiver("https://receiver.example:8443/hook?x=1", frozenset())
    require_receiver("https://8.8.8.8/", frozenset())
    require_receiver("http://127.0.0.1:8080/hook", frozenset({"127.0.0.1"}))
    require_receiver("http://RECEIVER.internal/", frozenset({"receiver.internal"}))


def names(*answers: list[str]) -> Any:
    """A server of names that gives one list of addresses after another, and the last one for ever."""
    left = list(answers)

    def lookup(_host: str, port: int, **_how: Any) -> list[Any]:
        found = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET6 if ":" in one else socket.AF_INET, 1, 6, "", (one, port)) for one in found]

    return lookup


async def refusal(lookup: Any, url: str, allowed: frozenset[str] = frozenset()) -> DeliveryFailure:
    """Why nothing could be sent."""
    async with Sender(allowed, SendLimits(connect=0.5, total=1.0), lookup) as sender:
        with pytest.raises(NotDelivered) as refused:
            await sender.send(url, {}, "{}", "application/json")
    return refused.value.code


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "10.0.0.1", "::1", "::ffff:127.0.0.1"])
async def test_a_name_that_leads_inside_is_not_followed(address: str) -> None:
    """Nothing is sent, whatever the receiver is called."""
    assert await refusal(names([address]), "https://receiver.example/") is DeliveryFailure.ADDRESS_PRIVATE


async def test_one_private_address_among_public_ones_is_enough() -> None:
    """Otherwise the second address would be tried after the first."""
    found = names(["8.8.8.8", "127.0.0.1"])
    assert await refusal(found, "https://receiver.example/") is DeliveryFailure.ADDRESS_PRIVATE


@pytest.mark.parametrize(
    "host", ["2130706433", "0x7f000001", "127.1", "0x7f.1", "017700000001", "0", "localhost", "127.0.0.1."]
)
async def test_loopback_in_disguise_is_not_reached(host: str) -> None:
    """With the machine's own resolver: nobody connects to the server that listens there."""
    connected = []

    async def met(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connected.append(writer.get_extra_info("peername"))
        writer.close()

    async with await asyncio.start_server(met, "127.0.0.1") as server:
        port = server.sockets[0].getsockname()[1]
        code = await refusal(socket.getaddrinfo, f"https://{host}:{port}/")
    assert (code, connected) == (DeliveryFailure.ADDRESS_PRIVATE, [])


async def test_a_name_that_changes_its_address_gains_nothing() -> None:
    """A name is resolved once for each try, and the connection goes to exactly that address (DNS rebinding): a second
    look-up would have led to another one."""
    async with receiving() as receiver:
        asked = []

        def lookup(host: str, port: int, **_how: Any) -> list[Any]:
            asked.append(host)
            address = "127.0.0.1" if len(asked) == 1 else "127.0.0.2"
            return [(socket.AF_INET, 1, 6, "", (address, port))]

        async with Sender(frozenset({"receiver.internal"}), SendLimits(total=1.0), lookup) as sender:
            await sender.send(f"http://receiver.internal:{receiver.port}/", {}, "{}", "application/json")
        assert len(receiver.received) == len(asked) == 1


async def test_a_certificate_must_be_trusted_and_of_the_host(tmp_path: Path) -> None:
    """A receiver whose certificate no trusted authority signed, or that is of another host, gets nothing."""
    papers = issue_papers(tmp_path)
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(*papers.server)
    trusted = ssl.create_default_context(cafile=str(papers.ca))
    allowed = frozenset({SERVER, "another.example"})
    async with receiving(tls=server) as receiver:
        for host, authorities in ((SERVER, None), ("another.example", trusted)):
            async with Sender(allowed, lookup=names(["127.0.0.1"]), trusted=authorities) as sender:
                with pytest.raises(NotDelivered) as refused:
                    await sender.send(f"https://{host}:{receiver.port}/", {}, "{}", "application/json")
            assert refused.value.code is DeliveryFailure.CERTIFICATE_UNTRUSTED
        assert receiver.received == []
        async with Sender(allowed, lookup=names(["127.0.0.1"]), trusted=trusted) as sender:
            assert await sender.send(f"https://{SERVER}:{receiver.port}/", {}, "{}", "application/json") == 204
        assert len(receiver.received) == 1


async def test_an_allowed_name_may_lead_inside() -> None:
    """A receiver of the authority's own network, by the operator's setting."""
    async with receiving() as receiver:
        async with Sender(frozenset({"receiver.internal"}), lookup=names(["127.0.0.1"])) as sender:
            url = f"http://receiver.internal:{receiver.port}/hook"
            assert await sender.send(url, {"webhook-id": "x"}, "{}", "application/json") == 204
        assert [one.path for one in receiver.received] == ["/hook"]
