"""Creates the adapters of all outside systems. Each system has its own client, limit of calls and breaker."""

from __future__ import annotations

import ssl
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import certifi

from activities.adapters.address import SystemAddress
from activities.adapters.breaker import BreakerState
from activities.adapters.contracts import FIRST
from activities.adapters.documents import Documents
from activities.adapters.http import Connection
from activities.adapters.interconnection import Interconnection
from activities.adapters.interconnection_codes import InterconnectionInCodes
from activities.adapters.notice_channels import NoticeChannels
from activities.adapters.pace import Pace
from activities.adapters.payments import Payments
from activities.adapters.population import Population
from activities.adapters.portal import Portal
from activities.adapters.post import Post
from activities.adapters.registries import Registries
from activities.adapters.signing import Signing
from activities.ledger.outside_orders import OrderInForce
from domain.errors import InvalidInput
from domain.messages.outside_orders import OutsideSettingsRefusal
from domain.outside_systems import OPTIONAL, Registry, System

INTERCONNECTION_CONTRACTS: Mapping[str, type[Interconnection]] = {FIRST: Interconnection, "2": InterconnectionInCodes}
"""The adapter of each version that `contracts` offers."""
KEPT_IDLE = 4.0
"""Seconds that an idle connection is kept: less than the 5 s after which common servers close it."""


@dataclass(frozen=True)
class Outside:
    """The adapters, and their connections for health pages and metrics."""

    connections: dict[System, Connection]
    portal: Portal
    population: Population
    registries: Registries
    payments: Payments
    signing: Signing
    notices: NoticeChannels
    interconnection: Interconnection | None
    """None where the province has no address of it."""
    documents: Documents | None
    """None where the province has no address or no seal of the axis."""
    post: Post | None = None
    """None where the province has no address of it."""

    def breakers(self) -> dict[System, BreakerState]:
        """The state of every breaker now."""
        return {system: connection.breaker.state for system, connection in self.connections.items()}

    def obey(self, orders: Mapping[System, OrderInForce]) -> None:
        """Takes the operators' orders over that count now. Systems without one are called as usual."""
        for system, connection in self.connections.items():
            found = orders.get(system)
            connection.obey(found.order, found.seconds_left) if found else connection.obey(None)

    def changed(self, addresses: Iterable[SystemAddress]) -> dict[System, SystemAddress]:
        """These addresses by system, if the adapters that are open can use them. Raises InvalidInput
        `outside_settings_need_restart`, and the errors of `same_systems`."""
        by_system = same_systems(self.connections, addresses)
        restart = {one for one, new in by_system.items() if new.contract != self.connections[one].address.contract}
        axis = by_system.get(System.DOCUMENTS)
        if self.documents is None and axis is not None and axis.documents.seal() is not None:
            restart.add(System.DOCUMENTS)
        if restart:
            raise InvalidInput(OutsideSettingsRefusal.NEED_RESTART, systems=", ".join(sorted(restart)))
        return by_system

    async def apply(self, addresses: Iterable[SystemAddress]) -> None:
        """Uses these addresses for calls that have not begun. Raises InvalidInput as `changed` does."""
        by_system = self.changed(addresses)
        for system, address in by_system.items():
            await self.connections[system].apply(address)


@asynccontextmanager
async def open_outside(
    addresses: Iterable[SystemAddress],
    *,
    clock: Callable[[], float] = time.monotonic,
    confirm: bool = True,
    tls: ssl.SSLContext | None = None,
    paces: Mapping[System, Pace] | None = None,
) -> AsyncIterator[Outside]:
    """Opens a connection to each system and closes them at the end of the context.

    `confirm` makes the adapters read their effects back (portal, registries, payments). `tls` replaces the usual list
    of authorities. `paces`: those that these connections share with others. Raises ValueError when a system has two
    addresses, or none and the province may not be without it.
    """
    by_system = _by_system(addresses)
    sessions, paces = _Sessions(tls), paces or {}
    async with AsyncExitStack() as stack:
        connections = {
            system: Connection(address, sessions.open, clock, paces.get(system))
            for system, address in by_system.items()
        }
        for connection in connections.values():
            stack.push_async_callback(connection.close)
        yield Outside(
            connections=connections,
            portal=Portal(connections[System.PORTAL], confirm=confirm),
            population=Population(connections[System.POPULATION]),
            registries=Registries({one: connections[System(one.value)] for one in Registry}, confirm=confirm),
            payments=Payments(connections[System.PAYMENTS], confirm=confirm),
            signing=Signing(connections[System.SIGNING]),
            notices=NoticeChannels.over(connections, tls),
            interconnection=_interconnection(connections, confirm=confirm),
            documents=_documents(connections, confirm=confirm),
            post=_post(connections),
        )


