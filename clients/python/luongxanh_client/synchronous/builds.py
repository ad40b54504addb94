# Made from asynchronous/builds.py by make_sync.py: do not edit.
"""Builds of the worker: which of them gets how much of the work. Orders are for operators of the whole province."""

from __future__ import annotations

from luongxanh_client.models.base import Question
from luongxanh_client.models.releases import BuildToPromote, BuildToRamp, BuildToRetire, Releases
from luongxanh_client.requests import Request, acting, path
from luongxanh_client.synchronous.connection import Connection


class Builds:
    """The part of a client that is about builds. Each order is carried out once for its key, and answers with all
    builds as they are afterwards. Nothing watches after an order: look at `stuck` of the build before the next one."""

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

    def _order(self, act: str, body: Question | dict[str, str], key: str | None) -> Releases:
        where = path("operations", f"releases:{act}")
        return self._connection.send(Request("POST", where, Releases, body=body, headers=acting(key)))
