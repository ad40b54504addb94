"""What a running worker does about its outside systems: it takes over changed settings, obeys operators, and tells.

The settings, the orders and the places each have a loop of their own, so that a database that hangs keeps no changed
file from being taken over.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import structlog

from activities.adapters.address import SystemAddress
from activities.adapters.http import Connection
from activities.adapters.pace import Pace
from activities.adapters.systems import Outside, open_outside
from activities.ledger.outside_orders import OutsideOrders
from activities.ledger.outside_places import OutsidePlaces
from activities.ledger.outside_turns import OutsideTurns
from activities.ledger.pool import DatabaseRefuses, DatabaseUnavailable, Pool
from activities.ledger.worker_breakers import WorkerBreakers
from activities.ledger.worker_reports import SettingsInForce, WorkerReport
from domain.errors import InvalidInput
from domain.outside_systems import System
from domain.values import Bilingual
from workers.connections import process_name
from workers.outside_addresses import Addresses, OutsideFile, WrongAddresses

log = structlog.get_logger(__name__)

LOOK_EVERY = 2.0
"""Seconds between two looks at the file, and at the orders. So long it takes at most until a worker obeys."""
SHARE_EVERY = 2.0
SHARE_AGAIN = 0.1
"""Seconds between two shares of the province's places, at rest and while a call waits for one."""


@dataclass(frozen=True)
class Way:
    """The adapters of one kind of calls. `terms` makes their address of the one in the file."""

    outside: Outside
    terms: Callable[[SystemAddress], SystemAddress]


def ways_of(quick: Outside, patient: Outside) -> dict[str, Way]:
    """The two kinds of calls of a worker, by name."""
    return {"quick": Way(quick, SystemAddress.quick), "patient": Way(patient, lambda address: address)}


@asynccontextmanager
async def open_ways(
    addresses: Sequence[SystemAddress], paces: Mapping[System, Pace]
) -> AsyncIterator[tuple[Outside, Outside]]:
    """The adapters of quick and of patient calls.

    Both read back what a system says that it has done. Most calls are quick ones: a system that reports an effect
    without having it would be believed, and nobody would ask again.
    """
    quickly = [one.quick() for one in addresses]
    async with open_outside(addresses, paces=paces) as patient, open_outside(quickly, paces=paces) as quick:
        yield quick, patient


def shared_paces(addresses: Addresses, pool: Pool) -> dict[System, Pace]:
    """The pace of each system, which all calls of the process share with those of every other process."""
    turns = OutsideTurns(pool)
    return {
        one.system: Pace(one.calls_per_second, partial(turns.lease, one.system.value)) for one in addresses.addresses
    }


@asynccontextmanager
async def obedient(outside: Outside, pool: Pool) -> AsyncIterator[Outside]:
    """The adapters of a command, which obeys the operators' orders as the workers do. Raises DatabaseUnavailable,
    DatabaseRefuses."""
    orders, stopping = OutsideOrders(pool), asyncio.Event()

    async def look() -> None:
        outside.obey(await orders.in_force())

    await look()
    looking = asyncio.create_task(_repeated(look, stopping))
    try:
        yield outside
    finally:
        stopping.set()
        await looking


@asynccontextmanager
async def beside_workers(outside: Outside, pool: Pool) -> AsyncIterator[None]:
    """A command's adapters keep to what binds the workers: the operators' orders, and the places of the province.
    Raises DatabaseUnavailable, DatabaseRefuses."""
    async with obedient(outside, pool), sharing_places(outside, pool):
        yield


