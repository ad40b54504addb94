"""Makes the read models again from the events, beside the live ones. When it is ordered, they take their place.

They are made in a schema of their own, while readers and writers use the live ones. What is written meanwhile is made
again, and then the tables change their schemas in one short transaction. Until then nothing of the live ones changes;
a run that was interrupted leaves only that schema, which the next run removes.

The register of numbers in use is one of them. Release 0.1 did not reserve numbers, so two dossiers may have the same
number; the register then gives it to the earlier dossier.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import groupby

from activities.ledger.beside import SCHEMA, Beside, swapped
from activities.ledger.contracts import Fold, Progress, no_progress
from activities.ledger.feed import Cursor
from activities.ledger.integrity_report import Finding, Rebuilt, finding
from activities.ledger.pool import Connection, Pool, unavailable_as_answer
from activities.ledger.read_model_differences import differences_of
from activities.ledger.rows import EVENT_COLUMNS, event_of
from activities.ledger.servers import require_in_order
from activities.ledger.tracing import sql_span
from domain.dossier.view import DossierView
from domain.errors import Conflict
from domain.messages.findings import RecordFinding
from domain.messages.reconciling import ReconcilingRefusal
from domain.operator_orders import require_operator, require_reason
from domain.values import Code, Name, Value

PAGE = 200
"""Dossiers written in one transaction."""
FEW = 20
"""So few dossiers may remain to be made again while everybody waits for the swap."""
ROUNDS = 20
"""How often what was written meanwhile is made again before the swap. Each round takes less time than the last one."""

CODES = "select distinct dossier from event where dossier > $1 order by dossier limit $2"
EVENTS = f"select {EVENT_COLUMNS} from event where dossier = any ($1) order by dossier, version"  # noqa: S608
END = """
select xid, "position" from event where xid < (select public.oldest_open_transaction())
order by xid desc, "position" desc limit 1
"""
"""Every event up to there can be seen; no transaction that is still open adds one."""
CHANGED = """
select distinct dossier from event where (xid, "position") > ($1, $2)
"""
ONE_AT_A_TIME = "select pg_try_advisory_lock(hashtext('luongxanh.rebuild'))"


class SwapOrder(Value):
    """Who lets the new read models take the place of the live ones, and why."""

    who: Code
    why: Name


async def how_many(pool: Pool) -> int:
    """About how many dossiers a rebuild makes. Raises DatabaseUnavailable."""
    with unavailable_as_answer():
        count: int = await pool.fetchval("select count(*) from dossier")
    return count


async def rebuild(
    owner: Pool, fold: Fold, *, swap: SwapOrder | None = None, progress: Progress = no_progress, page: int = PAGE
) -> Rebuilt:
    """Makes the read models of every dossier beside the live ones, and compares. With `swap` they take their place.

    `owner` is a pool of the owner of the tables. A dossier whose events cannot be read keeps its live rows and is among
    the problems; the others go on. It may be interrupted and repeated. `page` dossiers are written in one transaction.

    Raises Conflict `rebuild_under_way`, `read_models_busy` (nothing was changed); the InvalidInput errors of
    `domain.operator_orders`; DatabaseUnavailable; DatabaseRestored before anything is made for a swap.
    """
    if swap is not None:
        require_operator(swap.who)
        require_reason(swap.why)
        await require_in_order(owner)
    with sql_span("ledger.rebuild"), unavailable_as_answer():
        async with owner.acquire() as db, _alone(db):
            made = _Making(db, fold, page)
            await made.beside.prepare()
            await made.all(progress)
            await made.catch_up()
            tables = await differences_of(db, made.changed, made.failed)
            if swap is not None:
                await made.beside.finish()
                await made.catch_up()
                async with swapped(db, made.beside, made.failed):
                    await made.again(await made.changed())
                    await made.beside.record(swap.who, swap.why, made.dossiers, tables)
    return Rebuilt(
        dossiers=made.dossiers,
        meanwhile=made.meanwhile,
        tables=tables,
        swapped=swap is not None,
        problems=tuple(made.failed.values()),
    )


@asynccontextmanager
async def _alone(db: Connection) -> AsyncIterator[None]:
    """One rebuild at a time, on a connection that finds the tables beside the live ones first."""
    if not await db.fetchval(ONE_AT_A_TIME):
        raise Conflict(ReconcilingRefusal.REBUILD_UNDER_WAY)
    try:
        await db.execute(f"set search_path = {SCHEMA}, public")
        yield
    finally:
        await db.execute(f"drop schema if exists {SCHEMA} cascade")
        # The session has compiled functions with these tables. The lock ends with it.
        await db.close()


class _Making:
    """The making of read models beside the live ones, and how far it is."""

    def __init__(self, db: Connection, fold: Fold, page: int) -> None:
        self._db = db
        self._fold = fold
        self._page = page
        self._seen = Cursor()
        self.beside = Beside(db)
        self.dossiers = 0
        self.meanwhile = 0
        self.failed: dict[str, Finding] = {}

    async def all(self, progress: Progress) -> None:
        """Makes every dossier that has an event now."""
        self._seen = await self._end()
        last = ""
        while codes := [row["dossier"] for row in await self._db.fetch(CODES, last, self._page)]:
            await self._make(codes)
            self.dossiers += len(codes)
            progress(self.dossiers)
            last = codes[-1]
        await self.beside.give_numbers()

    async def catch_up(self) -> None:
        """Makes again what was written meanwhile, until only few dossiers remain."""
        for _ in range(ROUNDS):
            end = await self._end()
            codes = await self.changed()
            await self.again(codes)
            self._seen = end
            self.meanwhile += len(codes)
            if len(codes) <= FEW:
                return

    async def changed(self) -> list[str]:
        """The dossiers of which an event may have come after they were read."""
        return [row["dossier"] for row in await self._db.fetch(CHANGED, self._seen.xid, self._seen.position)]

    async def again(self, codes: Sequence[str]) -> None:
        """Makes these dossiers again."""
        for start in range(0, len(codes), self._page):
            part = codes[start : start + self._page]
            await self._make(part)
            await self.beside.give_numbers_of(part)

    async def _make(self, codes: Sequence[str]) -> None:
        views, failed = await folded(self._db, codes, self._fold)
        for view in views:
            self.failed.pop(view.code, None)
        self.failed |= failed
        await self._write(codes, views)

    async def _write(self, codes: Sequence[str], views: Sequence[DossierView]) -> None:
        async with self._db.transaction():
            await self.beside.put([view.model_dump_json() for view in views])
            await self.beside.claim(codes)

    async def _end(self) -> Cursor:
        row = await self._db.fetchrow(END)
        return Cursor() if row is None else Cursor(**dict(row))


async def folded(db: Connection, codes: Sequence[str], fold: Fold) -> tuple[list[DossierView], dict[str, Finding]]:
    """The views of these dossiers, and what is wrong with those whose events cannot be read."""
    views: list[DossierView] = []
    failed: dict[str, Finding] = {}
    for code, rows in groupby(await db.fetch(EVENTS, codes), key=lambda row: row["dossier"]):
        try:
            views.append(fold([event_of(row) for row in rows]))
        except Exception as failure:
            failed[code] = finding(RecordFinding.CANNOT_BE_FOLDED, code, found=type(failure).__name__)
    return views, failed
