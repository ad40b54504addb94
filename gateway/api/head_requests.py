"""Answers HEAD as GET without its body (RFC 9110): load balancers and monitors ask so."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class AnsweringHead:
    """An ASGI application that answers HEAD wherever it answers GET."""

    def __init__(self, application: ASGIApp) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one ASGI connection."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._application(scope, receive, send)
            return
        began = False

        async def send_head(message: Message) -> None:
            """Ends the answer after its head. To a stream without an end the caller has then disconnected."""
            nonlocal began
            if message["type"] == "http.response.start" and not began:
                began = True
                await send(message)
                await send({"type": "http.response.body", "body": b""})

        await self._application({**scope, "method": "GET"}, receive, send_head)
