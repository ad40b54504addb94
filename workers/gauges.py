"""Gauges of what a worker sees of others: each outside system's breaker, how far each relay is, what was set aside."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress

import structlog
from temporalio.common import MetricMeter

from activities.adapters.breaker import BreakerState
from activities.adapters.systems import Outside
from activities.ledger.feed import Feed
from activities.ledger.pool import DatabaseRefuses, DatabaseUnavailable, Pool
from activities.relays.set_aside import SetAsideList

log = structlog.get_logger(__name__)

LOOK_EVERY = 15.0


class Gauges:
    """Exported with the metrics of Temporal's runtime. `calls`: the ways in which outside systems are called."""

    def __init__(self, meter: MetricMeter, pool: Pool, calls: Mapping[str, Outside]) -> None:
        self._calls = calls
        self._feed = Feed(pool)
        self._aside = SetAsideList(pool)
        self._cut = meter.create_gauge("luongxanh_breaker_open", "1: the system does not answer, calls are held back")
        self._waiting = meter.create_gauge("luongxanh_relay_waiting", "Events that a relay has still to hand on")
        self._set_aside = meter.create_gauge("luongxanh_relay_set_aside", "Events that a relay could not hand on")

    async def look(self) -> None:
        """Sets every gauge. Raises DatabaseUnavailable, DatabaseRefuses."""
        for way, outside in self._calls.items():
            for system, state in outside.breakers().items():
                self._cut.set(int(state is not BreakerState.CLOSED), {"system": str(system), "calls": way})
        aside = await self._aside.counts()
        for one in await self._feed.status():
            self._waiting.set(one.waiting, {"relay": one.reader})
            self._set_aside.set(aside.get(one.reader, 0), {"relay": one.reader})

    async def run(self, stopping: asyncio.Event) -> None:
        """Until told to stop."""
        while not stopping.is_set():
            try:
                await self.look()
            except (DatabaseUnavailable, DatabaseRefuses) as problem:
                log.warning("gauges_not_set", code=problem.code, sqlstate=problem.facts.get("sqlstate"))
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), LOOK_EVERY)
