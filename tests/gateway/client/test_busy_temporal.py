"""A read that finds its connection to Temporal broken is asked again before anybody is told of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from temporalio.client import Client

from gateway.client.releases.deployment import Deployment, Routing
from gateway.client.watching.pollers import pollers_of
from tests.support.frozen_server import freezing_way_to

pytestmark = pytest.mark.stack
QUEUE = "hall"
READS: dict[str, Callable[[Client], Awaitable[object]]] = {
    "routing": lambda client: Deployment(client, QUEUE).routing(),
    "known": lambda client: Deployment(client, QUEUE).knows("0.1.0"),
    "pollers": lambda client: pollers_of(client, QUEUE),
}
ANSWERS: dict[str, object] = {"routing": Routing(), "known": False, "pollers": ()}


@pytest.mark.parametrize("name", READS)
async def test_a_broken_connection_is_no_outage(temporal_dev: Client, name: str) -> None:
    """Temporal closes connections when it has much to do; the next one answers."""
    async with freezing_way_to(temporal_dev.service_client.config.target_host) as way:
        client = await Client.connect(way.address)
        way.breaks = 1
        assert await READS[name](client) == ANSWERS[name]
        assert way.breaks == 0
