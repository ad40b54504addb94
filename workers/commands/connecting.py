"""The connections that a command opens: soon, or an answer that says what is missing."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TypeVar

from opentelemetry import trace
from temporalio.client import Client
from temporalio.runtime import Runtime

from activities.ledger.pool import DatabaseUnavailable, Pool, open_pool
from activities.province import load_province
from gateway.cli.output import tell
from gateway.client import Engine, EngineUnavailable
from workers import telemetry
from workers.connections import connect_database, connect_temporal, patiently
from workers.settings import Process, Settings, load_settings

PATIENCE = 5.0
"""Seconds a command waits for a server that is still starting, after it has said so."""

T = TypeVar("T")


@asynccontextmanager
async def open_engine() -> AsyncIterator[Engine]:
    """The client library for the province and the servers of the settings.

    Raises ConfigurationErrors, SettingsError, DatabaseUnavailable, EngineUnavailable.
    """
    settings = load_settings(process=Process.COMMAND)
    province = load_province(settings.province())
    with _traced(settings) as runtime:
        async with _ledger(settings) as pool:
            yield Engine(await _temporal(settings, runtime), pool, province, settings.task_queue)


@asynccontextmanager
async def open_temporal_client() -> AsyncIterator[Client]:
    """Temporal alone. Raises SettingsError, EngineUnavailable."""
    settings = load_settings()
    with _traced(settings) as runtime:
        yield await _temporal(settings, runtime)


@asynccontextmanager
async def open_ledger() -> AsyncIterator[Pool]:
    """The ledger alone, for reading. Raises SettingsError, DatabaseUnavailable."""
    settings = load_settings(process=Process.READING)
    with _traced(settings):
        async with _ledger(settings) as pool:
            yield pool


@asynccontextmanager
async def open_owner() -> AsyncIterator[Pool | None]:
    """The ledger as its owner, or None where the settings have no address for that. Raises DatabaseUnavailable."""
    url = load_settings().database_admin_url
    if url is None:
        yield None
        return
    pool = await open_pool(url, 1, name="luongxanh-cli")
    try:
        yield pool
    finally:
        await pool.close()


@contextmanager
def _traced(settings: Settings) -> Iterator[Runtime]:
    """One span for the whole command, exported where an endpoint is set; its log is silent but for errors."""
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
    pool = await _awaited("PostgreSQL", lambda: connect_database(settings, size=4, name="luongxanh-cli"))
    try:
        yield pool
    finally:
        await pool.close()


async def _temporal(settings: Settings, runtime: Runtime) -> Client:
    try:
        return await _awaited("Temporal", lambda: connect_temporal(settings, runtime))
    except (RuntimeError, OSError):
        address = settings.need("temporal_address")
        raise EngineUnavailable("temporal_unavailable", problem=address) from None


async def _awaited(server: str, connect: Callable[[], Awaitable[T]]) -> T:
    """The connection; says what is waited for when it does not come at once."""
    try:
        return await connect()
    except (DatabaseUnavailable, RuntimeError, OSError):
        tell(f"Đang chờ {server} …  (waiting for {server})")
        return await patiently(server, connect, PATIENCE)
