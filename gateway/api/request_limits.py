"""Limits requests before the caller is known: the size of a body, the time for sending it, requests at once.

The application gets a request only with its whole body. The server itself limits the time for the head and the number
of connections.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fastapi import Request, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.api.messages import LimitRefusal, RequestRefusal
from gateway.api.problems import refused
from gateway.api.refusals import BadRequest


@dataclass(frozen=True)
class Limits:
    """The limits: bytes of a body, seconds for sending it, and requests at once."""

    largest_body: int = 256_000
    body_seconds: float = 10.0
    at_once: int = 64


Refusing = Callable[[BadRequest, Request], Awaitable[Response]]
"""Makes the answer to a request that is refused. The request has its body where that was read, else an empty one."""


async def with_problem(refusal: BadRequest, request: Request) -> Response:
    """The answer of the API: a problem."""
    return refused(refusal, request)


class Limited:
    """An ASGI application with these limits."""

    def __init__(self, application: ASGIApp, limits: Limits, refusing: Refusing = with_problem) -> None:
        self._application = application
        self._limits = limits
        self._refusing = refusing
        self.answering = 0
        """Requests whose answers are being made now."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one ASGI connection."""
        if scope["type"] != "http":
            return await self._application(scope, receive, send)
        body: bytes | None = b""
        try:
            body = await self._body(scope, receive)
            if body is not None:
                await self._answer(scope, _once(body, receive), send)
        except BadRequest as refusal:
            answer = await self._refusing(refusal, Request(scope, _once(body or b"", receive)))
            answer.headers["Connection"] = "close"  # so that nobody waits for the rest of the body
            await answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.answering >= self._limits.at_once:
            raise BadRequest(LimitRefusal.TOO_BUSY, at_once=self._limits.at_once)
        place = _Place(self)
        try:
            await self._application(scope, receive, place.sending(send))
        finally:
            place.give_back()

    async def _body(self, scope: Scope, receive: Receive) -> bytes | None:
        """The whole body; None when the caller has disconnected. A body with a too large content-length is not read."""
        headers = dict(scope["headers"])
        if b"content-length" in headers and b"transfer-encoding" in headers:
            raise BadRequest(RequestRefusal.REQUEST_UNREADABLE)  # two lengths: a proxy may believe the other (RFC 9112)
        announced = headers.get(b"content-length", b"0")
        if not announced.isdigit() or int(announced[:20]) > self._limits.largest_body:
            raise self._too_large()
        try:
            async with asyncio.timeout(self._limits.body_seconds):
                return await self._read(receive)
        except TimeoutError:
            raise BadRequest(LimitRefusal.TOO_SLOW, body_seconds=self._limits.body_seconds) from None

    async def _read(self, receive: Receive) -> bytes | None:
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            body += message.get("body", b"")
            if len(body) > self._limits.largest_body:
                raise self._too_large()
            if not message.get("more_body", False):
                return bytes(body)

    def _too_large(self) -> BadRequest:
        return BadRequest(LimitRefusal.TOO_LARGE, largest_body=self._limits.largest_body)


class _Place:
    """One of the places for requests that are answered at once.

    It is given back when the answer begins: a caller who reads slowly, or never, keeps nobody else out. How long an
    answer may lie unread is limited by the server (`workers.http_server`), and the number of live streams where they
    are made (`activities.events_out.live`).
    """

    def __init__(self, limited: Limited) -> None:
        self._limited = limited
        self._held = True
        limited.answering += 1

    def give_back(self) -> None:
        if self._held:
            self._held = False
            self._limited.answering -= 1

    def sending(self, send: Send) -> Send:
        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.give_back()
            await send(message)

        return sent


def _once(body: bytes, receive: Receive) -> Receive:
    """Gives the application the body that was read, then the later messages of the connection."""
    unread: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def next_message() -> Message:
        return unread.pop() if unread else await receive()

    return next_message
