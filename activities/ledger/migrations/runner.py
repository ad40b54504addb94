"""Runs the migrations: once each, under a lock, and never over a file that was edited after it had run.

Any number of migrators may start at once: one works, the others wait and find everything done.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import asyncpg

from activities.ledger.pool import unavailable_as_answer
from domain.errors import Conflict
from domain.values import Value

FOLDER = Path(__file__).parent
LOCK = 0x4C58_0001
"""The advisory lock of migrators, the same in every release."""

REGISTER = """
create table if not exists migration (
    file       text        not null primary key,
    checksum   text        not null,
    applied_at timestamptz not null default clock_timestamp()
)
"""


class Migration(Value):
    """One file: its name gives its place in the order, its checksum what it said when it ran."""

    file: str
    sql: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the text, in hexadecimal."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def read_files(folder: Path = FOLDER) -> list[Migration]:
    """The migrations of this release in order."""
    return [Migration(file=path.name, sql=path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.sql"))]


async def migrate(
    admin_dsn: str, *, app_password: str | None = None, migrations: Sequence[Migration] | None = None
) -> list[str]:
    """Brings the database up to date; returns the files that ran now.

    `admin_dsn` connects as the owner of the database. `app_password` sets the password of the role `luongxanh_app`;
    without it the role keeps the one it has. Raises Conflict (`migration_edited`, `migration_unknown`,
    `migration_out_of_order`) before anything is changed, and `database_unavailable`.
    """
    with unavailable_as_answer(admin_dsn, refusals=False):
        connection = await asyncpg.connect(admin_dsn, timeout=10)
        try:
            # Held until the connection closes, also when it breaks.
            await connection.execute("select pg_advisory_lock($1)", LOCK)
            applied = await _run(connection, read_files() if migrations is None else list(migrations))
            if app_password is not None:
                await _set_password(connection, app_password)
            return applied
        finally:
            await connection.close()


async def _run(connection: asyncpg.Connection, migrations: list[Migration]) -> list[str]:
    await connection.execute(REGISTER)
    done = {row["file"]: row for row in await connection.fetch("select file, checksum, applied_at from migration")}
    pending = _pending(migrations, {file: (row["checksum"], row["applied_at"]) for file, row in done.items()})
    for migration in pending:
        try:
            async with connection.transaction():
                await connection.execute(migration.sql)
                await connection.execute(
                    "insert into migration (file, checksum) values ($1, $2)", migration.file, migration.checksum
                )
        except asyncpg.PostgresError as problem:
            problem.add_note(f"in the migration {migration.file}; nothing of it was kept")
            raise
    return [migration.file for migration in pending]


def _pending(migrations: list[Migration], done: dict[str, tuple[str, datetime]]) -> list[Migration]:
    """What is still to run, or Conflict where the database and the files do not tell the same story."""
    known = {migration.file for migration in migrations}
    for file in sorted(done):
        if file not in known:
            raise Conflict("migration_unknown", file=file)
    pending = []
    for migration in migrations:
        if migration.file not in done:
            pending.append(migration)
            if done and migration.file < max(done):
                raise Conflict("migration_out_of_order", file=migration.file, last=max(done))
        elif done[migration.file][0] != migration.checksum:
            raise Conflict(
                "migration_edited",
                file=migration.file,
                applied_at=done[migration.file][1].isoformat(timespec="seconds"),
            )
    return pending


async def _set_password(connection: asyncpg.Connection, password: str) -> None:
    statement = await connection.fetchval("select format('alter role luongxanh_app password %L', $1::text)", password)
    await connection.execute(statement)
