"""Tests of migrations: they run once, in order, under a lock, and their files must not change."""

from __future__ import annotations

import asyncio
import json
from datetime import date
from urllib.parse import urlsplit

import asyncpg
import pytest

from activities.ledger.dossier_codes import DossierCodes
from activities.ledger.migrations import Migration, migrate, read_files
from activities.ledger.pool import DatabaseRefuses, DatabaseUnavailable, open_pool
from domain.errors import Conflict
from tests.support.databases import Database

pytestmark = pytest.mark.stack

FIRST = Migration(file="0001_first.sql", sql="create table first (id int)")
SECOND = Migration(file="0002_second.sql", sql="create table second (id int); insert into second values (1)")


async def applied(database: Database) -> list[str]:
    connection = await asyncpg.connect(database.admin_url)
    try:
        return [row["file"] for row in await connection.fetch("select file from migration order by file")]
    finally:
        await connection.close()


async def test_a_migration_runs_once(empty_database: Database) -> None:
    """The first run applies every file in order, and the second run none."""
    files = [migration.file for migration in read_files()]
    assert files == sorted(files)
    assert await migrate(empty_database.admin_url) == files
    assert await migrate(empty_database.admin_url) == []
    assert await applied(empty_database) == files


async def test_migrators_at_once_share_the_work(empty_database: Database) -> None:
    """Of five migrators that start together, one applies everything and the others find nothing to do."""
    runs = await asyncio.gather(*(migrate(empty_database.admin_url) for _ in range(5)))
    assert sorted(map(len, runs)) == [0, 0, 0, 0, len(read_files())]


async def test_an_edited_file_is_refused(empty_database: Database) -> None:
    """A file that was changed after it ran stops the migrator before any change."""
    await migrate(empty_database.admin_url, migrations=[FIRST])
    edited = FIRST.model_copy(update={"sql": FIRST.sql + " -- harmless"})
    with pytest.raises(Conflict, match="migration_edited") as refusal:
        await migrate(empty_database.admin_url, migrations=[edited, SECOND])
    assert refusal.value.facts["file"] == "0001_first.sql"
    assert await applied(empty_database) == ["0001_first.sql"]


async def test_an_older_release_refuses_a_newer_database(empty_database: Database) -> None:
    """A database with an unknown migration is not changed."""
    await migrate(empty_database.admin_url, migrations=[FIRST, SECOND])
    with pytest.raises(Conflict, match="migration_unknown") as refusal:
        await migrate(empty_database.admin_url, migrations=[FIRST])
    assert refusal.value.facts["file"] == "0002_second.sql"


async def test_a_file_never_slips_in_between(empty_database: Database) -> None:
    """A new file with a number before one that has run is refused."""
    await migrate(empty_database.admin_url, migrations=[SECOND])
    with pytest.raises(Conflict, match="migration_out_of_order"):
        await migrate(empty_database.admin_url, migrations=[FIRST, SECOND])


async def test_a_failing_file_leaves_nothing(empty_database: Database) -> None:
    """Each file is one transaction: a failed file leaves nothing, earlier ones stay, and it can run again."""
    broken = SECOND.model_copy(update={"sql": SECOND.sql + "; select 1 / 0"})
    with pytest.raises(DatabaseRefuses, match="migration_failed") as failure:
        await migrate(empty_database.admin_url, migrations=[FIRST, broken])
    assert failure.value.facts["file"] == "0002_second.sql"
    assert isinstance(failure.value.__cause__, asyncpg.DivisionByZeroError)
    assert await applied(empty_database) == ["0001_first.sql"]
    assert await migrate(empty_database.admin_url, migrations=[FIRST, SECOND]) == ["0002_second.sql"]


async def test_the_password_of_the_application_can_be_set(empty_database: Database) -> None:
    """`app_password` sets the password of the application's role, with any characters."""
    password = urlsplit(empty_database.url).password or ""
    superuser = await asyncpg.connect(empty_database.superuser_url)
    await superuser.execute("alter role luongxanh_app password 'another one'")
    await superuser.close()
    with pytest.raises(DatabaseUnavailable) as refused:
        await open_pool(empty_database.url)
    assert refused.value.facts["type"] == "InvalidPasswordError"
    await migrate(empty_database.admin_url, app_password=password)
    await (await open_pool(empty_database.url)).close()


async def test_nobody_there_is_an_answer() -> None:
    """Without a database the migrator raises an error with a code."""
    with pytest.raises(DatabaseUnavailable, match="database_unavailable"):
        await migrate("postgresql://someone@127.0.0.1:1/luongxanh")


PAUSED = {"timing": {"pauses": [{"began": "2025-07-08T08:00:00+07:00", "ended": None}]}}
RESUMED = {"timing": {"pauses": [{"began": "2025-07-08T08:00:00+07:00", "ended": "2025-07-09T08:00:00+07:00"}]}}


async def test_what_is_overdue_is_found_for_the_dossiers_that_are_there(empty_database: Database) -> None:
    """An open running dossier is overdue from its date; one that was paused in time or ended is never; one that was
    paused when late is from its date."""
    files = read_files()
    await migrate(empty_database.admin_url, migrations=[one for one in files if one.file < "0600"])
    connection = await asyncpg.connect(empty_database.admin_url)
    in_time, late = "2025-07-09T17:00:00+07:00", "2025-07-07T17:00:00+07:00"
    rows: list[tuple[str, object, str | None, str | None]]
    rows = [("running", RESUMED, in_time, None), ("paused", PAUSED, in_time, None), ("late", PAUSED, late, None)]
    rows += [("ended", RESUMED, in_time, in_time), ("submitted", {"timing": None}, None, None)]
    for code, snapshot, due, ended in rows:
        await connection.execute(
            "insert into dossier (code, version, state, portal_code, procedure, channel, received_by, crossing, "
            "updated_at, snapshot, promised_due, ended_at) values ($1, 1, 'processing', 4, 'p', 'online', 'u', false, "
            "now(), $2::text::jsonb, $3::text::timestamptz, $4::text::timestamptz)",
            code, json.dumps(snapshot), due, ended,
        )  # fmt: skip
    await migrate(empty_database.admin_url, migrations=files)
    found = await connection.fetch("select code from dossier where overdue_promised_from is not null order by code")
    await connection.close()
    assert [row["code"] for row in found] == ["late", "running"]


async def test_fingerprints_that_spoke_of_persons_are_taken_away(empty_database: Database) -> None:
    """A migration removes the old fingerprints of intake keys; each key keeps its code, which cannot be changed."""
    files = read_files()
    await migrate(empty_database.admin_url, migrations=[one for one in files if one.file < "0602_i"])
    connection = await asyncpg.connect(empty_database.admin_url)
    await connection.execute("insert into dossier_code (key, code, fingerprint) values ('k', 'H42-250701-0001', 'f')")
    await migrate(empty_database.admin_url)
    row = await connection.fetchrow("select code, fingerprint from dossier_code where key = 'k'")
    assert (row["code"], row["fingerprint"]) == ("H42-250701-0001", "")
    with pytest.raises(asyncpg.PostgresError, match="dossier_code"):
        await connection.execute("update dossier_code set fingerprint = 'g'")
    await connection.close()
    pool = await open_pool(empty_database.url)
    assert await DossierCodes(pool).allocate("k", "H42", date(2025, 7, 1), "new") == "H42-250701-0001"
    await pool.close()
