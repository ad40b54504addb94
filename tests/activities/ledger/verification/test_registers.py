"""Tests of positions in the feed, cursors and the register of codes."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from activities.ledger.dossier_codes import DossierCodes
from activities.ledger.feed import Feed
from activities.ledger.integrity_report import Finding
from activities.ledger.pool import Connection, Pool
from activities.ledger.rules_store import RulesStore
from activities.ledger.verification.walk import verify
from activities.relays.begin_again import RelayBeginnings
from tests.support.ledger_samples import MORNING, fold, open_dossier, open_every_connection, started, step
from tests.support.small_province import RULEBOOK
from tests.support.tampering import as_owner_of_the_server

pytestmark = pytest.mark.stack


def findings_of(problems: tuple[Finding, ...]) -> list[str]:
    """Each finding with its dossier, or with the found value when it has none."""
    return [f"{one.code} {one.dossier or one.found}" for one in problems]


async def followed(pool: Pool) -> list[str]:
    """Two dossiers, and a reader that has passed three of their five events in two steps."""
    codes = [await open_dossier(pool, "one", started(), step(1)), await open_dossier(pool, "two", started())]
    feed = Feed(pool)
    for limit in (1, 2):
        batch = await feed.next_batch("portal", limit)
        assert await feed.commit_cursor("portal", batch.cursor)
    return codes


CURSORS = {
    "back to the beginning": ("set xid = '0', position = 0", "cursor_moved"),
    "one back": (
        "set (xid, position) = (select xid, position from event order by xid, position offset 1 limit 1)",
        "cursor_moved",
    ),
    "over one that was not handed on": (
        "set (xid, position) = (select xid, position from event order by xid, position offset 3 limit 1)",
        "cursor_moved",
    ),
    "beyond the end": ("set xid = '9999999'", "cursor_ahead"),
}


@pytest.mark.parametrize("what", CURSORS)
async def test_a_cursor_that_was_moved_is_named(pool: Pool, what: str) -> None:
    """A cursor that was moved forward would skip events; it is named with its place."""
    await followed(pool)
    assert (await verify(pool, fold=fold)).problems == ()
    change, code = CURSORS[what]
    before = await Feed(pool).cursor("portal")
    await pool.execute(f"update cursor {change} where reader = 'portal'")
    problems = (await verify(pool, fold=fold)).problems
    assert [(one.code, one.table) for one in problems] == [(code, "cursor")]
    if code == "cursor_moved":
        assert problems[0].expected == f"{before.xid} {before.position}"
    assert "let the relay begin again" in problems[0].what.en
    await RelayBeginnings(pool).begin_again("portal", "van-hanh", "Con trỏ bị dời")
    assert (await verify(pool, fold=fold)).problems == ()


async def test_a_reader_that_goes_on_stays_sound(pool: Pool) -> None:
    """The count follows every step, also a repeated one; a reader that begins at the end has passed everything."""
    await followed(pool)
    feed = Feed(pool)
    while (batch := await feed.next_batch("portal", 1)).events:
        assert await feed.commit_cursor("portal", batch.cursor)
        assert not await feed.commit_cursor("portal", batch.cursor)
    assert await feed.commit_cursor("notices", await feed.end())
    assert [row["passed"] for row in await pool.fetch("select passed from cursor")] == [5, 5]
    assert (await verify(pool, fold=fold)).problems == ()


@pytest.mark.parametrize("what", ["a later transaction", "a command torn apart"])
async def test_a_place_in_the_feed_that_was_altered_is_named(pool: Pool, superuser: Connection, what: str) -> None:
    """A changed place is named, because the events of a dossier must be in the common order."""
    one = await open_dossier(pool, "one", started(), step(1))
    later = "(select (max(xid::text::bigint) + 0)::text::xid8 from event)"
    statement = {
        "a later transaction": f"update event set xid = {later}, position = default "  # noqa: S608
        f"where dossier = '{one}' and version = 1",
        "a command torn apart": f"update event set xid = '1' where dossier = '{one}' and version = 3",  # noqa: S608
    }[what]
    await as_owner_of_the_server(superuser, statement)
    problems = (await verify(pool, fold=fold)).problems
    assert {(one.code, one.table, one.column) for one in problems} == {("feed_order_broken", "event", "xid, position")}


async def test_a_position_given_twice_is_named(pool: Pool, superuser: Connection) -> None:
    """Both rows with the same position are named."""
    one, two = await open_dossier(pool, "one", started()), await open_dossier(pool, "two")
    await as_owner_of_the_server(
        superuser,
        "alter table event alter position drop identity",
        f"update event set position = (select position from event where dossier = '{one}' and version = 2) "  # noqa: S608
        f"where dossier = '{two}'",
    )
    problems = (await verify(pool, fold=fold)).problems
    assert findings_of(problems) == [
        "guard_missing event: position bigint not null identity: missing",
        "guard_missing event: position bigint not null: added",
        f"position_doubled {one}",
        f"position_doubled {two}",
    ]


CODES = {
    "removed": ("delete from dossier_code where code = '{one}'", "code_missing"),
    "another key": ("update dossier_code set key = 'x' where code = '{one}'", "code_differs"),
    "another code": ("update dossier_code set code = 'x' where code = '{one}'", "code_missing"),
}


@pytest.mark.parametrize("what", CODES)
async def test_a_code_that_was_altered_is_named(pool: Pool, superuser: Connection, what: str) -> None:
    """A dossier's code must be the one that was given for its submission."""
    one = await open_dossier(pool, "one")
    await open_dossier(pool, "two")
    await open_dossier(pool, "three")
    await as_owner_of_the_server(superuser, "alter table dossier_code drop constraint dossier_code_code_key")
    statement, code = CODES[what]
    await as_owner_of_the_server(superuser, statement.format(one=one))
    problems = (await verify(pool, fold=fold)).problems
    assert findings_of(problems) == ["guard_missing dossier_code: u UNIQUE (code): missing", f"{code} {one}"]
    assert problems[-1].table == "dossier_code"


