# Made from asynchronous/searches.py by make_sync.py: do not edit.
"""Saved searches: the caller's own, and those that others share with the caller."""

from __future__ import annotations

from luongxanh_client.models.searches import SavedSearch, SavedSearchList, SearchToSave
from luongxanh_client.requests import Request, acting, path
from luongxanh_client.synchronous.connection import Connection


class Searches:
    """The part of a client that is about saved searches."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self, *, deleted: bool = False) -> tuple[SavedSearch, ...]:
        """The caller's own, then those that are shared. `deleted`: only own ones that can be restored."""
        request = Request("GET", path("saved-searches"), SavedSearchList, query={"deleted": deleted})
        return (self._connection.send(request)).items

    def read(self, search: str) -> SavedSearch:
        """One by its id."""
        return self._connection.send(Request("GET", path("saved-searches", search), SavedSearch))

    def save(self, search: SearchToSave, *, key: str | None = None) -> SavedSearch:
        """Keeps a search."""
        return self._connection.send(
            Request("POST", path("saved-searches"), SavedSearch, body=search, headers=acting(key))
        )

    def change(
        self, search: str, wanted: SearchToSave, *, version: int | None = None, key: str | None = None
    ) -> SavedSearch:
        """Puts another search in its place. Raises StaleVersion when it is no longer of this version."""
        return self._connection.send(
            Request("PUT", path("saved-searches", search), SavedSearch, body=wanted, headers=acting(key, version))
        )

    def delete(self, search: str, *, version: int | None = None, key: str | None = None) -> SavedSearch:
        """Deletes it. It can be restored for 30 days."""
        return self._connection.send(
            Request("DELETE", path("saved-searches", search), SavedSearch, headers=acting(key, version))
        )

    def restore(self, search: str, *, key: str | None = None) -> SavedSearch:
        """Undoes a deletion."""
        return self._connection.send(
            Request("POST", path("saved-searches", f"{search}:restore"), SavedSearch, headers=acting(key))
        )
