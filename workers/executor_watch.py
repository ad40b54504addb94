"""The watch over the dossiers' executors: who does not go on by itself is put on the operators' list, with an alarm.

Temporal is asked, not the workers: a worker that fails a task may be dead a moment later, and knows only its own.
Any number of workers may watch; the list is the same, and each dossier is told once.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from uuid import UUID

import structlog
from temporalio.common import MetricMeter

from activities.ledger.pool import DatabaseRefuses, DatabaseUnavailable, Pool
from activities.ledger.stuck_dossiers import StuckDossiers
from gateway.client import EngineUnavailable
from gateway.client.executors import Executors

log = structlog.get_logger(__name__)

LOOK_EVERY = 30.0


class ExecutorWatch:
    """Looks, and says what is new: `dossier_stuck` for each, `dossier_goes_on` when it does; a gauge counts them.

    The same of rollouts (`rollout_stuck`, `rollout_goes_on`).
    """

    def __init__(self, executors: Executors, pool: Pool, meter: MetricMeter) -> None:
        self._executors = executors
        self._register = StuckDossiers(pool)
        self._found_before: dict[UUID, str] = {}
        self._told: dict[UUID, str] = {}
        self._gauge = meter.create_gauge("luongxanh_stuck_dossiers", "Dossiers whose executor does not go on by itself")

    async def look(self) -> int:
        """One look. Returns how many are stuck. Raises EngineUnavailable, DatabaseUnavailable."""
        found = await self._executors.stuck()
        new, gone = await self._register.put(found)
        for one in found:
            if one.dossier in new:
                log.error("dossier_stuck", dossier=one.dossier, run_id=one.run, code=one.code)
        for dossier in gone:
            log.info("dossier_goes_on", dossier=dossier)
        self._gauge.set(len(found))
        await self._look_at_rollouts()
        return len(found)

    async def _look_at_rollouts(self) -> None:
        """Told when it is found twice: one that is ordered is on record a moment before its executor."""
        found = await self._executors.stuck_rollouts()
        for rollout, code in found.items():
            if self._found_before.get(rollout) == code and self._told.get(rollout) != code:
                log.error("rollout_stuck", rollout=str(rollout), code=code)
                self._told[rollout] = code
        for rollout in self._told.keys() - found.keys():
            log.info("rollout_goes_on", rollout=str(rollout))
            del self._told[rollout]
        self._found_before = found

    async def run(self, stopping: asyncio.Event) -> None:
        """Until told to stop."""
        while not stopping.is_set():
            try:
                await self.look()
            except (EngineUnavailable, DatabaseUnavailable, DatabaseRefuses) as problem:
                log.warning("executors_not_watched", code=problem.code, sqlstate=problem.facts.get("sqlstate"))
            except Exception as mistake:  # a watch that died would be silent for ever
                log.error("executors_not_watched", exception_type=type(mistake).__name__)
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), LOOK_EVERY)
