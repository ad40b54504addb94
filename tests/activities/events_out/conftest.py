"""One pool on a new database for each test, in the application's role."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from activities.ledger.pool import Pool, open_pool
from tests.support.databases import Database
from tests.support.ledger_samples import POOL_SIZE


@pytest.fixture
async def pool(database: Database) -> AsyncIterator[Pool]:
    """A pool of the application's role, with only its privileges."""
    opened = await open_pool(database.url, size=POOL_SIZE)
    yield opened
    await opened.close()
