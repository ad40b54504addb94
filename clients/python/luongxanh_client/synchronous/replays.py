# Made from asynchronous/replays.py by make_sync.py: do not edit.
"""Replays on a build of the worker, for operators of the whole province."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from luongxanh_client.models.replays import FailedHistory, Replay, ReplayPage, ReplayRun, ReplayToBegin
from luongxanh_client.requests import Query, Request, acting, path
from luongxanh_client.synchronous.connection import Connection


class Replays:
    """The part of a client that is about replays. A replay changes no dossier."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, wanted: ReplayToBegin, *, key: str | None = None) -> ReplayRun:
        """Orders a replay, once for each key. A worker of the build carries it out."""
        where = path("operations", "replays")
        request = Request("POST", where, Replay, body=wanted, headers=acting(key))
        return (self._connection.send(request)).replay

    def all(self, *, limit: int = 100) -> Iterator[ReplayRun]:
        """The replays, the newest first."""
        cursor: str | None = None
        while True:
            query: Query = {"limit": limit, "cursor": cursor}
            page = self._connection.send(Request("GET", path("operations", "replays"), ReplayPage, query=query))
            for run in page.items:
                yield run
            if page.next is None:
                return
            cursor = page.next

    def read(self, replay: UUID) -> ReplayRun:
        """How far a replay is, and how it ended."""
        return (self._read(replay, {"limit": 1})).replay

    def failures(self, replay: UUID, *, limit: int = 100) -> Iterator[FailedHistory]:
        """The histories that do not replay, the first 500 of them."""
        cursor: str | None = None
        while True:
            page = self._read(replay, {"limit": limit, "cursor": cursor})
            for failed in page.items:
                yield failed
            if page.next is None:
                return
            cursor = page.next

    def cancel(self, replay: UUID, *, key: str | None = None) -> ReplayRun:
        """Ends a replay. What was found stays."""
        where = path("operations", "replays", f"{replay}:cancel")
        return (self._connection.send(Request("POST", where, Replay, headers=acting(key)))).replay

    def _read(self, replay: UUID, query: Query) -> Replay:
        where = path("operations", "replays", str(replay))
        return self._connection.send(Request("GET", where, Replay, query=query))
