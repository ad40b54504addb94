"""Opens the client library with its connections, for the API and the demo."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from temporalio.runtime import Runtime

from activities.ledger.servers import require_in_order
from domain.rules.province import Province
from gateway.client import Engine
from gateway.client.dossier_client import ANSWER_WITHIN
from workers.connections import connect_database, connect_temporal, patiently
from workers.settings import Settings
from workers.staff_in_force import StaffInForce


@asynccontextmanager
async def open_engine(
    settings: Settings,
    *,
    province: Province | None = None,
    runtime: Runtime | None = None,
    wait: bool = False,
    answer_within: float = ANSWER_WITHIN,
) -> AsyncIterator[Engine]:
    """The client library for `province`, or for the configured one. `wait`: wait 120 s for servers, else 10 s.

    `answer_within`: how many seconds a caller waits for the answer to an act.

    Raises DatabaseRestored when the ledger was restored on another server and `database after-restore` has not run.
    """
    people: StaffInForce | None = None
    if province is None:
        people = StaffInForce(settings.province())
        province = people.province
    seconds = 120.0 if wait else 10.0
    pool = await patiently("postgres", lambda: connect_database(settings, size=8), seconds)
    try:
        await require_in_order(pool)
        client = await patiently("temporal", lambda: connect_temporal(settings, runtime), seconds)
        yield Engine(client, pool, province, settings.task_queue, people, answer_within)
    finally:
        await pool.close()
