"""Tables of dossiers over HTTP: written whole before the answer begins, a few at once.

A table is first written into a temporary file, from one moment of the register. So an answer of 200 is always whole, an
error on the way is a problem like any other, and a caller who reads slowly holds neither the database nor a place.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import aclosing, contextmanager
from tempfile import TemporaryFile
from typing import IO

import structlog
from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from activities.ledger.search.reader import FoundDossier
from gateway.api.messages import ExportRefusal
from gateway.api.refusals import BadRequest

log = structlog.get_logger(__name__)

CHUNK = 64 * 1024
"""Bytes that are sent at once."""
LOOKED_EVERY = 500
"""Rows between two looks whether the caller is still there."""

Rows = AsyncGenerator[FoundDossier, None]
Write = Callable[[AsyncIterator[FoundDossier], IO[bytes]], Awaitable[int]]


class Exports:
    """The places in which tables are written."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self.writing = 0
        """How many tables are being written."""

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place while a table is written. Raises BadRequest `exports_busy` when all are taken."""
        if self.writing >= self._at_once:
            raise BadRequest(ExportRefusal.EXPORTS_BUSY, at_once=self._at_once)
        self.writing += 1
        try:
            yield
        finally:
            self.writing -= 1


class CallerLeftError(Exception):
    """The caller has disconnected: nobody waits for the table."""


class TableResponse(Response):
    """The answer with a table, which is written when the answer is sent. Errors before its first byte are problems."""

    def __init__(
        self, request: Request, exports: Exports, rows: Rows, write: Write, headers: Mapping[str, str], media_type: str
    ) -> None:
        super().__init__(media_type=media_type)
        self._request, self._exports = request, exports
        self._rows, self._write = rows, write
        self._more = dict(headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Writes the table, then sends it."""
        with TemporaryFile() as file:
            try:
                with self._exports.place():
                    async with aclosing(self._rows) as rows:
                        dossiers = await self._write(_while_there(rows, self._request), file)
            except CallerLeftError:
                log.info("table_abandoned", why="the caller has disconnected")
                return
            log.info("table_written", dossiers=dossiers, bytes=file.tell())
            headers = {**self._more, "Content-Length": str(file.tell())}
            answer = StreamingResponse(_chunks(file), headers=headers, media_type=self.media_type)
            await answer(scope, receive, send)


async def _while_there(rows: Rows, request: Request) -> AsyncIterator[FoundDossier]:
    number = 0
    async for row in rows:
        if number % LOOKED_EVERY == 0 and await request.is_disconnected():
            raise CallerLeftError
        number += 1
        yield row


async def _chunks(file: IO[bytes]) -> AsyncIterator[bytes]:
    file.seek(0)
    while chunk := file.read(CHUNK):
        yield chunk
