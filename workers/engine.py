"""Opens the client library with its connections: for commands, the API, the demo and the drill."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Protocol, TypeVar

from temporalio.runtime import Runtime

from activities.ledger.pool import DatabaseRefuses
from activities.ledger.servers import require_in_order
from domain.rules.province import Province
from gateway.client import Engine
from gateway.client.dossier_client import ANSWER_WITHIN
from workers.connections import connect_database, connect_temporal, patiently
from workers.settings import Settings
from workers.staff_in_force import StaffInForce

T = TypeVar("T")

PATIENCE = 10.0
"""Seconds that a server is waited for, where the caller does not say otherwise."""


class Connecting(Protocol):
    """Connects to a server (`postgres`, `temporal`) and decides how long it waits for an answer.

    Raises the error of the last try.
    """

    def __call__(self, component: str, connect: Callable[[], Awaitable[T]]) -> Awaitable[T]: ...


async def shortly(component: str, connect: Callable[[], Awaitable[T]]) -> T:
    """Waits a few seconds and logs it."""
    return await patiently(component, connect, PATIENCE)


@asynccontextmanager
async def open_engine(
    settings: Settings,
    *,
    province: Province | None = None,
    runtime: Runtime | None = None,
    connecting: Connecting = shortly,
    name: str = "luongxanh",
    answer_within: float = ANSWER_WITHIN,
) -> AsyncIterator[Engine]:
    """The client library for `province`, or for the configured one.

    `name`: what PostgreSQL's list of sessions shows. `answer_within`: how many seconds a caller waits for the answer to
    an act.

    Raises ConfigurationErrors, DatabaseUnavailable, EngineUnavailable, and DatabaseRestored when the ledger was
    restored on another server and `database after-restore` has not run.
    """
    people: StaffInForce | None = None
    if province is None:
        people = StaffInForce(settings.province())
        province = people.province
    pool = await connecting("postgres", lambda: connect_database(settings, size=8, name=name))
    try:
        await require_in_order(pool)
        client = await connecting("temporal", lambda: connect_temporal(settings, runtime))
        engine = Engine(client, pool, province, settings.task_queue, people, answer_within)
        with suppress(DatabaseRefuses):  # the database is older than this release: nothing was entered yet
            await engine.staff_in_force.refresh()
        watching = asyncio.create_task(engine.staff_in_force.watch())
        try:
            yield engine
        finally:
            watching.cancel()
            await engine.reconciliations.close()
            await engine.repair_plans.plannings.close()
    finally:
        await pool.close()
