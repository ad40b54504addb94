"""The events of the ledger as one ordered stream. The relays and other services read it.

The order is (xid, position). A batch ends before the oldest transaction that is still open, so a row that commits late
is never left out. Delivery is at least once: a reader moves its cursor after it has acted.

`xid` is the ledger's own number of the transaction (`this_transaction()` of the migrations). It is the server's id plus
a shift; the shift grows when the database is restored on another server (`activities.ledger.servers`).
"""

from __future__ import annotations

from enum import StrEnum

from activities.ledger.pool import Connection, Pool, unavailable_as_answer
from activities.ledger.rows import EVENT_COLUMNS, event_or_unread
from activities.ledger.tracing import sql_span
from domain.record.sealing import RecordedEvent, UnreadEvent
from domain.values import Code, Instant, Value

AFTER = f"""
select {EVENT_COLUMNS} from event
where (xid, position) > ($1, $2) and xid < (select oldest_open_transaction())
order by xid, position limit $3
"""  # noqa: S608  our own columns

NEAR_END = 10_000
READERS = f"""
select coalesce(known.reader, cursor.reader) as reader, coalesce(xid, '0') as xid,
       coalesce("position", 0) as "position", moved_at, greatest(near.waiting, far.waiting) as waiting,
       least(near.waits_since, far.waits_since) as waits_since
from unnest($1::text[]) known (reader) full join cursor using (reader)
cross join lateral (
    select count(*) as waiting, min(at) as waits_since from (
        select at from event
        where (event.xid, event."position") > (coalesce(cursor.xid, '0'), coalesce(cursor."position", 0))
        order by event.xid, event."position" limit {NEAR_END}
    ) as next
) as near
cross join lateral (
    select count(*) as waiting, min(at) as waits_since from event
    where $2 and near.waiting = {NEAR_END}
      and (event.xid, event."position") > (coalesce(cursor.xid, '0'), coalesce(cursor."position", 0))
) as far
order by reader
"""  # noqa: S608  our own number
"""A reader near the end is counted along the order of the feed; the whole table is read only for one far behind, and
only if `$2` asks for it."""


class FeedReader(StrEnum):
    """The readers of this release. `ledger verify` reports the cursor of any other reader."""

    PORTAL = "portal"
    NOTICES = "notices"
    INTERCONNECTION = "interconnection"
    DOCUMENTS = "documents"
    ASSIGNER = "assigner"
    LINK = "link"


class Cursor(Value):
    """A place in the global order. The reader has read every event up to it, and the event at it."""

    xid: int = 0
    position: int = 0


class FeedBatch(Value):
    """The next events for a reader, and its cursor after them. Without events the cursor is unchanged."""

    events: tuple[RecordedEvent, ...]
    read_from: Cursor
    """The cursor of the reader before these events."""
    cursor: Cursor
    unread: tuple[UnreadEvent, ...] = ()
    """Rows that this release cannot read. They are listed for a person, and the reader goes on."""


class ReaderStatus(Value):
    """The progress of a reader: its cursor, when it last moved, and how many events it has still to read."""

    reader: str
    cursor: Cursor
    moved_at: Instant | None
    """None when it has not read anything yet."""
    waiting: int
    waits_since: Instant | None
    """The time of the oldest waiting event."""


