"""Tests of pages of a register that changes while they are read."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest

from activities.ledger.pool import Pool
from activities.ledger.search.order import SearchOrder, SortKey
from activities.ledger.search.pages import SearchPage, SearchPages
from activities.ledger.search.query import ALL_DOSSIERS, SearchFilter
from activities.ledger.search.reader import DossierSearch
from domain.dossier.state import State
from tests.support.databases import Database
from tests.support.drawn_register import analyse, draw, insert
from tests.support.ledger_samples import MORNING
from tests.support.register_pages import cursors

pytestmark = pytest.mark.stack

MANY, CHANGED = 10_000, 1_000
PAGES = 50
LITERALLY = {(SortKey.CODE, False), (SortKey.PROMISED_DUE, False), (SortKey.UPDATED_AT, True)}
"""These orders are tried with all rows, the others with a fifth of them."""
LATER = MORNING + timedelta(days=3)
CHANGE = """
update dossier set updated_at = $2::timestamptz + random() * interval '1 hour',
    promised_due = promised_due + $3::interval, received_at = received_at + $3, version = version + 1,
    statutory_due = case when $4 then null else statutory_due + $3 end,
    ended_at = coalesce(ended_at, $2), late_promised_minutes = coalesce(late_promised_minutes, $5::int)
where code = any($1)
"""


async def changes(pool: Pool, codes: list[str], lot: random.Random) -> None:
    """Moves some dossiers in every order: dates earlier, later, new or gone, and the time of the change."""
    moved = timedelta(hours=lot.randint(-50, 50))
    await pool.execute(CHANGE, codes, LATER, moved, lot.random() < 0.3, lot.randint(-90, 90))


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("by", SortKey)
async def test_ten_thousand_rows_while_a_thousand_change(
    database: Database, pool: Pool, by: SortKey, descending: bool
) -> None:
    """No dossier is on two pages, and none that stood still is missing, whatever the others do meanwhile."""
    lot = random.Random(f"{by} {descending}")  # noqa: S311  no secret
    share = 1 if (by, descending) in LITERALLY else 5
    rows = draw(MANY // share, lot)
    for first in range(0, len(rows), 2_000):
        await insert(pool, rows[first : first + 2_000])
    await analyse(database.admin_url)
    codes = [row["code"] for row in rows]
    changing = lot.sample(codes, CHANGED // share)
    pages, order = SearchPages(DossierSearch(pool), cursors()), SearchOrder(by=by, descending=descending)
    shown: list[str] = []
    cursor, waiting, at_once = None, list(changing), MANY // share // PAGES
    while True:
        page = await pages.page(SearchFilter(), ALL_DOSSIERS, order, now=LATER, limit=at_once, cursor=cursor)
        shown += [item.code for item in page.items]
        if waiting:
            step = CHANGED // share // PAGES + 6
            await changes(pool, waiting[:step], lot)
            waiting = waiting[step:]
        cursor = page.next
        if cursor is None:
            break
    assert not waiting
    assert len(shown) == len(set(shown))
    assert set(codes) - set(changing) <= set(shown)
    if by is SortKey.CODE:
        assert set(shown) == set(codes)


async def test_what_changed_shows_in_the_next_search(pool: Pool) -> None:
    """Pages leave out what changed since the first; the next search has it at its new place."""
    lot = random.Random(3)  # noqa: S311  no secret
    rows = draw(40, lot)
    await insert(pool, rows)
    pages, order = SearchPages(DossierSearch(pool), cursors()), SearchOrder(by=SortKey.UPDATED_AT)

    async def page(cursor: str | None = None) -> SearchPage:
        return await pages.page(SearchFilter(), ALL_DOSSIERS, order, now=LATER, limit=10, cursor=cursor)

    first = await page()
    await changes(pool, [first.items[0].code], lot)
    shown, cursor = list(first.items), first.next
    while cursor:
        rest = await page(cursor)
        shown, cursor = [*shown, *rest.items], rest.next
    assert len({item.code for item in shown}) == len(shown) == len(rows)
    again = await pages.page(SearchFilter(), ALL_DOSSIERS, order, now=LATER, limit=100)
    assert again.items[-1].code == first.items[0].code


MOVED_TO_THE_END = """
update dossier set promised_due = '2090-01-01Z', updated_at = least(updated_at, now()), version = version + 1
where code = any($1::text[])
"""
"""A change whose act is no newer than others that were recorded before."""


@pytest.mark.parametrize("began", ["before the first page", "after it"])
async def test_a_change_that_is_recorded_late_shows_once(pool: Pool, began: str) -> None:
    """An act of before the first page that is recorded after it: its dossier is on no two pages, nobody else is missed.

    The transactions that ended meanwhile, also those that began later than one that has not, are what the page had.
    """
    await insert(pool, draw(40, random.Random(5)))  # noqa: S311  no secret
    await pool.execute("update dossier set promised_due = '2026-01-01Z'::timestamptz + random() * interval '1 day'")
    pages, order = SearchPages(DossierSearch(pool), cursors()), SearchOrder(by=SortKey.PROMISED_DUE)

    async def page(cursor: str | None = None) -> SearchPage:
        return await pages.page(SearchFilter(), ALL_DOSSIERS, order, now=LATER, limit=10, cursor=cursor)

    first_codes = [item.code for item in (await page()).items]
    last = (await pages.page(SearchFilter(), ALL_DOSSIERS, order, now=LATER, limit=40)).items[-1].code
    async with pool.acquire() as late:
        recording = late.transaction()
        await recording.start()
        if began == "before the first page":
            await late.execute(MOVED_TO_THE_END, first_codes[:5])
        await pool.execute("update dossier set version = version + 1 where code = $1", last)
        first = await page()
        assert [item.code for item in first.items] == first_codes
        if began == "after it":
            await late.execute(MOVED_TO_THE_END, first_codes[:5])
        await recording.commit()
    shown, cursor = [item.code for item in first.items], first.next
    while cursor:
        rest = await page(cursor)
        shown, cursor = [*shown, *(item.code for item in rest.items)], rest.next
    assert len(shown) == len(set(shown)) == 40
    assert last in shown


async def test_the_way_back_from_a_page_that_emptied(pool: Pool) -> None:
    """Where everything after a place changed meanwhile, the page is empty and the way back leads to the page before."""
    await insert(pool, draw(30, random.Random(4)))  # noqa: S311  no secret
    await pool.execute("update dossier set state = 'accepted'")
    pages, order = SearchPages(DossierSearch(pool), cursors()), SearchOrder()
    wanted = SearchFilter(states=(State.ACCEPTED,))

    async def page(cursor: str | None = None) -> SearchPage:
        return await pages.page(wanted, ALL_DOSSIERS, order, now=LATER, limit=10, cursor=cursor)

    first = await page()
    await pool.execute(
        "update dossier set state = 'stopped' where code <> all($1::text[])", [item.code for item in first.items]
    )
    empty = await page(first.next)
    assert (empty.items, empty.next) == ((), None)
    assert (await page(empty.previous)).items == first.items
    await pool.execute("update dossier set state = case state when 'stopped' then 'accepted' else 'stopped' end")
    emptied = await page(empty.previous)
    assert (emptied.items, emptied.previous) == ((), None)
    rest = await page(emptied.next)
    assert len(rest.items) == 10
    assert rest.items[0].code > first.items[-1].code


async def test_lateness_is_judged_at_the_instant_of_the_first_page(pool: Pool) -> None:
    """A dossier whose date passes between two pages is late on none of them."""
    rows = draw(30, random.Random(5))  # noqa: S311  no secret
    await insert(pool, rows)
    await pool.execute("update dossier set overdue_promised_from = $1, late_promised_minutes = null", MORNING)
    late_next = max(row["code"] for row in rows)
    await pool.execute("update dossier set overdue_promised_from = $1 where code = $2", LATER, late_next)
    pages, order = SearchPages(DossierSearch(pool), cursors()), SearchOrder()
    wanted = SearchFilter.model_validate({"late": {"clock": "promised"}})
    now, shown, cursor = MORNING + timedelta(hours=1), list[Any](), None
    while True:
        page = await pages.page(wanted, ALL_DOSSIERS, order, now=now, limit=10, cursor=cursor)
        shown += page.items
        now = LATER + timedelta(hours=1)
        if (cursor := page.next) is None:
            break
    assert len(shown) == page.count.count == len(rows) - 1
    assert late_next not in {item.code for item in shown}
