"""One pool on a new database for each test, in the application's role."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest

from activities.ledger.pool import Connection, Pool, open_pool
from activities.ledger.reading import LedgerReader
from activities.ledger.store import Ledger
from activities.ledger.vault import Vault
from tests.support.databases import Database
from tests.support.ledger_samples import POOL_SIZE


@pytest.fixture
async def pool(database: Database) -> AsyncIterator[Pool]:
    """A pool of the application's role, with only its privileges."""
    opened = await open_pool(database.url, size=POOL_SIZE)
    yield opened
    await opened.close()


@pytest.fixture
async def owner(database: Database) -> AsyncIterator[Pool]:
    """A connection as the owner of the tables, who runs migrations."""
    opened_pool = await open_pool(database.admin_url, 1)
    yield opened_pool
    await opened_pool.close()


@pytest.fixture
async def superuser(database: Database) -> AsyncIterator[Connection]:
    """A connection as a superuser, whom no privilege limits."""
    connection = await asyncpg.connect(database.superuser_url)
    yield connection
    await connection.close()


@pytest.fixture
def ledger(pool: Pool) -> Ledger:
    return Ledger(pool)


@pytest.fixture
def reader(pool: Pool) -> LedgerReader:
    return LedgerReader(pool)


@pytest.fixture
def vault(pool: Pool) -> Vault:
    return Vault(pool)
