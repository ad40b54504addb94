"""Makes checkpoints: reads on in the feed where the last one ended, adds to the tree, signs, writes, sends copies.

One process does so at a time (an advisory lock, as the relays have). What it costs does not grow with the ledger: the
new events, the peaks of the tree, one signature.
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
"""How long an event waits for its checkpoint at most, while a worker runs."""

AT_ONCE = 10_000
"""Events under one checkpoint at most; when more wait, several are made one after the other."""

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
    """Makes the checkpoints of one ledger, into one log and its copies."""

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
        """At the start and then every so often, until told to stop. What goes wrong is logged and tried again."""
        while not stopping.is_set():
            await self.once_and_say()
            try:
                await asyncio.wait_for(stopping.wait(), every.total_seconds())
            except TimeoutError:
                continue

    async def once_and_say(self) -> None:
        """As `make`, for a process that nobody watches: what cannot be done is logged."""
        try:
            await self.make()
        except (DomainError, OSError) as problem:
            level = log.warning if isinstance(problem, DatabaseUnavailable | Conflict) else log.error
            level("checkpoint_not_made", code=getattr(problem, "code", type(problem).__name__))
        except Exception as mistake:  # a checkpointer that died would fail in silence: it stays, and says so every time
            log.error("checkpoint_failed", exception_type=type(mistake).__name__)

    async def make(self) -> tuple[Checkpoint, ...]:
        """The checkpoints made now: over what is new, or over the same events again after an hour without any.

        Raises Conflict (`checkpoint_busy`; `checkpoint_history_differs`, where the ledger no longer holds what the last
        checkpoint ends with), OSError, DatabaseUnavailable, DatabaseRestored. What was written before stays.
        """
        made: list[Checkpoint] = []
        with sql_span("ledger.checkpoint"), unavailable_as_answer():
            async with self._pool.acquire() as db:
                if not await db.fetchval("select pg_try_advisory_lock(hashtext($1))", LOCK):
                    raise Conflict("checkpoint_busy")
                try:
                    more = True
                    while more and (following := await self._next(db)):
                        made.append(following[0])
                        more = following[1] == self._at_once  # what has come meanwhile waits for the next time
                finally:
                    await db.execute("select pg_advisory_unlock(hashtext($1))", LOCK)
        for copy in self._copies:
            await self._send(copy)
        return tuple(made)

    async def _next(self, db: Connection) -> tuple[Checkpoint, int] | None:
        """The next checkpoint, and how many events were added by it."""
        last = await asyncio.to_thread(self._log.last)
        before = None if last is None else checkpoint_in(last.note)
        if last is not None:
            await self._require_unchanged(db, last)
        until = last.until if last else Place()
        rows = await db.fetch(AFTER, until.xid, until.position, self._at_once)
        beside = await self._beside(db, before.registers if before else None)
        if not rows and not beside[0] and before is not None and self._now() - before.at < EVERY:
            return None
        if not rows and before is None:
            return None
        made = await asyncio.to_thread(self._add, last, before, rows, *beside)
        await db.execute(MADE, made.at.replace(microsecond=0), made.size, made.root)  # as the log says it
        return made, len(rows)

    async def _beside(self, db: Connection, before: Registers | None) -> tuple[tuple[RegisteredRow, ...], Registers]:
        """What the registers have that no checkpoint lists yet, and what is to be signed of them."""
        since, until = before.until if before else FIRST, await db.fetchval(OLDEST_OPEN)
        if until < since:
            raise DatabaseRestored("database_restored")
        rows = await registered(db, since, until)
        return rows, Registers(until=until, digest=digest_of(before, rows))

    async def _require_unchanged(self, db: Connection, last: Anchor) -> None:
        """A checkpoint never covers up: a ledger that lost the end of the last one is not signed again."""
        if not last.events:
            return
        end = last.events[-1]
        seal = await db.fetchval(LAST, end.dossier, end.version, last.until.xid, last.until.position)
        if seal is None or seal.hex() != end.seal:
            raise Conflict("checkpoint_history_differs", dossier=end.dossier, version=end.version)

    def _add(
        self,
        last: Anchor | None,
        before: Checkpoint | None,
        rows: list[Row],
        beside: tuple[RegisteredRow, ...],
        registers: Registers,
    ) -> Checkpoint:
        """Computes, signs and writes; in a thread, because it computes and waits for the disk."""
        tree = peaks_of(last, before.size) if last and before else Peaks()
        until = last.until if last else Place()
        anchor, checkpoint = next_anchor(tree, until, rows, self._signer, self._now(), registers)
        anchor = anchor.model_copy(update={"rows": beside})
        public = self._log.folder / PUBLIC_KEY
        self._log.add(write_line(anchor))
        if not public.exists():
            write_whole(public, f"{self._signer.public}\n")
        log.info("checkpoint_signed", count=checkpoint.size, added=len(rows), root=checkpoint.root)
        return checkpoint

    async def _send(self, copy: Copy) -> None:
        """Hands a copy what it has not got yet. One that does not answer is tried again at the next checkpoint."""
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
    """The next line of the log: the rows added to the tree, signed, and proved to continue it."""
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
