"""Groups a stream of rows: a group is written in a thread, so that others are served meanwhile."""

from __future__ import annotations

from collections.abc import AsyncIterator

from activities.ledger.search.reader import FoundDossier

BATCH = 200
"""Rows of a group."""


async def in_batches(rows: AsyncIterator[FoundDossier]) -> AsyncIterator[list[FoundDossier]]:
    """The rows in groups, in order; the last group may be smaller."""
    batch: list[FoundDossier] = []
    async for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
