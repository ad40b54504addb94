"""Tests of the pages of events: complete, in order, filtered, within the caller's scope."""

from __future__ import annotations

import pytest

from activities.events_out.cloud_events import CloudEvents
from activities.events_out.event_types import kinds_named
from activities.events_out.filters import EVERYTHING, EventFilter, Wanted
from activities.events_out.pages import EventPages
from activities.ledger.feed import Cursor
from activities.ledger.pool import Pool
from activities.ledger.store import APPEND, Ledger
from activities.ledger.vault import Vault
from tests.support.ledger_samples import append, arguments, open_dossier, started, step, submitted

pytestmark = pytest.mark.stack

ALL = Wanted(scope=EVERYTHING)
ONE, TWO, THREE = (f"H42.12-250701-000{number}" for number in (1, 2, 3))


def pages_of(pool: Pool, **limits: int) -> EventPages:
    return EventPages(pool, CloudEvents("H42"), **limits)


async def everything(pages: EventPages, wanted: Wanted, limit: int, after: Cursor = Cursor()) -> list[str]:  # noqa: B008
    """The ids of all events, read page by page to the end."""
    read: list[str] = []
    more, place = True, after
    while more:
        page = await pages.page(place, wanted, limit)
        assert len(page.events) <= limit
        read += [event.id for event in page.events]
        more, place = page.more, page.place
    return read


@pytest.mark.parametrize("limit", [1, 2, 3, 500])
async def test_pages_have_every_event_once_in_order(pool: Pool, limit: int) -> None:
    """Whatever the size of the page."""
    await Ledger(pool).record(append(ONE, [submitted(ONE), started(), step(1)]))
    await Ledger(pool).record(append(TWO, [submitted(TWO), started()]))
    assert await everything(pages_of(pool), ALL, limit) == [
        f"{ONE}/1", f"{ONE}/2", f"{ONE}/3", f"{TWO}/1", f"{TWO}/2",
    ]  # fmt: skip


async def test_a_late_commit_is_never_missed(pool: Pool) -> None:
    """A page ends before a transaction that is still open, and the next page has what it wrote."""
    await Ledger(pool).record(append(ONE, [submitted(ONE)]))
    async with pool.acquire() as slow:
        transaction = slow.transaction()
        await transaction.start()
        await slow.fetchrow(APPEND, *arguments(append(TWO, [submitted(TWO)])))
        await Ledger(pool).record(append(THREE, [submitted(THREE)]))
        first = await pages_of(pool).page(Cursor(), ALL, 10)
        await transaction.commit()
    second = await pages_of(pool).page(first.place, ALL, 10)
    assert [event.subject for event in first.events] == [ONE]
    assert [event.subject for event in second.events] == [TWO, THREE]


async def test_filters(pool: Pool) -> None:
    """By procedure, by a unit that has anything to do with the dossier as of now, by type; and all of them together."""
    await Ledger(pool).record(append(ONE, [submitted(ONE), started()], competent="13381"))
    other = submitted(TWO).model_copy(update={"procedure": "2.000635", "received_by": "13200"})
    await Ledger(pool).record(append(TWO, [other, started()], received_by="13400", competent=None, responsible="13500"))
    pages = pages_of(pool)

    async def found(**asked: frozenset[str]) -> list[str]:
        return await everything(pages, Wanted(asked=EventFilter.model_validate(asked), scope=EVERYTHING), 10)

    assert await found(procedures=frozenset({"2.000635"})) == [f"{TWO}/1", f"{TWO}/2"]
    assert await found(units=frozenset({"13381", "1"})) == [f"{ONE}/1", f"{ONE}/2"]
    for unit in ("13200", "13400", "13500"):  # received it first, receives it, is responsible
        assert await found(units=frozenset({unit})) == [f"{TWO}/1", f"{TWO}/2"]
    started_ones = kinds_named(["luongxanh.processing_started.v1"])
    assert await found(kinds=started_ones) == [f"{ONE}/2", f"{TWO}/2"]
    assert await found(kinds=started_ones, units=frozenset({"13366"})) == [f"{ONE}/2"]
    assert await found(units=frozenset()) == []


