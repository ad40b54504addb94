"""Tests of the feed: it has every event in one order, and skips none."""

from __future__ import annotations

import asyncio

import pytest

from activities.ledger.feed import Cursor, Feed, FeedBatch
from activities.ledger.pool import Pool
from activities.ledger.store import APPEND, Ledger
from domain.dossier.events import AnyEvent
from tests.support.ledger_samples import append, arguments, open_every_connection, started, step, submitted

pytestmark = pytest.mark.stack
ONE, TWO, THREE = (f"H42.12-250701-000{number}" for number in (1, 2, 3))


async def everything(feed: Feed, reader: str, limit: int = 500) -> list[tuple[str, int]]:
    """Reads the feed to its end as a relay does: handle a batch, then move the cursor."""
    read: list[tuple[str, int]] = []
    while (batch := await feed.next_batch(reader, limit)).events:
        read += places(batch)
        await feed.commit_cursor(reader, batch.cursor)
    return read


def places(batch: FeedBatch) -> list[tuple[str, int]]:
    return [(recorded.dossier, recorded.version) for recorded in batch.events]


async def test_a_late_commit_is_waited_for(pool: Pool, ledger: Ledger) -> None:
    """A reader does not skip a row whose transaction began first and commits last."""
    feed = Feed(pool)
    await ledger.record(append(ONE, [submitted(ONE)]))
    late = append(TWO, [submitted(TWO)])
    async with pool.acquire() as slow:
        transaction = slow.transaction()
        await transaction.start()
        await slow.fetchrow(APPEND, *arguments(late))
        await ledger.record(append(THREE, [submitted(THREE)]))
        # THREE is committed and has a higher position, but TWO may still be committed before it.
        meanwhile = await everything(feed, "relay")
        await transaction.commit()
    afterwards = await everything(feed, "relay")

    assert meanwhile == [(ONE, 1)]
    assert afterwards == [(TWO, 1), (THREE, 1)]


async def test_a_command_rolled_back_is_never_read(pool: Pool, ledger: Ledger) -> None:
    """A transaction that fails leaves a hole in the positions and does not stop readers."""
    feed = Feed(pool)
    failed = append(TWO, [submitted(TWO)])
    async with pool.acquire() as db:
        transaction = db.transaction()
        await transaction.start()
        await db.fetchrow(APPEND, *arguments(failed))
        await transaction.rollback()
    await ledger.record(append(ONE, [submitted(ONE)]))
    assert await everything(feed, "relay") == [(ONE, 1)]


async def test_small_batches_read_the_same(pool: Pool, ledger: Ledger) -> None:
    """A batch limit may cut inside a command, and no row is lost or repeated."""
    feed = Feed(pool)
    await ledger.record(append(ONE, [submitted(ONE), started(), step(1)]))
    await ledger.record(append(TWO, [submitted(TWO), started()]))
    whole = await everything(feed, "whole")
    assert len(whole) == 5
    assert await everything(feed, "by-twos", limit=2) == whole


async def test_while_many_write_nothing_is_missed(pool: Pool, ledger: Ledger) -> None:
    """A reader that follows while twenty dossiers are written reads each event once, and each dossier in order."""
    feed = Feed(pool)
    codes = [f"H42.12-250701-{number:04d}" for number in range(20)]
    done = asyncio.Event()

    async def write(code: str) -> None:
        happened: list[AnyEvent] = [submitted(code)]
        await ledger.record(append(code, happened))
        for number in range(1, 6):
            event = step(number)
            await ledger.record(append(code, [event], after=happened))
            happened.append(event)

    async def follow() -> list[tuple[str, int]]:
        read = []
        while not done.is_set():
            read += await everything(feed, "relay", limit=7)
        return read + await everything(feed, "relay")

    await open_every_connection(pool)
    following = asyncio.create_task(follow())
    await asyncio.gather(*map(write, codes))
    done.set()
    read = await following

    assert len(read) == len(set(read)) == 120
    for code in codes:
        assert [version for dossier, version in read if dossier == code] == [1, 2, 3, 4, 5, 6]


async def test_a_cursor_never_goes_back(pool: Pool, ledger: Ledger) -> None:
    """A reader that is behind its twin cannot move the cursor back."""
    feed = Feed(pool)
    await ledger.record(append(ONE, [submitted(ONE), started()]))
    first = await feed.next_batch("relay", limit=1)
    second = await feed.after(first.cursor, limit=1)

    assert await feed.commit_cursor("relay", second.cursor)
    assert not await feed.commit_cursor("relay", first.cursor)
    assert not await feed.commit_cursor("relay", second.cursor)
    assert await feed.cursor("relay") == second.cursor == await feed.end()
    assert await feed.lag("relay") == 0
    assert await feed.lag("another") == 2
    assert await feed.cursor("another") == Cursor()


async def test_an_empty_feed_stays_where_it_is(pool: Pool) -> None:
    """Without new rows the batch is empty and the cursor stays."""
    feed = Feed(pool)
    place = Cursor(xid=5, position=7)
    assert await feed.after(place) == FeedBatch(events=(), read_from=place, cursor=place)
    assert await feed.end() == Cursor()
