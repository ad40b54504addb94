"""The searches of the register that people keep under a name: their own, and those that others share with them.

A saved search holds what was asked, never what was found: whoever opens it finds the dossiers in their own reach. Its
filter is kept as it was written. A later release, or a later organisation, may not understand all of it; the page says
so (`gateway/api/dossiers/kept_filters`), and nothing is lost here.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any, Self
from uuid import uuid4

from pydantic import AfterValidator, Field, model_validator

from activities.ledger.pool import Connection, Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from domain.errors import Conflict, NotFound
from domain.inconsistency import Inconsistent
from domain.messages.search import SavedSearchFault, SavedSearchRefusal
from domain.values import Code, Instant, Name, Strict, Value

MOST_OF_ONE_PERSON = 50
MOST_DELETED = 50
"""Of one person: of more, the oldest cannot be restored."""
KEPT_AFTER_DELETION = timedelta(days=30)
MOST_SHARED = 200
"""The shared searches that are listed at once, in the order of their names."""


LONGEST_FILTER = 6_000
"""Characters of a filter as an address has it: 129 communes, and much more."""
LARGEST_FILTER = 16_000
"""Bytes of a filter as the table has it (`check` in migration 1130)."""


class SharedWith(StrEnum):
    """Who may open a saved search beside its owner."""

    NOBODY = "nobody"
    UNIT = "unit"
    """The people of a unit and of the units below it."""
    PROVINCE = "province"
    """Everybody of the staff."""


def require_unit_if_shared_with_one(shared_with: SharedWith, unit: str | None) -> None:
    """Raises Inconsistent `shared_unit_missing` where a unit is missing, or named without being meant."""
    if (unit is not None) != (shared_with is SharedWith.UNIT):
        raise Inconsistent(SavedSearchFault.SHARED_UNIT_MISSING)


def filter_text(filter_: Mapping[str, Any]) -> str:
    """A filter as the text that an address holds."""
    return json.dumps(filter_, ensure_ascii=False, separators=(",", ":"))


def require_short(filter_: Mapping[str, Any]) -> None:
    """Raises Inconsistent `filter_too_long` for a filter that no address holds, or that the table does not take."""
    as_kept = json.dumps(filter_, ensure_ascii=False)
    if len(filter_text(filter_)) > LONGEST_FILTER or len(as_kept.encode()) > LARGEST_FILTER:
        raise Inconsistent(SavedSearchFault.FILTER_TOO_LONG, most=LONGEST_FILTER, bytes=LARGEST_FILTER)


def _short(filter_: dict[str, Any]) -> dict[str, Any]:
    require_short(filter_)
    return filter_


class SearchToSave(Strict):
    """What a person keeps. `filter`: as it was written; `sort`: a sort key, with `-` before it for the last first."""

    name: Annotated[Name, Field(max_length=100)]
    filter: Annotated[dict[str, Any], AfterValidator(_short)] = Field(default_factory=dict)
    sort: Annotated[str, Field(max_length=40, pattern=r"^-?[a-z_]+$")] = "code"
    columns: Annotated[tuple[Code, ...], Field(max_length=40)] = ()
    """The chosen columns in order. Empty: the usual ones."""
    shared_with: SharedWith = SharedWith.NOBODY
    shared_unit: Code | None = None

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        require_unit_if_shared_with_one(self.shared_with, self.shared_unit)
        return self


class SavedSearch(Value):
    """A saved search as it is kept. `owner`: as `Caller.name` gives it."""

    id: Code
    owner: str
    name: str
    filter: dict[str, Any]
    sort: str
    columns: tuple[str, ...]
    shared_with: SharedWith
    shared_unit: str | None
    version: int
    created_at: Instant
    changed_at: Instant
    deleted_at: Instant | None


class Viewer(Value):
    """Who looks for saved searches. `units`: those through which a search may be shared with them; None: any unit."""

    name: str
    units: tuple[str, ...] | None = ()


class SavedSearches:
    """Reads and writes them. Every method raises DatabaseUnavailable when the database does not answer."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def create(self, owner: str, wanted: SearchToSave) -> SavedSearch:
        """Keeps a new search. The same again, as a repeated form sends it, is the one that stands.

        Raises Conflict `saved_searches_too_many`, `saved_search_name_taken`."""
        with sql_span("saved_search.create"), unavailable_as_answer():
            async with self._pool.acquire() as db, db.transaction():
                await _one_writer(db, owner)
                await db.execute(REMOVE_OLD, KEPT_AFTER_DELETION)
                same = await db.fetchrow(THE_SAME, owner, *_written(wanted))
                if same is not None:
                    return _read(same)
                await _require_room(db, owner, wanted.name)
                row = await db.fetchrow(CREATE, f"ss-{uuid4().hex[:12]}", owner, *_written(wanted))
        return _read(row)

    async def change(self, search: str, owner: str, wanted: SearchToSave, version: int | None = None) -> SavedSearch:
        """Changes an own search that still has this version; None: whatever version it has.

        Raises NotFound `saved_search_unknown`, Conflict `saved_search_changed`, `saved_search_name_taken`.
        """
        with sql_span("saved_search.change"), unavailable_as_answer():
            async with self._pool.acquire() as db, db.transaction():
                await _one_writer(db, owner)
                await _require_own(db, search, owner, version)
                await _require_free_name(db, owner, wanted.name, search)
                row = await db.fetchrow(CHANGE, search, *_written(wanted))
        return _read(row)

    async def delete(self, search: str, owner: str, version: int | None = None) -> SavedSearch:
        """Deletes an own search that still has this version, or any. It can be restored for `KEPT_AFTER_DELETION`.

        Raises NotFound `saved_search_unknown`, Conflict `saved_search_changed`.
        """
        with sql_span("saved_search.delete"), unavailable_as_answer():
            async with self._pool.acquire() as db, db.transaction():
                await _one_writer(db, owner)
                await db.execute(REMOVE_OLD, KEPT_AFTER_DELETION)
                await _require_own(db, search, owner, version)
                row = await db.fetchrow(DELETE, search)
                await db.execute(REMOVE_MANY, owner, MOST_DELETED)
        return _read(row)

    async def restore(self, search: str, owner: str) -> SavedSearch:
        """Undoes a deletion. Of a search that is not deleted, nothing changes.

        Raises NotFound `saved_search_unknown`, Conflict `saved_searches_too_many`, `saved_search_name_taken`.
        """
        with sql_span("saved_search.restore"), unavailable_as_answer():
            async with self._pool.acquire() as db, db.transaction():
                await _one_writer(db, owner)
                row = await db.fetchrow(DELETED, search, owner, KEPT_AFTER_DELETION)
                if row is None:
                    return _read(await _require_own(db, search, owner))
                await _require_room(db, owner, row["name"])
                row = await db.fetchrow(RESTORE, search)
        return _read(row)

    async def own(self, owner: str) -> list[SavedSearch]:
        """The owner's searches in the order of their names, also those whose deletion can be undone, at the end."""
        with sql_span("saved_search.own"), unavailable_as_answer():
            rows = await self._pool.fetch(OWN, owner, KEPT_AFTER_DELETION)
        return [_read(row) for row in rows]

    async def shared(self, viewer: Viewer) -> list[SavedSearch]:
        """The searches of others that are shared with the viewer, in the order of their names."""
        with sql_span("saved_search.shared"), unavailable_as_answer():
            rows = await self._pool.fetch(SHARED, viewer.name, _units(viewer), MOST_SHARED)
        return [_read(row) for row in rows]

    async def get(self, search: str, viewer: Viewer) -> SavedSearch:
        """A search that the viewer owns, or that is shared with them. Raises NotFound `saved_search_unknown`."""
        with sql_span("saved_search.get"), unavailable_as_answer():
            row = await self._pool.fetchrow(GET, search, viewer.name, _units(viewer))
        return _read(_found(row, search))


