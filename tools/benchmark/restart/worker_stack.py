"""The stack of this measurement: the product's own worker process, alone, with its relays and its watch."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.client import Engine
from tools.benchmark.bench_stack import engine_stack
from tools.benchmark.by_hand import assigned_by_hand
from tools.benchmark.driving.deadlines import Limits
from tools.benchmark.driving.engine_driver import EngineDossier
from tools.local_stack import Stack
from tools.local_stack.components import WORKER


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
    with assigned_by_hand() as province:
        worker = WORKER.model_copy(update={"environment": environment | province})
        async with engine_stack(worker, limits) as started:
            yield WorkerStack(started.stack, started.engine)
