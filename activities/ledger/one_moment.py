"""A connection on which every reading is of the same moment of the ledger."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from activities.ledger.pool import Connection, Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span

PLANNING = """
set local plan_cache_mode = force_custom_plan;
set local jit = off;
set local max_parallel_workers_per_gather = 0
"""
"""Each statement is planned for its arguments, and runs alone: a page must not wait for other processes to start."""


@asynccontextmanager
async def one_moment(pool: Pool, what: str, dossier: str | None = None) -> AsyncIterator[Connection]:
    """The connection: nothing that is written meanwhile shows in some of its readings only.

    `what`: the name of the span. `dossier`: the only dossier that is read, if it is one.

    Raises DatabaseUnavailable when the database does not answer.
    """
    with sql_span(f"ledger.{what}", dossier=dossier), unavailable_as_answer():
        async with pool.acquire() as db, db.transaction(isolation="repeatable_read", readonly=True):
            await db.execute(PLANNING)
            yield db
