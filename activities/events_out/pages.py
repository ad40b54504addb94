"""Reads the events that a caller wants and may see, page by page."""

from __future__ import annotations

from activities.events_out.cloud_events import CloudEvent, CloudEvents, PlacedEvent
from activities.events_out.filters import Wanted
from activities.events_out.placed_events import PlacedEvents
from activities.ledger.feed import Cursor, Feed
from activities.ledger.pool import Pool
from activities.ledger.vault import Vault
from domain.errors import Conflict
from domain.messages.events_out import EventsRefusal
from domain.record.sealing import RecordedEvent, commitments_of
from domain.values import Value

AT_ONCE = 500
"""The most rows of one query. The first has as many as the page; a page that they do not fill reads more at once."""
MOST_LOOKED_AT = 5_000
"""Rows for one page. A page whose filter lets nothing through ends there and moves on all the same."""


class EventPage(Value):
    """Some events in order, and the place after them."""

    events: tuple[CloudEvent, ...]
    place: Cursor
    """Where the next page begins: also behind the events that were looked at and not wanted."""
    more: bool
    """False: the page has reached the last event that can be read now."""


class EventPages:
    """Reads pages."""

    def __init__(self, pool: Pool, cloud_events: CloudEvents, *, most_looked_at: int = MOST_LOOKED_AT) -> None:
        self._read = PlacedEvents(pool)
        self._feed = Feed(pool)
        self._vault = Vault(pool)
        self._cloud_events = cloud_events
        self._most_looked_at = most_looked_at

    async def page(self, after: Cursor, wanted: Wanted, limit: int, *, particulars: bool = False) -> EventPage:
        """At most `limit` events after a place.

        `particulars`: adds the personal data, for a caller that may see them. Raises DatabaseUnavailable, and Conflict
        `event_position_ahead`.
        """
        found, place, more = await self.placed(after, wanted, limit)
        if place == after:
            await self.require_reached(after)
        events = [self._cloud_events.of(one, personal=particulars) for one in found]
        if particulars:
            events = await self._with_particulars(found, events)
        return EventPage(events=tuple(events), place=place, more=more)

    async def placed(self, after: Cursor, wanted: Wanted, limit: int) -> tuple[list[PlacedEvent], Cursor, bool]:
        """The same before they become CloudEvents: the events, the place after them, and whether there is more."""
        found: list[PlacedEvent] = []
        place, looked_at, at_once = after, 0, min(limit, AT_ONCE)
        while looked_at < self._most_looked_at:
            looked = await self._read.after(place, at_once, wanted)
            found += looked.events
            if len(found) >= limit:
                return found[:limit], found[limit - 1].place, True
            place, looked_at = looked.place, looked_at + looked.rows
            if looked.rows < at_once:
                return found, place, False
            at_once = min(2 * at_once, AT_ONCE)
        return found, place, True

    async def require_reached(self, place: Cursor) -> None:
        """Raises Conflict `event_position_ahead` when the ledger has not come to this place.

        It never gave such a place: it was restored from an earlier copy. A reader that went on would miss what comes.
        """
        end = await self._feed.end()
        if (place.xid, place.position) > (end.xid, end.position):
            raise Conflict(EventsRefusal.EVENT_POSITION_AHEAD)

    async def _with_particulars(self, found: list[PlacedEvent], events: list[CloudEvent]) -> list[CloudEvent]:
        named = [commitments_of(one.recorded.event) if isinstance(one.recorded, RecordedEvent) else () for one in found]
        kept = await self._vault.reveal_all([commitment for commitments in named for commitment in commitments])
        return [
            event.model_copy(update={"data": {**event.data, "particulars": {one: kept[one] for one in these}}})
            if event.data is not None and (these := [one for one in commitments if one in kept])
            else event
            for event, commitments in zip(events, named, strict=True)
        ]
