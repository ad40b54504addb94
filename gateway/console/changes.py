"""Tells open pages that something they show has changed. It sends only that, never what.

One follower of the live events serves every page of the process, so that hundreds of officers cost no more than one. A
page reads itself anew after "changed"; so a page left open overnight is right in the morning.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import structlog
from sse_starlette import ServerSentEvent

from activities.events_out.cloud_events import PlacedEvent
from activities.events_out.filters import EventFilter, Wanted
from activities.events_out.live import Dropped, LiveEvents
from activities.events_out.positions import place_of, position_of
from activities.ledger.pool import DatabaseRefuses, DatabaseUnavailable
from domain.errors import Conflict, DomainError, InvalidInput
from domain.messages.events_out import EventsRefusal
from domain.record.sealing import RecordedEvent

log = structlog.get_logger(__name__)

CALLER = "console"
"""Under this name the one follower is counted."""
CHANGED = "changed"
EVERYTHING = Wanted(scope=EventFilter())
PAUSE = 1.0
"""Seconds between two messages to a page, at least."""
HEART_BEAT = 15.0
LONGEST = 600.0
"""Seconds after which a stream ends, so that the page has to show a session again."""
MOST_PAGES = 250
"""How many pages of a process may wait for changes. Each holds a connection, as each follower of `/v1/events/stream`
does; the HTTP server has more, so that requests find one. A page for which there is no room asks by itself."""
MOST_WITHOUT_EVENTS = 100
"""When so many wait, a page that no event concerns is refused: the rest is for pages that show what changes."""
MOST_OF_ONE = 50
"""How many of them one person may have, so that it does not keep the others out."""
LOOK_EVERY = 2.0
"""Seconds between two looks whether the people of the open pages are still signed in, and may still see them."""
REMEMBERED = 2_000
"""The latest events, for a page that comes back: it is told of a change only if there was one."""
AT_ONCE = 100
"""Of so many pages the rights are looked at before other work of the process goes on."""


@dataclass(frozen=True)
class Happened:
    """Of an event, what decides which pages it concerns."""

    place: str
    kind: str
    dossier: str
    procedure: str | None
    units: frozenset[str]
    taking_part: frozenset[str]
    acted: str | None
    """The unit of the person who acted."""


@dataclass(eq=False)
class OpenPage:
    """One open page: what concerns it, who looks at it, and whether it was told of the last change."""

    person: str
    session: str
    """The secret of the session."""
    concerns: Callable[[Happened], bool]
    allowed: Callable[[], bool]
    """Whether the person's posts still reach what they reached. It is looked at every two seconds."""
    may_see: Callable[[], Awaitable[bool]] | None = None
    """Whether the person may see what the page shows, where that can change with an event. It is looked at before each
    message of a change."""
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    ended: bool = False

    def end(self) -> None:
        """The page hears nothing more."""
        self.ended = True
        self.changed.set()


