"""Tests of a ledger that was restored on another server: no reader misses an event or gets one twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import pytest

from activities.ledger.checkpoints.keys import Signer, new_key
from activities.ledger.checkpoints.proof import prove
from activities.ledger.checkpoints.registers import REGISTERS
from activities.ledger.contracts import Append
from activities.ledger.feed import AFTER, Feed, FeedReader
from activities.ledger.migrations import migrate
from activities.ledger.migrations.runner import read_files
from activities.ledger.pool import DatabaseRestored, Pool, open_pool
from activities.ledger.reading import LedgerReader
from activities.ledger.rules_store import RulesStore
from activities.ledger.servers import Continued, LogThen, after_restore, require_in_order
from activities.ledger.store import APPEND, Ledger
from activities.ledger.stuck_dossiers import Restart, StuckDossiers
from activities.ledger.verification.walk import Anchored, verify
from domain.dossier.events import AnyEvent
from domain.errors import Conflict
from tests.activities.ledger.checkpoints.test_proof import check
from tests.activities.ledger.verification.test_every_column import unguarded
from tests.support import databases
from tests.support.checkpoint_archive import ORIGIN, Archive
from tests.support.databases import Database
from tests.support.ledger_samples import (
    POOL_SIZE,
    append,
    arguments,
    fold,
    open_dossier,
    started,
    step,
    wait_for_blocked_sessions,
)
from tests.support.restored_database import advance_transaction_ids, dump, restore
from tests.support.small_province import RULEBOOK
from tests.support.waiting import WITHIN
from tools.local_stack import Stack

pytestmark = pytest.mark.stack

WHO, WHY = "cb.TTPVHCC.operator.1", "Máy chủ cũ hỏng ổ đĩa"
Told = dict[str, list[tuple[str, int]]]


@pytest.fixture(scope="module")
def new_server() -> Iterator[Stack]:
    """A second, empty server."""
    with Stack.temporary(servers=["postgres"], durable=False) as stack:
        yield stack


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """A log of checkpoints outside every database, which moves with the ledger."""
    key = tmp_path / "key.pem"
    key.touch(mode=0o600)
    key.write_bytes(new_key())
    return Archive(None, tmp_path / "outside", Signer.read(ORIGIN, key))


@dataclass
class House:
    """One ledger on one server, with all its readers; `told` is what they got, on any server."""

    database: Database
    pool: Pool
    archive: Archive
    happened: dict[str, list[AnyEvent]] = field(default_factory=dict)
    told: Told = field(default_factory=dict)

    async def open(self, key: str) -> str:
        """Opens a new dossier as the gateway does."""
        code = await open_dossier(self.pool, key)
        self.happened[code] = [one.event for one in await LedgerReader(self.pool).history(code)]
        return code

    def next_step(self, code: str) -> Append:
        """Appends the dossier's next step."""
        before = self.happened[code]
        self.happened[code] = [*before, step(len(before))]
        return append(code, self.happened[code][-1:], after=before)

    async def go_on(self, code: str) -> None:
        await Ledger(self.pool).record(self.next_step(code))

    async def hand_on(self, reader: str, most: int = 500) -> bool:
        """Gives one reader at most that many events and moves its cursor; returns False when there were none."""
        feed = Feed(self.pool)
        batch = await feed.next_batch(reader, most)
        if batch.events:
            await feed.commit_cursor(reader, batch.cursor)
        self.told.setdefault(reader, []).extend((one.dossier, one.version) for one in batch.events)
        return bool(batch.events)

    async def everybody_reads(self) -> None:
        for reader in FeedReader:
            while await self.hand_on(reader):
                continue

    async def order(self) -> list[tuple[str, int]]:
        """Every event in the order of the feed."""
        rows = await self.pool.fetch("select dossier, version from event order by xid, position")
        return [(row["dossier"], row["version"]) for row in rows]

    async def problems(self) -> list[str]:
        found = await verify(self.pool, fold=fold, anchored=self.anchored)
        return [f"{one.code} {one.table} {one.found}" for one in found.problems]

    @property
    def anchored(self) -> Anchored:
        self.archive.pool = self.pool
        return Anchored(self.archive.log, self.archive.signer.public, self.archive.now)

    async def checkpoint(self) -> int:
        """Makes a checkpoint; returns how many events it signs."""
        self.archive.pool = self.pool
        return (await self.archive.checkpoint())[-1]

    async def after_restore(self, *, dry_run: bool = False, patience: int = int(WITHIN)) -> Continued:
        """Runs the operator's command."""
        owner = await open_pool(self.database.admin_url, 1)
        try:
            return await after_restore(owner, WHO, WHY, self.archive.log, dry_run=dry_run, patience=patience)
        finally:
            await owner.close()