class Feed:
    """Reads the stream. There may be any number of readers, each with its own cursor."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def next_batch(self, reader: Code, limit: int = 500) -> FeedBatch:
        """The events after the reader's cursor, at most `limit`. A new reader starts at the beginning."""
        return await self.after(await self.cursor(reader), limit)

    async def after(self, cursor: Cursor, limit: int = 500) -> FeedBatch:
        """The events after a place in the order, at most `limit`."""
        with sql_span("ledger.feed", limit=limit), unavailable_as_answer():
            rows = await self._pool.fetch(AFTER, cursor.xid, cursor.position, limit)
        read = [event_or_unread(row) for row in rows]
        return FeedBatch(
            events=tuple(one for one in read if isinstance(one, RecordedEvent)),
            read_from=cursor,
            cursor=Cursor(xid=rows[-1]["xid"], position=rows[-1]["position"]) if rows else cursor,
            unread=tuple(one for one in read if isinstance(one, UnreadEvent)),
        )

    async def cursor(self, reader: Code) -> Cursor:
        """The cursor of a reader; a new cursor when it has none."""
        with sql_span("ledger.cursor", reader=reader), unavailable_as_answer():
            row = await self._pool.fetchrow('select xid, "position" from cursor where reader = $1', reader)
        return Cursor() if row is None else Cursor(**dict(row))

    async def end(self) -> Cursor:
        """The last place that can be read now, for a reader that wants only later events."""
        with sql_span("ledger.feed_end"), unavailable_as_answer():
            row = await self._pool.fetchrow(
                """
                select xid, "position" from event where xid < (select oldest_open_transaction())
                order by xid desc, "position" desc limit 1
                """
            )
        return Cursor() if row is None else Cursor(**dict(row))

    async def commit_cursor(self, reader: Code, cursor: Cursor, *, read_from: Cursor | None = None) -> bool:
        """Moves the cursor of a reader forward. Returns False when it is already there or further: it never goes back.

        With `read_from` the cursor moves only if it is still there: the reader may have been told to begin again.
        The number of events passed is stored too, so `ledger verify` finds a cursor that was moved by hand.
        """
        with sql_span("ledger.commit_cursor", reader=reader), unavailable_as_answer():
            moved = await self._pool.fetchval(
                """
                with before as (select xid, "position", passed from cursor where reader = $1 for update),
                from_there as (
                    select coalesce((select xid from before), '0') as xid,
                           coalesce((select "position" from before), 0) as "position",
                           coalesce((select passed from before), 0) as passed
                )
                insert into cursor as old (reader, xid, "position", passed)
                select $1, $2, $3, from_there.passed + (
                    select count(*) from event
                    where (xid, "position") > (from_there.xid, from_there."position") and (xid, "position") <= ($2, $3)
                ) from from_there
                on conflict (reader) do update
                set xid = $2, "position" = $3, passed = excluded.passed, moved_at = clock_timestamp()
                where (old.xid, old."position") < ($2, $3)
                  and ($4::xid8 is null or (old.xid, old."position") = ($4, $5))
                returning true
                """,
                reader,
                cursor.xid,
                cursor.position,
                read_from.xid if read_from else None,
                read_from.position if read_from else None,
            )
        return moved is True

    async def status(self, *, whole: bool = True) -> tuple[ReaderStatus, ...]:
        """The status of every reader of this release, and of every other cursor in the database.

        Without `whole` at most `NEAR_END` waiting events are counted: a page must not wait for one a million behind.
        """
        with sql_span("ledger.feed_status"), unavailable_as_answer():
            async with self._pool.acquire() as db:
                return await readers(db, whole=whole)

    async def lag(self, reader: Code) -> int:
        """How many events a reader has still to read."""
        cursor = await self.cursor(reader)
        with sql_span("ledger.feed_lag", reader=reader), unavailable_as_answer():
            waiting: int = await self._pool.fetchval(
                "select count(*) from event where (xid, position) > ($1, $2)", cursor.xid, cursor.position
            )
        return waiting


async def readers(db: Connection, *, whole: bool = True) -> tuple[ReaderStatus, ...]:
    """The same as `Feed.status`, on an open connection."""
    rows = await db.fetch(READERS, [reader.value for reader in FeedReader], whole)
    return tuple(
        ReaderStatus(
            reader=row["reader"],
            cursor=Cursor(xid=row["xid"], position=row["position"]),
            moved_at=row["moved_at"],
            waiting=row["waiting"],
            waits_since=row["waits_since"],
        )
        for row in rows
    )
