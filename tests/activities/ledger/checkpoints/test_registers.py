"""Tests that checkpoints cover the registers beside the events: erasures, orders, restarts, rules and codes."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from activities.ledger.checkpoints.checkpointer import AFTER, AT_ONCE, next_anchor
from activities.ledger.checkpoints.log import FILE, write_line
from activities.ledger.checkpoints.registers import REGISTERS
from activities.ledger.pool import Connection, Pool
from activities.ledger.rules_store import RulesStore
from activities.ledger.stuck_dossiers import Restart, StuckDossiers
from domain.record.checkpoint import Place, checkpoint_in
from domain.record.merkle import Peaks
from domain.rules.rulebook import RuleKind, StoredRule, hash_of_text
from tests.support.checkpoint_archive import Archive
from tests.support.ledger_samples import open_dossier
from tests.support.small_province import RULEBOOK
from tests.support.tampering import as_owner_of_the_server

pytestmark = pytest.mark.stack
UNPINNED = StoredRule(kind=RuleKind.CALENDAR, hash=hash_of_text("{}"), text="{}")


@pytest.fixture
async def anchored(archive: Archive, pool: Pool) -> Archive:
    """A dossier, rules that no dossier has pinned, and a restart, under two checkpoints."""
    code = await open_dossier(pool, "one")
    await RulesStore(pool).publish(RULEBOOK.stored())
    assert await archive.checkpoint() == [1]
    restart = Restart(dossier=code, version=1, who="van-hanh", why="kẹt", found="failing", run=None)
    await StuckDossiers(pool).record(restart)
    await RulesStore(pool).publish([UNPINNED])
    assert await archive.checkpoint() == [1], "made for the registers alone"
    assert (await archive.verified()).problems == ()
    return archive


async def findings(archive: Archive) -> list[str]:
    return [f"{one.code} {one.table} {one.expected or one.found}" for one in (await archive.verified()).problems]


ALTERED = {
    "who restarted": ("update dossier_restart set who = 'cb.1'", "registered_row_altered dossier_restart 1"),
    "a restart removed": ("delete from dossier_restart", "registered_row_missing dossier_restart 1"),
    "a rule of nobody removed": (
        f"delete from rule where hash = '{UNPINNED.hash}'",  # noqa: S608
        f"registered_row_missing rule {UNPINNED.hash}",
    ),
    "a rule published earlier": (
        f"update rule set published_at = published_at - interval '1 day' where hash = '{UNPINNED.hash}'",  # noqa: S608
        f"registered_row_altered rule {UNPINNED.hash}",
    ),
    "a rule made up": (
        "insert into rule (hash, kind, body, xid) "
        "select encode(sha256('[]'), 'hex'), 'calendar', '[]', min(xid::text)::xid8 from rule",
        f"registered_row_invented rule {hash_of_text('[]')}",
    ),
    "what was sent": (
        "update dossier_code set fingerprint = 'g'",
        "registered_row_altered dossier_code H42.12-250701-0001",
    ),
    "another transaction": (
        "update dossier_restart set xid = '9999999'",
        "registered_row_missing dossier_restart 1",
    ),
    "who followed": (
        "insert into feed_reader (reader, xid) values ('portal', '1')",
        "registered_row_invented feed_reader portal",
    ),
}


@pytest.mark.parametrize("what", ALTERED)
async def test_a_row_that_was_touched_is_named(anchored: Archive, superuser: Connection, what: str) -> None:
    """A changed register row is named, although nothing else in the database mentions it."""
    statement, wanted = ALTERED[what]
    await as_owner_of_the_server(superuser, statement)
    assert wanted in await findings(anchored)


async def test_what_comes_later_is_not_accused(anchored: Archive, pool: Pool) -> None:
    """A later row waits for the next checkpoint, and a row that commits late is waited for."""
    await open_dossier(pool, "two")
    async with pool.acquire() as slow:
        transaction = slow.transaction()
        await transaction.start()
        await slow.execute("insert into feed_reader (reader) values ('notices')")
        await anchored.checkpoint()
        await transaction.commit()
    await pool.execute("insert into cursor (reader, xid, position, passed) values ('notices', '0', 0, 0)")
    assert await findings(anchored) == []
    await anchored.checkpoint()
    assert await findings(anchored) == []
    lines = (anchored.folder / FILE).read_text().splitlines()
    assert [row[:2] for line in lines[-2:] for row in json.loads(line)["rows"]] == [
        ["dossier_code", "H42.12-250701-0002"],
        ["feed_reader", "notices"],
    ]


async def test_a_list_of_rows_that_was_altered_is_told(anchored: Archive) -> None:
    """A changed list of rows is reported: the signature covers every row of this and of earlier checkpoints."""
    lines = (anchored.folder / FILE).read_text().splitlines()
    for number in range(len(lines)):
        line = json.loads(lines[number])
        forged = json.dumps({**line, "rows": line["rows"][1:]})
        (anchored.folder / FILE).write_text("\n".join([*lines[:number], forged, *lines[number + 1 :]]) + "\n")
        assert "checkpoint_rows_altered None None" in await findings(anchored)


async def as_release_0_1(archive: Archive) -> None:
    """Begins the log as release 0.1 did: its checkpoint signs the events alone."""
    rows = await archive.pool.fetch(AFTER, 0, 0, AT_ONCE)
    anchor, _ = next_anchor(Peaks(), Place(), rows, archive.signer, archive.now)
    (archive.folder / FILE).unlink()
    archive.log.add(write_line(anchor))
    archive.now += timedelta(minutes=1)


async def test_a_log_of_release_0_1_goes_on(anchored: Archive) -> None:
    """A log of release 0.1 anchors no register; its next checkpoint anchors all existing rows."""
    await as_release_0_1(anchored)
    last = anchored.log.last()
    assert last is not None
    assert (checkpoint_in(last.note).size, checkpoint_in(last.note).registers) == (1, None)
    assert await findings(anchored) == []
    assert await anchored.checkpoint() == [1]
    assert await findings(anchored) == []


async def test_every_register_that_is_only_added_to_is_anchored(pool: Pool) -> None:
    """Every append-only table with a transaction number is anchored, with all its other columns.

    Three tables with such a number are no registers: they say how far a reader of the feed is, or was.
    """
    rows = await pool.fetch(
        "select attrelid::regclass::text as table, array_agg(attname::text order by attname) as columns "
        "from pg_attribute join pg_class on pg_class.oid = attrelid "
        "where relkind = 'r' and relnamespace::regnamespace::text in ('public', 'vault') "
        "and attnum > 0 and attgenerated = '' and not attisdropped group by attrelid"
    )
    found = {row["table"]: row["columns"] for row in rows if "xid" in row["columns"]}
    del found["event"], found["cursor"], found["acts_compared"], found["notice_before"]
    assert found == {table: sorted([*columns, "xid"]) for table, columns in REGISTERS.items()}
