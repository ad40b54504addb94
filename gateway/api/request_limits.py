"""Limits requests before the caller is known: the size of a body, the time for sending it, requests at once.

The application gets a request only with its whole body. The server itself limits the time for the head and the number
of connections.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from fastapi.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.api.messages import RequestRefusal

STATUS = {RequestRefusal.TOO_LARGE: 413, RequestRefusal.TOO_SLOW: 408, RequestRefusal.TOO_BUSY: 503}
"""The HTTP status of a refusal."""


@dataclass(frozen=True)
class Limits:
    """The limits: bytes of a body, seconds for sending it, and requests at once."""

    largest_body: int = 64_000
    body_seconds: float = 10.0
    at_once: int = 64


class RequestRefused(Exception):
    """A refused request."""

    def __init__(self, refusal: RequestRefusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.value)


class Limited:
    """An ASGI application with these limits."""

    def __init__(self, application: ASGIApp, limits: Limits) -> None:
        self._application = application
        self._limits = limits
        self._answering = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one ASGI connection."""
        if scope["type"] != "http":
            return await self._application(scope, receive, send)
        try:
            body = await self._body(scope, receive)
            if body is not None:
                await self._answer(scope, _once(body, receive), send)
        except RequestRefused as refused:
            await self._refusal(refused.refusal)(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._answering >= self._limits.at_once:
            raise RequestRefused(RequestRefusal.TOO_BUSY)
        self._answering += 1
        try:
            await self._application(scope, receive, send)
        finally:
            self._answering -= 1

    async def _body(self, scope: Scope, receive: Receive) -> bytes | None:
        """The whole body; None when the caller has disconnected. A body with a too large content-length is not read."""
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if not announced.isdigit() or int(announced[:20]) > self._limits.largest_body:
            raise RequestRefused(RequestRefusal.TOO_LARGE)
        try:
            async with asyncio.timeout(self._limits.body_seconds):
                return await self._read(receive)
        except TimeoutError:
            raise RequestRefused(RequestRefusal.TOO_SLOW) from None

    async def _read(self, receive: Receive) -> bytes | None:
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            body += message.get("body", b"")
            if len(body) > self._limits.largest_body:
                raise RequestRefused(RequestRefusal.TOO_LARGE)
            if not message.get("more_body", False):
                return bytes(body)

    def _refusal(self, refusal: RequestRefusal) -> JSONResponse:
        """The answer to a refused request. It closes the connection and does not wait for the rest of the body."""
        status, text = STATUS[refusal], refusal.sentence
        facts = vars(self._limits)
        message = {"vi": text.vi.format_map(facts), "en": text.en.format_map(facts)}
        headers = {"Connection": "close"} | ({"Retry-After": "5"} if status == 503 else {})
        return JSONResponse({"code": refusal.value, "message": message}, status_code=status, headers=headers)


def _once(body: bytes, receive: Receive) -> Receive:
    """Gives the application the body that was read, then the later messages of the connection."""
    unread: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def next_message() -> Message:
        return unread.pop() if unread else await receive()

    return next_message
