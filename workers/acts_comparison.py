"""Compares the last acts of people with what their workflows know, in the background of a worker.

Whoever asks later which dossiers are behind their ledger finds that done. Any number of workers may do it.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

import structlog
from temporalio.client import Client
from temporalio.service import RPCError

from activities.ledger.pool import DatabaseRefuses, DatabaseUnavailable, Pool
from gateway.client.repairs.behind_the_ledger import BehindTheLedger

log = structlog.get_logger(__name__)

EVERY = 30.0
PAGES = 10
"""Pages that are compared in one look: a ledger of two million entries takes two hours, once."""


class ActsComparison:
    """Goes on with the comparison."""

    def __init__(self, temporal: Client, pool: Pool) -> None:
        self._behind = BehindTheLedger(temporal, pool, pages=PAGES)

    async def run(self, stopping: asyncio.Event) -> None:
        """Compares every 30 s until `stopping` is set."""
        while not stopping.is_set():
            try:
                await self._behind.compare()
            except (DatabaseUnavailable, DatabaseRefuses) as problem:
                log.warning("acts_not_compared", code=problem.code, sqlstate=problem.facts.get("sqlstate"))
            except RPCError as problem:
                log.warning("acts_not_compared", code=problem.status.name)
            except Exception as problem:  # it must go on after any error
                log.error("acts_not_compared", exception_type=type(problem).__name__)
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), EVERY)
