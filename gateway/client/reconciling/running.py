"""One comparison that runs: lists what it finds, and notes in the register how far it is and what ended it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import aclosing, suppress

import structlog

from activities.ledger.pool import DatabaseUnavailable
from activities.ledger.reconciliations import INTERRUPTED, Reconciled, Reconciliations, Tally
from domain.errors import Conflict, DomainError
from domain.repairs.differences import Difference, Different
from gateway.client.reconciling.reconciliation import Progress, Reconciliation

log = structlog.get_logger(__name__)

EXAMPLES = 5
"""Differences of each kind that stay with a comparison when its list is gone."""
BATCH = 500
"""Differences that are put in the list at once."""
TOLD_EVERY = 2.0
"""Seconds between two notes in the register of how far the comparison is."""

Found = Callable[[Different], None]
"""Is called with each difference."""


def nobody(_found: Different) -> None:
    """Tells nobody."""


class RunningReconciliation:
    """What it has counted, and what is not in the list yet. `found` is called with each difference."""

    def __init__(
        self,
        begun: Reconciled,
        register: Reconciliations,
        comparison: Reconciliation,
        progress: Progress,
        found: Found,
    ) -> None:
        self._begun = begun
        self._register = register
        self._comparison = comparison
        self._progress = progress
        self._found = found
        self._done = 0
        self._counts: Counter[Difference] = Counter()
        self._examples: list[Different] = []
        self._waiting: list[Different] = []

    async def result(self) -> Reconciled:
        """Compares until the end. Whatever ends it before is recorded, and raised."""
        telling = asyncio.create_task(self._tell_on())
        every = self._comparison.differences(versions=self._begun.whole, progress=self._compared)
        try:
            async with aclosing(every):
                async for one in every:
                    self._found(one)
                    await self._add(one)
            await self._list()
            return await self._register.finish(self._begun.number, self._tally)
        except BaseException as ended:
            await asyncio.shield(self._failed(ended))
            raise
        finally:
            telling.cancel()

    async def _failed(self, ended: BaseException) -> None:
        code = ended.code if isinstance(ended, DomainError) else INTERRUPTED
        try:
            await self._register.fail(self._begun.number, code)
        except DatabaseUnavailable as problem:  # it is silent from now on, so it counts as interrupted
            log.warning("reconciliation_not_ended", number=self._begun.number, code=problem.code)

    def _compared(self, done: int, whole: int) -> None:
        """Notes how many workflows were compared."""
        self._done = done
        self._progress(done, whole)

    async def _add(self, one: Different) -> None:
        """Counts a difference, and puts it in the list together with others."""
        self._counts[one.difference] += 1
        if self._counts[one.difference] <= EXAMPLES:
            self._examples.append(one)
        self._waiting.append(one)
        if len(self._waiting) == BATCH:
            await self._list()

    async def _tell_on(self) -> None:
        """Tells again and again how far it is, until it is cancelled or was taken for dead."""
        with suppress(Conflict):  # the comparison itself is told when it writes
            while True:
                await asyncio.sleep(TOLD_EVERY)
                try:
                    await self._register.tell(self._begun.number, self._tally)
                except DatabaseUnavailable as problem:
                    log.warning("reconciliation_not_told", number=self._begun.number, code=problem.code)

    async def _list(self) -> None:
        await self._register.add(self._begun.number, self._waiting, self._tally)
        self._waiting = []

    @property
    def _tally(self) -> Tally:
        looked = self._comparison.looked
        return Tally(
            workflows=looked.workflows,
            dossiers=looked.dossiers,
            moving=looked.moving,
            done=self._done,
            counts=dict(self._counts),
            examples=tuple(self._examples),
        )
