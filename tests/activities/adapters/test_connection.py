"""Tests of one connection: time-outs, places, the breaker, traces, and what an error must not contain."""

from __future__ import annotations

import asyncio
import gzip
import pickle
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest
from opentelemetry import context, trace

from activities.adapters.address import BreakerPolicy, SystemAddress
from activities.adapters.breaker import BreakerState
from activities.adapters.errors import OutsideError
from activities.adapters.messages import OutsideCode
from activities.adapters.portal import LookUp
from activities.adapters.systems import Outside, open_outside, same_host
from activities.adapters.verdict import Verdict
from domain.outside_systems import System
from tests.activities.adapters.given import CITIZEN, Steering, fault, hurried, notice, verify
from tests.support.waiting import WITHIN, until
from tools.simulator.tls_door import Certificate

TAKEN = '{"error_code": "00", "key": "%s", "message_id": "m", "accepted_at": "2025-07-01T08:00:00+07:00"}'


async def failure(call: Awaitable[object]) -> OutsideError:
    """The error of a call that must fail."""
    with pytest.raises(OutsideError) as caught:
        await call
    return caught.value


@asynccontextmanager
async def talking(say: Callable[[bytes], bytes]) -> AsyncIterator[str]:
    """A bare socket that answers each request with the result of `say` for its head."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        writer.write(say(head))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def http(body: str) -> bytes:
    """A reply with status 200."""
    content = body.encode()
    return b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(content) + content


@pytest.mark.parametrize(
    ("mode", "code", "retryable", "reason"),
    [
        ("down", OutsideCode.UNAVAILABLE, True, "http_503"),
        ("timeout", OutsideCode.TIMEOUT, True, ""),
        ("cut", OutsideCode.UNAVAILABLE, True, "broken_off"),
        ("garbled", OutsideCode.BAD_REPLY, True, "not_a_json_object"),
        ("error_in_200", OutsideCode.REFUSED, True, "error_99"),
        ("refused", OutsideCode.REFUSED, False, "not_accepted"),
    ],
)
async def test_each_misbehaviour_has_its_code(
    steering: Steering, outside: Outside, mode: str, code: OutsideCode, retryable: bool, reason: str
) -> None:
    """Each kind of failure has one stable code, which says whether the same request may succeed later."""
    steering.misbehave("sms", fault(mode))
    with hurried(outside, mode):
        error = await failure(outside.notices.sms.send(notice()))
    assert (error.code, error.retryable, error.reason) == (code, retryable, reason)


@pytest.mark.parametrize("mode", ["down", "timeout", "cut", "garbled", "error_in_200", "duplicate"])
async def test_again_under_the_same_key_is_done_once(steering: Steering, outside: Outside, mode: str) -> None:
    """Whether a failed call took effect or not, sending it again with the same key gives one effect in all."""
    steering.misbehave("sms", fault(mode))
    if mode != "duplicate":
        with hurried(outside, mode):
            await failure(outside.notices.sms.send(notice()))
    await outside.notices.sms.send(notice())
    assert steering.effects("sms") == {"sent notice-1": 1}


async def test_a_slow_system_is_waited_for(steering: Steering, outside: Outside) -> None:
    """An answer that comes slowly, but within the time-out, is accepted."""
    steering.misbehave("sms", fault("slow", delay=0.1))
    assert (await outside.notices.sms.send(notice())).message_id


async def test_nobody_listening_is_unavailable() -> None:
    """A refused connection gives the error outside_unavailable."""
    async with open_outside(same_host("http://127.0.0.1:9")) as outside:
        error = await failure(outside.notices.sms.send(notice()))
    assert (error.code, error.reason) == (OutsideCode.UNAVAILABLE, "not_connected")


async def test_the_breaker_spares_a_dead_system_and_lets_it_come_back(steering: Steering) -> None:
    """After failures in a row no call is sent; after the breaker's time a probe finds that the system is back."""
    seconds = 0.0
    policy = BreakerPolicy(failures=3, open_seconds=60)
    addresses = steering.simulator.world.access.addresses(steering.url, "H42", breaker=policy)
    async with open_outside(addresses, clock=lambda: seconds) as outside:
        steering.misbehave("sms", {"mode": "down"})
        for _ in range(3):
            await failure(outside.notices.sms.send(notice()))
        error = await failure(outside.notices.sms.send(notice()))
        assert (error.code, error.retry_after, error.retryable) == (OutsideCode.BREAKER_OPEN, 60, True)
        assert steering.inspect("sms")["received"] == {"send": 3}
        assert outside.breakers()[System.SMS] is BreakerState.OPEN
        assert (await outside.population.verify(verify())).match
        steering.misbehave("sms", {"mode": "ok"})
        seconds = 60.0
        await outside.notices.sms.send(notice())
        assert outside.breakers()[System.SMS] is BreakerState.CLOSED


