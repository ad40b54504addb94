"""Makes checkpoints: reads the events after the last one, adds them to the tree, signs, writes, and sends copies.

Only one process does so at a time, by an advisory lock. The cost does not grow with the ledger: it reads the new events
and the peaks of the tree, and makes one signature.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from activities.ledger.checkpoints.copies import Copy, CopyRefused
from activities.ledger.checkpoints.keys import Signer
from activities.ledger.checkpoints.log import PUBLIC_KEY, CheckpointLog, write_line
from activities.ledger.checkpoints.registers import FIRST, OLDEST_OPEN, registered
from activities.ledger.pool import Connection, DatabaseRestored, DatabaseUnavailable, Pool, unavailable_as_answer
from activities.ledger.rows import Row
from activities.ledger.tracing import sql_span
from activities.province.atomic_files import write_whole
from domain.errors import Conflict, DomainError
from domain.messages.checkpoints import CheckpointRefusal
from domain.messages.record import RecordRefusal
from domain.record.checkpoint import (
    Anchor,
    AnchoredEvent,
    Checkpoint,
    Place,
    RegisteredRow,
    Registers,
    checkpoint_in,
    digest_of,
    peaks_of,
    text_of,
)
from domain.record.merkle import Peaks, consistency_spans, leaf_hash, roots_of
from domain.values import VIETNAM

log = structlog.get_logger(__name__)

EVERY = timedelta(hours=1)
"""The longest time that an event waits for its checkpoint while a worker runs."""

AT_ONCE = 10_000
"""The most events that one checkpoint adds. When more wait, several checkpoints are made one after the other."""

LOCK = "ledger checkpoint"

AFTER = """
select xid, position, dossier, version, hash from event
where (xid, position) > ($1, $2) and xid < (select oldest_open_transaction())
order by xid, position limit $3
"""
MADE = "insert into checkpoint_made (at, size, root) values ($1, $2, $3) on conflict do nothing"
LAST = "select hash from event where dossier = $1 and version = $2 and xid = $3 and position = $4"


def _now() -> datetime:
    return datetime.now(VIETNAM)


class Checkpointer:
    """Makes the checkpoints of one ledger and writes them to one log and its copies."""

    def __init__(
        self,
        pool: Pool,
        checkpoints: CheckpointLog,
        signer: Signer,
        copies: Sequence[Copy] = (),
        now: Callable[[], datetime] = _now,
        at_once: int = AT_ONCE,
    ) -> None:
        self._pool = pool
        self._log = checkpoints
        self._signer = signer
        self._copies = copies
        self._now = now
        self._at_once = at_once

    async def run(self, stopping: asyncio.Event, every: timedelta = EVERY) -> None:
        """Makes checkpoints at the start and at each interval, until told to stop.

        Failures are logged and tried again.
        """
        while not stopping.is_set():
            await self.make_and_log()
            try:
                await asyncio.wait_for(stopping.wait(), every.total_seconds())
            except TimeoutError:
                continue

    async def make_and_log(self) -> None:
        """The same as `make`, but failures are logged and not raised."""
        try:
            await self.make()
        except (DomainError, OSError) as problem:
            level = log.warning if isinstance(problem, DatabaseUnavailable | Conflict) else log.error
            level("checkpoint_not_made", code=getattr(problem, "code", type(problem).__name__))
        except Exception as mistake:  # it goes on and logs every failure: if it ended, nobody would notice
            log.error("checkpoint_failed", exception_type=type(mistake).__name__)

    async def make(self) -> tuple[Checkpoint, ...]:
        """Makes checkpoints of the new events and returns them.

        After an hour without new events it signs the same events again. Raises Conflict (`checkpoint_busy`;
        `checkpoint_history_differs` when the ledger lacks the last event of the last checkpoint), OSError,
        DatabaseUnavailable, DatabaseRestored. Checkpoints that were written before the error stay.
        """
        made: list[Checkpoint] = []
        with sql_span("ledger.checkpoint"), unavailable_as_answer():
            async with self._pool.acquire() as db:
                if not await db.fetchval("select pg_try_advisory_lock(hashtext($1))", LOCK):
                    raise Conflict(CheckpointRefusal.CHECKPOINT_BUSY)
                try:
                    more = True
                    while more and (following := await self._next(db)):
                        made.append(following[0])
                        more = following[1] == self._at_once  # newer events wait for the next call
                finally:
                    await db.execute("select pg_advisory_unlock(hashtext($1))", LOCK)
        for copy in self._copies:
            await self._send(copy)
        return tuple(made)

    async def _next(self, db: Connection) -> tuple[Checkpoint, int] | None:
        """Makes the next checkpoint. Returns it and how many events it added; None when none is due."""
        last = await asyncio.to_thread(self._log.last)
        before = None if last is None else checkpoint_in(last.note)
        if last is not None:
            await self._require_unchanged(db, last)
        until = last.until if last else Place()
        rows = await db.fetch(AFTER, until.xid, until.position, self._at_once)
        added_rows, registers = await self._new_registered(db, before.registers if before else None)
        if not rows and not added_rows and before is not None and self._now() - before.at < EVERY:
            return None
        if not rows and before is None:
            return None
        made = await asyncio.to_thread(self._add, last, before, rows, added_rows, registers)
        await db.execute(MADE, made.at.replace(microsecond=0), made.size, made.root)  # in seconds, as in the log
        return made, len(rows)

    async def _new_registered(
        self, db: Connection, before: Registers | None
    ) -> tuple[tuple[RegisteredRow, ...], Registers]:
        """The rows of the registers that no checkpoint lists yet, and the digest to sign."""
        since, until = before.until if before else FIRST, await db.fetchval(OLDEST_OPEN)
        if until < since:
            raise DatabaseRestored(RecordRefusal.DATABASE_RESTORED)
        rows = await registered(db, since, until)
        return rows, Registers(until=until, digest=digest_of(before, rows))

    async def _require_unchanged(self, db: Connection, last: Anchor) -> None:
        """Raises Conflict when the ledger lacks the last event of the last checkpoint. Then nothing more is signed."""
        if not last.events:
            return
        end = last.events[-1]
        seal = await db.fetchval(LAST, end.dossier, end.version, last.until.xid, last.until.position)
        if seal is None or seal.hex() != end.seal:
            raise Conflict(CheckpointRefusal.CHECKPOINT_HISTORY_DIFFERS, dossier=end.dossier, version=end.version)

    def _add(
        self,
        last: Anchor | None,
        before: Checkpoint | None,
        rows: list[Row],
        added_rows: tuple[RegisteredRow, ...],
        registers: Registers,
    ) -> Checkpoint:
        """Computes, signs and writes a checkpoint. It runs in a thread, because it computes and waits for the disk."""
        tree = peaks_of(last, before.size) if last and before else Peaks()
        until = last.until if last else Place()
        anchor, checkpoint = next_anchor(tree, until, rows, self._signer, self._now(), registers)
        anchor = anchor.model_copy(update={"rows": added_rows})
        public = self._log.folder / PUBLIC_KEY
        self._log.add(write_line(anchor))
        if not public.exists():
            write_whole(public, f"{self._signer.public}\n")
        log.info("checkpoint_signed", count=checkpoint.size, added=len(rows), root=checkpoint.root)
        return checkpoint

    async def _send(self, copy: Copy) -> None:
        """Sends a copy the lines that it lacks. A copy that does not answer is tried again at the next checkpoint."""
        try:
            await copy.follow(self._log)
        except (CopyRefused, OSError) as problem:
            log.warning("checkpoint_not_copied", address=copy.name, code=type(problem).__name__)


def next_anchor(
    before: Peaks,
    until: Place,
    rows: Sequence[Row],
    signer: Signer,
    now: datetime,
    registers: Registers | None = None,
) -> tuple[Anchor, Checkpoint]:
    """The next line of the log: the tree with the new rows, signed, with the proof that it continues the old tree."""
    leaves = [leaf_hash(row["hash"]) for row in rows]
    after = before
    for leaf in leaves:
        after = after.adding(leaf)
    spans = consistency_spans(before.size, after.size)
    proof = roots_of(spans, leaves, before)
    checkpoint = Checkpoint(
        origin=signer.public.name, size=after.size, root=after.root().hex(), at=now, registers=registers
    )
    anchor = Anchor(
        note=signer.note(text_of(checkpoint)),
        proof=tuple(proof[span].hex() for span in spans),
        peaks=tuple(root.hex() for root in after.roots),
        until=Place(xid=rows[-1]["xid"], position=rows[-1]["position"]) if rows else until,
        events=tuple(
            AnchoredEvent(dossier=row["dossier"], version=row["version"], seal=row["hash"].hex()) for row in rows
        ),
    )
    return anchor, checkpoint
