"""The servers on which the ledger was written, and how it goes on after a restore on another server.

A transaction id belongs to one PostgreSQL server. After a dump and restore, or on a logical replica, ids begin below
the recorded ones, and new rows would stand before the cursor of every reader. So the ledger's own number of a
transaction is the server's id plus a shift (`this_transaction()` of the migrations). `after_restore` gives the new
server a shift that puts its numbers above all recorded numbers. It changes no row and no checkpoint, and proofs that
were given out stay valid.

A physical copy, streaming replication and `pg_upgrade` keep the ids, so nothing is done. But a physical copy of an
earlier moment would number its new events like those that were lost, and others remember these: that is told with
`earlier`, and numbered anew, too.
"""

from __future__ import annotations

from enum import StrEnum

import asyncpg

from activities.ledger.checkpoints.checkpointer import LAST
from activities.ledger.checkpoints.log import CheckpointLog
from activities.ledger.checkpoints.registers import REGISTERS
from activities.ledger.pool import Connection, DatabaseRestored, Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from domain.errors import Conflict
from domain.messages.record import RecordRefusal
from domain.record.checkpoint import Anchor, checkpoint_in
from domain.record.restores import SPAN
from domain.values import Value

PATIENCE = 10
"""Seconds to wait for transactions that are writing."""

WHOLE_TABLE = 3_600.0
"""Seconds allowed for a statement that reads every event."""

ROOM = SPAN
"""A new server begins at a multiple of 2^32 and leaves at least 2^32 numbers below it unused.

A log or a reader outside the database may have seen numbers of the old server that the restored database lacks.
"""

NUMBERED = ("event", "cursor", *REGISTERS)
"""The tables whose rows hold the number of a transaction."""

HERE = """
select system_identifier::text as server, last.server as recorded, last.number, last.shift,
       pg_snapshot_xmax(pg_current_snapshot())::text::bigint + last.shift as next
from pg_control_system() cross join (select * from ledger_server order by number desc limit 1) as last
"""
NEWEST = "select greatest({}, 0)".format(
    ", ".join(f"(select xid::text::bigint from {table} order by xid desc limit 1)" for table in NUMBERED)  # noqa: S608
)
CURSORS = """
with last as (select xid, "position" from event order by xid desc, "position" desc limit 1)
select * from (
    select reader, cursor.xid, cursor."position", passed,
           coalesce((cursor.xid, cursor."position") > (last.xid, last."position"), cursor.xid > '0') as ahead,
           coalesce(last.xid, '0') as last_xid, coalesce(last."position", 0) as last_position, (
               select count(*) from event where (event.xid, event."position") <= (cursor.xid, cursor."position")
           ) as there
    from cursor left join last on true
) as found where ahead or passed <> there order by reader
"""
MOVE = 'update cursor set xid = $2, "position" = $3, passed = $4 where reader = $1'
SEQUENCES = """
select attrelid::regclass::text as table, attname as column,
       pg_get_serial_sequence(attrelid::regclass::text, attname) as sequence
from pg_attribute join pg_class on pg_class.oid = attrelid
where attidentity <> '' and relnamespace::regnamespace::text in ('public', 'vault') order by 1
"""
LAGS = """
select coalesce((select max("{column}") from {table}), 0) >= case when is_called then last_value + 1 else last_value end
from {sequence}
"""
CATCH_UP = """select setval('{sequence}', max("{column}")) from {table}"""
RECORD = """
insert into ledger_server (number, server, shift, newest, events, cursors, who, why, xid)
values ($1, $2, $3, $4, $5, $6, $7, $8, (pg_current_xact_id()::text::bigint + $3::bigint)::text::xid8)
"""


class Standing(Value):
    """The numbers on this server: `newest` is the highest recorded one, `next` is the one of the next transaction."""

    server: str
    """The identifier of this server (PostgreSQL's system identifier)."""
    recorded: str
    """The identifier of the last server in the register."""
    number: int
    """How many servers are in the register."""
    shift: int
    next: int
    newest: int

    @property
    def behind(self) -> bool:
        """True when a new row would be ordered before recorded rows."""
        return self.next <= self.newest


class Moved(Value):
    """A cursor that does not fit the restored events: its old place and count, and the new ones."""

    reader: str
    xid: int
    position: int
    passed: int
    to_xid: int
    to_position: int
    to_passed: int

    @property
    def ahead(self) -> bool:
        """True when the cursor was after the last event."""
        return (self.to_xid, self.to_position) != (self.xid, self.position)


class LogThen(StrEnum):
    """What must be done with the log of checkpoints outside the database."""

    GOES_ON = "goes_on"
    SET_ASIDE = "set_aside"
    """The ledger lacks the last events of the log: it was restored to an earlier moment."""
    NONE = "none"


class Continued(Value):
    """What was done, or would be done, so that the ledger can go on here. Nothing when `needed` is false."""

    needed: bool
    server_before: str
    server: str
    newest: int
    shift: int
    events: int
    cursors: tuple[Moved, ...]
    sequences: tuple[str, ...]
    """Columns whose sequence is behind the recorded rows: a logical replica copies rows and no sequences."""
    log: LogThen


async def require_in_order(pool: Pool) -> None:
    """Raises DatabaseRestored when the ledger was restored here and `after_restore` was not run.

    Also raises Conflict (`database_too_old`) and DatabaseUnavailable.
    """
    with sql_span("ledger.server"), unavailable_as_answer():
        async with pool.acquire() as db:
            if (await standing(db)).behind:
                raise DatabaseRestored(RecordRefusal.DATABASE_RESTORED)


