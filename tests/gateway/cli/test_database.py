"""Tests of `luongxanh database`, which an operator uses after a restore."""

from __future__ import annotations

from pathlib import Path

import asyncpg
import pytest

from activities.ledger.feed import Feed, FeedReader
from activities.ledger.pool import open_pool
from tests.activities.ledger.verification.test_every_column import unguarded
from tests.support.command_line import OPERATOR, Ran, run
from tests.support.databases import Database
from tests.support.ledger_samples import open_dossier, started

pytestmark = pytest.mark.stack

ORDER = ("database", "after-restore", "--reason", "Hỏng ổ đĩa, sự cố 12", "--by", OPERATOR)


class Shell:
    """The command line, with this database and no other server."""

    def __init__(self, database: Database) -> None:
        self.environment = {
            "LUONGXANH_STACK": "/nonexistent/stack",
            "LUONGXANH_DATABASE_URL": database.url,
            "LUONGXANH_DATABASE_ADMIN_URL": database.admin_url,
        }

    def __call__(self, *arguments: str, **more: str) -> Ran:
        return run(*arguments, environment={**self.environment, **more})


async def as_superuser(database: Database, statement: str) -> None:
    superuser = await asyncpg.connect(database.superuser_url)
    await superuser.execute(statement)
    await superuser.close()


def problems(ran: Ran) -> list[str]:
    return [one["code"] for one in ran.value["problems"]]


async def test_an_empty_database_is_brought_up_to_date(empty_database: Database) -> None:
    """The status names what is missing, a dry run lists it without changes, and a second migration does nothing."""
    luongxanh = Shell(empty_database)
    before = luongxanh("database", "status", "--json")
    assert (before.code, problems(before), before.value["ran"]) == (1, ["database_too_old"], [])
    files = before.value["missing"]
    assert files[0] == "0001_roles.sql"
    assert luongxanh("database", "migrate", "--dry-run", "--json").value == {
        "dry_run": True,
        "files": files,
        "renewed": None,
    }
    assert luongxanh("database", "status", "--json").value == before.value
    assert luongxanh("database", "migrate", "--json").value == {
        "dry_run": False,
        "files": files,
        "renewed": {"older": 0, "written": 0, "problems": []},
    }
    assert luongxanh("database", "migrate", "--json").value["files"] == []
    after = luongxanh("database", "status", "--json")
    assert (after.code, after.value["ready"], after.value["ran"], after.value["missing"]) == (0, True, files, [])


async def test_who_follows_the_ledger_and_how_far(database: Database) -> None:
    """The status shows each reader with its read and waiting events, in Vietnamese, also in the application's role."""
    pool = await open_pool(database.url, 2)
    await open_dossier(pool, "one", started())
    feed = Feed(pool)
    await feed.commit_cursor(FeedReader.PORTAL, (await feed.next_batch(FeedReader.PORTAL, 1)).cursor)
    await pool.close()
    luongxanh = Shell(database)
    ran = luongxanh("database", "status", "--json", LUONGXANH_DATABASE_ADMIN_URL="")
    assert ran.code == 0
    readers = {one["reader"]: (one["waiting"], one["waits_since"][:10]) for one in ran.value["readers"]}
    assert readers == {
        "portal": (1, "2025-07-01"),
        "notices": (2, "2025-07-01"),
        "interconnection": (2, "2025-07-01"),
        "documents": (2, "2025-07-01"),
        "assigner": (2, "2025-07-01"),
        "link": (2, "2025-07-01"),
    }
    people = luongxanh("database", "status")
    assert "Theo dõi sổ cái" in people.out
    assert "✓ Sẵn sàng." in people.out


async def test_what_is_wrong_is_named(database: Database) -> None:
    """A migration of a newer release, an edited one or a missing privilege gives exit code 1 and a remedy."""
    luongxanh = Shell(database)
    await as_superuser(database, "revoke insert on event from luongxanh_app")
    await as_superuser(database, "revoke execute on function vault.erase from luongxanh_app")
    await as_superuser(database, "insert into migration (file, checksum) values ('9999_later.sql', 'f')")
    ran = luongxanh("database", "status", "--json")
    assert (ran.code, problems(ran)) == (1, ["migration_unknown", "privilege_missing"])
    assert ran.value["grants_missing"] == [
        "event: luongxanh_app lacks INSERT",
        "function vault.erase: luongxanh_app lacks EXECUTE",
    ]
    assert "✗ privilege_missing" in luongxanh("database", "status").out
    refused = luongxanh("database", "migrate", "--json")
    assert (refused.code, refused.error["code"]) == (3, "migration_unknown")


