"""The live stream: new events reach every follower within half a second.

One task of the process reads the new events and gives each follower those it wants; ten followers cost the database no
more than one. A follower has room for a bounded number of events. One that does not take them is dropped and told the
place from which it may go on; nobody waits for it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress

import structlog

from activities.events_out.cloud_events import PlacedEvent
from activities.events_out.filters import Wanted
from activities.events_out.pages import EventPages
from activities.events_out.placed_events import PlacedEvents
from activities.ledger.feed import Cursor, Feed
from activities.ledger.pool import DatabaseRefuses, DatabaseUnavailable, Pool
from domain.errors import Conflict
from domain.messages.events_out import EventsRefusal
from domain.values import Strict, Value

log = structlog.get_logger(__name__)

CATCH_UP_AT_ONCE = 2
"""How many followers of a process read the past at the same time. The others wait, so that the database is not busy
with the past alone."""


class LiveLimits(Strict):
    """The limits of the stream of one process."""

    look_every: float = 0.3
    """Seconds between two looks for new events, when there was none."""
    heart_beat: float = 15.0
    """Seconds without an event, after which a follower gets a sign of life."""
    room: int = 1_000
    """How many events wait for a follower that does not take them, before it is dropped. New events are read at most
    half as many at once, so that whoever takes what comes is never dropped."""
    followers: int = 200
    of_one_caller: int = 20
    """How many of them one caller may have, so that it does not keep the others out."""
    longest: float = 600.0
    """Seconds after which a stream ends, so that the caller has to show a valid token again."""
    page: int = 200
    """How many events of the past a follower reads at once."""


class Beat(Value):
    """A sign of life. Every event up to the place has been sent, or was not wanted."""

    place: Cursor


class Dropped(Value):
    """The last thing a follower gets when it did not keep up. It goes on after the place with a new request."""

    place: Cursor


class _Follower:
    """What waits for one follower."""

    def __init__(self, wanted: Wanted, until: float, caller: str) -> None:
        self.wanted = wanted
        self.caller = caller
        self.until = until
        """The loop's time at which its stream ends."""
        self.joined: Cursor | None = None
        """The place from which it gets new events; None while it reads the past."""
        self.read_to: Cursor | None = None
        """Every wanted event up to here was put among the waiting ones."""
        self.waiting: deque[PlacedEvent] = deque()
        self.dropped = False
        self.news = asyncio.Event()


