"""Compares all running workflows with all dossiers, both ways, while everything goes on.

Temporal's list and the ledger are read at different moments, and both change meanwhile. So the comparison of the lists
only gives suspects. A suspect is reported when two looks at it, some seconds apart, see the same difference.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from temporalio.client import Client
from temporalio.service import RPCError

from activities.ledger.own_differences import own_differences
from activities.ledger.pool import Pool
from activities.ledger.reading import DossierRow, LedgerReader, dossier_in
from activities.ledger.running_list import Paired, RunningList, RunningWorkflow, running_list
from domain.dossier.state import TERMINAL
from domain.errors import InvalidInput
from domain.messages.dossier import DossierRefusal
from domain.repairs.differences import Different
from gateway.client.engine_errors import EngineUnavailable
from gateway.client.reconciling.judging import OLD_ENOUGH, Judge, OnItsWay
from gateway.client.reconciling.known_versions import known_by
from gateway.client.watching.lost_executors import RUNNING

PAGE = 500
"""Workflows that are compared at once; the memory holds no more of them."""
LOST = 2_000
"""Dossiers without a workflow that are looked at together. After the loss of Temporal there are a hundred thousand."""
AT_ONCE = 16
"""Requests to Temporal at the same time."""
SETTLES = 3.0
"""Seconds between two looks at a suspect."""
LOOKS = 5
"""Looks at a suspect that changes each time, or that is about to act. After these it is only counted."""

Progress = Callable[[int, int], None]
"""Is called with the number of compared workflows, and of all."""


def no_progress(_done: int, _all: int) -> None:
    """For callers who do not show progress."""


@dataclass
class Looked:
    """What was compared. `moving`: suspects of which nothing can be said, because they changed at every look."""

    workflows: int = 0
    dossiers: int = 0
    moving: int = 0


class Reconciliation:
    """One comparison; `looked` is complete when all differences were read."""

    def __init__(
        self, temporal: Client, pool: Pool, *, settles: float = SETTLES, old_enough: timedelta = OLD_ENOUGH
    ) -> None:
        self._temporal = temporal
        self._pool = pool
        self._reader = LedgerReader(pool)
        self._judge = Judge(temporal, self._reader, old_enough)
        self._settles = settles
        self._turn = asyncio.Semaphore(AT_ONCE)
        self.looked = Looked()

    async def differences(
        self, *, versions: bool = True, progress: Progress = no_progress
    ) -> AsyncGenerator[Different]:
        """Every confirmed difference. Without `versions` only the lists are compared, which takes seconds.

        Raises EngineUnavailable, DatabaseUnavailable.
        """
        try:
            async for found in own_differences(self._pool):
                yield found
            async with running_list(self._pool) as listed:
                await self._fill(listed)
                async for suspects in self._suspects(listed, versions, progress):
                    for found in await self._confirmed(suspects):
                        yield found
        except RPCError as failed:
            raise EngineUnavailable(DossierRefusal.TEMPORAL_UNAVAILABLE, problem=failed.status.name) from failed

    async def _fill(self, listed: RunningList) -> None:
        page: list[RunningWorkflow] = []
        async for one in self._temporal.list_workflows(RUNNING):
            page.append(RunningWorkflow(id=one.id, run=one.run_id, started=one.start_time))
            if len(page) == PAGE:
                await listed.add(page)
                page = []
        await listed.add(page)
        self.looked.workflows, self.looked.dossiers = await listed.filled()

    async def _suspects(self, listed: RunningList, versions: bool, progress: Progress) -> AsyncIterator[Sequence[str]]:
        last, done = "", 0
        while page := await listed.page(last, PAGE):
            yield await self._suspected(page, versions)
            last, done = page[-1].id, done + len(page)
            progress(done, self.looked.workflows)
        last = ""
        while unwatched := await listed.unwatched(last, LOST):
            closed = await self._closed([one.code for one in unwatched if one.ended])
            yield [one.code for one in unwatched if one.code not in closed]
            last = unwatched[-1].code

    async def _closed(self, codes: Sequence[str]) -> set[str]:
        """Those in which nothing can follow: most of the ended ones, so Temporal is not asked about each."""
        return {row.code for row in await self._reader.whole(codes) if _is_closed(row)}

    async def _suspected(self, page: Sequence[Paired], versions: bool) -> list[str]:
        suspected = await asyncio.gather(*(self._is_suspected(one, versions) for one in page))
        return [one.id for one, suspect in zip(page, suspected, strict=True) if suspect]

    async def _is_suspected(self, one: Paired, versions: bool) -> bool:
        if one.version is None or one.state in TERMINAL:
            return True
        if not versions:
            return False
        async with self._turn:
            known = await known_by(self._temporal, one.id, one.run)
        return known is None or known.version != one.version or known.dossier not in (None, one.id)

    async def _confirmed(self, suspects: Sequence[str]) -> list[Different]:
        """Those that two looks one after the other see in the same way."""
        seen: dict[str, Different | OnItsWay | None] = dict.fromkeys(suspects)
        confirmed: list[Different] = []
        for look in range(LOOKS):
            if not seen:
                break
            if look:
                await asyncio.sleep(self._settles)
            now = await asyncio.gather(*(self._judged(one) for one in seen))
            again: dict[str, Different | OnItsWay | None] = {}
            for (workflow, before), judged in zip(seen.items(), now, strict=True):
                if isinstance(judged, Different) and judged == before:
                    confirmed.append(judged)
                elif judged is not None:
                    again[workflow] = judged
            seen = again
        self.looked.moving += len(seen)
        return confirmed

    async def _judged(self, workflow: str) -> Different | OnItsWay | None:
        async with self._turn:
            return await self._judge.judged(workflow)


def _is_closed(row: DossierRow) -> bool:
    try:
        return dossier_in(row).closed
    except InvalidInput:
        return True  # `ledger verify` names it
