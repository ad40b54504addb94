"""A real HTTP server that receives webhooks and answers as a test wishes: well, badly, slowly, or with malice."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from standardwebhooks.webhooks import Webhook

OK = b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def status(code: int, *headers: str) -> bytes:
    """An answer with this status and these headers."""
    return "\r\n".join((f"HTTP/1.1 {code} Said", *headers, "Content-Length: 0", "", "")).encode()


@dataclass(frozen=True)
class Received:
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    body: str

    @property
    def event(self) -> dict[str, Any]:
        """The CloudEvent."""
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def id(self) -> str:
        """The CloudEvent's id."""
        return str(self.event["id"])

    def signed_by(self, secret: str) -> bool:
        """True when the signature verifies under this secret, by the scheme's own library."""
        try:
            Webhook(secret).verify(self.body, self.headers)
        except Exception:
            return False
        return True


Answer = Callable[[Received, asyncio.StreamWriter], Awaitable[None]]


async def well(_received: Received, writer: asyncio.StreamWriter) -> None:
    """Takes everything."""
    writer.write(OK)


def saying(answer: bytes) -> Answer:
    """Always answers this."""

    async def said(_received: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)

    return said


@dataclass
class Receiver:
    """What came in, in order. `answer` may be changed at any time."""

    answer: Answer = well
    received: list[Received] = field(default_factory=list)
    taken: list[Received] = field(default_factory=list)
    """Those that were answered with a 2xx."""
    port: int = 0

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}/hook"

    def ids(self, dossier: str | None = None) -> list[str]:
        """The ids of the events that were taken; of one dossier, or of all."""
        return [one.id for one in self.taken if dossier in (None, one.event["subject"])]

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Reads one request and answers it."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            first, *lines = head.strip().split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            body = (await reader.readexactly(int(headers.get("content-length", "0")))).decode()
            received = Received(first.split()[1], headers, body)
            self.received.append(received)
            watched = _Watched(writer)
            await self.answer(received, watched)  # type: ignore[arg-type]
            if watched.took:
                self.taken.append(received)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()


class _Watched:
    """A writer that knows whether a 2xx was written."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self.took = False

    def write(self, data: bytes) -> None:
        self.took = self.took or data.startswith(b"HTTP/1.1 2")
        self._writer.write(data)

    async def drain(self) -> None:
        await self._writer.drain()


@asynccontextmanager
async def receiving(answer: Answer = well, tls: ssl.SSLContext | None = None) -> AsyncIterator[Receiver]:
    """A receiver that listens until the end of the block."""
    receiver = Receiver(answer)
    server = await asyncio.start_server(receiver.handle, "127.0.0.1", 0, ssl=tls)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