class LiveEvents:
    """Reads new events once and hands them to any number of followers. `run` must run meanwhile."""

    def __init__(self, pool: Pool, pages: EventPages, limits: LiveLimits | None = None) -> None:
        self._feed = Feed(pool)
        self._read = PlacedEvents(pool)
        self._pages = pages
        self._limits = limits or LiveLimits()
        self._followers: set[_Follower] = set()
        self._place: Cursor | None = None
        self._stopped = asyncio.Event()
        self._reads = asyncio.Event()
        self._catching_up = asyncio.Semaphore(CATCH_UP_AT_ONCE)

    async def run(self, stopping: asyncio.Event) -> None:
        """Reads until told to stop. Then every follower's stream ends at once."""
        failures = 0
        while not stopping.is_set():
            try:
                more = await self._look()
                failures = 0
            except (DatabaseUnavailable, DatabaseRefuses) as problem:
                more, failures = False, failures + 1
                log.warning("live_events_wait", code=problem.code, failures=failures)
            pause = 0.0 if more else self._limits.look_every * min(1 + failures, 20)
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), pause or 0.01)
        self.stop()

    def stop(self) -> None:
        """Ends every follower's stream at once. A server calls it before it waits for its connections to end."""
        self._stopped.set()
        self._reads.set()
        for follower in self._followers:
            follower.news.set()

    def require_room(self, caller: str) -> None:
        """Raises Conflict `event_streams_too_many` when there is no room for one more follower of this caller,
        `event_followers_too_many` when there is none for anybody.
        """
        if sum(one.caller == caller for one in self._followers) >= self._limits.of_one_caller:
            raise Conflict(EventsRefusal.EVENT_STREAMS_TOO_MANY, most=self._limits.of_one_caller)
        if len(self._followers) >= self._limits.followers:
            raise Conflict(EventsRefusal.EVENT_FOLLOWERS_TOO_MANY, most=self._limits.followers)

    @property
    def followed_by(self) -> int:
        """How many followers there are."""
        return len(self._followers)

    @property
    def place(self) -> Cursor | None:
        """The place up to which the process has read; None before its first look."""
        return self._place

    @property
    def stopped(self) -> bool:
        """Whether the process reads no more."""
        return self._stopped.is_set()

    async def follow(
        self, after: Cursor | None, wanted: Wanted, caller: str
    ) -> AsyncIterator[PlacedEvent | Beat | Dropped]:
        """The wanted events after a place, those of the past and then the new ones as they come; from now when None.

        Ends after `Dropped`, when the process stops, and when it has lasted long enough for the caller to be checked
        again. Raises the errors of `require_room`, DatabaseUnavailable.
        """
        self.require_room(caller)
        follower = _Follower(wanted, asyncio.get_running_loop().time() + self._limits.longest, caller)
        self._followers.add(follower)
        try:
            await self._reads.wait()
            if self._place is None:  # stopped before the first look
                return
            place = self._place if after is None else after
            yield Beat(place=place)
            async for past in self._past(follower, place):
                place = past.place
                yield past
            async for new in self._new_ones(follower, place):
                yield new
        finally:
            self._followers.discard(follower)

    def _goes_on(self, follower: _Follower) -> bool:
        return not self._stopped.is_set() and asyncio.get_running_loop().time() < follower.until

    async def _past(self, follower: _Follower, place: Cursor) -> AsyncIterator[PlacedEvent | Beat]:
        """What is there already. Near its end the follower joins those that get new events, so that none is missed."""
        more = True
        while self._goes_on(follower) and not follower.dropped:
            if follower.joined is None and not more:
                follower.joined = follower.read_to = self._place
            if follower.joined is not None and not _before(place, follower.joined):
                return
            async with self._catching_up:
                found, place, more = await self._pages.placed(place, follower.wanted, self._limits.page)
            for event in found:
                yield event
            yield Beat(place=place)

    async def _new_ones(self, follower: _Follower, place: Cursor) -> AsyncIterator[PlacedEvent | Beat | Dropped]:
        while self._goes_on(follower):
            follower.news.clear()  # before the events are taken: news of a stop that come meanwhile must stay
            while follower.waiting and self._goes_on(follower):
                event = follower.waiting.popleft()
                if _before(place, event.place):
                    place = event.place
                    yield event
            if follower.dropped:
                yield Dropped(place=place)
                return
            pause = min(self._limits.heart_beat, follower.until - asyncio.get_running_loop().time())
            try:
                async with asyncio.timeout(pause):
                    await follower.news.wait()
            except TimeoutError:
                if not follower.waiting and follower.read_to is not None and _before(place, follower.read_to):
                    place = follower.read_to
                yield Beat(place=place)

    async def _look(self) -> bool:
        """Reads the next new events and hands them out. Returns True when there may be more at once."""
        if self._place is None:
            self._place = await self._feed.end()
            self._reads.set()
        at_once = max(1, self._limits.room // 2)
        looked = await self._read.after(self._place, at_once)
        self._place = looked.place
        if looked.events:
            for follower in self._followers:
                self._hand(follower, looked.events)
        return looked.rows == at_once

    def _hand(self, follower: _Follower, rows: list[PlacedEvent]) -> None:
        if follower.joined is None or follower.dropped:
            return
        wanted = [row for row in rows if follower.wanted.matches(row)]
        if len(follower.waiting) + len(wanted) > self._limits.room:
            follower.dropped = True
            follower.waiting.clear()
            log.info("follower_dropped", waiting=self._limits.room)
        else:
            follower.waiting.extend(wanted)
            follower.read_to = rows[-1].place
        if wanted:  # also for one that was dropped just now
            follower.news.set()


def _before(one: Cursor, other: Cursor) -> bool:
    return (one.xid, one.position) < (other.xid, other.position)
