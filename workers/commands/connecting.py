"""The connections that a command opens. A server that does not answer in time ends the command with an error."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TypeVar

from opentelemetry import trace
from temporalio.client import Client
from temporalio.runtime import Runtime

from activities.adapters.systems import Outside, open_outside
from activities.ledger.pool import Pool, open_pool
from gateway.cli.output import tell
from gateway.client import Engine
from workers import engine, telemetry
from workers.connections import ABSENT, connect_database, connect_temporal, patiently
from workers.outside_addresses import OutsideFile
from workers.outside_control import beside_workers, shared_paces
from workers.settings import Process, Settings, load_settings

PATIENCE = 5.0
"""Seconds that a command waits for a server that is still starting, after a first message to the user."""
NAME = "luongxanh-cli"
"""What PostgreSQL's list of sessions shows."""
SERVERS = {"postgres": "PostgreSQL", "temporal": "Temporal"}
"""What the servers are called to people."""

T = TypeVar("T")


@asynccontextmanager
async def open_engine() -> AsyncIterator[Engine]:
    """The client library, connected to the configured province and servers.

    Raises SettingsError, and the errors of `workers.engine.open_engine`.
    """
    settings = load_settings(process=Process.COMMAND)
    with _traced(settings) as runtime:
        async with engine.open_engine(settings, runtime=runtime, connecting=_connected, name=NAME) as opened:
            yield opened


@asynccontextmanager
async def open_temporal_client() -> AsyncIterator[Client]:
    """A connection to Temporal only. Raises SettingsError, EngineUnavailable."""
    settings = load_settings()
    with _traced(settings) as runtime:
        yield await _connected("temporal", lambda: connect_temporal(settings, runtime))


@asynccontextmanager
async def open_ledger() -> AsyncIterator[Pool]:
    """A connection to the ledger only, for reading. Raises SettingsError, DatabaseUnavailable."""
    settings = load_settings(process=Process.READING)
    with _traced(settings):
        async with _ledger(settings) as pool:
            yield pool


@asynccontextmanager
async def open_owner() -> AsyncIterator[Pool | None]:
    """A connection to the ledger as its owner; None without `database_admin_url`. Raises DatabaseUnavailable."""
    url = load_settings().database_admin_url
    if url is None:
        yield None
        return
    pool = await open_pool(url, 1, name=NAME)
    try:
        yield pool
    finally:
        await pool.close()


@asynccontextmanager
async def open_outside_systems() -> AsyncIterator[Outside]:
    """The outside systems, for a command that looks something up: at the pace and with the places that it shares with
    the workers, and under the same orders.

    Raises SettingsError, DatabaseUnavailable.
    """
    settings = load_settings()
    addresses = OutsideFile(settings).first()
    with _traced(settings):
        async with (
            _ledger(settings) as pool,
            open_outside(addresses.addresses, paces=shared_paces(addresses, pool)) as outside,
            beside_workers(outside, pool),
        ):
            yield outside


@contextmanager
def _traced(settings: Settings) -> Iterator[Runtime]:
    """Records one span for the whole command, exported where an endpoint is set. Only errors are logged."""
    runtime = telemetry.set_up("cli", level="error", otlp_endpoint=settings.otlp_endpoint)
    name = " ".join(["luongxanh", *(word for word in sys.argv[1:3] if word.isalpha())])
    tracer = trace.get_tracer("luongxanh.cli")
    try:
        # The text of an error may repeat what somebody typed, so it is not recorded.
        with tracer.start_as_current_span(name, record_exception=False, set_status_on_exception=False):
            yield runtime
    finally:
        telemetry.shut_down()


@asynccontextmanager
async def _ledger(settings: Settings) -> AsyncIterator[Pool]:
    pool = await _connected("postgres", lambda: connect_database(settings, size=4, name=NAME))
    try:
        yield pool
    finally:
        await pool.close()


async def _connected(component: str, connect: Callable[[], Awaitable[T]]) -> T:
    """Returns the connection. If the first try fails, it tells the user which server is waited for."""
    try:
        return await connect()
    except ABSENT:
        server = SERVERS[component]
        tell(f"Đang chờ {server} …  (waiting for {server})")
        return await patiently(component, connect, PATIENCE)
