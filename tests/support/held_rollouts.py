"""A worker for rollouts that asks a dossier only when the test lets it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from temporalio import activity
from temporalio.client import Interceptor

from domain.dossier.decide import Act
from tests.support.engine_harness import EngineHarness
from workers.worker import rollout_worker
from workflows.messages import Receipt


class Held:
    """Asks a dossier only when the test lets it, or when its batch was cancelled: no clock decides what the middle of
    a rollout is."""

    def __init__(self, harness: EngineHarness) -> None:
        self._harness = harness
        self._let: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)

    def let(self, codes: Iterable[str]) -> None:
        """These dossiers are asked from now on."""
        for code in codes:
            self._let[code].set()

    async def send(self, code: str, act: Act) -> Receipt:
        """Sends an act as rollouts do."""
        cancelled = asyncio.create_task(activity.wait_for_cancelled())
        let = asyncio.create_task(self._let[code].wait())
        await asyncio.wait({cancelled, let}, return_when=asyncio.FIRST_COMPLETED)
        cancelled.cancel()
        let.cancel()
        return await self._harness.send(code, act)


@asynccontextmanager
async def holding(harness: EngineHarness, interceptors: Sequence[Interceptor] = ()) -> AsyncIterator[Held]:
    """A worker for rollouts that asks no dossier before the test lets it."""
    harness.engine.rollouts.learning = timedelta(0)
    held = Held(harness)
    client = harness.worked_by(interceptors)
    async with rollout_worker(client, harness.pool, harness.task_queue, send=held.send):
        yield held
