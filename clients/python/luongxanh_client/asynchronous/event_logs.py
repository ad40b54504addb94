"""The event log of found dossiers, for process mining. For operators and supervisors; who takes it is recorded."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import httpx2

from luongxanh_client.asynchronous.connection import AsyncConnection
from luongxanh_client.models.words import LogFormat, State, WhichClock
from luongxanh_client.requests import Query, Request, path
from luongxanh_client.whole_files import whole_file


class AsyncEventLogs:
    """The part of a client that is about event logs. They have no personal data; officers stand under pseudonyms."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def save(
        self,
        file: Path,
        form: LogFormat,
        *,
        state: State | None = None,
        unit: str | None = None,
        procedure: str | None = None,
        overdue: WhichClock | None = None,
        text: str | None = None,
        since: date | None = None,
        before: date | None = None,
    ) -> None:
        """Writes the log of the found dossiers into a file, with the events from `since` on and before `before`.

        The file has this name when it is whole. Raises as every request does, Unreachable when it breaks off, OSError.
        """
        query: Query = {
            "state": state, "unit": unit, "procedure": procedure, "overdue": overdue, "text": text, "since": since,
            "before": before,
        }  # fmt: skip
        where = path("operations", "event-log", form)
        request = Request("GET", where, bytes, query=query, headers={"Accept": "*/*"})
        async with self._connection.opened(request) as answer:
            await _write(answer, file)


async def _write(answer: httpx2.Response, file: Path) -> None:
    with whole_file(file) as written:
        async for part in answer.aiter_bytes():
            written.write(part)
