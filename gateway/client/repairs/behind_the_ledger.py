"""Finds open dossiers whose workflow knows less than the ledger.

Only the last act of a person, and what its task wrote with it, can be in the ledger without its workflow knowing it
(`activities.ledger.last_acts`). So each such act is compared once with the history of the workflow, page by page along
the feed, and the place is kept in the database. Dossiers that were found behind are looked at again each time. Workers
go on with this in the background, and tell workflows to read the ledger (`gateway.client.watching.lost_acts`), so there
are few.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from temporalio.client import Client, WorkflowExecutionStatus

from activities.ledger.acts_compared import ActsCompared, ActsComparedRegister, LastVersion
from activities.ledger.feed import Cursor
from activities.ledger.last_acts import LastActs
from activities.ledger.pool import Pool
from activities.ledger.reading import LedgerReader
from domain.repairs.differences import Difference, Different
from domain.values import Code, Instant, Value
from gateway.client.reconciling.judging import Judge
from gateway.client.reconciling.known_versions import known_by
from gateway.client.together import together
from gateway.client.watching.lost_executors import ATTEMPTS, described

ENTRIES = 1_000
"""Entries of the ledger that are read together; the memory holds no more of them."""
PAGES = 2
"""Pages that a look takes while somebody waits for it. A worker in the background takes more."""
NEWEST = 200
"""So many of the newest entries are looked at too while the pages have not come to them."""
LISTED = 2_000
"""Dossiers of those that were found behind that are looked at again."""
AT_ONCE = 20
"""Requests to Temporal at the same time."""
CATCHES_UP_WITHIN = 0.5
"""Seconds in which a workflow follows what was just written."""


class Behind(Value):
    """The dossiers that are behind. `upto`: what was written before it was compared; None: nothing was.

    `whole`: everything that was there when the look began was compared.
    """

    dossiers: tuple[Code, ...]
    upto: Instant | None
    whole: bool


class BehindTheLedger:
    """Finds them, for one engine. `pages` of so many `entries` are compared in one look."""

    def __init__(self, temporal: Client, pool: Pool, *, pages: int = PAGES, entries: int = ENTRIES) -> None:
        self._temporal = temporal
        self._register = ActsComparedRegister(pool)
        self._acts = LastActs(pool)
        self._judge = Judge(temporal, LedgerReader(pool))
        self._pages, self._entries = pages, entries
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def look(self) -> Behind:
        """Compares what was not compared yet, and looks again at those behind. Raises RPCError, DatabaseUnavailable."""
        before = await self.compare()
        if not before.whole:
            newest = await self._acts.before(before.last, NEWEST)
            await self._register.add(await self._unknown(newest, before.last))
        listed = await self._register.listed(LISTED)
        if listed:
            await asyncio.sleep(CATCHES_UP_WITHIN)
        standing = await together(self._in_turn(self._is_behind, one) for one in listed)
        gone = [one for one, behind in zip(listed, standing, strict=True) if behind is False]
        if gone:
            await self._register.remove(gone)
        dossiers = tuple(one for one, behind in zip(listed, standing, strict=True) if behind)
        return Behind(dossiers=dossiers, upto=before.at, whole=before.whole and len(listed) < LISTED)

    async def compare(self) -> ActsCompared:
        """Compares the next pages, and returns how far it is then. Raises RPCError, DatabaseUnavailable."""
        begun = await self._register.now()
        place = begun.place
        for _ in range(self._pages):
            if place == begun.last:
                break
            page = await self._register.page(place, begun.last, self._entries)
            upto, at = (begun.last, begun.now) if page is None else (page.upto, page.at)
            await self._page(place, upto, at, begun.last)
            place = upto
        now = await self._register.now()
        return now.model_copy(update={"last": begun.last})

    async def _page(self, after: Cursor, upto: Cursor, at: datetime, last: Cursor) -> None:
        """The dossiers are listed before the place moves: whatever ends it in between, none is left out."""
        unknown = await self._unknown(after, upto)
        if unknown:
            await self._register.add(unknown)
        await self._register.forward(upto, at, last)

    async def _unknown(self, after: Cursor, upto: Cursor) -> list[str]:
        acts = await self._register.last_acts(after, upto)
        known = await together(self._in_turn(self._knows, one) for one in acts)
        return [one.dossier for one, knows in zip(acts, known, strict=True) if not knows]

    async def _knows(self, act: LastVersion) -> bool:
        """True also when Temporal has no workflow of the dossier: that is another cause, and a new one reads all."""
        known = await known_by(self._temporal, act.dossier, "")
        return known is None or known.version >= act.version

    async def _is_behind(self, code: str) -> bool | None:
        """None when nothing can be said now: it is at a task, or fails at it, which is another cause."""
        executor = await described(self._temporal, code)
        if executor is None or executor.status is not WorkflowExecutionStatus.RUNNING:
            return False
        if executor.raw_description.pending_workflow_task.attempt >= ATTEMPTS:
            return None
        judged = await self._judge.judged(code)
        if judged is None:
            return False
        return judged.difference is Difference.WORKFLOW_BEHIND if isinstance(judged, Different) else None

    async def _in_turn(self, ask: Callable[..., Awaitable[bool | None]], what: object) -> bool | None:
        async with self._turn:
            return await ask(what)
