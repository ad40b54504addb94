"""A simulator on a real socket for each test, and the adapters connected to it."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Iterator

import httpx2
import pytest

from activities.outside.systems import Outside, open_outside
from tests.activities.outside.given import CITIZEN, Steering
from workers.simulator.app import Simulator
from workers.simulator.server import running_simulator

NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@pytest.fixture
def steering() -> Iterator[Steering]:
    """A fresh simulator with one citizen."""
    simulator = Simulator(state=None, seed=7)
    with running_simulator(simulator) as url, httpx2.Client(trust_env=False, verify=NO_TLS) as client:
        steering = Steering(simulator, url, client)
        steering.post("/citizens", [CITIZEN])
        yield steering


@pytest.fixture
async def outside(steering: Steering) -> AsyncIterator[Outside]:
    """The adapters, with a time-out short enough for a test."""
    addresses = steering.simulator.world.access.addresses(steering.url, "H42", total_seconds=0.4)
    async with open_outside(addresses) as outside:
        yield outside
