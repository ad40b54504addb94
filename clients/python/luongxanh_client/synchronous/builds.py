# Made from asynchronous/builds.py by make_sync.py: do not edit.
"""Builds of the worker: which of them gets how much of the work. Orders are for operators of the whole province."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

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
from luongxanh_client.synchronous.connection import Connection


class Builds:
    """The part of a client that is about builds. Each order is carried out once for its key, and answers with all
    builds as they are afterwards. Nothing watches after an order: look at `stuck` of the build before the next one. A
    ramp that is begun is watched by workers, and goes back by itself."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def now(self) -> Releases:
        """The builds of the worker, each with its part of the work, and the last orders."""
        return self._connection.send(Request("GET", path("operations", "releases"), Releases))

    def ramp(self, wanted: BuildToRamp, *, key: str | None = None) -> Releases:
        """Gives a build a part of the work."""
        return self._order("ramp", wanted, key)

    def promote(self, wanted: BuildToPromote, *, key: str | None = None) -> Releases:
        """Gives a build all work."""
        return self._order("promote", wanted, key)

    def roll_back(self, reason: str, *, key: str | None = None) -> Releases:
        """Gives the work back to the build before."""
        return self._order("rollback", {"reason": reason}, key)

    def retire(self, wanted: BuildToRetire, *, key: str | None = None) -> Releases:
        """A build never gets work again."""
        return self._order("retire", wanted, key)

    def begin_ramp(self, wanted: RampToBegin, *, key: str | None = None) -> Ramp:
        """Gives a build a growing part of the work, step by step, as long as it serves its dossiers."""
        where = path("operations", "releases", "ramps")
        return self._connection.send(Request("POST", where, Ramp, body=wanted, headers=acting(key)))

    def read_ramp(self, ramp: UUID) -> Ramp:
        """How far a ramp is, and what was seen."""
        return self._connection.send(Request("GET", path("operations", "releases", "ramps", str(ramp)), Ramp))

    def stop_ramp(self, ramp: UUID, *, key: str | None = None) -> Ramp:
        """Ends a ramp. The build keeps the part that it has."""
        where = path("operations", "releases", "ramps", f"{ramp}:stop")
        return self._connection.send(Request("POST", where, Ramp, headers=acting(key)))

    def orders(self, *, limit: int = 100) -> Iterator[ReleaseOrder]:
        """Every order about builds, the newest first."""
        cursor: str | None = None
        where = path("operations", "releases", "acts")
        while True:
            query: Query = {"limit": limit, "cursor": cursor}
            page = self._connection.send(Request("GET", where, ReleaseOrderPage, query=query))
            for order in page.items:
                yield order
            if page.next is None:
                return
            cursor = page.next

    def _order(self, act: str, body: Question | dict[str, str], key: str | None) -> Releases:
        where = path("operations", f"releases:{act}")
        return self._connection.send(Request("POST", where, Releases, body=body, headers=acting(key)))
