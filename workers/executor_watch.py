"""Finds dossiers whose workflow does not go on by itself, lists them for the operators and logs an alarm.

It asks Temporal, not the workers: a worker that fails a task may be dead a moment later, and knows only its own tasks.
Any number of workers may run this watch: they keep one list, and one alarm is logged for each dossier.
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
from gateway.client.watching.executors import Executors

log = structlog.get_logger(__name__)

LOOK_EVERY = 30.0


class ExecutorWatch:
    """Logs `dossier_stuck` for each new one and `dossier_goes_on` when it goes on again; a gauge counts them.

    For rollouts it logs `rollout_stuck` and `rollout_goes_on`. It sets dossiers going whose last act was lost.
    """

    def __init__(self, executors: Executors, pool: Pool, meter: MetricMeter) -> None:
        self._executors = executors
        self._register = StuckDossiers(pool)
        self._found_before: dict[UUID, str] = {}
        self._reported: dict[UUID, str] = {}
        self._gauge = meter.create_gauge("luongxanh_stuck_dossiers", "Dossiers whose executor does not go on by itself")

    async def look(self) -> int:
        """Looks once. Returns how many dossiers are stuck. Raises EngineUnavailable, DatabaseUnavailable."""
        found = await self._executors.stuck()
        new, gone = await self._register.put(found)
        for stuck in found:
            if stuck.dossier in new:
                log.error("dossier_stuck", dossier=stuck.dossier, run_id=stuck.run, code=stuck.code)
        for dossier in gone:
            log.info("dossier_goes_on", dossier=dossier)
        self._gauge.set(len(found))
        await self._look_at_rollouts()
        await self._executors.tell_of_lost_acts()
        return len(found)

    async def _look_at_rollouts(self) -> None:
        """Logs a rollout only when two looks found it stuck: its record exists a moment before its workflow."""
        found = await self._executors.stuck_rollouts()
        for rollout, code in found.items():
            if self._found_before.get(rollout) == code and self._reported.get(rollout) != code:
                log.error("rollout_stuck", rollout=str(rollout), code=code)
                self._reported[rollout] = code
        for rollout in self._reported.keys() - found.keys():
            log.info("rollout_goes_on", rollout=str(rollout))
            del self._reported[rollout]
        self._found_before = found

    async def run(self, stopping: asyncio.Event) -> None:
        """Looks every 30 s until `stopping` is set."""
        while not stopping.is_set():
            try:
                await self.look()
            except (EngineUnavailable, DatabaseUnavailable, DatabaseRefuses) as problem:
                log.warning("executors_not_watched", code=problem.code, sqlstate=problem.facts.get("sqlstate"))
            except Exception as problem:  # the watch must go on after any error
                log.error("executors_not_watched", exception_type=type(problem).__name__)
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), LOOK_EVERY)
