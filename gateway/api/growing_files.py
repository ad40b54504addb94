"""An answer whose file is sent while it is still being written.

The file is temporary, so a caller who reads slowly holds neither the database nor a place. An error before the first
byte is a problem like any other. After it the connection is broken: the answer is in chunks, and a caller who did not
get the last one knows that the file is not whole. Callers of HTTP/1.0 know no chunks, and would take a broken
connection for the end of the file: for them it is written whole first, and sent with its length.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing
from tempfile import TemporaryFile
from typing import IO, Generic, TypeVar

import structlog
from fastapi import Request, Response
from starlette.types import Message, Receive, Scope, Send

from domain.errors import DomainError
from gateway.api.exports import CHUNK, CallerLeftError, Exports

log = structlog.get_logger(__name__)

LOOKED_EVERY = 1.0
"""Seconds between two looks whether the caller is still there, while nothing was written."""
WITHOUT_CHUNKS = "1.0"
T = TypeVar("T")
Write = Callable[[AsyncIterator[T], IO[bytes]], Awaitable[object]]


class _BrokenFileError(Exception):
    """A file of which a part was sent cannot be written to its end. It is logged."""


class GrowingFile(Response, Generic[T]):
    """The answer with a file that is written when the answer is sent. `parts`: what is written into it, one by one."""

    def __init__(
        self, request: Request, exports: Exports, parts: AsyncGenerator[T, None], write: Write[T],
        headers: Mapping[str, str], media_type: str,
    ) -> None:  # fmt: skip
        super().__init__(media_type=media_type)
        self._request, self._exports = request, exports
        self._parts, self._write = parts, write
        self._more = dict(headers)
        self._grown = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Writes the file, and sends what was written so far."""
        with TemporaryFile() as file:
            writing = asyncio.create_task(self._written(file))
            writing.add_done_callback(lambda _: self._grown.set())
            try:
                while scope["http_version"] == WITHOUT_CHUNKS and not writing.done():
                    await self._until_grown()
                await self._send(file, writing, send)
                log.info("file_sent", bytes=file.tell())
            except _BrokenFileError:
                return  # without the last chunk: the server closes the connection
            except CallerLeftError:
                log.info("file_abandoned", why="the caller has disconnected")
            finally:
                writing.cancel()
                await asyncio.gather(writing, return_exceptions=True)

    async def _written(self, file: IO[bytes]) -> None:
        with self._exports.place():
            async with aclosing(self._parts) as parts:
                await self._write(self._told(parts, file), file)
        file.flush()

    async def _told(self, parts: AsyncIterator[T], file: IO[bytes]) -> AsyncIterator[T]:
        """The parts. When the next one is asked for, the one before was written."""
        async for part in parts:
            yield part
            file.flush()
            self._grown.set()

    async def _send(self, file: IO[bytes], writing: asyncio.Task[None], send: Send) -> None:
        sent = 0
        while True:
            whole = writing.done()  # asked before the file is read: then nothing more comes
            if whole:
                _require_written(writing, begun=sent > 0)
            chunk = os.pread(file.fileno(), CHUNK, sent)
            if chunk or whole:
                if sent == 0:
                    await send(self._head(file.tell() if whole else None))
                await send({"type": "http.response.body", "body": chunk, "more_body": bool(chunk) or not whole})
                sent += len(chunk)
            if whole and not chunk:
                return
            if not chunk:
                await self._until_grown()
            await self._require_caller()

    def _head(self, length: int | None) -> Message:
        known = {} if length is None else {"Content-Length": str(length)}
        headers = {"Content-Type": self.headers["content-type"], **self._more, **known}
        raw = [(name.lower().encode(), text.encode("latin-1")) for name, text in headers.items()]
        return {"type": "http.response.start", "status": 200, "headers": raw}

    async def _until_grown(self) -> None:
        """Waits until more was written, or the writing has ended. Raises CallerLeftError."""
        self._grown.clear()
        while not self._grown.is_set():
            try:
                await asyncio.wait_for(self._grown.wait(), LOOKED_EVERY)
            except TimeoutError:
                await self._require_caller()

    async def _require_caller(self) -> None:
        if await self._request.is_disconnected():
            raise CallerLeftError


def _require_written(writing: asyncio.Task[None], *, begun: bool) -> None:
    """Raises what ended the writing. `begun`: a part was sent, so no problem can be answered any more."""
    problem = writing.exception()
    if begun and isinstance(problem, DomainError):
        log.error("file_broken", code=str(problem.code))
        raise _BrokenFileError from None
    if problem is not None:
        raise problem
