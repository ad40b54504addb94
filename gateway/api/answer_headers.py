"""The headers that every answer has: it is not stored by anybody, and says what is left of the caller's quota."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ALWAYS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
MORE = "headers_of_answer"
"""The place in the state of a request for headers that an operation adds."""


def add_headers(scope: Scope, headers: Mapping[str, str]) -> None:
    """Adds headers to the answer of this request, whatever the answer is."""
    scope.setdefault("state", {}).setdefault(MORE, {}).update(headers)


class WithHeaders:
    """An ASGI application whose answers have these headers, and those in the state of the request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one ASGI connection."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, text in {**ALWAYS, **scope.get("state", {}).get(MORE, {})}.items():
                    headers.setdefault(name, text)
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)
