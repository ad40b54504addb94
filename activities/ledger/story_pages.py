"""Reads parts of the story of one dossier: its newest events a page at a time, and the events of some kinds.

A dossier may have 20,000 events, most of them of few kinds (a system that does not answer, a payment that is looked
at). So a page never reads the whole story: the database leaves out the kinds that are not wanted.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.rows import EVENT_COLUMNS, event_or_unread
from activities.ledger.tracing import sql_span
from domain.record.sealing import RecordedEvent, UnreadEvent
from domain.values import Code, Value

Story = list[RecordedEvent | UnreadEvent]

OF_KINDS = f"""
select {EVENT_COLUMNS} from event where dossier = $1 and kind = any($2::text[]) order by version limit $3
"""  # noqa: S608  our own columns
NEWEST = f"""
select {EVENT_COLUMNS} from event
where dossier = $1 and version < $2 and ($3::text[] is null or kind = any($3)) order by version desc limit $4
"""  # noqa: S608  our own columns
AFTER_THE_LAST = 2**31 - 1
"""A version that no dossier reaches."""


class SealedVersion(Value):
    """One version of a dossier as the ledger keeps it: what it is sealed with, and when."""

    version: int
    kind: str
    at: datetime
    hash: str


class StoryPages:
    """Reads and never writes. Every method raises DatabaseUnavailable when the database does not answer."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def newest(
        self, code: Code, *, before: int | None = None, kinds: Collection[str] | None = None, limit: int
    ) -> Story:
        """Up to `limit` events of these kinds (None: of all) before a version, the newest first."""
        return await self._read(
            NEWEST, code, AFTER_THE_LAST if before is None else before, None if kinds is None else sorted(kinds), limit
        )

    async def of_kinds(self, code: Code, kinds: Collection[str], *, limit: int | None = None) -> Story:
        """The events of these kinds, the oldest first, up to `limit` (None: all). For kinds that people's acts make."""
        return await self._read(OF_KINDS, code, sorted(kinds), limit)

    async def counts(self, code: Code) -> dict[str, int]:
        """How many events of each kind the dossier has. A kind without events is left out."""
        with sql_span("ledger.story_counts", dossier=code), unavailable_as_answer():
            rows = await self._pool.fetch("select kind, count(*) as n from event where dossier = $1 group by 1", code)
        return {row["kind"]: row["n"] for row in rows}

    async def seals(self, code: Code, *, before: int | None = None, limit: int) -> list[SealedVersion]:
        """The newest versions before a version with their hashes, the newest first. Bodies are not read."""
        with sql_span("ledger.story_seals", dossier=code), unavailable_as_answer():
            rows = await self._pool.fetch(
                "select version, kind, at, encode(hash, 'hex') as hash from event"
                " where dossier = $1 and version < $2 order by version desc limit $3",
                code,
                AFTER_THE_LAST if before is None else before,
                limit,
            )
        return [SealedVersion.model_validate(dict(row)) for row in rows]

    async def _read(self, sql: str, code: Code, *arguments: object) -> Story:
        with sql_span("ledger.story", dossier=code), unavailable_as_answer():
            rows = await self._pool.fetch(sql, code, *arguments)
        return [event_or_unread(row) for row in rows]