COLUMNS = (
    "id, owner, name, filter, sort, columns, shared_with, shared_unit, version, created_at, changed_at, deleted_at"
)
CREATE = f"""
insert into saved_search (id, owner, name, filter, sort, columns, shared_with, shared_unit)
values ($1, $2, $3, $4, $5, $6, $7, $8) returning {COLUMNS}
"""  # noqa: S608  our own columns
CHANGE = f"""
update saved_search set
    name = $2, filter = $3, sort = $4, columns = $5, shared_with = $6, shared_unit = $7,
    version = version + 1, changed_at = clock_timestamp()
where id = $1 returning {COLUMNS}
"""  # noqa: S608  our own columns
DELETE = f"""
update saved_search set deleted_at = clock_timestamp(), version = version + 1 where id = $1 returning {COLUMNS}
"""  # noqa: S608  our own columns
RESTORE = f"""
update saved_search set deleted_at = null, version = version + 1 where id = $1 returning {COLUMNS}
"""  # noqa: S608  our own columns
RESTORABLE = "deleted_at > clock_timestamp() - {}::interval"
DELETED = f"select {COLUMNS} from saved_search where id = $1 and owner = $2 and {RESTORABLE.format('$3')}"  # noqa: S608
REMOVE_OLD = "delete from saved_search where deleted_at <= clock_timestamp() - $1::interval"
REMOVE_MANY = """
delete from saved_search where id in (
    select id from saved_search where owner = $1 and deleted_at is not null order by deleted_at desc offset $2
)
"""
COUNT = "select count(*) from saved_search where owner = $1 and deleted_at is null"
NAMED = "select id from saved_search where owner = $1 and name = $2 and deleted_at is null and id <> $3"
THE_SAME = f"""
select {COLUMNS} from saved_search
where owner = $1 and name = $2 and filter = $3 and sort = $4 and columns = $5 and shared_with = $6
    and shared_unit is not distinct from $7 and deleted_at is null
"""  # noqa: S608  our own columns
OF_OWNER = f"select {COLUMNS} from saved_search where id = $1 and owner = $2 and deleted_at is null"  # noqa: S608
OWN = f"""
select {COLUMNS} from saved_search where owner = $1 and (deleted_at is null or {RESTORABLE.format("$2")})
order by deleted_at is not null, name, id
"""  # noqa: S608  our own columns
WITH_VIEWER = """
deleted_at is null and (
    shared_with = 'province' or shared_with = 'unit' and ({units}::text[] is null or shared_unit = any ({units}))
)
"""
SHARED = f"""
select {COLUMNS} from saved_search where owner <> $1 and {WITH_VIEWER.format(units="$2")} order by name, id limit $3
"""  # noqa: S608  our own columns
GET = f"""
select {COLUMNS} from saved_search
where id = $1 and (owner = $2 and deleted_at is null or {WITH_VIEWER.format(units="$3")})
"""  # noqa: S608  our own columns


