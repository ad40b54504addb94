"""What was done since a restore is told apart from what the backup had, before an undo takes it away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from activities.ledger.pool import open_pool
from activities.ledger.servers import after_restore
from tests.support.databases import Database
from tests.support.ledger_samples import open_dossier, started, step
from tools.backup.filed_since import Since, done_since

pytestmark = pytest.mark.stack

AN_HOUR = timedelta(hours=1)


async def restored(database: Database) -> None:
    """The ledger goes on from an earlier moment."""
    owner = await open_pool(database.admin_url, 1)
    try:
        await after_restore(owner, "op.1", "diễn tập", earlier=True)
    finally:
        await owner.close()


async def test_what_was_filed_since_is_named_and_what_went_on_is_counted(database: Database) -> None:
    """Of two restores the first one after the old data was put aside counts; without any, nothing is known to be
    lost."""
    pool = await open_pool(database.url, 2)
    try:
        before = datetime.now(UTC) - AN_HOUR
        old = await open_dossier(pool, "old")
        await restored(database)
        first = await open_dossier(pool, "first", started())
        await restored(database)
        second = await open_dossier(pool, "second")

        since = await done_since(database.admin_url, before)
        assert [one.code for one in since.filed] == [first, second]
        assert (since.filed_in_all, since.dossiers, since.events) == (2, 2, 3)
        last = await done_since(database.admin_url, datetime.now(UTC) + AN_HOUR)  # the clock was put back since
        assert [one.code for one in last.filed] == [second]
        assert old not in {one.code for one in since.filed}
    finally:
        await pool.close()


async def test_without_a_restore_nothing_is_named(database: Database) -> None:
    """The first server of the ledger is no restore: its dossiers are in the old data too."""
    pool = await open_pool(database.url, 1)
    try:
        await open_dossier(pool, "old", started(), step(1))
    finally:
        await pool.close()
    assert await done_since(database.admin_url, datetime.now(UTC) + AN_HOUR) == Since()
