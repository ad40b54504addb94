"""Tests of the cursors of a search: only ours are read, and only for their search."""

from __future__ import annotations

import random
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Any

import pytest

from activities.ledger.pool import Pool
from activities.ledger.search.cursors import LONGEST
from activities.ledger.search.order import SearchOrder, SortKey
from activities.ledger.search.pages import SearchPage, SearchPages
from activities.ledger.search.query import ALL_DOSSIERS, SearchFilter, SearchScope
from activities.ledger.search.reader import DossierSearch
from domain.dossier.state import State
from domain.errors import InvalidInput
from tests.support.drawn_register import draw, insert
from tests.support.ledger_samples import MORNING
from tests.support.register_pages import cursors

pytestmark = pytest.mark.stack

ORDER = SearchOrder(by=SortKey.PROMISED_DUE)


@pytest.fixture
async def pages(pool: Pool) -> SearchPages:
    """Pages of a small register."""
    await insert(pool, draw(40, random.Random(6)))  # noqa: S311  no secret
    return SearchPages(DossierSearch(pool), cursors())


async def page(pages: SearchPages, cursor: str | None = None, **changed: Any) -> SearchPage:
    """A page of the search of these tests, or of one that differs from it."""
    asked: dict[str, Any] = {"wanted": SearchFilter(), "scope": ALL_DOSSIERS, "order": ORDER, **changed}
    return await pages.page(**asked, now=MORNING, limit=5, cursor=cursor)


async def refused(pages: SearchPages, cursor: str, **changed: Any) -> str:
    """The code of the refusal."""
    with pytest.raises(InvalidInput) as refusal:
        await page(pages, cursor, **changed)
    return refusal.value.code


async def test_no_changed_cursor_is_read(pages: SearchPages) -> None:
    """A cursor with one letter changed, added or removed is refused, at every place."""
    cursor = (await page(pages)).next
    assert cursor is not None
    changed = [
        cursor[:place] + ("A" if cursor[place] != "A" else "B") + cursor[place + 1 :] for place in range(len(cursor))
    ]
    changed += [
        cursor[:-1],
        cursor + "A",
        cursor + "=",
        cursor[1:],
        "",
        "ế",
        " " + cursor,
        cursor + "\n",
        "A" * LONGEST * 2,
    ]
    raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    changed += [
        urlsafe_b64encode(part).decode().rstrip("=") for part in (raw[:32], raw[32:], raw[:31], b"", b"\0" * 32)
    ]
    for one in changed:
        assert await refused(pages, one) == "cursor_invalid"
    assert (await page(pages, cursor)).items


OTHER: dict[str, dict[str, Any]] = {
    "another filter": {"wanted": SearchFilter(states=(State.RETURNED,))},
    "another order": {"order": SearchOrder(by=SortKey.CODE)},
    "the other direction": {"order": SearchOrder(by=SortKey.PROMISED_DUE, descending=True)},
    "a narrower scope": {"scope": SearchScope(units=("13366",))},
    "no scope at all": {"scope": SearchScope(units=())},
    "an applicant": {"scope": SearchScope(applicant="cd.001")},
}


@pytest.mark.parametrize("what", OTHER)
async def test_a_cursor_is_bound_to_its_search(pages: SearchPages, what: str) -> None:
    """A cursor of one search is refused for another, so that nobody pages beyond their own scope with it."""
    cursor = (await page(pages)).next
    assert cursor is not None
    assert await refused(pages, cursor, **OTHER[what]) == "cursor_invalid"
    theirs = (await page(pages, **OTHER[what])).next
    if theirs is not None:
        assert await refused(pages, theirs) == "cursor_invalid"


async def test_a_cursor_of_another_key_is_refused(pool: Pool, pages: SearchPages) -> None:
    """A cursor that was signed with another key is refused."""
    other = SearchPages(DossierSearch(pool), cursors(b"another"))
    cursor = (await page(other)).next
    assert cursor is not None
    assert await refused(pages, cursor) == "cursor_invalid"


async def test_every_page_means_what_the_first_meant(pages: SearchPages) -> None:
    """A filter that counts days is asked for what it meant when the first page was read, by our word alone."""
    asked: list[datetime] = []

    def meant(at: datetime) -> SearchFilter:
        asked.append(at)
        return SearchFilter()

    later = MORNING + timedelta(days=1)
    first = await pages.page(meant, ALL_DOSSIERS, ORDER, now=MORNING, limit=5)
    assert first.next is not None
    second = await pages.page(meant, ALL_DOSSIERS, ORDER, now=later, limit=5, cursor=first.next)
    assert (asked, second.at) == ([MORNING, MORNING], MORNING)
    with pytest.raises(InvalidInput):
        await pages.page(meant, ALL_DOSSIERS, ORDER, now=later, limit=5, cursor=f"A{first.next[1:]}")
    assert len(asked) == 2, "a cursor that is not ours says no day"
