"""Reads the ledger in order and sends the events on, at least once. A row that commits late is waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

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

log = structlog.get_logger(__name__)

AT_ONCE = 200
SIDE_BY_SIDE = 8


class Relay(OneAtATime):
    """One reader of the feed."""

    def __init__(self, name: str, pool: Pool, hand: Hand) -> None:
        super().__init__(name, pool)
        self._feed = Feed(pool)
        self._aside = SetAsideList(pool)
        self._hand = hand

    async def step(self) -> int:
        """Sends the next batch on; returns how many events it had. The cursor moves after the whole batch was sent."""
        batch = await self._feed.next_batch(self.name, AT_ONCE)
        if not batch.events and not batch.unread:
            return 0
        for unread in batch.unread:
            await self._set_aside(unread, RecordRefusal.EVENT_UNREADABLE.value)
        by_dossier: dict[str, list[RecordedEvent]] = {}
        for event in batch.events:
            by_dossier.setdefault(event.dossier, []).append(event)
        places = asyncio.Semaphore(SIDE_BY_SIDE)
        results = await asyncio.gather(
            *(self._send_on(events, places) for events in by_dossier.values()), return_exceptions=True
        )
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
