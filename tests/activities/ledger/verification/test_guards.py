"""Tests of the guards by their effect: each way to weaken them is found before anything was changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from activities.ledger.pool import Connection, Pool
from activities.ledger.verification.declared import declared
from activities.ledger.verification.shape import KEPT, shape
from activities.ledger.verification.walk import verify
from tests.support.ledger_samples import fold, open_dossier, started

pytestmark = pytest.mark.stack


EMPTY = "create or replace function refuse_change() returns trigger language plpgsql as $$ begin return null; end $$"
TRIGGER = "create trigger append_only before {} on event for each {} {} execute function refuse_change()"
ALWAYS = "alter table event enable always trigger append_only"
LENIENT = "create function let_pass() returns trigger language plpgsql as $$ begin return new; end $$"
OF_THE_OWNER = "create function {} returns void language sql security definer as 'delete from event'"

SABOTAGE: dict[str, tuple[list[str], set[str]]] = {
    "an emptied function": (
        [EMPTY],
        {"function refuse_change: another body", "update event: luongxanh_owner", "delete event: luongxanh_owner"},
    ),
    "a false condition": (
        [
            "drop trigger append_only on event",
            TRIGGER.format("update or delete or truncate", "statement", "when (false)"),
            ALWAYS,
        ],
        {"event: trigger with a condition", "update event: luongxanh_owner", "delete event: luongxanh_owner"},
    ),
    "one column only": (
        [
            "drop trigger append_only on event",
            TRIGGER.format("update of kind or delete or truncate", "statement", ""),
            ALWAYS,
        ],
        {"event: trigger with a condition", "update event: luongxanh_owner"},
    ),
    "some rows only": (
        [
            "drop trigger append_only on event",
            TRIGGER.format("update or delete", "row", "when (old.version = 999)"),
            ALWAYS,
        ],
        {"event: another trigger of that name", "update event: luongxanh_owner", "delete event: luongxanh_owner"},
    ),
    "another function": (
        [
            LENIENT,
            "drop trigger append_only on event",
            "create trigger append_only before update or delete or truncate on event for each statement "
            "execute function let_pass()",
            ALWAYS,
        ],
        {"event: another trigger of that name", "update event: luongxanh_owner", "delete event: luongxanh_owner"},
    ),
    "a disabled trigger": (
        ["alter table command disable trigger append_only"],
        {"command: D", "update command: luongxanh_owner", "delete command: luongxanh_owner"},
    ),
    "a trigger that alters what comes in": (
        [LENIENT, "create trigger also before insert on event for each row execute function let_pass()"],
        {"event: trigger also"},
    ),
    "numbers that nobody claims": (
        ["drop trigger claim_numbers on event"],
        {"event: trigger claim_numbers missing"},
    ),
    "numbers that are claimed now and then": (
        [
            "drop trigger claim_numbers on event",
            "create trigger claim_numbers after insert on event for each row when (false) "
            "execute function claim_numbers()",
        ],
        {"event: trigger claim_numbers with a condition"},
    ),
    "numbers that something else claims": (
        [
            LENIENT,
            "drop trigger claim_numbers on event",
            "create trigger claim_numbers after insert on event for each row execute function let_pass()",
        ],
        {"event: trigger claim_numbers is another"},
    ),
    "a grant": (["grant update on event to luongxanh_app"], {"event: luongxanh_app has UPDATE"}),
    "a grant of a column": (
        ["grant update (actor_person) on event to luongxanh_app"],
        {"event.actor_person: luongxanh_app has UPDATE"},
    ),
    "a grant to the reader": (
        ["grant insert, delete on dossier to luongxanh_reader"],
        {"dossier: luongxanh_reader has INSERT", "dossier: luongxanh_reader has DELETE"},
    ),
    "a grant to everybody": (["grant select on event to public"], {"event: public has SELECT"}),
    "a grant on the vault": (
        ["grant update on vault.personal to luongxanh_app"],
        {"vault.personal: luongxanh_app has UPDATE", "update vault.personal: luongxanh_app"},
    ),
    "the vault to the reader": (
        ["grant usage on schema vault to luongxanh_reader", "grant select on vault.personal to luongxanh_reader"],
        {"schema vault: luongxanh_reader has USAGE", "vault.personal: luongxanh_reader has SELECT"},
    ),
    "the right to make things": (
        ["grant create on schema public to luongxanh_app"],
        {"schema public: luongxanh_app has CREATE"},
    ),
    "another owner": (["alter table event owner to luongxanh_app"], {"event: owned by luongxanh_app"}),
    "a rewrite rule": (
        ["create rule swallow as on insert to event do instead nothing"],
        {"event: rule swallow"},
    ),
    "a rule on updates": (
        ["create rule swallow as on update to command do instead nothing"],
        {"command: rule swallow", "update command: luongxanh_owner"},
    ),
    "hidden rows": (["alter table event enable row level security"], {"event: row security hides rows"}),
    "a child table": (["create table more () inherits (event)"], {"event: inherited by more"}),
    "a function of the owner's": (
        [OF_THE_OWNER.format("tidy_up()")],
        {"function tidy_up: acts with the rights of postgres"},
    ),
    "a function of the owner's in a schema of its own": (
        ["create schema attic", OF_THE_OWNER.format("attic.tidy_up()")],
        {"function attic.tidy_up: acts with the rights of postgres"},
    ),
    "an old function with new rights": (
        ["alter function allocate_code(text, text, date, text) security definer"],
        {"function allocate_code: acts with other rights"},
    ),
    "a door without its path": (
        ["alter function vault.erase(text, text, text) reset search_path"],
        {"function vault.erase: acts with other rights"},
    ),
    "a door with another path": (
        ["create schema attic", "alter function vault.erase(text, text, text) set search_path = attic, vault, pg_temp"],
        {"function vault.erase: acts with other rights"},
    ),
    "a view of the vault": (
        ["create view told as select * from vault.personal", "grant select on told to luongxanh_reader"],
        {"told: luongxanh_reader has SELECT"},
    ),
    "numbers that are claimed no more": (
        ["alter table event disable trigger claim_numbers"],
        {"event: trigger claim_numbers: D"},
    ),
    "a door for everybody": (
        ["grant execute on function vault.sweep(interval) to public"],
        {"function vault.sweep: public has EXECUTE"},
    ),
    "another way to append": (
        ["create or replace function put_view(view jsonb) returns boolean language sql as 'select true'"],
        {"function put_view: another body"},
    ),
}


@pytest.mark.parametrize("what", SABOTAGE)
async def test_a_weakened_guard_is_found(pool: Pool, owner: Pool, superuser: Connection, what: str) -> None:
    """A weakened guard is found in the catalogue or by a trial, and no trial leaves a change."""
    await open_dossier(pool, "one", started())
    before = await superuser.fetch("select * from event order by dossier, version")
    assert (await verify(pool, fold=fold, owner=owner)).problems == ()
    statements, wanted = SABOTAGE[what]
    for statement in statements:
        await superuser.execute(statement)
    found = {one.found for one in (await verify(pool, fold=fold, owner=owner)).problems}
    assert wanted <= found, found
    assert await superuser.fetch("select * from event order by dossier, version") == before


@pytest.mark.parametrize(
    ("power", "wanted"),
    [
        ("alter role luongxanh_app bypassrls", "luongxanh_app: bypassrls"),
        ("alter role luongxanh_app superuser", "luongxanh_app: superuser"),
        ("grant pg_write_all_data to luongxanh_reader", "luongxanh_reader: member of pg_write_all_data"),
        ("grant luongxanh_owner to luongxanh_app", "luongxanh_app: member of luongxanh_owner"),
    ],
)
async def test_a_role_that_became_powerful_is_found(pool: Pool, superuser: Connection, power: str, wanted: str) -> None:
    """A role that became stronger than the guards is found."""
    await open_dossier(pool, "one")
    await superuser.execute(
        "revoke luongxanh_app from luongxanh_owner"
    )  # in the stack the owner may act as the application
    await superuser.execute(power)
    try:
        assert wanted in {one.found for one in (await verify(pool, fold=fold)).problems}
    finally:
        await superuser.execute("alter role luongxanh_app nobypassrls nosuperuser")
        await superuser.execute("revoke pg_write_all_data from luongxanh_reader")
        await superuser.execute("revoke luongxanh_owner from luongxanh_app")
        await superuser.execute("grant luongxanh_app to luongxanh_owner with admin option")


async def test_a_table_that_is_gone_is_found(pool: Pool, superuser: Connection) -> None:
    """A missing table is found, and the rest is still verified."""
    await superuser.execute("drop table rollout_item")
    assert [one.found for one in (await verify(pool, fold=fold)).problems] == ["rollout_item: missing"]


SHAPE_SABOTAGE = {
    "no primary key": ("alter table event drop constraint event_pkey cascade", "event: p PRIMARY KEY"),
    "no unique key": ("alter table dossier_code drop constraint dossier_code_code_key", "dossier_code: u UNIQUE"),
    "no check": ("alter table rule drop constraint rule_check", "rule: c CHECK"),
    "no foreign key": (
        "alter table vault.reference drop constraint reference_commitment_fkey",
        "vault.reference: f FOREIGN KEY",
    ),
    "a column that may be empty": ("alter table vault.erasure alter column why drop not null", "vault.erasure: why"),
    "a default": ("alter table event alter column at set default '2000-01-01'", "event: at"),
    "a check that is not enforced": ("alter table event add check (version > 0) not valid", "event: c CHECK"),
}


@pytest.mark.parametrize("what", SHAPE_SABOTAGE)
async def test_a_table_of_another_shape_is_found(pool: Pool, owner: Pool, what: str) -> None:
    """A key, check, reference or not-null rule that was dropped or added is named with its table."""
    statement, named = SHAPE_SABOTAGE[what]
    await owner.execute(statement)
    assert any((one.found or "").startswith(named) for one in (await verify(pool, fold=fold)).problems)


async def test_a_sequence_open_to_all_is_found(pool: Pool, owner: Pool) -> None:
    """A sequence that every role may set is found, because setting it back makes later numbers collide."""
    for row in await owner.fetch("select oid::regclass::text as name from pg_class where relkind = 'S' order by 1"):
        await owner.execute(f"grant update on sequence {row['name']} to public")
        assert f"sequence {row['name']}: public has UPDATE" in {
            one.found for one in (await verify(pool, fold=fold)).problems
        }


async def test_the_kept_shape_is_what_the_migrations_make(pool: Pool, tmp_path: Path) -> None:
    """The file of the shape agrees with the migrations. After a new migration, copy the file that this test names."""
    async with pool.acquire() as connection:
        now = "\n".join(sorted(await shape(connection))) + "\n"
    made = tmp_path / "shape.txt"
    made.write_text(now, encoding="utf-8")
    assert KEPT.read_text(encoding="utf-8") == now, f"cp {made} {KEPT}"


async def test_what_the_migrations_declare_is_what_they_make(pool: Pool, owner: Pool) -> None:
    """Every table, function and guard of the database is declared in the migration files that are read."""
    tables = await owner.fetch(
        "select oid::regclass::text as name from pg_class where relkind = 'r' and relnamespace::regnamespace::text in "
        "('public', 'vault')"
    )
    assert {row["name"] for row in tables} == declared().tables
    functions = await owner.fetch(
        "select case when pronamespace = 'vault'::regnamespace then 'vault.' else '' end || proname as name, "
        "pronargs as n "
        "from pg_proc where pronamespace::regnamespace::text in ('public', 'vault')"
    )
    assert {(row["name"], row["n"]) for row in functions} == declared().functions.keys()
    before = await owner.fetch(
        "select tgrelid::regclass::text as table, tgname as name from pg_trigger "
        "where tgtype & 2 > 0 and not tgisinternal"
    )
    assert {(row["table"], row["name"]) for row in before} == declared().before.keys()
