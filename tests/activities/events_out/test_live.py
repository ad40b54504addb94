"""Tests of the live stream: nothing missed, nothing twice, and no follower waits for another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from activities.events_out.cloud_events import CloudEvents, PlacedEvent
from activities.events_out.filters import EVERYTHING, EventFilter, Wanted
from activities.events_out.live import Beat, Dropped, LiveEvents, LiveLimits
from activities.events_out.pages import EventPages
from activities.events_out.placed_events import Looked
from activities.ledger.feed import Cursor
from activities.ledger.pool import Pool
from activities.ledger.store import Ledger
from domain.dossier.events import AnyEvent
from domain.errors import Conflict
from tests.support.ledger_samples import append, started, step, submitted
from tests.support.waiting import WITHIN, until

pytestmark = pytest.mark.stack

ALL = Wanted(scope=EVERYTHING)
ONE, TWO = (f"H42.12-250701-000{number}" for number in (1, 2))


@asynccontextmanager
async def live(pool: Pool, **limits: float) -> AsyncIterator[LiveEvents]:
    """A reader that runs until the end of the block."""
    events = LiveEvents(pool, EventPages(pool, CloudEvents("H42")), LiveLimits.model_validate(limits))
    stopping = asyncio.Event()
    running = asyncio.create_task(events.run(stopping))
    yield events
    stopping.set()
    await running


class Reading:
    """A follower that takes everything it gets."""

    def __init__(
        self, events: LiveEvents, after: Cursor | None = None, wanted: Wanted = ALL, caller: str = "service/a"
    ) -> None:
        self.ids: list[str] = []
        self.place: Cursor | None = None
        self.dropped = False
        self.beats = 0
        self.task = asyncio.create_task(self._read(events, after, wanted, caller))

    async def _read(self, events: LiveEvents, after: Cursor | None, wanted: Wanted, caller: str) -> None:
        async for one in events.follow(after, wanted, caller):
            self.place = one.place
            match one:
                case PlacedEvent():
                    self.ids.append(f"{one.recorded.dossier}/{one.recorded.version}")
                case Beat():
                    self.beats += 1
                case Dropped():
                    self.dropped = True

    async def has(self, *ids: str) -> None:
        await until(lambda: len(self.ids) >= len(ids), f"{ids} are there")
        assert self.ids == list(ids)


async def next_event(stream: AsyncIterator[PlacedEvent | Beat | Dropped]) -> PlacedEvent:
    """The next event of a stream, after any heart-beats."""
    async for one in stream:
        if isinstance(one, PlacedEvent):
            return one
    raise AssertionError("the stream has ended")


async def write(pool: Pool, code: str, steps: int = 0) -> list[AnyEvent]:
    """A dossier with a submission and some steps, each in a transaction of its own."""
    happened: list[AnyEvent] = [submitted(code)]
    await Ledger(pool).record(append(code, happened))
    for number in range(1, steps + 1):
        await Ledger(pool).record(append(code, [step(number)], after=happened))
        happened.append(step(number))
    return happened


async def test_a_follower_gets_the_past_and_then_what_is_new(pool: Pool) -> None:
    """From the place it names on; without a place only what is new."""
    await write(pool, ONE)
    async with live(pool) as events:
        from_start, from_now = Reading(events, Cursor()), Reading(events)
        await from_start.has(f"{ONE}/1")
        await until(lambda: from_now.beats, "the second follower is there")
        await write(pool, TWO)
        await from_start.has(f"{ONE}/1", f"{TWO}/1")
        await from_now.has(f"{TWO}/1")


async def test_while_many_write_a_follower_that_comes_late_misses_nothing(pool: Pool) -> None:
    """Events that come between its reading of the past and its joining reach it once, in the order of the feed."""
    codes = [f"H42.12-250701-{number:04}" for number in range(12)]
    async with live(pool, look_every=0.01, page=3) as events:
        early = Reading(events, Cursor())
        writing = asyncio.gather(*(write(pool, code, 5) for code in codes))
        late = []
        for _ in range(5):
            late.append(Reading(events, Cursor()))
            await asyncio.sleep(0)
            await until(lambda: late[-1].ids or writing.done(), "the next follower has begun")
        await writing
        everybody = (early, *late)
        await until(lambda: all(len(one.ids) >= 72 for one in everybody), "all events are there")
        for follower in everybody:
            assert len(follower.ids) == len(set(follower.ids)) == 72
            assert follower.ids == early.ids
    assert [one for one in early.ids if one.startswith(codes[0])] == [f"{codes[0]}/{number}" for number in range(1, 7)]


async def test_a_slow_follower_is_dropped_and_goes_on_where_it_was(pool: Pool) -> None:
    """It is told its place; a new stream from there has the rest. The others had everything meanwhile."""
    async with live(pool, room=3, look_every=0.01) as events:
        quick = Reading(events)
        slow = events.follow(None, ALL, "service/a")
        pending = asyncio.ensure_future(next_event(slow))
        await until(lambda: quick.beats >= 2, "the quick follower has joined")
        await write(pool, ONE)
        assert (await pending).recorded.dossier == ONE
        await write(pool, TWO, 9)  # nobody takes them from the slow one
        await quick.has(f"{ONE}/1", *(f"{TWO}/{number}" for number in range(1, 11)))
        rest = [one async for one in slow]
        assert isinstance(rest[-1], Dropped)
        taken = [f"{one.recorded.dossier}/{one.recorded.version}" for one in rest if isinstance(one, PlacedEvent)]
        again = Reading(events, rest[-1].place)
        await until(lambda: len(taken) + len(again.ids) >= 10, "the rest is there")
        assert taken + again.ids == [f"{TWO}/{number}" for number in range(1, 11)]
        assert not quick.dropped


async def test_heart_beats_carry_the_place(pool: Pool) -> None:
    """A follower whose filter lets nothing through still learns how far the stream is, so it never reads that again."""
    async with live(pool, heart_beat=0.05, look_every=0.01) as events:
        nothing = Reading(events, None, Wanted(asked=EventFilter(kinds=frozenset({"dossier_rated"})), scope=EVERYTHING))
        await until(lambda: nothing.beats >= 3, "there were heart-beats")
        before = nothing.place
        assert before is not None
        await write(pool, ONE)
        await until(lambda: nothing.place != before, "the place has moved")
        assert nothing.ids == []


async def test_followers_see_only_their_scope(pool: Pool) -> None:
    """Past and new events alike."""
    await write(pool, ONE)
    async with live(pool, look_every=0.01) as events:
        scope = EventFilter(units=frozenset({"13381"}))
        narrow, wide = Reading(events, Cursor(), Wanted(scope=scope)), Reading(events, Cursor())
        await until(lambda: narrow.beats >= 2 and wide.beats >= 2, "both have joined")
        await Ledger(pool).record(append(TWO, [submitted(TWO), started()], competent="13381"))
        await wide.has(f"{ONE}/1", f"{TWO}/1", f"{TWO}/2")
        await narrow.has(f"{TWO}/1", f"{TWO}/2")


async def test_there_are_only_so_many_followers(pool: Pool) -> None:
    """One more is refused; when one leaves there is room again."""
    async with live(pool, followers=1) as events:
        first = Reading(events)
        await until(lambda: first.beats, "the first is there")
        with pytest.raises(Conflict, match="event_followers_too_many"):
            await anext(events.follow(None, ALL, "service/a"))
        first.task.cancel()
        await until(lambda: events.followed_by == 0, "the first has left")
        second = Reading(events)
        await until(lambda: second.beats, "the second is there")


async def test_one_caller_leaves_room_for_others(pool: Pool) -> None:
    """It has only so many streams of its own; when one ends it may open another."""
    async with live(pool, followers=5, of_one_caller=2) as events:
        own = [Reading(events), Reading(events)]
        await until(lambda: all(one.beats for one in own), "its streams are there")
        with pytest.raises(Conflict, match="event_streams_too_many"):
            await anext(events.follow(None, ALL, "service/a"))
        other = Reading(events, caller="service/b")
        await until(lambda: other.beats, "another caller follows")
        own[0].task.cancel()
        await until(lambda: events.followed_by == 2, "one has ended")
        again = Reading(events)
        await until(lambda: again.beats, "it follows again")


async def test_a_stream_ends_with_the_process_and_after_its_time(pool: Pool) -> None:
    """A stop ends every stream at once. A stream that lasted long enough ends, so that the caller is checked again."""
    async with live(pool) as events:
        following = Reading(events)
        await until(lambda: following.beats, "it is there")
    await until(following.task.done, "it has ended with the process")
    async with live(pool, longest=0.2) as events:
        await until(Reading(events).task.done, "it has ended after its time")


async def test_a_stop_while_a_follower_takes_an_event_ends_its_stream(pool: Pool) -> None:
    """It ends with that event, and does not wait for the next sign of life."""
    async with live(pool, heart_beat=3_600) as events:
        stream = events.follow(None, ALL, "service/a")
        for _ in range(2):  # it has read the past, and gets what is new
            assert isinstance(await anext(stream), Beat)
        taking = asyncio.create_task(next_event(stream))
        await until(lambda: events.followed_by, "it waits for an event")
        await write(pool, ONE, steps=2)
        await taking
        events.stop()
        async with asyncio.timeout(WITHIN):
            assert [one async for one in stream] == []


async def test_ten_followers_ask_the_database_no_more_than_one(pool: Pool) -> None:
    """New events are read once for all: the number of queries does not grow with the followers."""
    async with live(pool, look_every=0.05) as events:
        asked = 0

        class Counted:
            def __init__(self, inner: object) -> None:
                self._inner = inner

            async def after(self, place: Cursor, limit: int, wanted: Wanted) -> Looked:
                nonlocal asked
                asked += 1
                looked: Looked = await self._inner.after(place, limit, wanted)  # type: ignore[attr-defined]
                return looked

        followers = [Reading(events) for _ in range(10)]
        await until(lambda: all(one.beats >= 2 for one in followers), "all have joined")
        events._pages._read = Counted(events._pages._read)  # type: ignore[assignment]
        await write(pool, ONE, 5)
        for one in followers:
            await one.has(*(f"{ONE}/{number}" for number in range(1, 7)))
        assert asked == 0
