"""An office with its relays for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx2
import pytest

from activities.adapters.address import BreakerPolicy
from activities.adapters.systems import open_outside
from activities.ledger.pool import open_pool
from tests.support.databases import Database
from tests.support.plain_http import NO_TLS
from tests.support.relay_office import Office
from tools.simulator.app import Simulator
from tools.simulator.server import running_simulator


@pytest.fixture
async def office(database: Database) -> AsyncIterator[Office]:
    """A new one for each test."""
    simulator = Simulator(state=None, seed=3)
    pool = await open_pool(database.url, 6)
    with running_simulator(simulator) as url:
        addresses = simulator.world.access.addresses(
            url, "H42", total_seconds=1.0, breaker=BreakerPolicy(failures=1_000)
        )
        async with open_outside(addresses) as outside, httpx2.AsyncClient(trust_env=False, verify=NO_TLS) as http:
            yield Office(pool, outside, url, http, simulator)
    await pool.close()
