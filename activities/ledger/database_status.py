"""What an operator asks of the database: is it of this release, may the engine work in it, how far are its readers?"""

from __future__ import annotations

from activities.ledger.feed import ReaderStatus, readers
from activities.ledger.migrations import applied, read_files
from activities.ledger.pool import Connection, DatabaseRestored, Pool, unavailable_as_answer
from activities.ledger.servers import Standing, standing
from activities.ledger.tracing import sql_span
from activities.ledger.verification.declared import declared
from activities.ledger.verification.guards import APP_ROLE, READER_ROLE
from domain.errors import Conflict, DomainError
from domain.values import Bilingual, Value

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


class Said(Value):
    """What is to be done about the database, under a stable code."""

    code: str
    message: Bilingual


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

    @property
    def ready(self) -> bool:
        """True when workers of this release can do their work in it."""
        return not self.problems

    @property
    def problems(self) -> tuple[Said, ...]:
        """What keeps them from it, and what to do."""
        told: list[DomainError] = [Conflict("migration_unknown", file=file) for file in self.unknown]
        told += [Conflict("migration_differs", file=file) for file in self.edited]
        if self.missing:
            told.append(Conflict("database_too_old"))
        if self.roles_missing:
            told.append(Conflict("role_missing", roles=", ".join(self.roles_missing)))
        if self.grants_missing:
            told.append(Conflict("privilege_missing", count=len(self.grants_missing), first=self.grants_missing[0]))
        if self.order is not None and self.order.behind:
            told.append(DatabaseRestored("database_restored"))
        return tuple(Said(code=one.code, message=one.message) for one in told)


async def status_of_database(pool: Pool) -> DatabaseStatus:
    """Changes nothing. Raises DatabaseUnavailable."""
    files = {one.file: one.checksum for one in read_files()}
    with sql_span("ledger.status"), unavailable_as_answer():
        async with pool.acquire() as db:
            rows = {one.file: one.checksum for one in await applied(db)}
            missing = tuple(file for file in files if file not in rows)
            current = not missing
            return DatabaseStatus(
                database=await db.fetchval("select current_database()"),
                postgresql=await db.fetchval("show server_version"),
                ran=tuple(file for file in rows if file in files),
                missing=missing,
                unknown=tuple(file for file in rows if file not in files),
                edited=tuple(file for file in rows if file in files and files[file] != rows[file]),
                roles_missing=await _roles_missing(db) if current else (),
                grants_missing=await _grants_missing(db) if current else (),
                order=await standing(db) if current else None,
                readers=await readers(db) if current else (),
            )


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
