"""A lock for a unit in PostgreSQL: while a process chooses an officer there, no other process chooses in that unit."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from activities.ledger.pool import Pool, unavailable_as_answer
from domain.values import Code


@asynccontextmanager
async def unit_locked(pool: Pool, unit: Code) -> AsyncIterator[bool]:
    """False: another process has the lock. It is not waited for, because that would hold a connection.

    The database frees the lock of a process that ends.
    """
    with unavailable_as_answer():
        async with pool.acquire() as connection:
            name = f"assignment {unit}"
            taken = await connection.fetchval("select pg_try_advisory_lock(hashtext($1))", name)
            try:
                yield taken
            finally:
                if taken:
                    await connection.execute("select pg_advisory_unlock(hashtext($1))", name)
