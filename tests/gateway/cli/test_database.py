"""`luongxanh database`: what an operator types at night, after a restore."""

from __future__ import annotations

from pathlib import Path

import asyncpg
import pytest

from activities.ledger.pool import open_pool
from tests.activities.ledger.verification.test_every_column import unguarded
from tests.support.command_line import OPERATOR, Ran, run
from tests.support.databases import Database
from tests.support.ledger_samples import opened, started

pytestmark = pytest.mark.stack

ORDER = ("database", "after-restore", "--reason", "Hỏng ổ đĩa, sự cố 12", "--by", OPERATOR)


class Shell:
    """The command on a machine that knows this database and no other server."""

    def __init__(self, database: Database) -> None:
        self.environment = {
            "LUONGXANH_STACK": "/nonexistent/stack",
            "LUONGXANH_DATABASE_URL": database.url,
            "LUONGXANH_DATABASE_ADMIN_URL": database.admin_url,
        }

    def __call__(self, *arguments: str, **more: str) -> Ran:
        return run(*arguments, environment={**self.environment, **more})


@pytest.fixture
async def restored(database: Database) -> Shell:
    """A ledger whose numbers this server has not come to: as after a dump of a server that worked for longer."""
    pool = await open_pool(database.url, 2)
    await opened(pool, "one", started())
    await pool.close()
    superuser = await asyncpg.connect(database.superuser_url)
    await unguarded(superuser, "update event set xid = (xid::text::bigint + 99000000)::text::xid8")
    await superuser.close()
    return Shell(database)


def test_it_is_looked_at_confirmed_and_done_once(restored: Shell) -> None:
    """Without `--yes` a script changes nothing; a second time there is nothing to do."""
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
    """In the language asked for."""
    assert "chưa ghi gì" in restored(*ORDER, "--dry-run").out
    assert "nothing was written" in restored(*ORDER, "--dry-run", "--lang", "en").out
    assert "luongxanh ledger verify" in restored(*ORDER, "--yes").out


def test_a_worker_does_not_start_before(restored: Shell, tmp_path: Path) -> None:
    """It ends at once, with the command to give; so does the API."""
    secret = tmp_path / "secret"
    secret.write_text("0123456789abcdef0123")
    settings = {"LUONGXANH_CALLBACK_SECRET_FILE": str(secret), "LUONGXANH_TEMPORAL_ADDRESS": "127.0.0.1:1"}
    for process in (("worker",), ("api", "--port", "0")):
        ran = restored(*process, **settings)
        assert ran.code == 5
        assert "✗ database_restored" in ran.err
        assert "luongxanh database after-restore" in ran.err


def test_what_is_refused_before_anything_is_looked_at(restored: Shell) -> None:
    """No reason, a reason that names somebody, nobody known, no address as the owner."""
    empty = restored("database", "after-restore", "--reason", " ", "--json")
    assert (empty.code, empty.error["code"]) == (2, "reason_missing")
    named = restored("database", "after-restore", "--reason", "Ông Nguyễn Văn An yêu cầu", "--json")
    assert (named.code, named.error["code"]) == (2, "particulars_in_record")
    nobody = restored(*ORDER[:-1], "cb.13285.reception.9", "--json")
    assert (nobody.code, nobody.error["code"]) == (4, "unknown_person")
    no_owner = restored(*ORDER, "--json", LUONGXANH_DATABASE_ADMIN_URL="")
    assert (no_owner.code, no_owner.error["code"]) == (5, "stack_not_running")
    assert "LUONGXANH_DATABASE_ADMIN_URL" in no_owner.error["message"]["vi"]
