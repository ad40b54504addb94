"""Tests of the embedded PostgreSQL: durable, private, with the two roles of the ledger."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from tools.local_stack import APP_ROLE, OWNER_ROLE, PostgresServer, processes
from tools.local_stack.messages import silently
from tools.local_stack.postgres import SUPERUSER, erase_postgres, stop_postgres
from tools.local_stack.stack import temporary_folder

pytestmark = pytest.mark.stack


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    with temporary_folder() as folder:
        made = PostgresServer(folder / "postgres", announce=silently)
        yield made
        made.stop()
        erase_postgres(made.folder)


async def ask(url: str, question: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


async def test_what_is_committed_survives_a_stop_and_a_start(server: PostgresServer) -> None:
    """Data survives a restart, on the same port if it is free."""
    first = server.start()
    await ask(server.url(OWNER_ROLE), "CREATE TABLE kept AS SELECT 42 AS answer")
    server.stop()
    second = server.start(first.ports["sql"])
    assert await ask(server.url(OWNER_ROLE), "SELECT answer FROM kept") == 42
    assert (first.pid, first.ports) != (second.pid, {})
    assert first.ports == second.ports


async def test_what_is_committed_survives_a_kill(server: PostgresServer) -> None:
    """`kill -9` loses no committed data, and the next start needs no help."""
    running = server.start()
    await ask(server.url(OWNER_ROLE), "CREATE TABLE kept AS SELECT 42 AS answer")
    processes.end("PostgreSQL", running.pid, running.birth, signals=(), seconds=0, announce=silently)
    server.start()
    assert await ask(server.url(OWNER_ROLE), "SELECT answer FROM kept") == 42


async def test_durability_is_real(server: PostgresServer) -> None:
    """A commit is on the disk when it returns."""
    server.start()
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        assert await ask(server.url(), f"SHOW {setting}") == "on"


async def test_the_application_is_neither_owner_nor_superuser(server: PostgresServer) -> None:
    """The application's role may do only what is granted; the owner may migrate, but is no superuser."""
    server.start()
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await ask(server.url(APP_ROLE), "CREATE TABLE mine (a int)")
    assert await ask(server.url(OWNER_ROLE), "CREATE TABLE mine (a int)") is None
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await ask(server.url(APP_ROLE), "SELECT count(*) FROM mine")
    for role in (APP_ROLE, OWNER_ROLE):
        assert await ask(server.url(role), "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False


async def test_nobody_comes_in_without_the_password(server: PostgresServer) -> None:
    """A connection needs a password, since other accounts can reach the port."""
    running = server.start()
    with pytest.raises(asyncpg.InvalidPasswordError):
        await ask(f"postgresql://{SUPERUSER}:guess@127.0.0.1:{running.ports['sql']}/postgres", "SELECT 1")


async def test_the_log_repeats_no_data(server: PostgresServer) -> None:
    """The server's log has no statements and rows of errors, which may contain personal data."""
    running = server.start()
    await ask(server.url(OWNER_ROLE), "CREATE TABLE person (name text primary key)")
    insert = "INSERT INTO person VALUES ('Trần Thị Bình') RETURNING 1"
    await ask(server.url(OWNER_ROLE), insert)
    with pytest.raises(asyncpg.UniqueViolationError):
        await ask(server.url(OWNER_ROLE), insert)
    assert "duplicate key value" in running.log.read_text()
    assert "Bình" not in running.log.read_text()


async def test_vietnamese_sorts_and_folds_alike_on_every_machine(server: PostgresServer) -> None:
    """The database is UTF-8 with the server's builtin locale, so it sorts the same on every machine."""
    server.start()
    assert await ask(server.url(), "SELECT lower('ĐẶNG THỊ ƯỚC')") == "đặng thị ước"
    assert await ask(server.url(), "SELECT datlocale FROM pg_database WHERE datname = current_database()") == "C.UTF-8"


async def test_a_lock_file_that_names_a_stranger_does_not_stop_the_start(server: PostgresServer) -> None:
    """When another program has the number in the lock file, that program is not touched and the server starts."""
    running = server.start()
    processes.end("PostgreSQL", running.pid, running.birth, signals=(), seconds=0, announce=silently)
    assert running.data is not None
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    lock = running.data / "postmaster.pid"
    lines = lock.read_text().splitlines()
    lock.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
    server.start()
    assert await ask(server.url(), "SELECT 1") == 1
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


async def test_a_server_that_nobody_remembers_is_replaced(server: PostgresServer) -> None:
    """A running server of this data without a record is ended before a new one starts."""
    forgotten = server.start()
    running = server.start()
    assert not processes.is_alive(forgotten.pid, forgotten.birth)
    assert await ask(server.url(), "SELECT 1") == 1
    stop_postgres(running, silently)


async def test_an_interrupted_first_start_leaves_nothing_half_made(server: PostgresServer) -> None:
    """After an interrupted first start the data is made again."""
    half_made = server.folder / "data.new"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18\n")
    server.start()
    assert await ask(server.url(), "SELECT 1") == 1
    assert not half_made.exists()


async def test_open_connections_do_not_hold_up_a_stop(server: PostgresServer) -> None:
    """A stop ends open sessions."""
    running = server.start()
    connection = await asyncpg.connect(server.url())
    server.stop()
    assert not processes.is_alive(running.pid, running.birth)
    connection.terminate()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to change the account")
async def test_as_root_a_closed_folder_is_not_in_the_way(tmp_path: Path) -> None:
    """Under root the data goes to another folder when the ordinary account cannot enter this one."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    server = PostgresServer(closed / "postgres", announce=silently)
    running = server.start()
    try:
        assert running.data is not None
        assert not running.data.is_relative_to(closed)
        assert await ask(server.url(), "SELECT 1") == 1
        assert closed.stat().st_mode & 0o777 == 0o700
        assert Path(f"/proc/{running.pid}").stat().st_uid != 0
    finally:
        server.stop()
        erase_postgres(server.folder)
    assert not running.data.exists()