async def test_a_refusal_does_not_open_the_breaker(steering: Steering) -> None:
    """A refusal counts as an answer, so one bad dossier that is sent repeatedly does not block the others."""
    addresses = steering.simulator.world.access.addresses(steering.url, "H42", breaker=BreakerPolicy(failures=2))
    async with open_outside(addresses) as outside:
        steering.misbehave("sms", {"mode": "refused", "match": {"key": "bad"}})
        for _ in range(5):
            await failure(outside.notices.sms.send(notice("bad")))
        assert (await outside.notices.sms.send(notice("good"))).message_id


async def test_a_slow_system_takes_only_its_own_places(steering: Steering) -> None:
    """A system gets at most its allowed number of calls at once; a further call waits, then gives up, and other systems
    are not delayed."""
    addresses = steering.simulator.world.access.addresses(steering.url, "H42", concurrent_calls=2, total_seconds=30)
    async with open_outside(addresses) as outside:
        steering.misbehave("sms", {"mode": "timeout"})
        connection = outside.connections[System.SMS]
        holding = [asyncio.create_task(outside.notices.sms.send(notice(f"held{place}"))) for place in range(2)]
        await until(lambda: steering.inspect("sms")["received"] == {"send": 2}, "both have their places")
        connection.address = connection.address.model_copy(update={"total_seconds": 0.2})
        errors = [await failure(outside.notices.sms.send(notice(f"waiting{place}"))) for place in range(2)]
        assert (await outside.population.verify(verify())).match
        for call in holding:
            call.cancel()
        await asyncio.gather(*holding, return_exceptions=True)
    assert {(error.code, error.reason) for error in errors} == {(OutsideCode.UNAVAILABLE, "no_free_place")}
    assert steering.inspect("sms")["received"] == {"send": 2}


async def test_a_caller_that_gives_up_frees_its_place(steering: Steering) -> None:
    """A cancelled call frees its place and does not count against the system."""
    addresses = steering.simulator.world.access.addresses(
        steering.url, "H42", concurrent_calls=1, breaker=BreakerPolicy(failures=1)
    )
    async with open_outside(addresses) as outside:
        steering.misbehave("sms", fault("timeout"))
        call = asyncio.create_task(outside.notices.sms.send(notice()))
        await until(lambda: steering.inspect("sms")["received"] == {"send": 1}, "the call has its place")
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert (await outside.notices.sms.send(notice())).message_id


async def test_the_trace_goes_along() -> None:
    """The caller's trace is sent to the other system as a traceparent header."""
    heads: list[bytes] = []

    def say(head: bytes) -> bytes:
        heads.append(head)
        return http(TAKEN % "notice-1")

    span = trace.NonRecordingSpan(trace.SpanContext(0xA1, 0xB2, is_remote=False, trace_flags=trace.TraceFlags(1)))
    token = context.attach(trace.set_span_in_context(span))
    try:
        async with talking(say) as url, open_outside(same_host(url)) as outside:
            await outside.notices.sms.send(notice())
    finally:
        context.detach(token)
    assert f"traceparent: 00-{0xA1:032x}-".encode() in heads[0].lower()


