"""The connections that a command opens: soon, or an answer that says what is missing."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from temporalio.client import Client

from activities.ledger.pool import DatabaseUnavailable, Pool
from activities.province import load_province
from gateway.engine import Engine, EngineUnavailable
from workers import telemetry
from workers.connections import connect_database, connect_temporal, patiently
from workers.settings import Settings, load_settings

PATIENCE = 10.0
"""Seconds a command waits for a server that is still starting, after it has said so."""

T = TypeVar("T")


@asynccontextmanager
async def open_engine() -> AsyncIterator[Engine]:
    """The client library for the province and the servers of the settings.

    Raises ConfigurationErrors, StackError `stack_not_running`, DatabaseUnavailable, EngineUnavailable.
    """
    settings = load_settings()
    province = load_province(settings.province_folder)
    with _traced(settings):
        async with _ledger(settings) as pool:
            yield Engine(await _temporal(settings), pool, province, settings.task_queue)


@asynccontextmanager
async def open_ledger() -> AsyncIterator[Pool]:
    """The ledger alone, for reading. Raises StackError `stack_not_running`, DatabaseUnavailable."""
    settings = load_settings()
    with _traced(settings):
        async with _ledger(settings) as pool:
            yield pool


@asynccontextmanager
async def _ledger(settings: Settings) -> AsyncIterator[Pool]:
    pool = await _awaited("PostgreSQL", lambda: connect_database(settings, size=4, name="luongxanh-cli"))
    try:
        yield pool
    finally:
        await pool.close()


async def _temporal(settings: Settings) -> Client:
    try:
        return await _awaited("Temporal", lambda: connect_temporal(settings))
    except (RuntimeError, OSError):
        address = settings.need("temporal_address")
        raise EngineUnavailable("temporal_unavailable", problem=address) from None


async def _awaited(server: str, connect: Callable[[], Awaitable[T]]) -> T:
    """The connection; says what is waited for when it does not come at once."""
    try:
        return await connect()
    except (DatabaseUnavailable, RuntimeError, OSError):
        sys.stderr.write(f"Đang chờ {server} …  (waiting for {server})\n")
        return await patiently(server, connect, PATIENCE)
