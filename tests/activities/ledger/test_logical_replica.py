"""Tests of a ledger that moved by logical replication, as a platform's own upgrade does: `after-restore` is enough, and
no reader misses an event."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import asyncpg
import pytest

from activities.ledger.feed import Feed, FeedReader
from activities.ledger.migrations import migrate
from activities.ledger.pool import Connection, DatabaseRestored, Pool, open_pool
from activities.ledger.servers import after_restore
from activities.ledger.verification.walk import verify
from tests.support import databases
from tests.support.databases import Database
from tests.support.ledger_samples import fold, open_dossier, started, step
from tests.support.restored_database import advance_transaction_ids, run, schema_in_two_parts
from tests.support.waiting import until
from tools.local_stack import Stack
from tools.local_stack.postgres import SUPERUSER

pytestmark = pytest.mark.stack

THERE = """
select not exists (select from pg_subscription_rel where srsubstate <> 'r')
   and (select count(*) from event) = $1 and (select sum(passed) from cursor) = $2
"""


@pytest.fixture(scope="module")
def publisher(new_server: Stack) -> Iterator[Stack]:
    """A server whose log can be replicated row by row."""
    with Stack.temporary(servers=["postgres"], durable=False) as stack:
        asyncio.run(logical(stack))
        stack.stop("postgres")
        stack.start("postgres")
        yield stack


@pytest.fixture(scope="module")
def new_server() -> Iterator[Stack]:
    with Stack.temporary(servers=["postgres"], durable=False) as stack:
        yield stack


async def logical(stack: Stack) -> None:
    connection = await asyncpg.connect(stack.postgres_url(SUPERUSER, "postgres"))
    await connection.execute("alter system set wal_level = logical")
    await connection.close()


@pytest.fixture
async def doors() -> AsyncIterator[AsyncExitStack]:
    """Closes at the end what the test opened."""
    async with AsyncExitStack() as stack:
        yield stack


async def everybody_reads(pool: Pool, most: int) -> list[list[tuple[str, int]]]:
    """The events that each reader gets, at most that many."""
    places, feed = [], Feed(pool)
    for reader in FeedReader:
        batch = await feed.next_batch(reader, most)
        await feed.commit_cursor(reader, batch.cursor)
        places.append([(one.dossier, one.version) for one in batch.events])
    return places


async def test_a_logical_replica_goes_on(
    publisher: Stack, new_server: Stack, tmp_path: Path, doors: AsyncExitStack
) -> None:
    """A replica has every row, but neither ids nor sequences. Its triggers are made after the rows have arrived."""
    await advance_transaction_ids(publisher, new_server)
    old = await databases.create(publisher)
    await migrate(old.admin_url)
    pool = await open_pool(old.url, 2)
    one = await open_dossier(pool, "one", started(), step(1))
    before = await everybody_reads(pool, 2)
    rows, triggers = schema_in_two_parts(old, tmp_path)
    new = await subscribed(old, new_server, rows)
    two = await open_dossier(pool, "two", started())
    more = await everybody_reads(pool, 2)
    superuser = await asyncpg.connect(new.superuser_url)
    doors.push_async_callback(superuser.close)
    await until_it_has(superuser, 5, passed=4 * len(FeedReader))
    await pool.close()
    await superuser.execute("drop subscription follows")
    run("pg_restore", "--exit-on-error", f"--dbname={new.admin_url}", *triggers)

    pool, owner = await open_pool(new.url, 2), await open_pool(new.admin_url, 1)
    doors.push_async_callback(pool.close)
    doors.push_async_callback(owner.close)
    with pytest.raises(DatabaseRestored):
        await open_dossier(pool, "three")
    done = await after_restore(owner, "cb.TTPVHCC.operator.1", "Nâng cấp máy chủ")
    assert (done.needed, done.events, done.cursors, done.sequences) == (True, 5, (), ("event.position",))
    three = await open_dossier(pool, "three", started())
    rest = await everybody_reads(pool, 500)
    order = [(one, 1), (one, 2), (one, 3), (two, 1), (two, 2), (three, 1), (three, 2)]
    assert [[*first, *then, *last] for first, then, last in zip(before, more, rest, strict=True)] == [order] * len(
        FeedReader
    )
    assert (await verify(pool, fold=fold, owner=owner)).problems == ()


async def subscribed(old: Database, server: Stack, rows: tuple[str, ...]) -> Database:
    """A new database with the old tables, which receives the rows of the old one."""
    superuser = await asyncpg.connect(server.postgres_url(SUPERUSER, "postgres"))
    await superuser.execute("create role luongxanh_reader nologin")
    await superuser.close()
    new = await databases.create(server)
    run("pg_restore", "--exit-on-error", f"--dbname={new.admin_url}", *rows)
    publishing, following = await asyncpg.connect(old.superuser_url), await asyncpg.connect(new.superuser_url)
    await publishing.execute("create publication everything for all tables")
    await following.execute(f"create subscription follows connection '{old.superuser_url}' publication everything")
    await publishing.close()
    await following.close()
    return new


async def until_it_has(replica: Connection, events: int, passed: int) -> None:
    """Waits until that many events have arrived and the cursors have passed that many in all."""
    await until(lambda: replica.fetchval(THERE, events, passed), "the replica has come to the end")
