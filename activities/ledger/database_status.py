"""What an operator asks of the database: is it of this release, may the engine work in it, how far are its readers?"""

from __future__ import annotations

from activities.ledger.feed import FeedReader
from activities.ledger.migrations import applied, read_files
from activities.ledger.pool import Connection, DatabaseRestored, Pool, unavailable_as_answer
from activities.ledger.servers import WHOLE_TABLE, Standing, standing
from activities.ledger.tracing import sql_span
from activities.ledger.verification.declared import declared
from activities.ledger.verification.guards import APP_ROLE, READER_ROLE
from domain.errors import Conflict, DomainError
from domain.values import Bilingual, Instant, Value

ROLES_THERE = "select rolname from pg_roles where rolname = any ($1)"
GRANTED = """
select coalesce(bool_and(case
    when $1 like 'schema %' then has_schema_privilege($2, substr($1, 8), $3)
    when $1 like 'function %' then coalesce((
        select bool_or(has_function_privilege($2, pg_proc.oid, $3))
        from pg_proc join pg_namespace on pg_namespace.oid = pronamespace
        where case when nspname = 'public' then '' else nspname || '.' end || proname = substr($1, 10)
    ), false)
    else coalesce(has_table_privilege($2, to_regclass($1), $3), false)
end), false)
"""
READERS = """
select wanted.reader, coalesce(passed, 0) as passed, moved_at, (
    select count(*) from event
    where (event.xid, event."position") > (coalesce(cursor.xid, '0'), coalesce(cursor."position", 0))
) as waiting, (
    select min(event.at) from event
    where (event.xid, event."position") > (coalesce(cursor.xid, '0'), coalesce(cursor."position", 0))
) as waits_since
from (select reader from cursor union select unnest($1::text[])) as wanted left join cursor using (reader) order by 1
"""
ALWAYS = (FeedReader.PORTAL, FeedReader.NOTICES)
"""Who follows the ledger of every province, also before the first event."""


class Said(Value):
    """What is to be done about the database, under a stable code."""

    code: str
    message: Bilingual


class ReaderStatus(Value):
    """How far a reader of the feed has come. `waits_since`: the time of the oldest event that it has still to read."""

    reader: str
    passed: int
    waiting: int
    waits_since: Instant | None
    moved_at: Instant | None


class DatabaseStatus(Value):
    """One database, as this release sees it."""

    database: str
    postgresql: str
    ran: tuple[str, ...]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    """Migrations of a newer release, or of none."""
    edited: tuple[str, ...]
    roles_missing: tuple[str, ...]
    grants_missing: tuple[str, ...]
    order: Standing | None
    """None in a database that does not number transactions yet."""
    readers: tuple[ReaderStatus, ...]
    problems: tuple[Said, ...]

    @property
    def ready(self) -> bool:
        """True when workers of this release can do their work in it."""
        return not self.problems


async def status_of_database(pool: Pool) -> DatabaseStatus:
    """Read in one moment; changes nothing. Raises DatabaseUnavailable."""
    with sql_span("ledger.status"), unavailable_as_answer():
        async with pool.acquire() as db, db.transaction(isolation="repeatable_read", readonly=True):
            rows = {row.file: row.checksum for row in await applied(db)}
            files = {one.file: one.checksum for one in read_files()}
            missing = tuple(file for file in files if file not in rows)
            found = DatabaseStatus(
                database=await db.fetchval("select current_database()"),
                postgresql=await db.fetchval("show server_version"),
                ran=tuple(file for file in sorted(rows) if file in files),
                missing=missing,
                unknown=tuple(file for file in sorted(rows) if file not in files),
                edited=tuple(file for file in sorted(rows) if file in files and files[file] != rows[file]),
                roles_missing=() if missing else await _roles_missing(db),
                grants_missing=() if missing else await _grants_missing(db),
                order=None if missing else await standing(db),
                readers=() if missing else await _readers(db),
                problems=(),
            )
    return found.model_copy(update={"problems": tuple(_problems(found))})


def _problems(found: DatabaseStatus) -> list[Said]:
    told: list[DomainError] = [Conflict("migration_unknown", file=file) for file in found.unknown]
    told += [Conflict("migration_differs", file=file) for file in found.edited]
    if found.missing:
        told.append(Conflict("database_too_old"))
    if found.roles_missing:
        told.append(Conflict("role_missing", roles=", ".join(found.roles_missing)))
    if found.grants_missing:
        told.append(Conflict("privilege_missing", count=len(found.grants_missing), first=found.grants_missing[0]))
    if found.order is not None and found.order.behind:
        told.append(DatabaseRestored("database_restored"))
    return [Said(code=one.code, message=one.message) for one in told]


async def _roles_missing(db: Connection) -> tuple[str, ...]:
    wanted = (APP_ROLE, READER_ROLE)
    there = {row["rolname"] for row in await db.fetch(ROLES_THERE, wanted)}
    return tuple(role for role in wanted if role not in there)


async def _grants_missing(db: Connection) -> tuple[str, ...]:
    """What the migrations granted and is not there: as after a restore on a server without the roles."""
    absent = await _roles_missing(db)
    wanted = [grant for grant in sorted(declared().grants) if grant[1] not in absent]
    lacking = [grant for grant in wanted if not await db.fetchval(GRANTED, *grant)]
    return tuple(f"{thing}: {role} lacks {privilege}" for thing, role, privilege in lacking)


async def _readers(db: Connection) -> tuple[ReaderStatus, ...]:
    return tuple(ReaderStatus(**dict(row)) for row in await db.fetch(READERS, ALWAYS, timeout=WHOLE_TABLE))
