"""One simulator on a real socket, reset before each test, and the adapters connected to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import httpx2
import pytest

from activities.adapters.systems import Outside, open_outside
from tests.activities.adapters.given import CITIZEN, Steering
from tests.support.plain_http import NO_TLS
from tests.support.waiting import WITHIN
from tools.simulator.app import Simulator
from tools.simulator.server import running_simulator


@pytest.fixture(scope="session")
def running() -> Iterator[Steering]:
    """One simulator for all tests of this process."""
    simulator = Simulator(state=None)
    with running_simulator(simulator) as url, httpx2.Client(trust_env=False, verify=NO_TLS) as client:
        yield Steering(simulator, url, client)


@pytest.fixture
def steering(running: Steering) -> Steering:
    """The simulator after a reset, with one citizen."""
    running.post("/reset", {"seed": 7})
    running.post("/citizens", [CITIZEN])
    return running


@pytest.fixture
async def outside(steering: Steering) -> AsyncIterator[Outside]:
    """The adapters, which wait for an answer as long as a slow machine needs; `hurried` has them wait less."""
    addresses = steering.simulator.world.access.addresses(steering.url, "H42", total_seconds=WITHIN)
    async with open_outside(addresses) as outside:
        yield outside