@pytest.fixture
async def doors() -> AsyncIterator[AsyncExitStack]:
    """Closes at the end what the test opened."""
    async with AsyncExitStack() as stack:
        yield stack


@pytest.fixture
async def old(postgres: Stack, new_server: Stack, database: Database, archive: Archive, doors: AsyncExitStack) -> House:
    """Four dossiers on the first server, a checkpoint, and readers at three different places."""
    await advance_transaction_ids(postgres, new_server)
    pool = await open_pool(database.url, size=POOL_SIZE)
    doors.push_async_callback(pool.close)
    house = House(database, pool, archive)
    codes = [await house.open(key) for key in ("one", "two", "three", "four")]
    for code in codes[:3]:
        await house.go_on(code)
    assert await house.checkpoint() == 7
    await house.hand_on(FeedReader.PORTAL)
    await house.hand_on(FeedReader.NOTICES, 3)
    await house.go_on(codes[1])
    return house


async def moved(house: House, to: Stack, folder: Path, doors: AsyncExitStack) -> House:
    """The ledger, dumped and restored on another server, with its readers and its log."""
    database = await restore(dump(house.database, folder), to)
    pool = await open_pool(database.url, size=POOL_SIZE)
    doors.push_async_callback(databases.drop, to, database)
    doors.push_async_callback(pool.close)
    return House(database, pool, house.archive, house.happened, house.told)


@pytest.fixture
async def new(old: House, new_server: Stack, tmp_path: Path, doors: AsyncExitStack) -> House:
    """The same ledger, restored on another server."""
    return await moved(old, new_server, tmp_path, doors)


async def test_nothing_is_missed_and_nothing_is_handed_on_twice(old: House, new: House, tmp_path: Path) -> None:
    """No event is missed or repeated, not even of a transaction that began before the command and commits late."""
    one, two, three, four = new.happened
    past = await old.order()
    proof = await prove(old.pool, old.archive.log, one)
    async with new.pool.acquire() as early, new.pool.acquire() as late:
        before, after = early.transaction(), late.transaction()
        await before.start()
        await early.fetchval("select pg_current_xact_id()")
        done = await new.after_restore()
        assert (done.needed, done.events, done.cursors, done.log) == (True, 8, (), LogThen.GOES_ON)
        await after.start()
        await late.fetchrow(APPEND, *arguments(new.next_step(three)))
        await new.go_on(four)
        await new.everybody_reads()
        assert all(told == past for told in new.told.values()), "what may still come before it is waited for"
        await early.fetchrow(APPEND, *arguments(new.next_step(one)))
        await after.commit()
        await new.everybody_reads()
        await before.commit()
    await new.go_on(two)
    await new.everybody_reads()

    order = await new.order()
    assert order[:8] == past
    assert len(order) == len(set(order)) == 12
    assert order[8:11] == [(one, 3), (three, 3), (four, 2)], "by transaction, not by who commits first"
    assert new.told == dict.fromkeys(FeedReader, order)
    assert await new.checkpoint() == 12
    assert await new.problems() == []
    key = str(new.archive.signer.public)
    for shown in (proof, await prove(new.pool, new.archive.log, one)):
        assert check(shown.model_dump(mode="json"), key, tmp_path)[0] == 0


async def test_while_many_write_nothing_is_missed(new: House) -> None:
    """While twenty dossiers are opened at once on the new server, readers miss no event."""
    await new.after_restore()
    writing = [asyncio.create_task(new.open(f"many-{number}")) for number in range(20)]
    while not all(task.done() for task in writing):
        await new.everybody_reads()
    await asyncio.gather(*writing)
    await new.everybody_reads()
    order = await new.order()
    assert len(order) == len(set(order)) == 28
    assert new.told == dict.fromkeys(FeedReader, order)
    assert await new.problems() == []


async def test_a_forgotten_restore_is_refused(new: House) -> None:
    """Without the command nothing can be written, the error names the command, and readers get no wrong events."""
    one, *_ = new.happened
    before = {reader: list(places) for reader, places in new.told.items()}
    writing: dict[str, Callable[[], Awaitable[object]]] = {
        "an event": lambda: new.go_on(one),
        "a dossier": lambda: new.open("five"),
        "a rule": lambda: RulesStore(new.pool).publish(RULEBOOK.stored()),
        "a restart": lambda: StuckDossiers(new.pool).record(
            Restart(dossier=one, version=1, who=WHO, why=WHY, found="failing", run=None)
        ),
        "a checkpoint": new.checkpoint,
        "a worker": lambda: require_in_order(new.pool),
    }
    for what, write in writing.items():
        with pytest.raises(DatabaseRestored, match="database_restored") as refused:
            await write()
        assert "luongxanh database after-restore" in refused.value.message.vi, what
    await new.everybody_reads()
    nothing: dict[FeedReader, list[tuple[str, int]]] = {reader: [] for reader in FeedReader}
    assert new.told == nothing | before
    assert [one.split()[0] for one in await new.problems()] == ["transaction_from_future"]


