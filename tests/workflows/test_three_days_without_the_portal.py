"""The portal is down for three days while dossiers flow as workflows: none is late by it, and what waits is told in
order, at its pace, although a worker is stopped in the middle and another takes over."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from temporalio.runtime import MetricBuffer, Runtime, TelemetryConfig

from activities.adapters.breaker import BreakerState
from activities.adapters.errors import OutsideError
from activities.adapters.systems import Outside, open_outside
from activities.ledger.feed import FeedReader
from activities.ledger.pool import Pool, open_pool
from activities.ledger.vault import Vault
from activities.relays.portal import PortalRelay
from activities.relays.portal_lists import LOOKS_AT_ONCE
from activities.relays.set_aside import SetAsideList
from domain.dossier.commands import Accept, ReturnResult
from domain.dossier.evolve import evolve
from domain.dossier.state import Dossier, NotSubmitted, State
from domain.outside_systems import System
from domain.values import VIETNAM
from tests.support.dossier_steps import ordered_to_be_signed, paid
from tests.support.engine_harness import EngineHarness
from tests.support.given import DESK
from tests.support.small_province import FREE, PAID, RULEBOOK
from tests.support.waiting import until
from tools.simulator.portal import PortalSystem
from workers.gauges import Gauges
from workers.outside_addresses import Addresses
from workers.outside_control import shared_paces

pytestmark = pytest.mark.stack

DOSSIERS = 18
DAYS = 3
AT_ONCE = 6
RATE = 8.0
"""Calls a second that the portal can take."""
LEDGER_WITHIN = 1.0
"""Seconds by which a call may use its turn late: so long the ledger, which gives out the turns, may take to answer."""
STEPS = 3
"""What the portal is told as steps of a dossier: processed, approved, signed."""


@dataclass
class Hall:
    """The engine, the portal beside it, and the days that pass for both."""

    harness: EngineHarness
    began: datetime
    """Monday at nine, of the coming week."""
    with_fee: set[str] = field(default_factory=set)
    """The dossiers that are paid for."""

    @property
    def there(self) -> PortalSystem:
        """The simulated portal, inside."""
        portal = self.harness.world.systems["portal"].contract
        assert isinstance(portal, PortalSystem)
        return portal

    def clock(self) -> float:
        """The clock of the relay and its breaker: the days pass for them too."""
        return time.monotonic() + self.harness.world.world.date.moved_by.total_seconds()

    def morning(self, day: int) -> datetime:
        """Nine o'clock of a day; the first is 0."""
        return self.began + timedelta(days=day)

    def begin_day(self, day: int) -> None:
        """It is this day for everything outside the dossiers, whose workflows have clocks of their own."""
        self.harness.world.world.date.moved_by = self.morning(day) - datetime.now(VIETNAM)

    async def dossiers_at(self, day: int, codes: Iterable[str]) -> None:
        """It is the morning of this day for these dossiers."""
        for code in codes:
            handle = self.harness.handle(code)
            await self.harness.env.fast_forward(
                handle, self.morning(day) - await self.harness.env.get_current_time(handle)
            )

    def relay(self, outside: Outside, pool: Pool) -> PortalRelay:
        """The relay as a worker has it."""
        return PortalRelay(outside.portal, pool, Vault(pool), lambda: RULEBOOK, self.clock)

    async def lag(self, outside: Outside) -> int:
        """How many events the portal's relay has still to hand on, as a worker's gauge says."""
        buffer = MetricBuffer(1_000)
        meter = Runtime(telemetry=TelemetryConfig(metrics=buffer)).metric_meter
        await Gauges(meter, self.harness.pool, {"patient": outside}, "1@host").look()
        [found] = [
            int(one.value)
            for one in buffer.retrieve_updates()
            if one.metric.name == "luongxanh_relay_waiting" and one.attributes["relay"] == FeedReader.PORTAL
        ]
        return found


@asynccontextmanager
async def as_a_worker(hall: Hall) -> AsyncIterator[tuple[Outside, Pool]]:
    """A worker's connections, with the usual breaker, and the pace that the workers share by the ledger."""
    world = hall.harness.world.world
    limits = {"total_seconds": 20.0, "calls_per_second": RATE}
    addresses = world.access.addresses(hall.harness.simulator, "H42", **limits)
    async with await open_pool(hall.harness.database.url, 3) as pool:
        paces = shared_paces(Addresses(version="1", addresses=addresses), pool)
        async with open_outside(addresses, clock=hall.clock, paces=paces) as outside:
            yield outside, pool