async def test_a_counter_that_was_set_back_is_named(pool: Pool) -> None:
    """A counter that was set back would give codes again, and is named."""
    await open_dossier(pool, "one")
    await open_dossier(pool, "two")
    await pool.execute("update dossier_sequence set last = 1")
    problems = (await verify(pool, fold=fold)).problems
    assert [(one.code, one.expected, one.found) for one in problems] == [("sequence_behind", "2", "H42.12 250701: 1")]


COUNTERS = {
    "set forward": ("update dossier_sequence set last = 7", ["sequence_ahead H42.12 250701: 7"]),
    "removed": ("delete from dossier_sequence", ["sequence_behind H42.12 250701: 0"]),
    "made up": ("insert into dossier_sequence values ('H42.13', '2025-07-01', 3)", ["sequence_ahead H42.13 250701: 3"]),
    "of another day": (
        "update dossier_sequence set day = '2025-07-02'",
        ["sequence_behind H42.12 250701: 0", "sequence_ahead H42.12 250702: 1"],
    ),
}


@pytest.mark.parametrize("what", COUNTERS)
async def test_a_counter_that_is_not_at_the_last_code_is_named(pool: Pool, superuser: Connection, what: str) -> None:
    """A counter that was set forward leaves a gap that looks like removed dossiers, and is named."""
    await open_dossier(pool, "one")
    statement, wanted = COUNTERS[what]
    await superuser.execute(statement)
    assert sorted(findings_of((await verify(pool, fold=fold)).problems)) == sorted(wanted)


async def test_the_same_key_at_once_leaves_no_gap(pool: Pool) -> None:
    """The second request for a key gives its number back, also in the counter of another authority."""
    codes = DossierCodes(pool)
    await open_every_connection(pool)
    for key in range(5):
        given = [codes.allocate(f"key-{key}", authority, MORNING.date(), "f") for authority in ("H42.12", "H42.13") * 8]
        assert len(set(await asyncio.gather(*given))) == 1
    assert await codes.allocate("last", "H42.12", MORNING.date(), "f")
    assert findings_of((await verify(pool, fold=fold)).problems) == []


