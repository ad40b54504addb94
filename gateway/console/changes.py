"""Tells open pages that something they show has changed. It sends only that, never what.

One follower of the live events serves every page of the process, so that hundreds of officers cost no more than one. A
page reads itself anew after "changed"; so a page left open overnight is right in the morning.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

from sse_starlette import ServerSentEvent

from activities.events_out.cloud_events import PlacedEvent
from activities.events_out.filters import EventFilter, Wanted
from activities.events_out.live import LiveEvents
from activities.events_out.positions import position_of
from domain.errors import Conflict, DomainError
from domain.messages.events_out import EventsRefusal
from domain.record.sealing import RecordedEvent

CALLER = "console"
"""Under this name the one follower is counted."""
RETRY_AFTER = 3_000
"""Milliseconds after which a page connects again."""
EVERYTHING = Wanted(scope=EventFilter())
PAUSE = 1.0
"""Seconds between two messages to a page, at least."""
HEART_BEAT = 15.0
LONGEST = 600.0
"""Seconds after which a stream ends, so that the page has to show a session again."""
MOST_PAGES = 2_000
"""How many pages of a process may wait for changes."""
OF_ONE_CALLER = 20
"""How many of them one caller may have, so that it does not take the server's connections from the others."""


class _Page:
    """One open page, and whether it was told of the last change."""

    def __init__(self, scope: EventFilter, caller: str) -> None:
        self.scope = scope
        self.caller = caller
        self.changed = asyncio.Event()
        self.place = ""


class Changes:
    """Reads the live events while a page is open, and wakes the pages that may show the dossier."""

    def __init__(self, live: LiveEvents) -> None:
        self._live = live
        self._pages: set[_Page] = set()
        self._reading: asyncio.Task[None] | None = None
        self._ended = False

    def require_room(self, caller: str) -> None:
        """Raises Conflict `event_streams_too_many` when there is no room for one more page of this caller,
        `event_followers_too_many` when there is none for anybody: a browser then waits longer and longer.
        """
        if sum(page.caller == caller for page in self._pages) >= OF_ONE_CALLER:
            raise Conflict(EventsRefusal.EVENT_STREAMS_TOO_MANY, most=OF_ONE_CALLER)
        if len(self._pages) >= MOST_PAGES:
            raise Conflict(EventsRefusal.EVENT_FOLLOWERS_TOO_MANY, most=MOST_PAGES)

    async def told(
        self, scope: EventFilter, since: str | None, allowed: Callable[[], bool], caller: str
    ) -> AsyncIterator[ServerSentEvent]:
        """The messages to one page. `since`: the id of its last message; then it is told at once to read itself anew.

        At most one message a second. Ends when `allowed` says no, and after `LONGEST`.
        """
        page = _Page(scope, caller)
        if since:
            page.place = since
            page.changed.set()
        self._pages.add(page)
        try:
            self._begin()
            yield ServerSentEvent(comment="luongxanh", retry=RETRY_AFTER)
            until = asyncio.get_running_loop().time() + LONGEST
            while asyncio.get_running_loop().time() < until and allowed() and not self._ended:
                yield await _message(page)
        finally:
            self._pages.discard(page)
            if not self._pages and self._reading is not None:
                self._reading.cancel()
                self._reading = None

    def _begin(self) -> None:
        if self._reading is None or self._reading.done():
            self._ended = False
            self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        """Reads until the live events end; then the pages end too, and connect again."""
        with suppress(DomainError):
            async for one in self._live.follow(None, EVERYTHING, CALLER):
                if isinstance(one, PlacedEvent):
                    self._wake(one)
        self._ended = True
        for page in self._pages:
            page.changed.set()

    def _wake(self, event: PlacedEvent) -> None:
        for page in self._pages:
            if _concerns(page.scope, event):
                page.place = position_of(event.place)
                page.changed.set()


def _concerns(scope: EventFilter, event: PlacedEvent) -> bool:
    """True also for a unit that the very event took out of the dossier: its list has one item less."""
    acted = event.recorded.actor.unit if isinstance(event.recorded, RecordedEvent) else None
    return scope.covers(event) or (scope.units is not None and acted in scope.units)


async def _message(page: _Page) -> ServerSentEvent:
    """The next message: that something changed, or a sign of life."""
    try:
        async with asyncio.timeout(HEART_BEAT):
            await page.changed.wait()
    except TimeoutError:
        return ServerSentEvent(comment="-")
    await asyncio.sleep(PAUSE)  # what comes in this second is told with it
    page.changed.clear()
    return ServerSentEvent("changed", event="changed", id=page.place or None)