async def some_at_once(codes: Iterable[str], work: Callable[[str], Awaitable[None]]) -> None:
    """Does this with each dossier, with some of them beside each other."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(code: str) -> None:
        async with places:
            await work(code)

    await asyncio.gather(*map(one, codes))


async def a_day(hall: Hall, day: int, codes: list[str]) -> None:
    """What happens on one day: a third of the dossiers is accepted, paid, processed and signed on each of the first
    three, and returned the morning after."""
    harness = hall.harness

    async def begun(code: str) -> None:
        await hall.dossiers_at(day, [code])
        await harness.act(code, DESK, Accept())
        await ordered_to_be_signed(harness, await paid(harness, code) if code in hall.with_fee else code)
        await harness.until(code, lambda one: one.state is State.RESOLVED)

    async def returned(code: str) -> None:
        await hall.dossiers_at(day, [code])
        await harness.act(code, DESK, ReturnResult())

    await some_at_once((code for number, code in enumerate(codes) if number % DAYS == day - 1), returned)
    await some_at_once((code for number, code in enumerate(codes) if number % DAYS == day), begun)


async def test_the_portal_is_down_for_three_days(harness: EngineHarness) -> None:
    """Citizens file online before the weekend, and the portal is down from then until Thursday morning. Every dossier
    has its result in time, also those whose promised date passes meanwhile. Then the portal learns the newest state of
    each, once and in order, no faster than it can take; what happens later follows; and it ends with every last
    state."""
    today = datetime.now(VIETNAM)
    monday = today.replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=7 - today.weekday())
    hall = Hall(harness, monday)
    await harness.control("portal", {"mode": "down"})
    procedures = [PAID if number % 4 == 0 else FREE for number in range(DOSSIERS)]
    codes = [one.dossier for one in await asyncio.gather(*map(harness.submit, procedures))]
    hall.with_fee = {code for code, procedure in zip(codes, procedures, strict=True) if procedure is PAID}
    async with as_a_worker(hall) as (outside, pool):
        relay = hall.relay(outside, pool)
        waiting = await hall.lag(outside)
        for day in range(DAYS):
            hall.begin_day(day)
            await a_day(hall, day, codes)
            await nothing_gets_through(outside, relay)
            more = await hall.lag(outside)
            assert more > waiting, "the lag grows with what happens"
            waiting = more
        assert (await harness.inspect("portal"))["effects"] == []
        hall.begin_day(DAYS)
        first = [await harness.known(code) for code in codes[::DAYS]]
        assert all((one.deadlines.promised_due or hall.morning(DAYS)) < hall.morning(DAYS) for one in first), (
            "who had waited for the portal would have been late"
        )
        await harness.control("portal")
        await drained_by_two_workers(hall, waiting)
        assert await hall.lag(outside) == 0
        await a_day(hall, DAYS, codes)
        while await relay.step():
            pass
    await require_told(hall, codes)


async def nothing_gets_through(outside: Outside, relay: PortalRelay) -> None:
    """A worker's relay tries until its breaker opens. A day later it tries again."""

    async def opened() -> bool:
        with suppress(OutsideError):
            await relay.step()
            raise AssertionError("the portal is down")
        return outside.connections[System.PORTAL].breaker.state is BreakerState.OPEN

    assert outside.connections[System.PORTAL].breaker.state is not BreakerState.OPEN
    await until(opened, "the breaker of the portal opens")


async def drained_by_two_workers(hall: Hall, waiting: int) -> None:
    """Two workers at once, of which only one sends. It is stopped in the middle; the other one ends the work."""
    hall.there.calls.clear()
    stopping = [asyncio.Event(), asyncio.Event()]
    async with as_a_worker(hall) as one, as_a_worker(hall) as other:
        running = [
            asyncio.create_task(hall.relay(*of).run(stop)) for of, stop in zip((one, other), stopping, strict=True)
        ]
        try:
            await until(lambda: hall.there.stored, "the first list is told")
            stopping[0].set()
            await running[0]

            async def drained() -> bool:
                nonlocal waiting
                before, waiting = waiting, await hall.lag(one[0])
                assert waiting <= before, "the lag only falls"
                return waiting == 0

            await until(drained, "everything that waited is told")
        finally:
            for stop in stopping:
                stop.set()
            await asyncio.gather(*running)
    require_pace(sorted(hall.there.calls))


def require_pace(times: list[float]) -> None:
    """Then: in any two seconds no more calls came to the portal than it can take. They were enough to see that."""
    most = RATE * (2.0 + LEDGER_WITHIN) + LOOKS_AT_ONCE + 1
    busiest = max(sum(1 for other in times if 0 <= other - at < 2.0) for at in times)
    assert busiest <= most < len(times), (busiest, len(times))


async def require_told(hall: Hall, codes: list[str]) -> None:
    """Then: no dossier is late, and the portal has the last state of each, each state in its order, each step once."""
    portal = await hall.harness.inspect("portal")
    assert await SetAsideList(hall.harness.pool).open("portal") == []
    assert {one["MaHoSo"]: one["TrangThaiHoSo"] for one in portal["dossiers"]} == dict.fromkeys(codes, "10")
    assert {one["times"] for one in portal["effects"] if one["service"] == "created"} == {1}
    assert len(portal["steps"]) == STEPS * len(codes)
    for code in codes:
        dossier = await hall.harness.known(code)
        late = dossier.deadlines.late_statutory_minutes, dossier.deadlines.late_promised_minutes
        assert dossier.state is State.RETURNED
        assert all(minutes is not None and minutes <= 0 for minutes in late), code
        told = [state for of, state in hall.there.stored if of == code]
        assert in_order(told, await states_of(hall.harness, code)), code


def in_order(states: Iterable[str], all_states: list[str]) -> bool:
    """Whether these states are some of the dossier's states, in the order of its life."""
    left = iter(all_states)
    return all(one in left for one in states)


async def states_of(harness: EngineHarness, code: str) -> list[str]:
    """TrangThaiHoSo after each event on record, in order."""
    found: list[str] = []
    dossier: Dossier | NotSubmitted = NotSubmitted(code)
    for recorded in await harness.engine.history(code):
        dossier = evolve(dossier, recorded.event)
        assert isinstance(dossier, Dossier)
        found.append(str(dossier.state.portal_code))
    return found
