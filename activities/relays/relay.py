"""Reads the ledger in order and sends the events on, at least once. A row that commits late is waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from activities.adapters.errors import OutsideError
from activities.ledger.feed import Feed
from activities.ledger.pool import DatabaseRefuses, DatabaseUnavailable, Pool
from activities.relays.one_at_a_time import NotNow, OneAtATime
from activities.relays.set_aside import SetAsideList
from domain.messages.record import RecordRefusal
from domain.record.sealing import RecordedEvent, UnreadEvent

Hand = Callable[[list[RecordedEvent]], Awaitable[None]]
"""Sends some events of one dossier on; raises OutsideError or NotNow."""

Group = Callable[[Sequence[RecordedEvent]], Awaitable[list[list[RecordedEvent]]]]
"""Puts together the events that must be handed on in their order. It may leave out events that concern nobody."""
First = Callable[[], Awaitable[object]]

log = structlog.get_logger(__name__)

AT_ONCE = 200
SIDE_BY_SIDE = 8


async def by_dossier(events: Sequence[RecordedEvent]) -> list[list[RecordedEvent]]:
    """The events of each dossier together."""
    found: dict[str, list[RecordedEvent]] = {}
    for event in events:
        found.setdefault(event.dossier, []).append(event)
    return list(found.values())


class Relay(OneAtATime):
    """One reader of the feed.

    `group` says which events are handed together, in their order; by default those of one dossier. `first` is done
    before each batch, under the lock.
    """

    def __init__(
        self, name: str, pool: Pool, hand: Hand, group: Group | None = None, first: First | None = None
    ) -> None:
        super().__init__(name, pool)
        self._group = group or by_dossier
        self._first = first
        self._feed = Feed(pool)
        self._aside = SetAsideList(pool)
        self._hand = hand

    async def step(self) -> int:
        """Sends the next batch on; returns how many events it had. The cursor moves after the whole batch was sent."""
        if self._first is not None:
            await self._first()
        batch = await self._feed.next_batch(self.name, AT_ONCE)
        if not batch.events and not batch.unread:
            return 0
        for unread in batch.unread:
            await self._set_aside(unread, RecordRefusal.EVENT_UNREADABLE.value)
        groups = await self._group(batch.events)
        places = asyncio.Semaphore(SIDE_BY_SIDE)
        results = await asyncio.gather(*(self._send_on(events, places) for events in groups), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
        await self._feed.commit_cursor(self.name, batch.cursor, read_from=batch.read_from)
        return len(batch.events) + len(batch.unread)

    async def _send_on(self, events: list[RecordedEvent], places: asyncio.Semaphore) -> None:
        async with places:
            try:
                await self._hand(events)
            except (DatabaseUnavailable, NotNow):
                raise
            except OutsideError as refused:
                if refused.retryable:
                    raise
                await self._set_aside(events[-1], refused.reason or str(refused.code))
            except DatabaseRefuses as refusal:
                if not refusal.of_the_row:
                    raise  # every event would be refused: the relay waits until the database is repaired
                await self._set_aside(events[-1], f"{refusal.code} {refusal.facts['sqlstate']}")
            except Exception as mistake:  # a mistake of ours in one dossier must not stop the others
                await self._set_aside(events[-1], str(getattr(mistake, "code", type(mistake).__name__)))

    async def _set_aside(self, event: RecordedEvent | UnreadEvent, code: str) -> None:
        log.error("relay_refused", relay=self.name, dossier=event.dossier, version=event.version, code=code)
        await self._aside.put(self.name, event.dossier, event.version, code)
