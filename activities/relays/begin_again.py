"""A relay begins again: every event on record is handed on once more, because an operator ordered it.

For a receiver that lost what it was told, and for a cursor that `ledger verify` finds at a place where it cannot stand.
The order waits for the relay's own lock, so that no batch is on its way, and is recorded in the same transaction.
"""

from __future__ import annotations

import asyncpg

from activities.ledger.feed import Cursor, FeedReader
from activities.ledger.pool import Connection, Pool, unavailable_as_answer
from activities.ledger.servers import WHOLE_TABLE
from activities.ledger.tracing import sql_span
from activities.relays.relay import lock_of
from domain.errors import Conflict, NotFound
from domain.operator_orders import require_operator, require_reason
from domain.values import Code, Instant, Name, Value

PATIENCE = 10
"""Seconds for which a relay that is handing on is waited for."""

STANDS = """
select cursor.xid, cursor."position", passed, followed.reader is not null as followed, (
    select count(*) from event
    where cursor.xid is null or (event.xid, event."position") <= (cursor.xid, cursor."position")
) as events
from (select $1::text as reader) as asked
left join cursor using (reader) left join feed_reader followed using (reader)
"""
TO_THE_START = """
insert into cursor (reader, xid, "position", passed) values ($1, '0', 0, 0)
on conflict (reader) do update set xid = '0', "position" = 0, passed = 0, moved_at = clock_timestamp()
"""
RECORD = """
insert into relay_begun_again (reader, stood_xid, stood_position, passed, who, why) values ($1, $2, $3, $4, $5, $6)
"""
LATEST = """
select distinct on (reader) reader as relay, passed, who, why, at from relay_begun_again order by reader, number desc
"""


class Repetition(Value):
    """What a relay that begins again hands on once more."""

    relay: str
    stood: Cursor | None
    """Where its cursor stands; None: its row is gone."""
    passed: int | None
    """How many events were counted as handed on."""
    events: int
    """How many events are recorded up to that place; of a cursor that is gone, all there are."""


class BegunAgain(Value):
    """One order, as it was recorded."""

    relay: str
    passed: int | None
    who: Code
    why: Name
    at: Instant


class RelayBeginnings:
    """Looks at what would be handed on again, gives the order, and tells the latest ones.

    Everything raises DatabaseUnavailable where the database is not there, DatabaseRefuses where the role may not.
    """

    def __init__(self, pool: Pool, *, patience: int = PATIENCE) -> None:
        self._pool = pool
        self._patience = patience

    async def look(self, relay: str) -> Repetition:
        """What `begin_again` would repeat; nothing is written.

        NotFound `unknown_relay`. Conflict `relay_at_beginning`, where nothing was handed on yet.
        """
        with sql_span("relay.look", relay=relay), unavailable_as_answer():
            async with self._pool.acquire() as db:
                return await _repetition(db, relay)

    async def begin_again(self, relay: str, who: str, why: str) -> Repetition:
        """Puts the relay's cursor before the first event and records who ordered it, why, and where it stood.

        InvalidInput: those of `operator_orders`. NotFound, Conflict: those of `look`; Conflict `relay_busy`, where the
        relay hands on without a pause.
        """
        require_operator(who)
        require_reason(why)
        with sql_span("relay.begin_again", relay=relay), unavailable_as_answer():
            async with self._pool.acquire() as db, db.transaction():
                await self._wait_for_its_lock(db, relay)
                found = await _repetition(db, relay)
                stood = (found.stood.xid, found.stood.position) if found.stood else (None, None)
                await db.execute(TO_THE_START, relay)
                await db.execute(RECORD, relay, *stood, found.passed, who, why)
        return found

    async def latest(self) -> dict[str, BegunAgain]:
        """The last order to each relay that ever began again."""
        with sql_span("relay.begun_again"), unavailable_as_answer():
            rows = await self._pool.fetch(LATEST)
        return {row["relay"]: BegunAgain.model_validate(dict(row)) for row in rows}

    async def _wait_for_its_lock(self, db: Connection, relay: str) -> None:
        try:
            await db.execute(f"set local lock_timeout = '{self._patience}s'")
            await db.execute("select pg_advisory_xact_lock(hashtext($1))", lock_of(relay))
        except asyncpg.LockNotAvailableError:
            raise Conflict("relay_busy", relay=relay, seconds=self._patience) from None


async def _repetition(db: Connection, relay: str) -> Repetition:
    if relay not in set(FeedReader):
        raise NotFound("unknown_relay", relay=relay, known=tuple(FeedReader))
    row = await db.fetchrow(STANDS, relay, timeout=WHOLE_TABLE)
    gone = row["xid"] is None
    if (gone and not row["followed"]) or (row["xid"], row["position"], row["passed"]) == (0, 0, 0):
        raise Conflict("relay_at_beginning", relay=relay)
    stood = None if gone else Cursor(xid=row["xid"], position=row["position"])
    return Repetition(relay=relay, stood=stood, passed=row["passed"], events=row["events"])