async def _one_writer(db: Connection, owner: str) -> None:
    """Two writers of one owner come one after another, so that limits and names hold."""
    await db.execute("select pg_advisory_xact_lock(hashtext($1))", f"saved searches of {owner}")


async def _require_room(db: Connection, owner: str, name: str) -> None:
    if await db.fetchval(COUNT, owner) >= MOST_OF_ONE_PERSON:
        raise Conflict(SavedSearchRefusal.TOO_MANY, most=MOST_OF_ONE_PERSON)
    await _require_free_name(db, owner, name, "")


async def _require_free_name(db: Connection, owner: str, name: str, but: str) -> None:
    if await db.fetchval(NAMED, owner, name, but) is not None:
        raise Conflict(SavedSearchRefusal.NAME_TAKEN, name=name)


async def _require_own(db: Connection, search: str, owner: str, version: int | None = None) -> Any:
    row = _found(await db.fetchrow(OF_OWNER, search, owner), search)
    if version is not None and row["version"] != version:
        raise Conflict(SavedSearchRefusal.CHANGED, name=row["name"], version=row["version"])
    return row


def _written(wanted: SearchToSave) -> tuple[object, ...]:
    """The columns from `name` to `shared_unit`."""
    return (
        wanted.name,
        wanted.filter,
        wanted.sort,
        list(wanted.columns),
        wanted.shared_with.value,
        wanted.shared_unit,
    )


def _units(viewer: Viewer) -> Collection[str] | None:
    return None if viewer.units is None else list(viewer.units)


def _found(row: Any, search: str) -> Any:
    if row is None:
        raise NotFound(SavedSearchRefusal.UNKNOWN, search=search)
    return row


def _read(row: Any) -> SavedSearch:
    return SavedSearch.model_validate(dict(row))
