"""Orders of a release take their turns without holding the connections that everybody else needs."""

from __future__ import annotations

import asyncio

from activities.ledger.pool import open_pool
from activities.releases.ramps import RampRegister
from tests.support.databases import Database


async def test_orders_that_wait_hold_no_connection(database: Database) -> None:
    """Six orders at once on two connections, each of which asks the database in its turn: one after the other."""
    pool = await open_pool(database.url, size=2)
    register, at_work, most = RampRegister(pool), 0, 0

    async def order() -> None:
        nonlocal at_work, most
        async with register.turn():
            at_work, most = at_work + 1, max(most, at_work + 1)
            await register.require_none()
            at_work -= 1

    await asyncio.gather(*(order() for _ in range(6)))
    assert most == 1
    await pool.close()
