"""Tests of the record of migrations, and of databases of other releases."""

from __future__ import annotations

import asyncpg
import pytest

from activities.ledger.integrity_report import Finding
from activities.ledger.migrations import migrate, read_files
from activities.ledger.pool import Connection, Pool, open_pool
from activities.ledger.verification.walk import verify
from tests.support.databases import Database
from tests.support.ledger_samples import fold, open_dossier, started
from tests.support.tampering import as_owner_of_the_server

pytestmark = pytest.mark.stack
LAST = max(one.file for one in read_files())


def findings_of(problems: tuple[Finding, ...]) -> list[tuple[str, str | None, str | None]]:
    return [(one.code, one.column, (one.expected or one.found or "").split()[0]) for one in problems]


Told = list[tuple[str, str | None, str | None]]
ROWS: dict[str, tuple[str, Told]] = {
    "another text": (
        "update migration set checksum = repeat('0', 64) where file = '0004_ledger.sql'",
        [("migration_altered", "checksum", "0004_ledger.sql")],
    ),
    "another order": (
        "update migration set applied_at = applied_at + interval '1 day' where file = '0004_ledger.sql'",
        [("migration_altered", "applied_at", "0005_registers.sql")],
    ),
    "removed": (
        "delete from migration where file = '0004_ledger.sql'",
        [("migration_missing", None, "0004_ledger.sql")],
    ),
    "the last one removed": (
        f"delete from migration where file = '{LAST}'",  # noqa: S608
        [("migration_missing", None, LAST)],
    ),
    "renamed": (
        "update migration set file = '0004_the_ledger.sql' where file = '0004_ledger.sql'",
        [("migration_invented", None, "0004_the_ledger.sql"), ("migration_missing", None, "0004_ledger.sql")],
    ),
    "made up": (
        "insert into migration (file, checksum, applied_at) select '0004_more.sql', 'x', applied_at from migration "
        "where file = '0004_ledger.sql'",
        [("migration_invented", None, "0004_more.sql")],
    ),
}


@pytest.mark.parametrize("what", ROWS)
async def test_a_migration_that_was_altered_removed_or_made_up_is_named(
    pool: Pool, superuser: Connection, what: str
) -> None:
    """The recorded migrations must agree with the files of the release."""
    await open_dossier(pool, "one", started())
    assert (await verify(pool, fold=fold)).problems == ()
    statement, wanted = ROWS[what]
    await as_owner_of_the_server(superuser, statement)
    assert sorted(findings_of((await verify(pool, fold=fold)).problems), key=str) == sorted(wanted, key=str)


async def test_a_migration_is_never_changed_by_hand(pool: Pool, owner: Pool) -> None:
    """The owner, who runs the migrations, cannot change their record either."""
    for statement in ("update migration set checksum = ''", "delete from migration", "truncate migration"):
        with pytest.raises(asyncpg.PostgresError, match="append_only"):
            await owner.execute(statement)


async def test_a_database_of_a_newer_release_is_told_as_such(pool: Pool, owner: Pool) -> None:
    """Additions of a newer release are no fault, and the rest is still verified."""
    one = await open_dossier(pool, "one", started())
    await owner.execute("create table later (id int)")
    await owner.execute("alter table event add column later int")
    await owner.execute("insert into migration (file, checksum) values ('9999_later.sql', 'x')")
    found = await verify(pool, fold=fold)
    assert [(each.code, each.found) for each in found.problems] == [("database_newer", "9999_later.sql")]
    assert (found.chains, found.events) == (1, 2)
    assert "không phải hư hỏng" in found.problems[0].what.vi
    assert (await verify(pool, one, fold=fold)).problems == ()


@pytest.mark.parametrize("until", ["0005", "0102", LAST])
async def test_a_database_of_an_older_release_is_told_as_such(empty_database: Database, until: str) -> None:
    """An older database is not verified, because it lacks what this release checks."""
    await migrate(empty_database.admin_url, migrations=[one for one in read_files() if one.file < until])
    pool = await open_pool(empty_database.url)
    found = await verify(pool, fold=fold)
    assert [(each.code, each.expected) for each in found.problems] == [("database_older", LAST)]
    await migrate(empty_database.admin_url)
    assert (await verify(pool, fold=fold)).problems == ()
    await pool.close()
