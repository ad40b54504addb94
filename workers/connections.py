"""The connections that a process needs, made here and nowhere else; each waits for its server and says so."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.runtime import Runtime

from activities.ledger.pool import DatabaseUnavailable, Pool, open_pool
from workers.settings import Settings
from workers.tracing import CallersTrace

log = structlog.get_logger(__name__)
T = TypeVar("T")


async def connect_temporal(settings: Settings, runtime: Runtime | None = None) -> Client:
    """A client with traces. Raises RuntimeError when nobody answers."""
    return await Client.connect(
        settings.need("temporal_address"),
        namespace=settings.namespace,
        data_converter=pydantic_data_converter,
        interceptors=[CallersTrace()],
        runtime=runtime,
    )


async def connect_database(settings: Settings, size: int = 4, name: str = "luongxanh") -> Pool:
    """A pool in the application's role. Raises DatabaseUnavailable."""
    return await open_pool(settings.need("database_url"), size, name=name)


async def patiently(component: str, connect: Callable[[], Awaitable[T]], seconds: float = 120) -> T:
    """Tries until the server answers, and logs what is waited for; a server that is still starting is no error."""
    deadline = asyncio.get_running_loop().time() + seconds
    pause = 0.2
    while True:
        try:
            return await connect()
        except (DatabaseUnavailable, RuntimeError, OSError):
            if asyncio.get_running_loop().time() > deadline:
                raise
            log.warning("waiting_for", component=component, seconds=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5)
