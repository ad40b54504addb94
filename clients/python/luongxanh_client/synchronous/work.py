# Made from asynchronous/work.py by make_sync.py: do not edit.
"""What there is to do, and which dossiers are in trouble."""

from __future__ import annotations

from collections.abc import Iterator

from luongxanh_client.models.words import Role
from luongxanh_client.models.work import TroubledDossier, TroubledPage, WorkList
from luongxanh_client.requests import Query, Request, path
from luongxanh_client.synchronous.connection import Connection


class Work:
    """The part of a client that is about work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def work(self, *, unit: str | None = None, role: Role | None = None, limit: int = 100) -> WorkList:
        """The caller's most urgent work, with that of absent colleagues."""
        query: Query = {"unit": unit, "role": role, "limit": limit}
        return self._connection.send(Request("GET", path("work"), WorkList, query=query))

    def incidents(self, *, system: str | None = None, limit: int = 100) -> Iterator[TroubledDossier]:
        """The dossiers within the caller's scope whose calls to outside systems fail, or that are stuck."""
        cursor: str | None = None
        while True:
            query: Query = {"system": system, "limit": limit, "cursor": cursor}
            page = self._connection.send(Request("GET", path("incidents"), TroubledPage, query=query))
            for dossier in page.items:
                yield dossier
            if page.next is None:
                return
            cursor = page.next
