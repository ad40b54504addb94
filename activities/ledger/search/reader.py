"""Reads the found dossiers: some from a place on, how many there are, or all of them.

Every statement is planned for its own arguments: the plan for a rare unit is a bad one for a common state.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import structlog

from activities.ledger.one_moment import one_moment
from activities.ledger.pool import Connection, Pool
from activities.ledger.reading import read_stored
from activities.ledger.search.conditions import Condition, conditions_of, written
from activities.ledger.search.moments import READ, Moment
from activities.ledger.search.order import Part, Place, Reading, SearchOrder, SortKey, parts_of
from activities.ledger.search.query import SearchFilter, SearchScope
from domain.dossier.view import DossierSummary
from domain.errors import InvalidInput
from domain.values import Code, Name, Value

log = structlog.get_logger(__name__)

MOST_COUNTED = 10_000
FEW = 5_000
"""So many dossiers are found and sorted more quickly than some index is walked along for them."""
AT_ONCE = 500
"""The rows that a stream holds in memory."""


class FoundDossier(DossierSummary):
    """A line of the register as a search shows it."""

    green: Name | None = None
    """The Green Stream rule marked at intake."""
    incident_systems: tuple[str, ...] = ()
    """The outside systems of which a call has failed and has not succeeded yet."""
    parent: Code | None = None
    """The interconnected dossier of which it is a part."""


PARENT = "snapshot -> 'parent' ->> 'dossier' as parent"
COLUMNS = ", ".join(PARENT if name == "parent" else name for name in FoundDossier.model_fields)


class Placed(Value):
    """A found dossier and its place. None: its row cannot be read; `ledger verify` reports it too."""

    place: Place
    dossier: FoundDossier | None


class Counted(Value):
    """How many were found; `more`: there are more than were counted."""

    count: int
    more: bool

    @property
    def few(self) -> bool:
        """True if all of them can be found and sorted for each page."""
        return not self.more and self.count <= FEW


class Search(Value):
    """What is searched for, in whose scope, in which order, and at which instant lateness is judged.

    `as_of`: dossiers that changed after this moment are left out.
    """

    wanted: SearchFilter = SearchFilter()
    scope: SearchScope
    order: SearchOrder = SearchOrder()
    at: datetime
    as_of: Moment | None = None

    def conditions(self) -> list[Condition]:
        """The conditions on a row."""
        unchanged = [self.as_of.condition()] if self.as_of else []
        return [*conditions_of(self.wanted, self.scope, self.at), *unchanged]


class Searching:
    """Several readings of the register as it is at one moment."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    async def rows(self, search: Search, reading: Reading, limit: int, *, few: bool = False) -> list[Placed]:
        """Up to `limit` dossiers from a place on, the nearest to it first. `few`: as in `page_statement`."""
        found: list[Placed] = []
        for part in parts_of(search.order, reading):
            sql, arguments = page_statement(search, part, limit - len(found), few=few)
            found += [_placed(row, search.order) for row in await self._db.fetch(sql, *arguments)]
            if len(found) >= limit:
                break
        return found

    async def readable(self, search: Search, reading: Reading, limit: int) -> list[FoundDossier]:
        """Up to `limit` dossiers from a place on. Fewer: there are no more.

        A dossier whose row cannot be read is left out and logged, and the next one takes its place.
        """
        found: list[FoundDossier] = []
        while rows := await self.rows(search, reading, limit - len(found)):
            whole = len(found) + len(rows) == limit
            found += [placed.dossier for placed in rows if placed.dossier is not None]
            if len(found) == limit or not whole:
                break
            reading = Reading(rows[-1].place, reading.back)
        return found

    async def count(self, search: Search, most: int = MOST_COUNTED) -> Counted:
        """How many dossiers satisfy the search, counted up to `most`."""
        conditions, arguments = written(search.conditions())
        sql = f"select count(*) from (select from dossier where {conditions} limit {most + 1}) as found"  # noqa: S608
        found = await self._db.fetchval(sql, *arguments)
        return Counted(count=min(found, most), more=found > most)

    async def moment(self) -> Moment | None:
        """The moment of these readings; None for an empty register."""
        return Moment.of(await self._db.fetchrow(READ))

    async def all(self, search: Search) -> AsyncGenerator[FoundDossier, None]:
        """Every dossier in order, `AT_ONCE` in memory.

        Raises InvalidInput `register_unreadable` at a row that cannot be read: who reads all of them makes a file or a
        plan, which must not lack a dossier in silence.
        """
        for part in parts_of(search.order, Reading()):
            conditions, arguments = written([*search.conditions(), *part.conditions])
            sql = f"select {COLUMNS} from dossier where {conditions} order by {part.order}"  # noqa: S608  our own columns
            async for row in self._db.cursor(sql, *arguments, prefetch=AT_ONCE):
                yield read_stored(FoundDossier, dict(row), row["code"])


class DossierSearch:
    """Finds dossiers. Every method raises DatabaseUnavailable when the database does not answer."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    @asynccontextmanager
    async def at_one_moment(self, what: str) -> AsyncIterator[Searching]:
        """Readings of one moment: nothing that is written meanwhile shows in some of them only."""
        async with one_moment(self._pool, what) as db:
            yield Searching(db)

    async def rows(self, search: Search, reading: Reading | None = None, *, limit: int = 50) -> list[FoundDossier]:
        """As `Searching.readable`, in a moment of its own."""
        async with self.at_one_moment("search") as searching:
            return await searching.readable(search, reading or Reading(), limit)

    async def all(self, search: Search) -> AsyncGenerator[FoundDossier, None]:
        """Every found dossier in order, as the register is at one moment. The memory that it takes is bounded.

        Raises InvalidInput `register_unreadable`, as `Searching.all`.

        Its connection is held while the caller reads: a caller that waits for a minute loses it.
        """
        async with self.at_one_moment("search_all") as searching:
            async for dossier in searching.all(search):
                yield dossier


def page_statement(search: Search, part: Part, limit: int, *, few: bool = False) -> tuple[str, Sequence[object]]:
    """The statement that reads a part of a page, and its arguments. The rows are found by their codes alone first.

    `few`: the search finds few dossiers. Then all are found and sorted. Else the order's index is walked along, which
    is quick only where the found ones are not all at its end: those of one unit are together in the order of the codes.
    """
    wanted, arguments = written(search.conditions())
    from_here, arguments = written(part.conditions, arguments)
    columns = ", ".join(dict.fromkeys((SortKey.CODE.value, search.order.by.value)))
    found = f"from dossier where {wanted}"
    if few:
        found = f"from (select {columns} {found} offset 0) as found where true"
    return (
        f"select {COLUMNS} from dossier join ("  # noqa: S608  our own columns
        f" select code {found} and {from_here} order by {part.order} limit {limit}"
        f") as page using (code) order by {part.order}"
    ), arguments


def _placed(row: Any, order: SearchOrder) -> Placed:
    key = None if order.by is SortKey.CODE else row[order.by.value]
    return Placed(place=Place(key=key, code=row["code"]), dossier=_read(row))


def _read(row: Any) -> FoundDossier | None:
    try:
        return read_stored(FoundDossier, dict(row), row["code"])
    except InvalidInput as unreadable:
        log.error("register_unreadable", code=unreadable.code, dossier=unreadable.facts["dossier"])
        return None
