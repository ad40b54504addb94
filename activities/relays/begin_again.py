"""Lets a relay begin again: it sends every event once more, because an operator ordered it.

It is for a receiver that lost its data, and for a cursor that `ledger verify` finds at a wrong place. The order waits
for the relay's lock, so that no batch is on its way, and is recorded in the same transaction.
"""

from __future__ import annotations

import asyncpg

from activities.ledger.feed import Cursor, FeedReader
from activities.ledger.pool import Connection, Pool, unavailable_as_answer
from activities.ledger.servers import WHOLE_TABLE
from activities.ledger.tracing import sql_span
from activities.relays.one_at_a_time import lock_of
from domain.errors import Conflict, NotFound
from domain.messages.record import RecordRefusal
from domain.operator_orders import require_operator, require_reason
from domain.outside_systems import RELAY_NAMES
from domain.text.sentences import Choice
from domain.values import Code, Instant, Name, Value

PATIENCE = 10
"""Seconds to wait for a relay that is sending a batch."""

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
    """What a relay would send once more if it began again."""

    relay: str
    stood: Cursor | None
    """Its cursor; None when the row of the cursor is missing."""
    passed: int | None
    """How many events were counted as sent."""
    events: int
    """How many events are recorded up to the cursor; all events when the cursor is missing."""


class BegunAgain(Value):
    """One recorded order."""

    relay: str
    passed: int | None
    who: Code
    why: Name
    at: Instant


class RelayBeginnings:
    """Shows what would be sent again, gives the order, and reads the latest orders.

    Every method raises DatabaseUnavailable when the database does not answer, DatabaseRefuses without the privilege.
    """

    def __init__(self, pool: Pool, *, patience: int = PATIENCE) -> None:
        self._pool = pool
        self._patience = patience

    async def look(self, relay: str) -> Repetition:
        """What `begin_again` would repeat. It writes nothing.

        Raises NotFound `unknown_relay`; Conflict `relay_at_beginning` when the relay has sent nothing yet.
        """
        with sql_span("relay.look", relay=relay), unavailable_as_answer():
            async with self._pool.acquire() as db:
                return await _repetition(db, relay)

    async def begin_again(self, relay: str, who: str, why: str) -> Repetition:
        """Puts the relay's cursor before the first event and records who ordered it, why, and the old cursor.

        Raises the InvalidInput errors of `operator_orders`, the errors of `look`, and Conflict `relay_busy` when the
        relay sends without a pause.
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
        """The last order for each relay that ever began again."""
        with sql_span("relay.begun_again"), unavailable_as_answer():
            rows = await self._pool.fetch(LATEST)
        return {row["relay"]: BegunAgain.model_validate(dict(row)) for row in rows}

    async def _wait_for_its_lock(self, db: Connection, relay: str) -> None:
        try:
            await db.execute(f"set local lock_timeout = '{self._patience}s'")
            await db.execute("select pg_advisory_xact_lock(hashtext($1))", lock_of(relay))
        except asyncpg.LockNotAvailableError:
            raise Conflict(RecordRefusal.RELAY_BUSY, relay=relay, seconds=self._patience) from None


async def _repetition(db: Connection, relay: str) -> Repetition:
    if relay not in set(FeedReader):
        known = tuple(Choice(code=one, meaning=RELAY_NAMES[one]) for one in FeedReader)
        raise NotFound(RecordRefusal.UNKNOWN_RELAY, relay=relay, known=known)
    row = await db.fetchrow(STANDS, relay, timeout=WHOLE_TABLE)
    gone = row["xid"] is None
    if (gone and not row["followed"]) or (row["xid"], row["position"], row["passed"]) == (0, 0, 0):
        raise Conflict(RecordRefusal.RELAY_AT_BEGINNING, relay=relay)
    stood = None if gone else Cursor(xid=row["xid"], position=row["position"])
    return Repetition(relay=relay, stood=stood, passed=row["passed"], events=row["events"])