async def test_an_edited_migration_is_named(database: Database) -> None:
    """A migration that differs from the installed file is named."""
    superuser = await asyncpg.connect(database.superuser_url)
    await unguarded(superuser, "update migration set checksum = 'f' where file = '0003_vault.sql'")
    await superuser.close()
    ran = Shell(database)("database", "status", "--json")
    assert (ran.code, problems(ran), ran.value["edited"]) == (1, ["migration_differs"], ["0003_vault.sql"])


def test_a_restore_that_was_forgotten_is_told(restored: Shell) -> None:
    """After a restore the status names the command, and migrations wait for it; afterwards the status is ready."""
    assert problems(restored("database", "status", "--json")) == ["database_restored"]
    assert "luongxanh database after-restore" in " ".join(restored("database", "status").out.split())
    assert restored(*ORDER, "--yes").code == 0
    after = restored("database", "status", "--json")
    assert (after.code, after.value["order"]["number"]) == (0, 2)


@pytest.fixture
async def restored(database: Database) -> Shell:
    """A ledger with numbers above this server's, as after a dump of an older server."""
    pool = await open_pool(database.url, 2)
    await open_dossier(pool, "one", started())
    await pool.close()
    superuser = await asyncpg.connect(database.superuser_url)
    await unguarded(superuser, "update event set xid = (xid::text::bigint + 99000000)::text::xid8")
    await superuser.close()
    return Shell(database)


def test_it_is_looked_at_confirmed_and_done_once(restored: Shell) -> None:
    """Without `--yes` a script changes nothing, and a second run finds nothing to do."""
    looked = restored(*ORDER, "--dry-run", "--json")
    assert looked.code == 0
    assert (looked.value["needed"], looked.value["done"], looked.value["events"]) == (True, False, 2)
    asked = restored(*ORDER)
    assert asked.code == 2
    assert "✗ not_confirmed" in asked.err
    assert "2 sự kiện đã ghi" in asked.err, "what would be done stands above"
    done = restored(*ORDER, "--yes", "--json")
    assert (done.code, done.value["done"]) == (0, True)
    assert done.value["shift"] > done.value["newest"]
    again = restored(*ORDER, "--yes", "--json")
    assert (again.code, again.value["needed"], again.value["done"]) == (0, False, False)
    assert "Không cần làm gì" in restored(*ORDER).out, "which needs nobody's consent"


def test_people_are_told_what_follows(restored: Shell) -> None:
    """The result is printed in the requested language, with the next steps."""
    assert "chưa ghi gì" in restored(*ORDER, "--dry-run").out
    assert "nothing was written" in restored(*ORDER, "--dry-run", "--lang", "en").out
    assert "luongxanh ledger verify" in restored(*ORDER, "--yes").out


def test_a_worker_does_not_start_before(restored: Shell, tmp_path: Path) -> None:
    """Before the command, worker and API end at once and name it."""
    secret = tmp_path / "secret"
    secret.write_text("0123456789abcdef0123456789abcdef")
    settings = {
        "LUONGXANH_CALLBACK_SECRET_FILE": str(secret),
        "LUONGXANH_API_SECRET_FILE": str(secret),
        "LUONGXANH_TEMPORAL_ADDRESS": "127.0.0.1:1",
        "LUONGXANH_ISSUER_URL": "http://127.0.0.1:1",
        "LUONGXANH_ISSUER_AUDIENCE": "luongxanh-api",
    }
    for process in (("worker",), ("api", "--port", "0")):
        ran = restored(*process, **settings)
        assert ran.code == 5
        assert "✗ database_restored" in ran.err
        assert "luongxanh database after-restore" in ran.err


def test_what_is_refused_before_anything_is_looked_at(restored: Shell) -> None:
    """A missing reason, a reason with a name, an unknown person or no owner's address is refused first."""
    empty = restored("database", "after-restore", "--reason", " ", "--json")
    assert (empty.code, empty.error["code"]) == (2, "reason_missing")
    named = restored("database", "after-restore", "--reason", "Ông Nguyễn Văn An yêu cầu", "--json")
    assert (named.code, named.error["code"]) == (2, "particulars_in_record")
    nobody = restored(*ORDER[:-1], "cb.13285.reception.9", "--json")
    assert (nobody.code, nobody.error["code"]) == (4, "unknown_person")
    no_owner = restored(*ORDER, "--json", LUONGXANH_DATABASE_ADMIN_URL="")
    assert (no_owner.code, no_owner.error["code"]) == (5, "stack_not_running")
    assert "LUONGXANH_DATABASE_ADMIN_URL" in no_owner.error["message"]["vi"]