class OutsideControl:
    """The loops of one worker. `addresses`: what the adapters were opened with."""

    def __init__(
        self, pool: Pool, file: OutsideFile, addresses: Addresses, ways: Mapping[str, Way], process: str
    ) -> None:
        self._file = file
        self._ways = ways
        self._process = process
        self._orders = OutsideOrders(pool)
        self._places = OutsidePlaces(pool)
        self._workers = WorkerBreakers(pool)
        self._addresses = addresses
        self._settings = SettingsInForce(version=addresses.version, since=datetime.now(UTC))
        self._obeyed: dict[System, int] = {}
        self._asked = asyncio.Event()
        for connection in self._connections():
            connection.places.asked = self._asked

    async def look_at_file(self) -> None:
        """Takes a changed file over, if all of it is right. Otherwise what was in force stays, and the reason is kept.

        Raises nothing: a worker with old settings serves dossiers, and one without does not.
        """
        try:
            found = self._file.read()
            if found.version == self._addresses.version:
                self._settings = self._settings.model_copy(update={"refused": None, "because": None})
                return
            next(iter(self._ways.values())).outside.changed(found.addresses)
        except (WrongAddresses, InvalidInput) as wrong:
            self._refuse(wrong.code, wrong.message)
            return
        for way in self._ways.values():
            await way.outside.apply([way.terms(one) for one in found.addresses])
        self._addresses = found
        self._settings = SettingsInForce(version=found.version, since=datetime.now(UTC))
        log.info("outside_settings_applied", version=found.version)

    def _refuse(self, code: str, because: Bilingual) -> None:
        version = self._file.version
        if (version, because) != (self._settings.refused, self._settings.because):
            log.error("outside_settings_refused", code=code, version=version, problem=because.en)
        self._settings = self._settings.model_copy(update={"refused": version, "because": because})

    async def obey_and_tell(self) -> None:
        """Takes the operators' orders over, and tells how the systems are used.

        Raises DatabaseUnavailable, DatabaseRefuses. An order ends in its time also when the database is away.
        """
        orders = await self._orders.in_force()
        for way in self._ways.values():
            way.outside.obey(orders)
        obeyed = {system: one.order.number for system, one in orders.items()}
        if obeyed != self._obeyed:
            log.warning("outside_orders_obeyed", orders={system: one.order.act for system, one in orders.items()})
            self._obeyed = obeyed
        live = await self._workers.tell(self._process, self._breakers(), self.report())
        for connection in self._connections():
            connection.pace.processes = live

    def report(self) -> WorkerReport:
        """How the systems are used now, and which settings are in force."""
        return WorkerReport(
            settings=self._settings,
            systems={
                name: {system.value: one.use() for system, one in way.outside.connections.items()}
                for name, way in self._ways.items()
            },
        )

    async def share_places(self) -> None:
        """Asks for this process's part of the places, of systems for which the province has a limit."""
        for name, way in self._ways.items():
            await _shared(self._places, f"{self._process}/{name}", way.outside)

    async def begin(self) -> None:
        """Obeys the orders that were given before this worker began. Raises DatabaseUnavailable, DatabaseRefuses."""
        await self.obey_and_tell()
        await self.share_places()

    def run(self, stopping: asyncio.Event) -> list[Coroutine[None, None, None]]:
        """The loops, until `stopping` is set."""
        return [
            _repeated(self.look_at_file, stopping),
            _repeated(self.obey_and_tell, stopping),
            self._share_when_asked(stopping),
        ]

    async def _share_when_asked(self, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            await _tried(self.share_places)
            waits = any(one.places.waiting for one in self._connections() if _is_limited(one))
            with suppress(TimeoutError):
                async with asyncio.timeout(SHARE_AGAIN if waits else SHARE_EVERY):
                    await (stopping.wait() if waits else self._asked.wait())
            self._asked.clear()

    def _connections(self) -> list[Connection]:
        return [one for way in self._ways.values() for one in way.outside.connections.values()]

    def _breakers(self) -> dict[str, dict[str, str]]:
        return {
            name: {str(system): str(state) for system, state in way.outside.breakers().items()}
            for name, way in self._ways.items()
        }


async def _shared(places: OutsidePlaces, name: str, outside: Outside) -> None:
    """Asks for the part of the places of these connections, under this name."""
    limited = {one.address.system.value: one for one in outside.connections.values() if _is_limited(one)}
    wanted = {
        system: (one.places.take_wanted(), one.places.running, one.address.province_calls or 0)
        for system, one in limited.items()
    }
    granted = await places.share(name, wanted)
    for system, one in limited.items():
        one.places.granted = granted[system]
        one.places.let_in()


@asynccontextmanager
async def sharing_places(outside: Outside, pool: Pool, name: str | None = None) -> AsyncIterator[None]:
    """A command's calls count among those that the province may make at once, beside its workers'. What it has been
    given goes back at the end. `name`: of the process. Raises DatabaseUnavailable, DatabaseRefuses at the beginning.
    """
    name, places = f"{name or process_name()}/command", OutsidePlaces(pool)
    limited = [one for one in outside.connections.values() if _is_limited(one)]
    if not limited:
        yield
        return
    await _shared(places, name, outside)
    sharing = asyncio.create_task(_kept_shared(places, name, outside))
    try:
        yield
    finally:
        sharing.cancel()
        await asyncio.gather(sharing, return_exceptions=True)
        await _tried(partial(places.leave, name))


async def _kept_shared(places: OutsidePlaces, name: str, outside: Outside) -> None:
    """Asks again at once while a call waits for a place, and often enough that the places are not taken for lost."""
    while True:
        waits = any(one.places.waiting for one in outside.connections.values() if _is_limited(one))
        await asyncio.sleep(SHARE_AGAIN if waits else SHARE_EVERY)
        await _tried(partial(_shared, places, name, outside))


def _is_limited(connection: Connection) -> bool:
    return connection.address.province_calls is not None


async def _repeated(act: Callable[[], Awaitable[None]], stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        await _tried(act)
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), LOOK_EVERY)


async def _tried(act: Callable[[], Awaitable[None]]) -> None:
    try:
        await act()
    except (DatabaseUnavailable, DatabaseRefuses) as problem:
        log.warning("outside_control_waits", code=problem.code, sqlstate=problem.facts.get("sqlstate"))
    except Exception as mistake:  # a loop that ended would leave orders and settings unheeded, and nobody would notice
        log.error("outside_control_failed", exception_type=type(mistake).__name__)