@pytest.mark.parametrize(
    "body",
    [
        '{"error_code": "Trần Thị Ánh Tuyết"}',
        '{"error_code": "037090000123"}',
        '{"error_code": {"name": "Trần Thị Ánh Tuyết"}}',
        '{"error_code": "00", "message_id": "Trần Thị Ánh Tuyết", "accepted_at": "037090000123"}',
        "Trần Thị Ánh Tuyết, 037090000123",
        "[]",
    ],
)
async def test_no_error_repeats_what_the_other_side_said(body: str) -> None:
    """No error text repeats personal data of a reply or a request, wherever the other system put it."""
    async with talking(lambda _: http(body)) as url, open_outside(same_host(url)) as outside:
        error = await failure(outside.notices.sms.send(notice(text=f"Kính gửi {CITIZEN['name']}")))
    text = f"{error} {error!r} {error.message} {error.facts} {error.__cause__} {error.__context__ and ''}"
    assert not any(part in text for part in ("Tuyết", "Tuyt", "037090000123"))
    assert error.__suppress_context__ or error.__context__ is None


async def test_a_reply_without_end_is_cut_short() -> None:
    """A reply above the allowed size gives outside_bad_reply and does not fill the memory."""
    endless = http("x" * 50_000)
    async with talking(lambda _: endless) as url, open_outside(same_host(url, largest_reply=10_000)) as outside:
        error = await failure(outside.notices.sms.send(notice()))
    assert (error.code, error.reason) == (OutsideCode.BAD_REPLY, "too_large")


async def test_a_compressed_reply_is_not_unpacked() -> None:
    """A compressed reply is refused, because a few hundred bytes could become ten megabytes before anything counts
    them."""
    bomb = gzip.compress(gzip.compress(bytes(10_000_000)))
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Encoding: gzip, gzip\r\nContent-Length: %d\r\n\r\n"
    heads: list[bytes] = []

    def say(asked: bytes) -> bytes:
        heads.append(asked)
        return head % len(bomb) + bomb

    async with talking(say) as url, open_outside(same_host(url)) as outside:
        error = await failure(outside.notices.sms.send(notice()))
    assert (error.code, error.reason) == (OutsideCode.BAD_REPLY, "encoding")
    assert b"accept-encoding: identity" in heads[0].lower()


