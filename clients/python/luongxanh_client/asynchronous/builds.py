"""Builds of the worker: which of them gets how much of the work. Orders are for operators of the whole province."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

from luongxanh_client.asynchronous.connection import AsyncConnection
from luongxanh_client.models.base import Question
from luongxanh_client.models.releases import (
    BuildToPromote,
    BuildToRamp,
    BuildToRetire,
    Ramp,
    RampToBegin,
    ReleaseOrder,
    ReleaseOrderPage,
    Releases,
)
from luongxanh_client.requests import Query, Request, acting, path


class AsyncBuilds:
    """The part of a client that is about builds. Each order is carried out once for its key, and answers with all
    builds as they are afterwards. Nothing watches after an order: look at `stuck` of the build before the next one. A
    ramp that is begun is watched by workers, and goes back by itself."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def now(self) -> Releases:
        """The builds of the worker, each with its part of the work, and the last orders."""
        return await self._connection.send(Request("GET", path("operations", "releases"), Releases))

    async def ramp(self, wanted: BuildToRamp, *, key: str | None = None) -> Releases:
        """Gives a build a part of the work."""
        return await self._order("ramp", wanted, key)

    async def promote(self, wanted: BuildToPromote, *, key: str | None = None) -> Releases:
        """Gives a build all work."""
        return await self._order("promote", wanted, key)

    async def roll_back(self, reason: str, *, key: str | None = None) -> Releases:
        """Gives the work back to the build before."""
        return await self._order("rollback", {"reason": reason}, key)

    async def retire(self, wanted: BuildToRetire, *, key: str | None = None) -> Releases:
        """A build never gets work again."""
        return await self._order("retire", wanted, key)

    async def begin_ramp(self, wanted: RampToBegin, *, key: str | None = None) -> Ramp:
        """Gives a build a growing part of the work, step by step, as long as it serves its dossiers."""
        where = path("operations", "releases", "ramps")
        return await self._connection.send(Request("POST", where, Ramp, body=wanted, headers=acting(key)))

    async def read_ramp(self, ramp: UUID) -> Ramp:
        """How far a ramp is, and what was seen."""
        return await self._connection.send(Request("GET", path("operations", "releases", "ramps", str(ramp)), Ramp))

    async def stop_ramp(self, ramp: UUID, *, key: str | None = None) -> Ramp:
        """Ends a ramp. The build keeps the part that it has."""
        where = path("operations", "releases", "ramps", f"{ramp}:stop")
        return await self._connection.send(Request("POST", where, Ramp, headers=acting(key)))

    async def orders(self, *, limit: int = 100) -> AsyncIterator[ReleaseOrder]:
        """Every order about builds, the newest first."""
        cursor: str | None = None
        where = path("operations", "releases", "acts")
        while True:
            query: Query = {"limit": limit, "cursor": cursor}
            page = await self._connection.send(Request("GET", where, ReleaseOrderPage, query=query))
            for order in page.items:
                yield order
            if page.next is None:
                return
            cursor = page.next

    async def _order(self, act: str, body: Question | dict[str, str], key: str | None) -> Releases:
        where = path("operations", f"releases:{act}")
        return await self._connection.send(Request("POST", where, Releases, body=body, headers=acting(key)))