class Changes:
    """Reads the live events and wakes the pages that they concern.

    `lasting`: which of some sessions, given by their secrets, have not ended.
    """

    def __init__(self, live: LiveEvents, lasting: Callable[[set[str]], Awaitable[set[str]]]) -> None:
        self._live = live
        self._lasting = lasting
        self._pages: set[OpenPage] = set()
        self._latest: deque[Happened] = deque(maxlen=REMEMBERED)
        self._from = ""
        """Every event after this place is among the latest ones. Empty: nothing was read yet."""
        self._read_to = ""
        self._reading: asyncio.Task[None] | None = None
        self._looking: asyncio.Task[None] | None = None

    @property
    def place(self) -> str:
        """The place of the last event. A page that names it later is told what changed since. Empty: not known yet."""
        return "" if self._live.place is None else position_of(self._live.place)

    def require_room(self, person: str, concerns: Callable[[Happened], bool]) -> None:
        """Raises Conflict as the live events do, when no more pages of this person or of anybody can wait."""
        if sum(one.person == person for one in self._pages) >= MOST_OF_ONE:
            raise Conflict(EventsRefusal.EVENT_STREAMS_TOO_MANY, most=MOST_OF_ONE)
        most = MOST_WITHOUT_EVENTS if concerns is nothing else MOST_PAGES
        if len(self._pages) >= most:
            raise Conflict(EventsRefusal.EVENT_FOLLOWERS_TOO_MANY, most=most)

    async def told(self, page: OpenPage, since: str) -> AsyncIterator[ServerSentEvent]:
        """The messages to one page. `since`: the place of what it shows; it is told at once of what changed after that.

        At most one message a second, each with its place as id. The stream ends within seconds after the session has
        ended or the right is gone, and after `LONGEST`.
        """
        self._pages.add(page)
        self._begin()
        try:
            if self._missed(page, since):
                page.changed.set()
            yield ServerSentEvent(comment="luongxanh")
            until = asyncio.get_running_loop().time() + LONGEST
            while asyncio.get_running_loop().time() < until:
                changed = await _wakes(page)
                if page.ended or (changed and page.may_see is not None and not await page.may_see()):
                    return
                yield self._message(changed)
        except (DatabaseUnavailable, DatabaseRefuses) as problem:
            log.warning("stream_ends", code=str(problem.code))
        finally:
            self._pages.discard(page)

    def end_session(self, session: str) -> None:
        """Whoever signed out hears nothing more. Other processes find it at their next look."""
        for page in self._pages:
            if page.session == session:
                page.end()

    def _message(self, changed: bool) -> ServerSentEvent:
        place = self._read_to or None
        return ServerSentEvent(CHANGED, event=CHANGED, id=place) if changed else ServerSentEvent(comment="-", id=place)

    def _missed(self, page: OpenPage, since: str) -> bool:
        """Whether something that the page shows changed after the place; True when that is not known any more."""
        if page.concerns is nothing:
            return False
        try:
            place_of(since)
        except InvalidInput:
            return True
        if not self._from or since < self._from:
            return True
        return any(one.place > since and page.concerns(one) for one in self._latest)

    def _begin(self) -> None:
        """The first page begins the reading, at the place that it is compared with, so that nothing lies between. The
        reading goes on while the process reads events; the looks, while pages wait."""
        if self._reading is None or self._reading.done():
            self._from = self._read_to = self.place
            self._latest.clear()
            self._reading = asyncio.create_task(self._read())
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())

    async def _read(self) -> None:
        """Reads until the live events end or cannot be read; then the pages end too, and connect again."""
        try:
            while not self._live.stopped:
                after = place_of(self._read_to) if self._read_to else None
                async for one in self._live.follow(after, EVERYTHING, CALLER):
                    if isinstance(one, Dropped):
                        return
                    self._read_to = position_of(one.place)
                    self._from = self._from or self._read_to
                    if isinstance(one, PlacedEvent):
                        self._wake(_happened(one, self._read_to))
        except DomainError as problem:
            log.warning("console_changes_end", code=str(problem.code))
        finally:
            for page in self._pages:
                page.end()

    def _wake(self, event: Happened) -> None:
        if len(self._latest) == REMEMBERED:
            self._from = self._latest[0].place
        self._latest.append(event)
        for page in self._pages:
            if page.concerns(event):
                page.changed.set()

    async def _look(self) -> None:
        """Ends the pages of sessions that have ended and of people whose posts have; stops when no page is open."""
        while self._pages:
            await asyncio.sleep(LOOK_EVERY)
            pages = tuple(self._pages)  # of those that open during the question, the answer says nothing
            try:
                lasting = await self._lasting({page.session for page in pages})
            except (DatabaseUnavailable, DatabaseRefuses):
                continue  # nobody can read anything now; the next look tells
            for number, page in enumerate(pages):
                if page.session not in lasting or not page.allowed():
                    ended = "scope_changed" if page.session in lasting else "session_ended"
                    log.info("stream_ends", code=ended, caller=page.person)
                    page.end()
                if number % AT_ONCE == 0:
                    await asyncio.sleep(0)


def nothing(event: Happened) -> bool:
    """No event concerns the page: it hears only that its session has ended."""
    return False


def concerns_scope(scope: EventFilter) -> Callable[[Happened], bool]:
    """The events of the dossiers of a scope; also for a unit that the very event took out of the dossier: its list has
    one item less.
    """
    return lambda event: scope.covers(event) or (scope.units is not None and event.acted in scope.units)


def _happened(one: PlacedEvent, place: str) -> Happened:
    recorded = one.recorded
    acted = recorded.actor.unit if isinstance(recorded, RecordedEvent) else None
    return Happened(place, one.kind, recorded.dossier, one.procedure, one.units, one.taking_part, acted)


async def _wakes(page: OpenPage) -> bool:
    """True when something changed, after a moment in which more may; False for a sign of life."""
    try:
        async with asyncio.timeout(HEART_BEAT):
            await page.changed.wait()
    except TimeoutError:
        return False
    if not page.ended:
        await asyncio.sleep(PAUSE)  # what comes in this second is told with it
    page.changed.clear()
    return True
