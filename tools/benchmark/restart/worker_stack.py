"""The stack of this measurement: the product's own worker process, alone, with its relays and its watch."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from activities.ledger.migrations import migrate
from activities.ledger.pool import open_pool
from gateway.client import Engine
from tools.benchmark.bench_stack import answered, close_pool, tell_simulator
from tools.benchmark.driving.deadlines import Limits
from tools.benchmark.driving.engine_driver import EngineDossier
from tools.benchmark.rules import standard_province
from tools.local_stack import Stack
from tools.local_stack.components import SIMULATOR, WORKER
from tools.local_stack.messages import silently
from workers.connections import connect_temporal
from workers.settings import Mode, load_settings
from workflows.search_attributes import SEARCH_ATTRIBUTES


class WorkerStack:
    """The running stack, and the client library that sends to it."""

    def __init__(self, stack: Stack, engine: Engine) -> None:
        self.stack = stack
        self._engine = engine

    @property
    def worker_pid(self) -> int:
        """The worker's process, which is another one after a restart."""
        return self.stack.running("worker").pid

    def dossier(self, key: str, accepted_in: float) -> EngineDossier:
        """A new dossier of the engine."""
        return EngineDossier(self._engine, key, accepted_in)


@asynccontextmanager
async def worker_stack(cached_dossiers: int, limits: Limits) -> AsyncIterator[WorkerStack]:
    """Starts PostgreSQL, Temporal, the simulator and one worker that keeps so many dossiers in memory.

    Raises StackError, BenchError `server_silent`.
    """
    environment = {"LUONGXANH_CACHED_DOSSIERS": str(cached_dossiers), "LUONGXANH_CALLBACK_URL": "http://127.0.0.1:9"}
    processes = (
        SIMULATOR.model_copy(update={"argv": SIMULATOR.argv[:-2]}),
        WORKER.model_copy(update={"environment": environment}),
    )
    with Stack.temporary(search_attributes=SEARCH_ATTRIBUTES) as servers:
        await answered(limits, migrate(servers.postgres_url("luongxanh_owner")))
        stack = Stack(servers.folder, processes=processes, search_attributes=SEARCH_ATTRIBUTES, announce=silently)
        stack.up()
        settings = load_settings({}, servers.folder, mode=Mode.EMBEDDED)
        await answered(limits, tell_simulator(stack.running("simulator").urls["http"]))
        pool = await answered(limits, open_pool(settings.need("database_url"), 8))
        try:
            client = await answered(limits, connect_temporal(settings))
            engine = Engine(client, pool, standard_province(), settings.task_queue)
            await answered(limits, engine.publish_rules())
            yield WorkerStack(stack, engine)
        finally:
            await close_pool(pool, limits)
