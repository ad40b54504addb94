"""The builds whose workers ask for the dossiers' work now: Temporal is asked once for many dossiers of one queue."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable

from temporalio.api.taskqueue.v1 import PollerInfo
from temporalio.client import Client

from gateway.client.watching.pollers import asking_now, pollers_of

FRESH = 2.0
"""Seconds for which an answer of Temporal is used again."""


class BuildsAtWork:
    """Knows them for one engine."""

    def __init__(self, temporal: Client) -> None:
        self._temporal = temporal
        self._known: dict[str, tuple[float, frozenset[str]]] = {}
        self._asking = asyncio.Lock()

    async def of(self, queue: str) -> frozenset[str]:
        """The builds of the workers that asked for work in the last minute. Raises RPCError.

        `""`: the build of a worker that does not name it.
        """
        async with self._asking:
            known = self._known.get(queue)
            if known is None or time.monotonic() - known[0] >= FRESH:
                known = time.monotonic(), frozenset(_builds(await pollers_of(self._temporal, queue)))
                self._known[queue] = known
            return known[1]


def _builds(pollers: Iterable[PollerInfo]) -> Iterable[str]:
    for one in asking_now(pollers):
        yield one.deployment_options.build_id or one.worker_version_capabilities.build_id
