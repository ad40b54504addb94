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
from activities.adapters.http import Connection
from activities.adapters.interconnection import Interconnection
from activities.adapters.notice_channels import NoticeChannels
from activities.adapters.payments import Payments
from activities.adapters.population import Population
from activities.adapters.portal import Portal
from activities.adapters.registries import Registries
from activities.adapters.signing import Signing
from domain.outside_systems import OPTIONAL, Registry, System

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

    def breakers(self) -> dict[System, BreakerState]:
        """The state of every breaker now."""
        return {system: connection.breaker.state for system, connection in self.connections.items()}


@asynccontextmanager
async def open_outside(
    addresses: Iterable[SystemAddress],
    *,
    clock: Callable[[], float] = time.monotonic,
    confirm: bool = True,
    issuer: bytes | None = None,
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[Outside]:
    """Opens a connection to each system and closes them at the end of the context.

    `confirm` makes the adapters read their effects back (portal, registries, payments). `issuer` is the PEM of the
    authority that issues signing certificates. `tls` replaces the usual list of authorities. Raises ValueError when a
    system has two addresses, or none and the province may not be without it.
    """
    by_system = _by_system(addresses)
    tls = tls or _usual_tls(by_system.values())
    async with AsyncExitStack() as stack:
        connections = {
            system: Connection(address, await stack.enter_async_context(_session(address, tls)), clock)
            for system, address in by_system.items()
        }
        yield Outside(
            connections=connections,
            portal=Portal(connections[System.PORTAL], confirm=confirm),
            population=Population(connections[System.POPULATION]),
            registries=Registries({one: connections[System(one.value)] for one in Registry}, confirm=confirm),
            payments=Payments(connections[System.PAYMENTS], confirm=confirm),
            signing=Signing(connections[System.SIGNING], issuer=issuer),
            notices=NoticeChannels.over(connections, tls),
            interconnection=_interconnection(connections, confirm=confirm),
        )


def _interconnection(connections: Mapping[System, Connection], *, confirm: bool) -> Interconnection | None:
    connection = connections.get(System.INTERCONNECTION)
    return Interconnection(connection, confirm=confirm) if connection else None


def same_host(url: str, **shared: object) -> tuple[SystemAddress, ...]:
    """The addresses of all systems that speak HTTP on one host (`{url}/portal`, …), with the same settings for each."""
    return tuple(
        SystemAddress.model_validate({"system": system, "base_url": f"{url.rstrip('/')}/{system}", **shared})
        for system in System
        if system is not System.EMAIL
    )


def _usual_tls(addresses: Iterable[SystemAddress]) -> ssl.SSLContext:
    """One TLS context for all systems: reading the authorities takes 40 ms. For plain HTTP the context is empty."""
    if any(address.base_url.startswith(("https:", "smtp")) for address in addresses):
        return ssl.create_default_context(cafile=certifi.where())
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _session(address: SystemAddress, tls: ssl.SSLContext) -> aiohttp.ClientSession:
    """The pool of connections to one system. No setting comes from the environment, so there is no proxy."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(ssl=tls, limit=address.concurrent_calls, keepalive_timeout=KEPT_IDLE),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=address.connect_seconds),  # `Connection` limits the call
        cookie_jar=aiohttp.DummyCookieJar(),  # no cookie is kept: a system could fill our memory
        auto_decompress=False,
        trace_configs=[_trace_of_reuse()],
    )


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
