"""Tests of making the read models again beside the live ones, and of the swap while everybody works."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import asyncpg
import pytest

from activities.ledger.beside import SCHEMA, TABLES
from activities.ledger.integrity_report import Rebuilt
from activities.ledger.pool import Pool, open_pool
from activities.ledger.rebuild import PAGE, SwapOrder, rebuild
from activities.ledger.rows import SUMMARY_COLUMNS
from activities.ledger.store import Ledger
from activities.ledger.verification.walk import verify
from domain.dossier.events import AnyEvent
from domain.dossier.view import DossierView
from domain.errors import Conflict
from domain.record.sealing import RecordedEvent
from tests.support.databases import Database
from tests.support.ledger_samples import append, fold, open_dossier, rebuilt, started, step, submitted
from tests.support.register_pages import listed
from tests.support.waiting import until
from tests.support.work_of_units import work_of

pytestmark = pytest.mark.stack
ROW = f"{SUMMARY_COLUMNS}, snapshot"
ONE, TWO = "H42.12-250701-0001", "H42.12-250701-0002"
SWAP = SwapOrder(who="op.1", why="Sau khi nâng cấp")
DEFINED = """
select class.oid::regclass::text as table, reloptions::text as options, relacl::text as grants, array(
    select indexrelid::regclass::text || ': ' || pg_get_indexdef(indexrelid) from pg_index
    where indrelid = class.oid order by 1
) as indexes, array(
    select conname || ': ' || pg_get_constraintdef(oid) from pg_constraint where conrelid = class.oid order by 1
) as constraints
from pg_class class where oid = any ($1::text[]::regclass[]) order by 1
"""


def told(done: Rebuilt) -> dict[str, tuple[int, int, int]]:
    """How many rows were changed, missing and unfounded, of the tables that differed."""
    return {one.table: (one.changed, one.missing, one.unfounded) for one in done.tables if one.rows}


async def whole(pool: Pool) -> dict[str, list[str]]:
    """Every row of the read models."""
    return {table: sorted(map(str, await pool.fetch(f"select * from {table}"))) for table in TABLES}  # noqa: S608


async def test_thrown_away_and_rebuilt(pool: Pool, owner: Pool, ledger: Ledger) -> None:
    """The rebuild makes the register and the work-lists from the events as they were."""
    codes = [f"H42.12-250701-{number:04d}" for number in range(PAGE + 5)]
    for code in codes:
        await ledger.record(append(code, [started()]))
    before = await listed(pool, limit=1_000), await work_of(pool, "13366", limit=1_000)
    await pool.execute("delete from dossier")
    await pool.execute("delete from work_item")
    progress: list[int] = []
    done = await rebuild(owner, fold, swap=SWAP, progress=progress.append)

    assert (done.dossiers, done.meanwhile, done.swapped) == (len(codes), 0, True)
    assert told(done) == {"dossier": (0, len(codes), 0), "work_item": (0, len(codes), 0)}
    after = await listed(pool, limit=1_000), await work_of(pool, "13366", limit=1_000)
    assert after == before
    assert progress == [PAGE, len(codes)]
    assert (await verify(pool, fold=fold)).sound is True


async def test_it_reports_before_it_changes_anything(pool: Pool, owner: Pool, ledger: Ledger) -> None:
    """Counts, columns and examples of each table; only a swap corrects them, and it is recorded with who and why."""
    await ledger.record(append(ONE, [started()]))
    await ledger.record(append(TWO, [started()]))
    await pool.execute(
        "update dossier set version = 7, state = 'returned', snapshot = snapshot || '{\"x\": 1}' where code = $1", ONE
    )
    await pool.execute(
        f"insert into dossier ({ROW}) select 'H42.x', {ROW.removeprefix('code, ')}"  # noqa: S608
        " from dossier where code = $1",
        TWO,
    )
    await pool.execute("update work_item set dossier = 'H42.x' where dossier = $1", TWO)
    lied = await whole(pool)
    done = await rebuild(owner, fold)

    assert told(done) == {"dossier": (1, 0, 1), "work_item": (0, 1, 1)}
    register = done.tables[0]
    assert {(one.column, one.rows, one.examples) for one in register.columns} >= {
        ("state", 1, (ONE,)), ("version", 1, (ONE,)), ("snapshot.x", 1, (ONE,)),
    }  # fmt: skip
    assert not done.swapped
    assert await whole(pool) == lied
    assert not await owner.fetchval("select to_regnamespace($1) is not null", SCHEMA)

    done = await rebuild(owner, fold, swap=SWAP)
    assert (done.dossiers, told(done)["dossier"]) == (2, (1, 0, 1))
    assert (await verify(pool, fold=fold)).sound
    assert [row.item.dossier for row in await work_of(pool, "13366")] == [ONE, TWO]
    recorded = await pool.fetchrow("select who, why, dossiers, differences from read_models_swapped")
    assert tuple(recorded) == ("op.1", SWAP.why, 2, {"number_in_use": 0, "dossier": 2, "work_item": 2})
    assert told(await rebuild(owner, fold)) == {}


async def test_the_tables_are_the_same_after_a_swap(pool: Pool, owner: Pool, ledger: Ledger) -> None:
    """Columns, keys, indexes with their names, options and grants: nothing else has to know of it."""
    await ledger.record(append(ONE, [started()]))
    before = await owner.fetch(DEFINED, list(TABLES))
    await rebuilt(owner)
    assert await owner.fetch(DEFINED, list(TABLES)) == before
    assert (await verify(pool, fold=fold, owner=owner)).problems == ()
    assert await owner.fetchval("select to_regnamespace('replaced') is null and to_regnamespace('beside') is null")


async def test_readers_and_writers_see_no_half_built_model(pool: Pool, owner: Pool, ledger: Ledger) -> None:
    """While dossiers are opened and act, and lists are read, swap follows swap: no act and no list fails, no row is
    missing at any moment, and at the end the models are those of a rebuild from nothing."""
    opened: list[str] = []
    done = asyncio.Event()

    async def work(key: str) -> None:
        for turn in range(6):
            code = await open_dossier(pool, f"{key}-{turn}", started())
            opened.append(code)
            happened: list[AnyEvent] = [submitted(code), started()]
            for _ in range(3):
                await ledger.record(append(code, [step(1)], after=happened))
                happened.append(step(1))

    async def read() -> None:
        while not done.is_set():
            known = len(opened)
            worked_on = await pool.fetchval("select count(*) from work_item join dossier on code = dossier")
            listed = await pool.fetchval("select count(*) from dossier")
            assert min(worked_on, listed) >= known, "a row that was there is missing"

    reading = asyncio.create_task(read())
    meanwhile = 0
    for swap in range(4):
        working = asyncio.gather(*(work(f"{swap}-{number}") for number in range(3)))
        made = await rebuilt(owner, page=5)
        await working
        meanwhile += made.meanwhile
        assert (told(made), made.problems) == ({}, ()), "what is written meanwhile is no difference"
    done.set()
    await reading
    assert meanwhile > 0, "the swap had to catch up"
    assert (await verify(pool, fold=fold)).problems == ()
    lived = await whole(pool)
    await pool.execute("delete from dossier")
    await pool.execute("delete from work_item")
    await pool.execute("delete from number_in_use")
    await rebuilt(owner)
    assert await whole(pool) == lived


async def test_one_bad_case_does_not_block_the_rest(pool: Pool, owner: Pool, ledger: Ledger) -> None:
    """A dossier that cannot be folded is named and keeps its rows; the others are rebuilt."""
    await ledger.record(append(ONE, [started()]))
    await ledger.record(append(TWO, [started()]))
    await pool.execute("update dossier set state = 'returned'")

    def failing(history: Sequence[RecordedEvent]) -> DossierView:
        if history[0].dossier == ONE:
            raise LookupError("no such rule")
        return fold(history)

    done = await rebuild(owner, failing, swap=SWAP)
    assert [(one.code, one.dossier, one.found) for one in done.problems] == [("cannot_be_folded", ONE, "LookupError")]
    assert (done.dossiers, told(done)) == (2, {"dossier": (1, 0, 0)})
    assert [row.state.value for row in await listed(pool)] == ["returned", "processing"]
    assert await pool.fetchval("select count(*) from work_item") == 2


async def test_interrupted_it_changes_nothing(pool: Pool, owner: Pool, ledger: Ledger, database: Database) -> None:
    """Whatever stops it, before or during the swap: the live tables stay, and the next run removes what is left."""
    await ledger.record(append(ONE, [started()]))
    await pool.execute("update dossier set state = 'returned'")
    lied = await whole(pool)

    def stopped(history: Sequence[RecordedEvent]) -> DossierView:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await rebuild(owner, stopped, swap=SWAP)
    assert await whole(pool) == lied
    killed = await asyncpg.connect(database.admin_url)
    await killed.execute("create schema beside; create table beside.dossier (like dossier); create schema replaced")
    await killed.close()
    reading = await asyncpg.connect(database.url)
    async with reading.transaction():
        await reading.fetch("select code from dossier")  # holds its lock until the end of the transaction
        swapping = asyncio.create_task(rebuild(owner, fold, swap=SWAP))

        async def waits() -> bool:
            return bool(await pool.fetchval("select exists (select from pg_locks where not granted)"))

        await until(waits, "the swap waits for the reader")
        second = await open_pool(database.admin_url, 1)
        with pytest.raises(Conflict, match="rebuild_under_way"):
            await rebuild(second, fold)
        await second.close()
        assert await whole(pool) == lied
    await reading.close()
    assert (await swapping).swapped
    assert [row.state.value for row in await listed(pool)] == ["processing"]
