"""Writes an event log batch by batch, each in a thread: other requests of the process are answered meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from activities.ledger.event_log import LoggedDossier
from gateway.views.event_logs.written import Written

Batches = AsyncIterator[Sequence[LoggedDossier]]


class LogWriter(Protocol):
    """Writes one file. A file without its end is not whole: its reader must not get it as if it were."""

    def begin(self) -> None:
        """Writes what stands before the dossiers."""

    def add(self, dossiers: Sequence[LoggedDossier]) -> None:
        """Writes dossiers."""

    def end(self) -> None:
        """Writes what stands after them."""


async def write_log(batches: Batches, writer: LogWriter) -> Written:
    """Writes the whole log."""
    counted = Written()
    await asyncio.to_thread(writer.begin)
    async for batch in batches:
        await asyncio.to_thread(writer.add, batch)
        counted += batch
    await asyncio.to_thread(writer.end)
    return counted
