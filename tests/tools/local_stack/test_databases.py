"""Tests of the databases for tests: migrated, new for each test, with the real roles."""

from __future__ import annotations

import asyncpg
import pytest

from tests.support import databases
from tests.support.databases import Database
from tools.local_stack import Stack

pytestmark = pytest.mark.stack


async def tables(url: str) -> set[str]:
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    finally:
        await connection.close()
    return {row["tablename"] for row in rows}


async def test_each_test_has_a_database_of_its_own(postgres: Stack, template: str, database: Database) -> None:
    """Each test gets its own database with all tables of the migrations."""
    other = await databases.create(postgres, template)
    connection = await asyncpg.connect(database.admin_url)
    await connection.execute("CREATE TABLE mine (a int)")
    await connection.close()
    assert await tables(database.url) == await tables(other.url) | {"mine"}
    assert "migration" in await tables(other.url)
    await databases.drop(postgres, other)


async def test_an_empty_database_has_no_table(empty_database: Database) -> None:
    """The empty database for tests of migrations has no table."""
    assert await tables(empty_database.admin_url) == set()


async def test_a_dropped_database_takes_its_open_connections_with_it(postgres: Stack) -> None:
    """A database can be dropped while a failed test still has a connection."""
    made = await databases.create(postgres)
    connection = await asyncpg.connect(made.url)
    await databases.drop(postgres, made)
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, ConnectionError)):
        await connection.fetchval("SELECT 1")
