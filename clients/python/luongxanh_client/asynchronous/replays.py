"""Replays on a build of the worker, for operators of the whole province."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

from luongxanh_client.asynchronous.connection import AsyncConnection
from luongxanh_client.models.replays import FailedHistory, Replay, ReplayPage, ReplayRun, ReplayToBegin
from luongxanh_client.requests import Query, Request, acting, path


class AsyncReplays:
    """The part of a client that is about replays. A replay changes no dossier."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def begin(self, wanted: ReplayToBegin, *, key: str | None = None) -> ReplayRun:
        """Orders a replay, once for each key. A worker of the build carries it out."""
        where = path("operations", "replays")
        request = Request("POST", where, Replay, body=wanted, headers=acting(key))
        return (await self._connection.send(request)).replay

    async def all(self, *, limit: int = 100) -> AsyncIterator[ReplayRun]:
        """The replays, the newest first."""
        cursor: str | None = None
        while True:
            query: Query = {"limit": limit, "cursor": cursor}
            page = await self._connection.send(Request("GET", path("operations", "replays"), ReplayPage, query=query))
            for run in page.items:
                yield run
            if page.next is None:
                return
            cursor = page.next

    async def read(self, replay: UUID) -> ReplayRun:
        """How far a replay is, and how it ended."""
        return (await self._read(replay, {"limit": 1})).replay

    async def failures(self, replay: UUID, *, limit: int = 100) -> AsyncIterator[FailedHistory]:
        """The histories that do not replay, the first 500 of them."""
        cursor: str | None = None
        while True:
            page = await self._read(replay, {"limit": limit, "cursor": cursor})
            for failed in page.items:
                yield failed
            if page.next is None:
                return
            cursor = page.next

    async def cancel(self, replay: UUID, *, key: str | None = None) -> ReplayRun:
        """Ends a replay. What was found stays."""
        where = path("operations", "replays", f"{replay}:cancel")
        return (await self._connection.send(Request("POST", where, Replay, headers=acting(key)))).replay

    async def _read(self, replay: UUID, query: Query) -> Replay:
        where = path("operations", "replays", str(replay))
        return await self._connection.send(Request("GET", where, Replay, query=query))
