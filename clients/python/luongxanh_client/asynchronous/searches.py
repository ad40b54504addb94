"""Saved searches: the caller's own, and those that others share with the caller."""

from __future__ import annotations

from luongxanh_client.asynchronous.connection import AsyncConnection
from luongxanh_client.models.searches import SavedSearch, SavedSearchList, SearchToSave
from luongxanh_client.requests import Request, acting, path


class AsyncSearches:
    """The part of a client that is about saved searches."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def all(self, *, deleted: bool = False) -> tuple[SavedSearch, ...]:
        """The caller's own, then those that are shared. `deleted`: only own ones that can be restored."""
        request = Request("GET", path("saved-searches"), SavedSearchList, query={"deleted": deleted})
        return (await self._connection.send(request)).items

    async def read(self, search: str) -> SavedSearch:
        """One by its id."""
        return await self._connection.send(Request("GET", path("saved-searches", search), SavedSearch))

    async def save(self, search: SearchToSave, *, key: str | None = None) -> SavedSearch:
        """Keeps a search."""
        return await self._connection.send(
            Request("POST", path("saved-searches"), SavedSearch, body=search, headers=acting(key))
        )

    async def change(
        self, search: str, wanted: SearchToSave, *, version: int | None = None, key: str | None = None
    ) -> SavedSearch:
        """Puts another search in its place. Raises StaleVersion when it is no longer of this version."""
        return await self._connection.send(
            Request("PUT", path("saved-searches", search), SavedSearch, body=wanted, headers=acting(key, version))
        )

    async def delete(self, search: str, *, version: int | None = None, key: str | None = None) -> SavedSearch:
        """Deletes it. It can be restored for 30 days."""
        return await self._connection.send(
            Request("DELETE", path("saved-searches", search), SavedSearch, headers=acting(key, version))
        )

    async def restore(self, search: str, *, key: str | None = None) -> SavedSearch:
        """Undoes a deletion."""
        return await self._connection.send(
            Request("POST", path("saved-searches", f"{search}:restore"), SavedSearch, headers=acting(key))
        )