async def test_nobody_sees_beyond_their_scope(pool: Pool) -> None:
    """What a caller asks for is narrowed by what it may see, also when it asks for everything or for more."""
    await Ledger(pool).record(append(ONE, [submitted(ONE)]))
    await Ledger(pool).record(append(TWO, [submitted(TWO)], competent="13381"))
    scope = EventFilter(units=frozenset({"13381"}))
    for asked in (EVERYTHING, EventFilter(units=frozenset({"13366", "13381"}))):
        assert await everything(pages_of(pool), Wanted(asked=asked, scope=scope), 10) == [f"{TWO}/1"]
    foreign = EventFilter(procedures=frozenset({"9.999999"}))
    assert await everything(pages_of(pool), Wanted(asked=EVERYTHING, scope=foreign), 10) == []


async def test_a_scope_is_of_the_units_that_take_part_now(pool: Pool) -> None:
    """As for reading the dossier. Who first received it, before a merger, may be asked for, and is no right to see it;
    a unit whose opinion is asked, or that is to take over, has that right."""
    asked = {"opinions": [{"unit": "13500"}], "handovers": [{"to_unit": "13600"}], "received_by": "13400"}
    await Ledger(pool).record(
        append(ONE, [submitted(ONE)], received_by="13400", competent=None, responsible=None, snapshot=asked)
    )

    async def seen(asked: EventFilter, scope: EventFilter) -> list[str]:
        return await everything(pages_of(pool), Wanted(asked=asked, scope=scope), 10)

    first = EventFilter(units=frozenset({"13366"}))
    assert await seen(first, EVERYTHING) == [f"{ONE}/1"]
    assert await seen(EVERYTHING, first) == []
    for unit in ("13400", "13500", "13600"):
        assert await seen(EVERYTHING, EventFilter(units=frozenset({unit}))) == [f"{ONE}/1"]


async def test_a_filter_that_nothing_passes_moves_on(pool: Pool) -> None:
    """A page looks at a bounded number of events; an empty page still has a later place, until the end is reached."""
    for number in range(1, 4):
        code = f"H42.12-250701-{number:04}"
        await Ledger(pool).record(append(code, [submitted(code), started()]))
    nothing = Wanted(asked=EventFilter(kinds=frozenset({"dossier_rated"})), scope=EVERYTHING)
    end = (await pages_of(pool).page(Cursor(), ALL, 100)).place
    place, pages = Cursor(), 0
    while (page := await pages_of(pool, most_looked_at=1).page(place, nothing, 1)).more:
        assert page.events == ()
        assert (page.place.xid, page.place.position) > (place.xid, place.position)
        place, pages = page.place, pages + 1
    assert (page.events, page.place, pages) == ((), end, 6)


async def test_particulars_come_only_when_asked_for(pool: Pool) -> None:
    """With them the page has the applicant's data by its commitment; erased data are no longer there."""
    code = await open_dossier(pool, "k", started())
    plain = await pages_of(pool).page(Cursor(), ALL, 10)
    assert "Trần Văn Đức" not in "".join(event.as_json() for event in plain.events)
    whole = await pages_of(pool).page(Cursor(), ALL, 10, particulars=True)
    first, second = (event.data or {} for event in whole.events)
    assert first["particulars"] == {first["event"]["applicant"]: {"name": "Trần Văn Đức"}}
    assert "particulars" not in second
    await Vault(pool).erase_dossier(code, "van-hanh", "Theo yêu cầu")
    erased = await pages_of(pool).page(Cursor(), ALL, 10, particulars=True)
    assert "Trần Văn Đức" not in "".join(event.as_json() for event in erased.events)
