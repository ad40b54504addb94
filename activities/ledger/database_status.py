"""The state of the database for an operator: its release, missing roles and privileges, the progress of its readers."""

from __future__ import annotations

from activities.ledger.feed import ReaderStatus, readers
from activities.ledger.migrations import applied, read_files
from activities.ledger.pool import Connection, DatabaseRestored, Pool, unavailable_as_answer
from activities.ledger.renewal import OLDER
from activities.ledger.servers import Standing, standing
from activities.ledger.tracing import sql_span
from activities.ledger.verification.declared import declared
from activities.ledger.verification.guards import APP_ROLE, READER_ROLE
from domain.dossier.view import FORM
from domain.errors import Conflict, DomainError
from domain.messages.record import RecordRefusal
from domain.values import Bilingual, Value

ROLES_THERE = "select rolname from pg_roles where rolname = any ($1)"
LACKING = """
select thing, role, privilege
from unnest($1::text[], $2::text[], $3::text[]) with ordinality as wanted (thing, role, privilege, place)
where not coalesce(case
    when thing like 'schema %' then has_schema_privilege(role, substr(thing, 8), privilege)
    when thing like 'function %' then (
        select bool_or(has_function_privilege(role, pg_proc.oid, privilege))
        from pg_proc join pg_namespace on pg_namespace.oid = pronamespace
        where case when nspname = 'public' then '' else nspname || '.' end || proname = substr(thing, 10)
    )
    else has_table_privilege(role, to_regclass(thing), privilege)
end, false)
order by place
"""


class DatabaseProblem(Value):
    """A problem of the database: a stable code, and a sentence that says what to do."""

    code: str
    message: Bilingual


class DatabaseStatus(Value):
    """The state of one database, compared with this release."""

    database: str
    postgresql: str
    ran: tuple[str, ...]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    """Migrations of a newer release, or of no release."""
    edited: tuple[str, ...]
    roles_missing: tuple[str, ...]
    grants_missing: tuple[str, ...]
    order: Standing | None
    """None for a database of a release that did not number transactions."""
    readers: tuple[ReaderStatus, ...]
    older_form: int = 0
    """Dossiers whose read models an older release wrote. `database migrate` writes them again."""

    @property
    def ready(self) -> bool:
        """True when workers of this release can work with the database."""
        return not self.problems

    @property
    def problems(self) -> tuple[DatabaseProblem, ...]:
        """The reasons why they cannot."""
        found: list[DomainError] = [Conflict(RecordRefusal.MIGRATION_UNKNOWN, file=file) for file in self.unknown]
        found += [Conflict(RecordRefusal.MIGRATION_DIFFERS, file=file) for file in self.edited]
        if self.missing:
            found.append(Conflict(RecordRefusal.DATABASE_TOO_OLD))
        if self.roles_missing:
            found.append(Conflict(RecordRefusal.ROLE_MISSING, roles=", ".join(self.roles_missing)))
        if self.grants_missing:
            found.append(
                Conflict(RecordRefusal.PRIVILEGE_MISSING, count=len(self.grants_missing), first=self.grants_missing[0])
            )
        if self.order is not None and self.order.behind:
            found.append(DatabaseRestored(RecordRefusal.DATABASE_RESTORED))
        return tuple(DatabaseProblem(code=one.code, message=one.message) for one in found)


async def status_of_database(pool: Pool, *, whole: bool = True) -> DatabaseStatus:
    """Reads the state of the database and changes nothing. Raises DatabaseUnavailable.

    Without `whole` not all events are counted that a reader has before it; see `Feed.status`.
    """
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
                readers=await readers(db, whole=whole) if current else (),
                older_form=await db.fetchval(OLDER, FORM) if current else 0,
            )


async def _roles_missing(db: Connection) -> tuple[str, ...]:
    wanted = (APP_ROLE, READER_ROLE)
    there = {row["rolname"] for row in await db.fetch(ROLES_THERE, wanted)}
    return tuple(role for role in wanted if role not in there)


async def _grants_missing(db: Connection) -> tuple[str, ...]:
    """Privileges that the migrations granted and that are missing, as after a restore on a server without the roles."""
    absent = await _roles_missing(db)
    wanted = [grant for grant in sorted(declared().grants) if grant[1] not in absent]
    lacking = await db.fetch(LACKING, *map(list, zip(*wanted, strict=True)) if wanted else ([], [], []))
    return tuple(f"{row['thing']}: {row['role']} lacks {row['privilege']}" for row in lacking)
