"""Saved searches: what is kept under a name, for oneself or for others."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from luongxanh_client.models.base import Answer, Bilingual, Question
from luongxanh_client.models.search import Filter, Order, filter_read
from luongxanh_client.models.words import SharedWith, SortKey


class SearchToSave(Question):
    """A search to keep. `columns`: their keys in order; none: the usual ones. `shared_unit`: with `SharedWith.UNIT`."""

    name: str
    filter: Filter = Filter()
    sort: Order = Order()
    columns: tuple[str, ...] = ()
    shared_with: SharedWith = SharedWith.NOBODY
    shared_unit: str | None = None


class SearchFault(Answer):
    """A part of a saved search that cannot be used today."""

    code: str
    detail: Bilingual


class KeptOrder(Answer):
    """The order of a saved search."""

    by: SortKey = SortKey.CODE
    descending: bool = False


class SavedSearch(Answer):
    """A saved search. `own`: it is the caller's. `filter`: as it was written, as JSON."""

    id: str
    version: int
    owner: str
    own: bool
    name: str
    filter: Mapping[str, Any]
    sort: KeptOrder
    columns: tuple[str, ...]
    shared_with: SharedWith
    shared_unit: str | None
    created_at: datetime
    changed_at: datetime
    deleted_at: datetime | None
    faults: tuple[SearchFault, ...]

    def wanted(self) -> Filter:
        """The filter, to search with. Raises ValidationError for a condition that this client does not know."""
        return filter_read(self.filter)


class SavedSearchList(Answer):
    """The caller's searches, then those that others share."""

    items: tuple[SavedSearch, ...]