async def test_a_look_changes_nothing(new: House) -> None:
    """`dry_run` reports what would be done and changes nothing."""
    looked = await new.after_restore(dry_run=True)
    assert looked.needed
    with pytest.raises(DatabaseRestored):
        await require_in_order(new.pool)
    assert looked == await new.after_restore()
    await require_in_order(new.pool)
    assert not (await new.after_restore()).needed, "a second time there is nothing to do"


async def test_it_is_recorded_for_good(old: House, new: House) -> None:
    """Who, why, the number of events and both servers are recorded, and a checkpoint covers the record."""
    done = await new.after_restore()
    [first, second] = await new.pool.fetch("select * from ledger_server order by number")
    there = await old.pool.fetchval("select system_identifier::text from pg_control_system()")
    assert (first["server"], done.server_before) == (there, there)
    assert (second["server"], second["who"], second["why"], second["events"]) == (done.server, WHO, WHY, 8)
    assert done.server != there
    await new.checkpoint()
    assert await new.problems() == []
    superuser = await asyncpg.connect(new.database.superuser_url)
    await unguarded(superuser, "update ledger_server set who = 'cb.1' where number = 2")
    await superuser.close()
    assert await new.problems() == ["registered_row_altered ledger_server None"]


async def test_a_second_restore(
    new: House, new_server: Stack, postgres: Stack, tmp_path: Path, doors: AsyncExitStack
) -> None:
    """After a restore back to the first server, whose ids are lower, the same command works again."""
    one, two, *_ = new.happened
    await new.after_restore()
    await advance_transaction_ids(new_server, postgres)
    await new.go_on(one)
    await new.everybody_reads()
    await new.checkpoint()
    back = await moved(new, postgres, tmp_path, doors)
    with pytest.raises(DatabaseRestored):
        await back.go_on(two)
    back.happened[two].pop()
    await back.after_restore()
    await back.go_on(two)
    await back.everybody_reads()
    assert back.told == dict.fromkeys(FeedReader, await back.order())
    assert len(await back.order()) == 10
    await back.checkpoint()
    assert await back.problems() == []
    assert [row["number"] for row in await back.pool.fetch("select number from ledger_server")] == [1, 2, 3]


async def test_a_restore_on_a_server_that_is_further_on_needs_nothing(
    old: House, postgres: Stack, tmp_path: Path, doors: AsyncExitStack
) -> None:
    """When the server's ids are higher, as after a physical copy, a failover or pg_upgrade, nothing is refused and
    nothing is done."""
    one, *_ = old.happened
    copy = await moved(old, postgres, tmp_path, doors)
    await require_in_order(copy.pool)
    assert not (await copy.after_restore()).needed
    await copy.go_on(one)
    await copy.everybody_reads()
    assert copy.told == dict.fromkeys(FeedReader, await copy.order())
    assert await copy.problems() == []
    assert len(await copy.pool.fetch("select number from ledger_server")) == 1


async def test_rows_of_another_server_on_one_that_is_further_on(
    old: House, postgres: Stack, tmp_path: Path, doors: AsyncExitStack
) -> None:
    """On a server with higher ids a replica still needs the command, because it has no sequences."""
    one, *_ = old.happened
    copy = await moved(old, postgres, tmp_path, doors)
    superuser = await asyncpg.connect(copy.database.superuser_url)
    await superuser.execute("select setval(pg_get_serial_sequence('event', 'position'), 1, false)")
    await superuser.close()
    done = await copy.after_restore()
    assert (done.needed, done.sequences) == (True, ("event.position",))
    await copy.go_on(one)
    await copy.everybody_reads()
    assert copy.told == dict.fromkeys(FeedReader, await copy.order())
    assert await copy.problems() == []