async def standing(db: Connection, log: CheckpointLog | None = None) -> Standing:
    """The numbers on this server. With a log, `newest` includes the numbers in the log.

    Raises Conflict (`database_too_old`, `server_missing`).
    """
    try:
        # In this order: others write between the two, and what they write has lower numbers than the next one.
        recorded = await db.fetchval(NEWEST)
        here = await db.fetchrow(HERE)
    except asyncpg.UndefinedTableError:
        raise Conflict(RecordRefusal.DATABASE_TOO_OLD) from None
    if here is None:
        raise Conflict(RecordRefusal.SERVER_MISSING)
    last = log.last() if log else None
    return Standing(**dict(here), newest=max(recorded, _seen(last) if last else 0))


async def after_restore(
    owner: Pool,
    who: str,
    why: str,
    log: CheckpointLog | None = None,
    *,
    earlier: bool = False,
    dry_run: bool = False,
    patience: int = PATIENCE,
) -> Continued:
    """Lets the ledger go on here, under a lock that waits for open transactions.

    It does nothing when no number, sequence or cursor shows that the rows came from another server. `earlier`: the
    database was brought back to an earlier moment, perhaps on the same server, where nothing shows that. With `dry_run`
    it only reads. Raises Conflict (`database_in_use`, `database_too_old`), DatabaseUnavailable.
    """
    with sql_span("ledger.after_restore"), unavailable_as_answer():
        async with owner.acquire() as db, db.transaction(readonly=dry_run):
            if not dry_run:
                await _lock(db, patience)
            found = await _look(db, log, earlier=earlier)
            if found.needed and not dry_run:
                await _continue(db, found, who, why)
            return found


async def _lock(db: Connection, patience: int) -> None:
    """Waits until no numbered transaction is open, and lets nobody number another one.

    A numbered transaction holds a lock on the table of servers until it ends.
    """
    try:
        await db.execute(f"set local lock_timeout = '{patience}s'")
        await db.execute("lock table ledger_server in access exclusive mode")
    except asyncpg.LockNotAvailableError:
        raise Conflict(RecordRefusal.DATABASE_IN_USE, seconds=patience) from None
    except asyncpg.UndefinedTableError:
        raise Conflict(RecordRefusal.DATABASE_TOO_OLD) from None


async def _look(db: Connection, log: CheckpointLog | None, *, earlier: bool) -> Continued:
    here, cursors, sequences = await standing(db, log), await _misplaced(db), await _lagging(db)
    needed = earlier or here.behind or bool(sequences) or any(one.ahead for one in cursors)
    return Continued(
        needed=needed,
        server_before=here.recorded,
        server=here.server,
        newest=here.newest,
        shift=((here.newest >> ROOM) + 2) << ROOM if needed else here.shift,
        events=await db.fetchval("select count(*) from event", timeout=WHOLE_TABLE),
        cursors=cursors if needed else (),
        sequences=sequences,
        log=await _log_then(db, log),
    )


async def _misplaced(db: Connection) -> tuple[Moved, ...]:
    """Cursors after the last event, or with another count: they were dumped at another moment than the events."""
    return tuple(
        Moved(
            reader=row["reader"],
            xid=row["xid"],
            position=row["position"],
            passed=row["passed"],
            to_xid=row["last_xid"] if row["ahead"] else row["xid"],
            to_position=row["last_position"] if row["ahead"] else row["position"],
            to_passed=row["there"],
        )
        for row in await db.fetch(CURSORS, timeout=WHOLE_TABLE)
    )


async def _lagging(db: Connection) -> tuple[str, ...]:
    rows = await db.fetch(SEQUENCES)
    lag = [await db.fetchval(LAGS.format(**dict(row)), timeout=WHOLE_TABLE) for row in rows]
    return tuple(f"{row['table']}.{row['column']}" for row, lags in zip(rows, lag, strict=True) if lags)


async def _continue(db: Connection, found: Continued, who: str, why: str) -> None:
    for cursor in found.cursors:
        await db.execute(MOVE, cursor.reader, cursor.to_xid, cursor.to_position, cursor.to_passed)
    for row in await db.fetch(SEQUENCES):
        if f"{row['table']}.{row['column']}" in found.sequences:
            await db.execute(CATCH_UP.format(**dict(row)), timeout=WHOLE_TABLE)
    number = await db.fetchval("select max(number) + 1 from ledger_server")
    cursors = [one.model_dump(mode="json") for one in found.cursors]
    await db.execute(
        RECORD, number, found.server, found.shift, found.newest, found.events, cursors, who, why, timeout=WHOLE_TABLE
    )


async def _log_then(db: Connection, log: CheckpointLog | None) -> LogThen:
    last = log.last() if log else None
    if last is None:
        return LogThen.NONE
    if not last.events:
        return LogThen.GOES_ON
    end = last.events[-1]
    seal = await db.fetchval(LAST, end.dossier, end.version, last.until.xid, last.until.position)
    return LogThen.GOES_ON if seal is not None and seal.hex() == end.seal else LogThen.SET_ASIDE


def _seen(last: Anchor) -> int:
    """The highest number in a log."""
    registers = checkpoint_in(last.note).registers
    return max(last.until.xid, registers.until - 1 if registers else 0)
