"""Runs each migration once, under a lock. It refuses a file that was edited after it had run.

Several processes may start it at once: one runs the migrations, the others wait and find nothing left to do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import asyncpg

from activities.ledger.pool import DatabaseRefuses, is_restored, unavailable_as_answer
from domain.errors import Conflict
from domain.messages.record import RecordRefusal
from domain.values import Value

FOLDER = Path(__file__).parent
LOCK = 0x4C58_0001
"""The advisory lock for migrations. It is the same in every release."""

REGISTER = """
create table if not exists migration (
    file       text        not null primary key,
    checksum   text        not null,
    applied_at timestamptz not null default clock_timestamp()
)
"""


class Migration(Value):
    """One file. Files run in the order of their names; the checksum shows whether a file was edited later."""

    file: str
    sql: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the text, in hexadecimal."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


class Applied(Value):
    """A file that has run in this database, and its checksum at that time."""

    file: str
    checksum: str
    at: datetime


def read_files(folder: Path = FOLDER) -> list[Migration]:
    """The migrations of this release in order."""
    return [Migration(file=path.name, sql=path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.sql"))]


async def migrate(
    admin_dsn: str, *, app_password: str | None = None, migrations: Sequence[Migration] | None = None
) -> list[str]:
    """Runs the migrations that are missing; returns the files that ran now.

    `admin_dsn` connects as the owner of the database. `app_password` sets the password of the role `luongxanh_app`;
    None keeps it. Raises Conflict (`migration_edited`, `migration_unknown`, `migration_out_of_order`) before it changes
    anything; DatabaseRefuses (`migration_failed`), where the failed file changes nothing and the files before it stay;
    DatabaseRestored; and DatabaseUnavailable.
    """
    with unavailable_as_answer(admin_dsn, refusals=False):
        connection = await asyncpg.connect(admin_dsn, timeout=10)
        try:
            # The lock is held until the connection closes or breaks.
            await connection.execute("select pg_advisory_lock($1)", LOCK)
            applied = await _run(connection, read_files() if migrations is None else list(migrations))
            if app_password is not None:
                await _set_password(connection, app_password)
            return applied
        finally:
            await connection.close()


async def applied(connection: asyncpg.Connection) -> list[Applied]:
    """The files that have run in this database, in order; empty for a new database."""
    if await connection.fetchval("select to_regclass('migration')") is None:
        return []
    rows = await connection.fetch("select file, checksum, applied_at as at from migration order by file")
    return [Applied(**dict(row)) for row in rows]


async def pending(admin_dsn: str) -> list[str]:
    """The files that `migrate` would run now. Raises the same errors as `migrate` before it changes anything."""
    with unavailable_as_answer(admin_dsn):
        connection = await asyncpg.connect(admin_dsn, timeout=10)
        try:
            return [migration.file for migration in _pending(read_files(), await applied(connection))]
        finally:
            await connection.close()


async def _run(connection: asyncpg.Connection, migrations: list[Migration]) -> list[str]:
    await connection.execute(REGISTER)
    to_run = _pending(migrations, await applied(connection))
    for migration in to_run:
        try:
            async with connection.transaction():
                await connection.execute(migration.sql)
                await connection.execute(
                    "insert into migration (file, checksum) values ($1, $2)", migration.file, migration.checksum
                )
        except asyncpg.PostgresError as problem:
            if is_restored(problem):
                raise
            facts = {"file": migration.file, "sqlstate": problem.sqlstate, "problem": type(problem).__name__}
            raise DatabaseRefuses(RecordRefusal.MIGRATION_FAILED, **facts) from problem
    return [migration.file for migration in to_run]


def _pending(migrations: list[Migration], ran: list[Applied]) -> list[Migration]:
    """The migrations that must still run. Raises Conflict when the database and the files do not agree."""
    done = {one.file: one for one in ran}
    known = {migration.file for migration in migrations}
    for file in sorted(done):
        if file not in known:
            raise Conflict(RecordRefusal.MIGRATION_UNKNOWN, file=file)
    pending = []
    for migration in migrations:
        if migration.file not in done:
            pending.append(migration)
            if done and migration.file < max(done):
                raise Conflict(RecordRefusal.MIGRATION_OUT_OF_ORDER, file=migration.file, last=max(done))
        elif done[migration.file].checksum != migration.checksum:
            at = done[migration.file].at.isoformat(timespec="seconds")
            raise Conflict(RecordRefusal.MIGRATION_EDITED, file=migration.file, applied_at=at)
    return pending


async def _set_password(connection: asyncpg.Connection, password: str) -> None:
    statement = await connection.fetchval("select format('alter role luongxanh_app password %L', $1::text)", password)
    await connection.execute(statement)