async def test_whoever_waits_for_the_command_is_numbered_after_it(new: House, doors: AsyncExitStack) -> None:
    """An append that waited for the command's lock gets a number of the new server."""
    one, *_ = new.happened
    superuser = await asyncpg.connect(new.database.superuser_url)
    doors.push_async_callback(superuser.close)
    async with new.pool.acquire() as db:
        holding = db.transaction()
        await holding.start()
        await db.fetchval("select shift from ledger_server")
        ordered = asyncio.create_task(new.after_restore())
        await wait_for_blocked_sessions(superuser, 1)
        writing = asyncio.create_task(new.go_on(one))
        await wait_for_blocked_sessions(superuser, 2)
        await holding.rollback()
    assert (await ordered).needed
    await writing
    await new.everybody_reads()
    assert new.told == dict.fromkeys(FeedReader, await new.order())
    assert (await new.order())[-1] == (one, 3)


async def test_whoever_still_writes_is_not_overrun(new: House) -> None:
    """When a process still writes, the command gives up after some seconds, asks to stop the workers, and has changed
    nothing."""
    async with new.pool.acquire() as db, db.transaction():
        await db.fetchval("select shift from ledger_server")
        with pytest.raises(Conflict, match="database_in_use"):
            await new.after_restore(patience=1)
    assert (await new.after_restore()).needed


async def test_a_cursor_that_was_dumped_later_than_the_events(new: House) -> None:
    """A cursor beyond the last restored event is set back to that event, and later events are passed on."""
    one, *_ = new.happened
    await new.everybody_reads()
    superuser = await asyncpg.connect(new.database.superuser_url)
    await superuser.execute("insert into cursor values ('notices', '0', 0, default, 0) on conflict do nothing")
    await superuser.execute("update cursor set xid = '77777777', position = 900, passed = 11 where reader = 'portal'")
    await superuser.close()
    [portal] = (await new.after_restore()).cursors
    assert (portal.reader, portal.passed, portal.to_passed) == ("portal", 11, 8)
    kept = await new.pool.fetchval("select cursors from ledger_server where number = 2")
    assert kept == [portal.model_dump(mode="json")]
    await new.go_on(one)
    feed = Feed(new.pool)
    [event] = (await feed.next_batch(FeedReader.PORTAL)).events
    assert (event.dossier, event.version) == (one, 3)
    assert await new.problems() == []


async def test_numbers_that_a_replica_did_not_bring(new: House) -> None:
    """After a logical replica, which has no sequences, they are set after the existing rows."""
    one, *_ = new.happened
    await StuckDossiers(new.pool).all()
    superuser = await asyncpg.connect(new.database.superuser_url)
    await superuser.execute("select setval(pg_get_serial_sequence('event', 'position'), 1, false)")
    await superuser.close()
    assert (await new.after_restore()).sequences == ("event.position",)
    await new.go_on(one)
    assert await new.problems() == []


async def test_a_dump_of_an_earlier_moment_says_that_the_log_is_set_aside(
    old: House, new_server: Stack, tmp_path: Path, doors: AsyncExitStack
) -> None:
    """When the log of checkpoints has events that were lost, the report says to keep the log as evidence and start a
    new one."""
    one, *_ = old.happened
    early = await moved(old, new_server, tmp_path, doors)
    await old.go_on(one)
    await old.checkpoint()
    assert (await early.after_restore()).log is LogThen.SET_ASIDE


async def test_a_server_behind_the_log_alone(
    old: House, new_server: Stack, postgres: Stack, tmp_path: Path, doors: AsyncExitStack
) -> None:
    """A checkpoint has signed numbers above every row. A server with ids between the two signs nothing until the
    command has run, because no checkpoint would cover its register rows."""
    one, *_ = old.happened
    await advance_transaction_ids(new_server, postgres)
    await advance_transaction_ids(postgres, new_server)
    await old.checkpoint()
    new = await moved(old, new_server, tmp_path, doors)
    await require_in_order(new.pool)
    await new.go_on(one)
    with pytest.raises(DatabaseRestored):
        await new.checkpoint()
    assert (await new.after_restore()).needed
    await new.checkpoint()
    assert await new.problems() == []


RENUMBERED = {
    "all of the past": (
        "update event set xid = (xid::text::bigint + 2147483648)::text::xid8;"
        "update cursor set xid = (xid::text::bigint + 2147483648)::text::xid8",
        {"server_unrecorded", "anchored_order_differs"},
    ),
    "one event": (
        "update event set xid = '5000000000' where (dossier, version) = ('H42.12-250701-0002', 3)",
        {"server_unrecorded"},
    ),
    "the record removed": (
        "delete from ledger_server where number = 2",
        {"transaction_from_future", "registered_row_missing"},
    ),
    "the first server removed": (
        "delete from ledger_server where number = 1",
        {"server_altered", "registered_row_missing"},
    ),
    "another shift": (
        "update ledger_server set shift = shift / 2 where number = 2",
        {"transaction_from_future", "registered_row_altered"},
    ),
    "a server made up": (
        "insert into ledger_server select 3, server, shift, newest, events, cursors, who, why, at, xid "
        "from ledger_server where number = 2",
        {"server_altered", "registered_row_invented"},
    ),
}


