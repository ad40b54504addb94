"""Tests of what stands before the operations: a refusal has the headers of every answer; nothing has two readings."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx2
import pytest
from fastapi import APIRouter, FastAPI
from pydantic import BaseModel
from starlette.responses import PlainTextResponse

from gateway.api import problems
from gateway.api.answer_headers import ALWAYS
from gateway.api.application import guarded
from gateway.api.bodies import StrictRoute
from gateway.api.request_limits import Limits
from tests.support.plain_http import NO_TLS
from tests.support.serving import Served, serving
from tests.support.waiting import WITHIN

router = APIRouter(route_class=StrictRoute)


class Given(BaseModel):
    """Any body."""


@router.get("/fails")
async def fails() -> None:
    """Fails with an error that nobody foresaw."""
    raise RuntimeError("a fault of ours")


@router.post("/takes")
async def takes(given: Given) -> Given:
    """Takes a body."""
    return given


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    app = FastAPI()
    problems.install(app)
    app.include_router(router)
    async with serving(guarded(app, Limits(largest_body=1_000))) as served:
        yield served


@pytest.fixture
async def http() -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(trust_env=False, verify=NO_TLS, timeout=WITHIN) as http:
        yield http


def require_headers(answer: httpx2.Response, status: int) -> None:
    """Requires an answer of this status with every header that an answer has."""
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS


async def test_every_refusal_is_an_answer_like_others(served: Served, http: httpx2.AsyncClient) -> None:
    """A refusal before the operations, by the router, and after a fault of ours is not stored by anybody either."""
    require_headers(await http.post(f"{served.url}/takes", content=b"x" * 1_001), 413)
    require_headers(await http.get(f"{served.url}/nothing"), 404)
    require_headers(await http.put(f"{served.url}/takes"), 405)
    require_headers(await http.get(f"{served.url}/fails"), 500)


async def test_who_is_turned_away_is_told_so_in_the_same_way(http: httpx2.AsyncClient) -> None:
    """Also the answer to one request too many is not stored."""
    async with serving(guarded(PlainTextResponse("ok"), Limits(at_once=0))) as full:
        require_headers(await http.get(full.url), 503)


@pytest.mark.parametrize("name", ["Content-Type", "Idempotency-Key", "If-Match", "On-Behalf-Of"])
async def test_a_header_that_steers_comes_once(served: Served, http: httpx2.AsyncClient, name: str) -> None:
    """Of two such headers a proxy may read the other one: the request is refused, and neither is chosen."""
    headers = [("Content-Type", "application/json"), (name, "application/json"), (name, "application/json")]
    refused = await http.post(f"{served.url}/takes", content=b"{}", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (400, "header_invalid")
    assert refused.json()["facts"]["header"] == name


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "identity, gzip"])
async def test_a_compressed_body_is_not_read(served: Served, http: httpx2.AsyncClient, encoding: str) -> None:
    """Its size would not be known before it is unpacked, so it is refused as a form that is not taken."""
    headers = {"Content-Type": "application/json", "Content-Encoding": encoding}
    refused = await http.post(f"{served.url}/takes", content=b"{}", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (415, "content_type_unsupported")
    plain = {**headers, "Content-Encoding": "identity"}
    assert (await http.post(f"{served.url}/takes", content=b"{}", headers=plain)).status_code == 200


async def raw(served: Served, request: bytes) -> bytes:
    """What the server sends to these bytes until it closes the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(request)
    async with asyncio.timeout(WITHIN):
        received = await reader.read()
    writer.close()
    return received


async def test_a_body_with_two_lengths_is_refused(served: Served) -> None:
    """A length and chunks together are two readings of where the next request begins: the connection is closed."""
    request = b"POST /takes HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    answered = await raw(served, request + b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n")
    assert answered.startswith(b"HTTP/1.1 400")
    assert answered.count(b"HTTP/1.1") == 1
    assert b"request_unreadable" in answered


async def test_a_connection_does_not_become_a_websocket(served: Served) -> None:
    """It would be without the limits of the server. The request is answered as any other."""
    upgrade = b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    request = b"GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\n" + upgrade + b"\r\n"
    answered = await raw(served, request)
    assert answered.startswith(b"HTTP/1.1 404")
    assert b"path_unknown" in answered
