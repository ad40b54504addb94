"""What there is to do, and which dossiers are in trouble."""

from __future__ import annotations

from collections.abc import AsyncIterator

from luongxanh_client.asynchronous.connection import AsyncConnection
from luongxanh_client.models.words import Role
from luongxanh_client.models.work import TroubledDossier, TroubledPage, WorkList
from luongxanh_client.requests import Query, Request, path


class AsyncWork:
    """The part of a client that is about work."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def work(self, *, unit: str | None = None, role: Role | None = None, limit: int = 100) -> WorkList:
        """The caller's most urgent work, with that of absent colleagues."""
        query: Query = {"unit": unit, "role": role, "limit": limit}
        return await self._connection.send(Request("GET", path("work"), WorkList, query=query))

    async def incidents(self, *, system: str | None = None, limit: int = 100) -> AsyncIterator[TroubledDossier]:
        """The dossiers within the caller's scope whose calls to outside systems fail, or that are stuck."""
        cursor: str | None = None
        while True:
            query: Query = {"system": system, "limit": limit, "cursor": cursor}
            page = await self._connection.send(Request("GET", path("incidents"), TroubledPage, query=query))
            for dossier in page.items:
                yield dossier
            if page.next is None:
                return
            cursor = page.next
