"""Tests of what the client does when the API does not answer well: what it sends again, how, and what it raises."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from luongxanh_client import (
    Accept,
    AsyncLuongXanh,
    InvalidRequest,
    LuongXanh,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Problem,
    Refused,
    Retries,
    StaleVersion,
    TooManyRequests,
    Unavailable,
    Unreachable,
    UnreadableAnswer,
)
from tests.support.serving import serving

QUICK = Retries(most=4, first_pause=0.01)
RECEIPT = {"dossier": "H42.1-260101-0001", "state": "accepted", "version": 4, "first_version": 3}


def problem(status: int, code: str, **headers: str) -> Response:
    """A problem as the API makes them."""
    body = {
        "type": f"/v1/problems/{code}", "title": "Không được", "status": status, "detail": "Hồ sơ …",
        "instance": "/", "code": code, "facts": {"dossier": "H42"}, "trace_id": "a" * 32,
        "errors": [{"pointer": "/fee", "detail": "sai"}],
    }  # fmt: skip
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return JSONResponse(body, status, named, media_type="application/problem+json")


@dataclass
class Faulty:
    """A server that answers as it is told, one answer after another, the last one for ever."""

    url: str = ""
    answers: list[Callable[[], Response]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    async def answer(self, request: Request) -> Response:
        """The next answer."""
        self.keys.append(request.headers.get("idempotency-key"))
        self.bodies.append(await request.body())
        return (self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])()


@pytest.fixture
async def faulty() -> AsyncIterator[Faulty]:
    server = Faulty()
    methods = ["GET", "POST", "PATCH", "DELETE"]
    app = Starlette(routes=[Route("/{path:path}", server.answer, methods=methods)])
    async with serving(app) as served:
        server.url = served.url
        yield server


def good() -> Response:
    """A receipt."""
    return JSONResponse(RECEIPT)


async def accept(faulty: Faulty, retries: Retries = QUICK) -> int:
    """Gives a command; the version after it."""
    async with AsyncLuongXanh(faulty.url, "token", retries=retries) as client:
        return (await client.act(RECEIPT["dossier"], Accept(), version=3)).version  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "bad",
    [
        problem(503, "engine_unavailable", Retry_After="0"),
        problem(429, "too_many_requests", Retry_After="0"),
        problem(409, "request_in_flight", Retry_After="0"),
        Response("<html>", 502),
        Response("<html>", 504),
    ],
    ids=lambda bad: str(bad.status_code),
)
async def test_an_act_is_sent_again_under_the_same_key(faulty: Faulty, bad: Response) -> None:
    """When the API is not available, busy or still at it, the same request follows, with the same key and body."""
    faulty.answers = [lambda: bad, lambda: bad, good]
    assert await accept(faulty) == 4
    assert len(faulty.keys) == 3
    assert len(set(faulty.keys)) == len(set(faulty.bodies)) == 1
    assert faulty.keys[0]


async def test_the_synchronous_client_does_the_same(faulty: Faulty) -> None:
    """It is made from the same source."""
    faulty.answers = [lambda: problem(503, "engine_unavailable", Retry_After="0"), good]

    def act() -> int:
        with LuongXanh(faulty.url, lambda: "token", retries=QUICK) as client:
            return client.act("H42", Accept(), key="mine").version

    assert await asyncio.to_thread(act) == 4
    assert faulty.keys == ["mine", "mine"]


async def test_two_acts_have_two_keys(faulty: Faulty) -> None:
    """A key names one act: the client makes a new one for each."""
    faulty.answers = [good]
    await accept(faulty)
    await accept(faulty)
    assert len(set(faulty.keys)) == 2


@pytest.mark.parametrize(
    ("status", "code", "raised"),
    [
        (400, "header_invalid", InvalidRequest),
        (401, "token_expired", NotSignedIn),
        (403, "role_not_allowed", NotAllowed),
        (404, "unknown_dossier", NotFound),
        (409, "wrong_state", Refused),
        (412, "stale_version", StaleVersion),
        (422, "invalid_request", InvalidRequest),
        (428, "precondition_required", Problem),
        (500, "internal_error", Problem),
    ],
)
async def test_another_refusal_is_raised_at_once(faulty: Faulty, status: int, code: str, raised: type[Problem]) -> None:
    """By its code and class, with everything the problem says; it is not sent again."""
    faulty.answers = [lambda: problem(status, code, ETag='"9"')]
    with pytest.raises(Problem) as refused:
        await accept(faulty)
    error = refused.value
    assert type(error) is raised
    assert (error.code, error.status, error.detail, error.trace_id) == (code, status, "Hồ sơ …", "a" * 32)
    assert (error.errors[0].pointer, error.facts, error.version) == ("/fee", {"dossier": "H42"}, 9)
    assert len(faulty.keys) == 1


@pytest.mark.parametrize(("bad", "raised"), [(503, Unavailable), (429, TooManyRequests)])
async def test_tries_are_bounded(faulty: Faulty, bad: int, raised: type[Problem]) -> None:
    """After the last try the problem is raised; also at once, when the API asks for a longer pause than is allowed."""
    faulty.answers = [lambda: problem(bad, "busy", Retry_After="0")]
    with pytest.raises(raised):
        await accept(faulty)
    assert len(faulty.keys) == QUICK.most
    faulty.keys.clear()
    faulty.answers = [lambda: problem(bad, "busy", Retry_After="3600")]
    with pytest.raises(raised) as refused:
        await accept(faulty)
    assert (len(faulty.keys), refused.value.retry_after) == (1, 3600.0)


async def test_a_lost_answer_is_asked_for_again() -> None:
    """A connection that breaks after the request was sent: the same act follows, a request without a key does not."""
    received: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        received.append(await reader.readuntil(b"\r\n\r\n"))
        if len(received) == 2:
            body = JSONResponse(RECEIPT).body
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(body), body))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, AsyncLuongXanh(f"http://127.0.0.1:{port}", "token", retries=QUICK) as client:
        assert (await client.act("H42", Accept())).version == 4
        keys = [line for one in received for line in one.split(b"\r\n") if line.lower().startswith(b"idempotency")]
        assert len(keys) == 2
        assert keys[0] == keys[1]
        with pytest.raises(Unreachable):
            await client.webhooks.delete("wh-1")
    assert len(received) == 3


async def test_nobody_at_the_address() -> None:
    """Every try is made, and then the error says that no answer came, without the token."""
    async with AsyncLuongXanh("http://127.0.0.1:9", "secret-token", retries=QUICK) as client:
        with pytest.raises(Unreachable) as lost:
            await client.dossier("H42")
    assert isinstance(lost.value.__cause__, httpx2.ConnectError)
    assert "secret-token" not in str(lost.value)


async def test_an_answer_that_is_no_answer(faulty: Faulty) -> None:
    """A success that is not what the document says is an error of its own. It names fields and no value."""
    faulty.answers = [lambda: JSONResponse({**RECEIPT, "version": "Nguyễn Văn An"})]
    with pytest.raises(UnreadableAnswer) as wrong:
        await accept(faulty)
    assert "version" in str(wrong.value)
    assert "Nguyễn" not in str(wrong.value)


async def test_a_field_that_does_not_exist_is_refused_before_it_is_sent() -> None:
    """A misspelt argument is an error here."""
    with pytest.raises(ValueError, match="fees"):
        Accept.model_validate({"fees": 1})


def test_pauses_grow_and_differ() -> None:
    """They double up to the longest, at least half of it is waited, and the API's own wish counts."""
    retries = Retries(most=50, first_pause=0.5, longest_pause=10)
    for tries in range(1, 50):
        full = min(10.0, 0.5 * 2.0 ** (tries - 1))
        drawn = [retries.pause_after(tries) for _ in range(20)]
        assert all(one is not None and full / 2 <= one <= full for one in drawn)
        assert len(set(drawn)) > 1
    asked = retries.pause_after(1, 3.0)
    assert asked is not None
    assert 3.0 <= asked <= 10.0
    assert retries.pause_after(50) is None
    assert retries.pause_after(1, 11.0) is None