def _interconnection(connections: Mapping[System, Connection], *, confirm: bool) -> Interconnection | None:
    connection = connections.get(System.INTERCONNECTION)
    if connection is None:
        return None
    speaks = INTERCONNECTION_CONTRACTS[connection.address.contract]
    return speaks(connection, confirm=confirm)


def _documents(connections: Mapping[System, Connection], *, confirm: bool) -> Documents | None:
    """Raises ValueError when the key, the certificate or the authorities are no PEM, or do not belong together."""
    connection = connections.get(System.DOCUMENTS)
    if connection is None or connection.address.documents.seal() is None:
        return None
    return Documents(connection, confirm=confirm)


def _post(connections: Mapping[System, Connection]) -> Post | None:
    connection = connections.get(System.POST)
    return Post(connection) if connection else None


def same_host(url: str, **shared: object) -> tuple[SystemAddress, ...]:
    """The addresses of all systems that speak HTTP on one host (`{url}/portal`, …), with the same settings for each."""
    return tuple(
        SystemAddress.model_validate({"system": system, "base_url": f"{url.rstrip('/')}/{system}", **shared})
        for system in System
        if system is not System.EMAIL
    )


class _Sessions:
    """Opens the pools of connections. Reading the authorities takes 40 ms, so all share one TLS context."""

    def __init__(self, tls: ssl.SSLContext | None) -> None:
        self._tls = tls

    def open(self, address: SystemAddress) -> aiohttp.ClientSession:
        """The pool of connections to one system. No setting comes from the environment, so there is no proxy."""
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                ssl=self._context(address), limit=address.concurrent_calls, keepalive_timeout=KEPT_IDLE
            ),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=address.connect_seconds),  # `Connection` limits it
            cookie_jar=aiohttp.DummyCookieJar(),  # no cookie is kept: a system could fill our memory
            auto_decompress=False,
            trace_configs=[_trace_of_reuse()],
        )

    def _context(self, address: SystemAddress) -> ssl.SSLContext:
        """For plain HTTP the context is empty."""
        if self._tls is None and not address.base_url.startswith("https:"):
            return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._tls = self._tls or ssl.create_default_context(cafile=certifi.where())
        return self._tls


def _trace_of_reuse() -> aiohttp.TraceConfig:
    async def reused(_session: aiohttp.ClientSession, context: Any, _: aiohttp.TraceConnectionReuseconnParams) -> None:
        context.trace_request_ctx.reused = True

    trace = aiohttp.TraceConfig()
    trace.on_connection_reuseconn.append(reused)
    return trace


def _by_system(addresses: Iterable[SystemAddress]) -> dict[System, SystemAddress]:
    listed = list(addresses)
    by_system = {address.system: address for address in listed}
    missing = sorted(set(System) - OPTIONAL - set(by_system))
    twice = sorted({one.system for one in listed if sum(other.system is one.system for other in listed) > 1})
    if missing or twice:
        raise ValueError(f"outside systems: without an address: {missing}; with more than one: {twice}")
    return by_system


def same_systems(connected: Iterable[System], addresses: Iterable[SystemAddress]) -> dict[System, SystemAddress]:
    """The new addresses by system. Raises InvalidInput `outside_systems_changed`, `outside_system_twice`.

    A system that comes or goes needs other adapters, relays and queues, which are made at the start of a worker.
    """
    listed, here = list(addresses), set(connected)
    by_system = {address.system: address for address in listed}
    if twice := sorted({one.system for one in listed if sum(other.system is one.system for other in listed) > 1}):
        raise InvalidInput(OutsideSettingsRefusal.SYSTEM_TWICE, systems=", ".join(twice))
    if set(by_system) != here:
        missing, added = sorted(here - set(by_system)), sorted(set(by_system) - here)
        raise InvalidInput(
            OutsideSettingsRefusal.SYSTEMS_CHANGED, missing=", ".join(missing) or "–", added=", ".join(added) or "–"
        )
    return by_system