@pytest.mark.parametrize("what", RENUMBERED)
async def test_a_renumbering_that_nobody_recorded_is_named(new: House, doors: AsyncExitStack, what: str) -> None:
    """`ledger verify` names numbers and server records that the owner of the server has changed."""
    one, *_ = new.happened
    await new.everybody_reads()
    await new.after_restore()
    await new.go_on(one)
    await new.checkpoint()
    assert await new.problems() == []
    superuser = await asyncpg.connect(new.database.superuser_url)
    doors.push_async_callback(superuser.close)
    statements, wanted = RENUMBERED[what]
    for statement in statements.split(";"):
        await unguarded(superuser, statement)
    assert wanted <= {problem.split()[0] for problem in await new.problems()}


@pytest.fixture
async def of_a_release_before(empty_database: Database, doors: AsyncExitStack) -> Pool:
    """A ledger of a release without this command, on a server whose ids are below its event."""
    await migrate(empty_database.admin_url, migrations=[one for one in read_files() if one.file < "1000"])
    superuser = await asyncpg.connect(empty_database.superuser_url)
    await superuser.execute("alter table event alter column xid set default '99999999'")
    pool = await open_pool(empty_database.url, 2)
    doors.push_async_callback(pool.close)
    await open_dossier(pool, "one", started())
    await superuser.execute("alter table event alter column xid set default pg_current_xact_id()")
    await superuser.close()
    return pool


async def test_a_restore_under_an_earlier_release(of_a_release_before: Pool, empty_database: Database) -> None:
    """The upgrade itself repairs a restore under an earlier release, which had no command for it."""
    pool, feed = of_a_release_before, Feed(of_a_release_before)
    await pool.execute(
        "insert into cursor (reader, xid, position, passed) "
        "select 'portal', xid, position, 1 from event order by xid, position limit 1"
    )
    assert await migrate(empty_database.admin_url)
    await require_in_order(pool)
    assert [one.version for one in (await feed.next_batch("portal")).events] == [2]
    code = await open_dossier(pool, "two")
    assert [(one.dossier, one.version) for one in (await feed.next_batch("portal")).events][1:] == [(code, 1)]
    assert (await verify(pool, fold=fold)).problems == ()


async def test_every_number_is_the_ledgers_own(pool: Pool) -> None:
    """No table stores the server's own transaction id, because after a restore new rows would sort before old ones."""
    rows = await pool.fetch(
        "select attrelid::regclass::text as table, pg_get_expr(adbin, adrelid) as value from pg_attribute "
        "left join pg_attrdef on adrelid = attrelid and adnum = attnum join pg_class on pg_class.oid = attrelid "
        "where relkind = 'r' and relnamespace::regnamespace::text in ('public', 'vault') and attname = 'xid'"
    )
    found = {row["table"]: row["value"] for row in rows}
    told = [found.pop(table) for table in ("cursor", "acts_compared", "ledger_server", "notice_before")]
    assert told == [None] * 4, "these are told which number it is"
    assert found == dict.fromkeys({"event", *REGISTERS} - {"ledger_server"}, "this_transaction()")


async def test_the_feed_is_read_by_its_index(new: House) -> None:
    """A batch reads the index from the cursor to the oldest open transaction, so its cost does not depend on the
    ledger's size. (The planner would sort the few rows of a test.)"""
    await new.after_restore()
    async with new.pool.acquire() as db, db.transaction():
        await db.execute("set local enable_seqscan = off; set local enable_bitmapscan = off")
        rows = await db.fetch("explain (costs off) " + AFTER, 1, 1, 500)
    plan = "\n".join(row[0] for row in rows)
    assert "Index Scan using event_in_order on event" in plan
    assert "Sort" not in plan
    assert """Index Cond: ((ROW(xid, "position") > ROW('1'::xid8, '1'::bigint)) AND (xid < (InitPlan""" in plan


async def test_a_busy_server_is_not_taken_for_a_restored_one(pool: Pool) -> None:
    """What others write between two readings is no sign of a restore: a worker starts while everybody works."""
    writing = asyncio.gather(*(open_dossier(pool, f"key-{number}", started()) for number in range(40)))
    looks = 0
    while not writing.done():
        await require_in_order(pool)
        looks += 1
    await writing
    assert looks > 0
