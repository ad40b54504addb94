"""Tests of the moment of a first page, at the turn of the numbers of transactions, and in a cursor."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from activities.ledger.pool import Pool
from activities.ledger.search.conditions import written
from activities.ledger.search.cursors import LONGEST, FirstPage, Turn
from activities.ledger.search.moments import MOST_UNDER_WAY, NUMBERS, WITHIN, Moment
from activities.ledger.search.order import Place
from activities.ledger.search.reader import Counted
from tests.support.ledger_samples import MORNING
from tests.support.register_pages import cursors

pytestmark = pytest.mark.stack

EPOCH = 3 * NUMBERS


def moment(following: int, *under_way: int) -> Moment:
    """The moment with these numbers, each in 64 bits."""
    written_ = f"{min((following, *under_way))}:{following}:{','.join(map(str, under_way))}"
    found = Moment.of({"newest": MORNING, "snapshot": written_})
    assert found is not None
    return found


@pytest.mark.parametrize("following", [EPOCH + 1_000, EPOCH + 5, EPOCH - 1, EPOCH + NUMBERS // 2])
async def test_what_had_ended(pool: Pool, following: int) -> None:
    """Known by the last 32 bits of each number, also around their turn; an old row is not asked for its number."""
    conditions, arguments = written([moment(following, following - 30, following - 7).condition()])

    async def unchanged(number: int, updated_at: Any = MORNING) -> bool:
        row = "(select ($5::text)::xid as xmin, $6::timestamptz as updated_at) as dossier"
        asked = f"select {conditions} from {row}"  # noqa: S608  our own condition
        found: bool = await pool.fetchval(asked, *arguments, str(number % NUMBERS), updated_at)
        return found

    for ended in (1, 6, 8, 29, 31, 100_000, NUMBERS // 2 - 1):
        assert await unchanged(following - ended), ended
    for later in (0, 1, 100_000, NUMBERS // 2 - 1):
        assert not await unchanged(following + later), later
    assert not await unchanged(following - 7)
    assert not await unchanged(following - 30)
    assert await unchanged(following + 1, MORNING - WITHIN - timedelta(seconds=1))
    assert not await unchanged(following - 1, MORNING + timedelta(seconds=1))


def test_a_cursor_has_room_for_it() -> None:
    """A cursor is not longer than what is read as one, however many transactions are under way."""
    following = 2**40
    first = FirstPage(
        of_search="0" * 32,
        at=MORNING,
        as_of=moment(following, *(following - 9_999 + number for number in range(500))),
        counted=Counted(count=10_000, more=True),
    )
    assert first.as_of is not None
    assert len(first.as_of.under_way) == MOST_UNDER_WAY
    place = Place(key=MORNING, code="H42.101-251231-999999999")
    assert len(cursors().sign(Turn(place=place, back=True, included=True, first=first))) <= LONGEST