READERS = {
    "removed": ("delete from cursor", ["cursor_missing None"]),
    "renamed": ("update cursor set reader = 'assigner'", ["cursor_missing None", "cursor_unknown assigner"]),
    "renamed for nobody": ("update cursor set reader = 'x'", ["cursor_missing None", "cursor_unknown x"]),
    "made up": (
        "insert into cursor (reader, xid, position, passed) values ('x', '0', 0, 0)",
        ["cursor_unknown x"],
    ),
}


@pytest.mark.parametrize("what", READERS)
async def test_a_reader_whose_cursor_is_gone_or_nobodys_is_named(pool: Pool, superuser: Connection, what: str) -> None:
    """A missing cursor would repeat every event, and an unknown one would hide that; both are named."""
    await followed(pool)
    statement, wanted = READERS[what]
    await as_owner_of_the_server(superuser, statement)
    problems = (await verify(pool, fold=fold)).problems
    assert findings_of(problems) == wanted
    assert all(one.table == "cursor" for one in problems)
    assert [one.expected for one in problems if one.code == "cursor_missing"] == ["portal"] * (what != "made up")
    assert all("begin again" in one.what.en for one in problems)
    await RelayBeginnings(pool).begin_again("portal", "van-hanh", "Con trỏ bị mất")
    assert findings_of((await verify(pool, fold=fold)).problems) == [one for one in wanted if "cursor_unknown" in one]


async def test_a_reader_stays(pool: Pool, owner: Pool) -> None:
    """Even the owner does not remove or rename a cursor; the refusal names the command that begins again."""
    await followed(pool)
    for statement in ("delete from cursor", "update cursor set reader = 'x'", "truncate cursor"):
        with pytest.raises(asyncpg.PostgresError, match="reader_kept") as refusal:
            await owner.execute(statement)
        assert "luongxanh relay begin-again" in (refusal.value.hint or "")
    assert (await RelayBeginnings(pool).begin_again("portal", "van-hanh", "Sự cố 12")).events == 3
    assert (await verify(pool, fold=fold)).problems == ()
    assert len((await Feed(pool).next_batch("portal")).events) == 5


async def test_a_rule_whose_text_was_altered_is_named(pool: Pool, superuser: Connection) -> None:
    """A rule with a changed text is named, because dossiers pin it by its hash."""
    await RulesStore(pool).publish(RULEBOOK.stored())
    assert (await verify(pool, fold=fold)).sound
    check = await superuser.fetchval(
        "select conname from pg_constraint where conrelid = 'rule'::regclass and contype = 'c'"
    )
    await as_owner_of_the_server(superuser, f"alter table rule drop constraint {check}")
    altered = await superuser.fetchval("select hash from rule where kind = 'procedure' order by hash limit 1")
    await as_owner_of_the_server(superuser, f"update rule set body = body || ' ' where hash = '{altered}'")  # noqa: S608
    problems = (await verify(pool, fold=fold)).problems
    assert findings_of(problems) == [
        "guard_missing rule: c CHECK ((hash = encode(sha256(convert_to(body, 'UTF8'::name)), 'hex'::text))): missing",
        f"rule_altered procedure {altered}",
    ]


async def test_a_rule_of_no_kind_is_named_and_stops_nobody(pool: Pool, superuser: Connection) -> None:
    """A rule of an unknown kind stops only the dossiers that pin it; other rules are loaded."""
    await RulesStore(pool).publish(RULEBOOK.stored())
    altered = await superuser.fetchval("select hash from rule where kind = 'procedure' order by hash limit 1")
    await as_owner_of_the_server(superuser, f"update rule set kind = 'statute' where hash = '{altered}'")  # noqa: S608
    assert findings_of((await verify(pool, fold=fold)).problems) == [f"rule_altered statute {altered}"]
    loaded = {rule.hash for rule in await RulesStore(pool).load_all()}
    assert loaded == {rule.hash for rule in RULEBOOK.stored()} - {altered}
