"""A worker believes no system that reports an effect which it does not have, neither in a quick nor in a patient call.

The chaos run found it: quick calls were not read back, and most calls are quick ones.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta

import httpx2
import pytest

from activities.adapters.payments import CreateOrder, RefundOrder
from activities.adapters.registries import Register
from activities.adapters.systems import Outside
from domain.outside_systems import Registry
from domain.values import VIETNAM
from tests.activities.adapters.test_connection import failure
from tools.simulator.app import Simulator
from tools.simulator.fault_injection import Fault, FaultMode
from tools.simulator.server import running_simulator
from workers.outside_control import open_ways

NOW = datetime.now(VIETNAM)


def order(key: str) -> CreateOrder:
    """A fee."""
    return CreateOrder(
        key=key,
        dossier="H42.13366-260101-0001",
        amount=50_000,
        description="Phí",
        expires_at=NOW + timedelta(days=1),
        callback_url="http://127.0.0.1:9/callback",
    )


@pytest.fixture
def simulator() -> Simulator:
    """The world outside."""
    return Simulator(state=None)


@pytest.fixture
async def ways(simulator: Simulator) -> AsyncIterator[tuple[Outside, Outside]]:
    """The quick and the patient adapters, as a worker opens them."""
    with running_simulator(simulator) as url:
        async with open_ways(simulator.world.access.addresses(url, "H42"), {}) as opened:
            yield opened


async def refunded(outside: Outside, simulator: Simulator, key: str) -> object:
    """A paid order whose money goes back without effect."""
    opened = await outside.payments.create_order(order(f"order-{key}"))
    async with httpx2.AsyncClient(trust_env=False) as citizen:
        (await citizen.post(opened.pay_url, json={"callback": "callback_lost"})).raise_for_status()
    simulator.systems["payments"].faults.set([Fault(mode=FaultMode.NO_EFFECT, service="refund")])
    return await outside.payments.refund(RefundOrder(key=key, order_id=opened.order_id, amount=50_000, reason="rút"))


async def ordered(outside: Outside, simulator: Simulator, key: str) -> object:
    """An order without effect."""
    simulator.systems["payments"].faults.set([Fault(mode=FaultMode.NO_EFFECT, service="create_order")])
    return await outside.payments.create_order(order(key))


async def registered(outside: Outside, simulator: Simulator, key: str) -> object:
    """An entry without effect."""
    simulator.systems["civil"].faults.set([Fault(mode=FaultMode.NO_EFFECT)])
    entry = Register(
        registry=Registry.CIVIL,
        key=key,
        dossier="H42.13366-260101-0001",
        procedure="1.001193",
        unit="13366",
        result_number=f"KQ-{key}",
        document_hash="0" * 64,
        issued_at=NOW,
    )
    return await outside.registries.register(entry)


@pytest.mark.parametrize("way", [0, 1], ids=["quick", "patient"])
@pytest.mark.parametrize("asked", [ordered, refunded, registered])
async def test_an_effect_is_read_back(
    ways: tuple[Outside, Outside],
    simulator: Simulator,
    asked: Callable[[Outside, Simulator, str], Awaitable[object]],
    way: int,
) -> None:
    """What is not there is asked for again under the same key, instead of being written down as done."""
    error = await failure(asked(ways[way], simulator, f"{asked.__name__}-{way}"))
    assert (error.reason, error.retryable) == ("no_effect", True)
