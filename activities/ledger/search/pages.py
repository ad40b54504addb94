"""Pages of a search, forward and back, that stay right while dossiers change.

No dossier is on two pages, and none that stands still is on no page. A dossier that changes may move from a page that
was read to one that comes. So the later pages leave out what changed after the first page was read, unless the order is
by code, which no change moves. All pages judge lateness at the instant of the first.

Whether a change came after the first page is known from the transaction that recorded it (`moments`), not from the
time of its act, which may be earlier. `ledger rebuild` writes every row: to a search that goes on meanwhile, what it
wrote has changed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from activities.ledger.search.cursors import Cursors, FirstPage, Turn, fingerprint
from activities.ledger.search.order import Reading, SearchOrder
from activities.ledger.search.query import SearchFilter, SearchScope
from activities.ledger.search.reader import Counted, DossierSearch, FoundDossier, Placed, Search, Searching
from domain.errors import InvalidInput
from domain.messages.search import ListRefusal
from domain.values import Instant, Value

Meant = Callable[[datetime], SearchFilter]
"""What a filter means as of an instant: it may count days from it. All pages mean what the first one meant."""


class SearchPage(Value):
    """Some of the found dossiers, and the cursors of the pages after and before. None: there is no such page.

    `count`: how many were found when the first page was read; `at`: the instant at which lateness is judged.
    """

    items: tuple[FoundDossier, ...]
    next: str | None
    previous: str | None
    count: Counted
    at: Instant


class SearchPages:
    """Reads pages."""

    def __init__(self, search: DossierSearch, cursors: Cursors) -> None:
        self._search = search
        self._cursors = cursors

    async def page(
        self,
        wanted: SearchFilter | Meant,
        scope: SearchScope,
        order: SearchOrder,
        *,
        now: datetime,
        limit: int = 50,
        cursor: str | None = None,
    ) -> SearchPage:
        """The page of a cursor, or the first. Raises InvalidInput (`cursor_invalid`), DatabaseUnavailable.

        `wanted`: the filter, or what it means as of the first page.
        """
        turn = None if cursor is None else self._cursors.read(cursor)
        at = turn.first.at if turn else now
        wanted = wanted if isinstance(wanted, SearchFilter) else wanted(at)
        search = Search(wanted=wanted, scope=scope, order=order, at=at)
        if turn and turn.first.of_search != _fingerprint(search):
            raise InvalidInput(ListRefusal.CURSOR_INVALID)
        async with self._search.at_one_moment("search") as searching:
            first = turn.first if turn else await _first_page(searching, search)
            search = search.model_copy(update={"as_of": first.as_of})
            reading = Reading(turn.place, turn.back, turn.included) if turn else Reading()
            rows = await searching.rows(search, reading, limit + 1, few=first.counted.few)
        before, after = _turns(rows, turn, first, limit)
        return SearchPage(
            items=_in_order(rows[:limit], turn),
            next=None if after is None else self._cursors.sign(after),
            previous=None if before is None else self._cursors.sign(before),
            count=first.counted,
            at=first.at,
        )


async def _first_page(searching: Searching, search: Search) -> FirstPage:
    as_of = None if search.order.by.stands_still else await searching.moment()
    counted = await searching.count(search)
    return FirstPage(of_search=_fingerprint(search), at=search.at, as_of=as_of, counted=counted)


def _fingerprint(search: Search) -> str:
    return fingerprint(search.wanted, search.scope, search.order)


def _in_order(rows: list[Placed], turn: Turn | None) -> tuple[FoundDossier, ...]:
    found = [row.dossier for row in rows if row.dossier is not None]
    return tuple(reversed(found) if turn and turn.back else found)


def _turns(rows: list[Placed], turn: Turn | None, first: FirstPage, limit: int) -> tuple[Turn | None, Turn | None]:
    """The turns to the page before and to the page after. `rows` has one row more than the page, if there is one."""
    turns = [Turn(place=row.place, first=first) for row in rows[:limit]]
    more = len(rows) > limit
    if turn is None:
        return None, turns[-1] if more else None
    if not turns:  # the rest of the dossiers changed meanwhile: the way back begins at the place itself
        back = turn.model_copy(update={"back": not turn.back, "included": not turn.included})
        return (None, back) if turn.back else (back, None)
    if turn.back:
        return (_back(turns[-1]) if more else None), turns[0]
    return _back(turns[0]), (turns[-1] if more else None)


def _back(turn: Turn) -> Turn:
    return turn.model_copy(update={"back": True})
