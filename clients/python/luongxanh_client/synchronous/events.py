# Made from asynchronous/events.py by make_sync.py: do not edit.
"""Events of the ledger: by pages, and as they come."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2
from pydantic import ValidationError

from luongxanh_client.models.events import CloudEvent, EventFilter, EventsPage, EventTypes, PlacedEvent
from luongxanh_client.positions import PositionFile
from luongxanh_client.problems import TooManyRequests, Unavailable, Unreachable, UnreadableAnswer
from luongxanh_client.requests import Query, Request, path
from luongxanh_client.retrying import Retries
from luongxanh_client.synchronous.connection import Connection
from luongxanh_client.synchronous.waiting import sleep

EVERY_EVENT = EventFilter()
EVENT_STREAM = "text/event-stream"
RECONNECTING = Retries(most=2**31, first_pause=0.2)
"""A follower connects again until it is stopped."""


class Events:
    """The part of a client that is about events."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def page(
        self,
        after: str | None = None,
        wanted: EventFilter = EVERY_EVENT,
        *,
        below: bool = False,
        particulars: bool = False,
        limit: int = 100,
    ) -> EventsPage:
        """The next events after a position; None: from the first event on. `below`: also of the units below.

        `particulars`: with personal data, for a service that may see it.
        """
        query: Query = {**_filter(wanted, below=below), "after": after, "limit": limit, "particulars": particulars}
        return self._connection.send(Request("GET", path("events"), EventsPage, query=query))

    def read(
        self,
        after: str | None = None,
        wanted: EventFilter = EVERY_EVENT,
        *,
        below: bool = False,
        particulars: bool = False,
        limit: int = 100,
    ) -> EventReader:
        """Iterates over the events that there are now, from a position on. Its `position` is where to go on later."""
        return EventReader(self, after, wanted, below=below, particulars=particulars, limit=limit)

    def follow(
        self, after: str | None = None, wanted: EventFilter = EVERY_EVENT, *, below: bool = False
    ) -> Iterator[PlacedEvent]:
        """Events as they come, after a position; None: only new ones. It goes on until its user stops.

        A connection that is lost is made again from the last position, so that no event is missed; one may come
        twice. While there is no room for a stream, the events are read by pages. A refusal (401, 403, 422) is raised.
        """
        position, tries = after, 0
        while True:
            tries += 1
            asked: float | None = None
            try:
                with closing(self._stream(position, wanted, below=below)) as stream:
                    for found in stream:
                        position, tries = found.position or position, 0
                        if found.event is not None:
                            yield PlacedEvent(found.event, position)
            except (Unreachable, httpx2.TransportError):
                pass  # the connection is gone: it is made again below
            except (Unavailable, TooManyRequests) as busy:
                asked = busy.retry_after
                if position is not None and isinstance(busy, Unavailable):
                    for placed in self._missed(position, wanted, below=below):
                        position, tries = placed.position, 0
                        yield placed
            sleep(RECONNECTING.pause_after(max(1, tries), asked) or RECONNECTING.longest_pause)

    def kept_in(self, file: str | Path) -> KeptEvents:
        """Events from the position in a file on, which goes on with them. A new file gets the position of now."""
        place = PositionFile(Path(file))
        if place.read() is None:
            place.write(self.now())
        return KeptEvents(self, place)

    def now(self) -> str:
        """The position of now: from here on `read` and `follow` bring what comes after this call, and perhaps events of
        the second before."""
        with self._connection.opened(_stream_of(None, EVERY_EVENT, below=False)) as answer:
            for message in httpx2.EventSource(answer):
                if message.id:
                    return message.id
        raise UnreadableAnswer("the stream of events has ended before it told a position")

    def types(self) -> EventTypes:
        """Every type of event, with the address of its schema."""
        return self._connection.send(Request("GET", path("schemas", "events"), EventTypes, signed=False))

    def schema(self, event_type: str) -> Mapping[str, Any]:
        """The JSON schema of the data of a type."""
        return self._connection.send(
            Request("GET", path("schemas", "events", event_type), dict[str, Any], signed=False)
        )

    def _stream(self, after: str | None, wanted: EventFilter, *, below: bool) -> Generator[_Found, None, None]:
        """What one connection brings: events and places."""
        to_send = self._connection.to_send(_stream_of(after, wanted, below=below))
        answer = self._connection.sender.once(to_send, stream=True)
        try:
            for message in httpx2.EventSource(answer):
                yield _Found(_event(message), message.id or None)
        finally:
            answer.close()

    def _missed(self, after: str, wanted: EventFilter, *, below: bool) -> Iterator[PlacedEvent]:
        """The events after a position, by pages. Only the last one of a page moves the position on."""
        try:
            more = True
            while more:
                page = self.page(after, wanted, below=below)
                last = len(page.items) - 1
                for number, event in enumerate(page.items):
                    yield PlacedEvent(event, page.next if number == last else after)
                after, more = page.next, page.more
        except (Unavailable, Unreachable, TooManyRequests):
            return  # neither by pages now: the stream is tried again


class KeptEvents:
    """Events whose position is in a file, so that a program which is started again goes on where it stopped.

    The position of an event is kept when the next one is asked for: the event has been dealt with then. Whoever is
    stopped before that gets it again, and misses none.
    """

    def __init__(self, events: Events, place: PositionFile) -> None:
        self._events = events
        self.place = place

    def follow(self, wanted: EventFilter = EVERY_EVENT, *, below: bool = False) -> Iterator[CloudEvent]:
        """Events as they come, as `Events.follow` brings them."""
        for placed in self._events.follow(self.place.read(), wanted, below=below):
            yield placed.event
            if placed.position is not None:
                self.place.write(placed.position)


class EventReader:
    """An iterator over events by pages, with a position that can be kept.

    The position moves on when the event after the last one of a page is asked for: whoever keeps it after each event
    and is stopped gets the events of that page again, and misses none.
    """

    def __init__(
        self,
        events: Events,
        after: str | None,
        wanted: EventFilter,
        *,
        below: bool,
        particulars: bool,
        limit: int,
    ) -> None:
        self._events = events
        self._wanted = wanted
        self._below, self._particulars, self._limit = below, particulars, limit
        self.position = after

    def __iter__(self) -> Iterator[CloudEvent]:
        more = True
        while more:
            page = self._events.page(
                self.position, self._wanted, below=self._below, particulars=self._particulars, limit=self._limit
            )
            for event in page.items:
                yield event
            self.position, more = page.next, page.more


class _Found:
    """What a message of the stream brings."""

    def __init__(self, event: CloudEvent | None, position: str | None) -> None:
        self.event, self.position = event, position


def _event(message: httpx2.ServerSentEvent) -> CloudEvent | None:
    """The event of a message; None for a beat, which has only a place, and for the notice that the follower is slow."""
    if message.event != "message" or not message.data:
        return None
    try:
        return CloudEvent.model_validate_json(message.data)
    except ValidationError:
        raise UnreadableAnswer(f"the event at {message.id}") from None


def _stream_of(after: str | None, wanted: EventFilter, *, below: bool) -> Request[bytes]:
    headers = {"Accept": EVENT_STREAM, **({} if after is None else {"Last-Event-ID": after})}
    return Request("GET", path("events", "stream"), bytes, query=_filter(wanted, below=below), headers=headers)


def _filter(wanted: EventFilter, *, below: bool) -> Query:
    return {
        "procedure": wanted.procedures,
        "unit": wanted.units,
        "type": wanted.types,
        "below": True if below else None,
    }