async def test_a_reply_that_trickles_is_not_waited_for() -> None:
    """The time-out is for the whole answer, so a system that sends single bytes cannot hold a place for ever."""

    async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
        for _ in range(20):
            writer.write(b" ")
            await asyncio.sleep(0.05)
        writer.close()

    async with await asyncio.start_server(trickle, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with open_outside(same_host(url, total_seconds=0.2)) as outside:
            error = await failure(outside.notices.sms.send(notice()))
    assert error.code is OutsideCode.TIMEOUT


async def test_an_idle_connection_that_was_closed_is_replaced() -> None:
    """A system closes an idle connection at the moment in which we use it again: the message goes out on another, as a
    call of its own within the system's pace."""
    connections = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        head = await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(int(head.lower().partition(b"content-length:")[2].split()[0]))
        writer.write(http(TAKEN % f"notice-{connections - 1}").replace(b"Connection: close\r\n", b""))
        await writer.drain()
        await reader.read(1)  # the next request on this connection gets no answer
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with open_outside(same_host(url, calls_per_second=1_000.0)) as outside:
            for number in range(3):
                assert (await outside.notices.sms.send(notice(f"notice-{number}"))).message_id == "m"
            assert outside.connections[System.SMS].pace.turns == 3 + 2, "two of the messages went out twice"
    assert connections == 3


async def test_a_refusal_of_what_was_sent_twice_is_not_final() -> None:
    """The system carries a request out and closes the connection, which had been used before. The request goes out on
    another one and is refused at the door: that says nothing about the first, so the same key is sent again."""
    sent: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answers in (True, False):
            with suppress(asyncio.IncompleteReadError):
                head = await reader.readuntil(b"\r\n\r\n")
                await reader.readexactly(int(head.lower().partition(b"content-length:")[2].split()[0]))
                sent.append(head.decode().partition("Idempotency-Key: ")[2].partition("\r\n")[0])
                said = TAKEN % sent[-1] if len(sent) < 3 else '{"error_code": "not_accepted"}'
                if answers:
                    writer.write(http(said).replace(b"Connection: close\r\n", b""))
                    await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with open_outside(same_host(url)) as outside:
            await outside.notices.sms.send(notice("notice-0"))
            error = await failure(outside.notices.sms.send(notice("notice-1")))
    assert sent == ["notice-0", "notice-1", "notice-1"]
    assert (error.code, error.reason, error.verdict) == (OutsideCode.REFUSED, "error_not_accepted", Verdict.RETRY)


async def test_a_new_connection_that_breaks_off_is_not_tried_twice() -> None:
    """Only an idle connection is replaced. What the system does to a new one counts as its failure."""
    heads: list[bytes] = []

    def say(head: bytes) -> bytes:
        heads.append(head)
        return b""

    async with talking(say) as url, open_outside(same_host(url)) as outside:
        error = await failure(outside.notices.sms.send(notice()))
    assert (error.code, error.reason) == (OutsideCode.UNAVAILABLE, "broken_off")
    assert len(heads) == 1


async def test_a_redirect_is_not_followed() -> None:
    """A redirect gives outside_bad_reply, and no credentials are sent to its target."""
    moved = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    async with talking(lambda _: moved) as url, open_outside(same_host(url)) as outside:
        error = await failure(outside.notices.sms.send(notice()))
    assert (error.code, error.reason) == (OutsideCode.BAD_REPLY, "http_302")


async def test_wrong_credentials_give_no_message_up(steering: Steering) -> None:
    """A message whose token or password is refused is not given up: it is sent once the credentials are right."""
    async with open_outside(same_host(steering.url, unit="H42", username="nobody")) as outside:
        without_token = await failure(outside.notices.sms.send(notice()))
        without_password = await failure(outside.portal.look_up(LookUp(dossier="D-1")))
    assert (without_token.reason, without_token.retryable) == ("http_401", True)
    assert (without_password.code, without_password.operation) == (OutsideCode.REFUSED, "auth")
    assert without_password.retryable


async def test_every_system_has_exactly_one_address(steering: Steering) -> None:
    """A system without an address, or with two, is named at the start."""
    addresses = same_host(steering.url)
    with pytest.raises(ValueError, match="portal"):
        async with open_outside(addresses[1:]):
            pass
    with pytest.raises(ValueError, match="portal"):
        async with open_outside((*addresses, addresses[0])):
            pass


def test_every_code_has_its_sentences() -> None:
    """Every code has a sentence in Vietnamese and in English that names the system."""
    for code in OutsideCode:
        for verdict in set(Verdict) - {Verdict.DONE}:
            error = OutsideError(System.SIGNING, code, operation="sign", verdict=verdict, reason="token_failed")
            assert "dịch vụ ký số từ xa" in error.message.vi.lower()
            assert "remote signing service" in error.message.en
            assert "{" not in error.message.vi + error.message.en


def test_an_error_survives_pickling() -> None:
    """An error that is sent to another process keeps its code, its system and its reason."""
    error = OutsideError(System.LAND, OutsideCode.REFUSED, operation="x", verdict=Verdict.REFUSED, reason="error_02")
    again = pickle.loads(pickle.dumps(error))  # noqa: S301  our own bytes
    assert vars(again) == vars(error)


def test_secrets_are_not_shown() -> None:
    """A printed or refused address shows no password and no token."""
    address = SystemAddress.model_validate(
        {"system": "portal", "base_url": "http://x", "password": "hush-1", "token": "hush-2"}
    )
    assert "hush" not in repr(address) + str(address)
    with pytest.raises(ValueError, match="base_url") as caught:
        SystemAddress.model_validate({"system": "portal", "base_url": "ftp://hush-3", "password": "hush-4"})
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("certificate", [one for one in Certificate if one is not Certificate.RIGHT])
async def test_a_system_with_a_wrong_certificate_is_told_apart(steering: Steering, certificate: Certificate) -> None:
    """An expired or false certificate is an alarm and not an outage: nothing is sent, and a person must mend it.

    When the certificate is right again the same message goes through.
    """
    door = steering.post("/tls", {"certificate": certificate})
    authority = ssl.create_default_context(cadata=door["authority"])
    addresses = steering.simulator.world.access.addresses(door["url"], "H42", total_seconds=WITHIN)
    async with open_outside(addresses, tls=authority) as outside:
        error = await failure(outside.notices.sms.send(notice()))
        assert (error.code, error.reason, error.unknown) == (OutsideCode.UNAVAILABLE, "certificate", True)
        assert (error.verdict, steering.inspect("sms")["received"]) == (Verdict.RETRY, {})
        steering.post("/tls", {"certificate": Certificate.RIGHT})
        assert (await outside.notices.sms.send(notice())).message_id
