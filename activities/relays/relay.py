"""Reads the ledger in order and sends the events on, at least once. A row that commits late is waited for."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Awaitable, Callable, Sequence

import structlog

from activities.adapters.errors import OutsideError
from activities.ledger.feed import Feed, FeedBatch
from activities.ledger.pool import DatabaseRefuses, DatabaseUnavailable, Pool
from activities.ledger.reading import LedgerReader
from activities.relays.again import Again
from activities.relays.one_at_a_time import NotNow, OneAtATime
from activities.relays.set_aside import SetAsideList
from domain.errors import DomainError
from domain.messages.record import RecordRefusal
from domain.record.sealing import RecordedEvent

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


class FeedRelay(OneAtATime):
    """One reader of the feed. Its cursor moves after a whole batch was sent."""

    def __init__(self, name: str, pool: Pool, again: Again | None = None) -> None:
        super().__init__(name, pool)
        self._feed = Feed(pool)
        self._ledger = LedgerReader(pool)
        self._aside = SetAsideList(pool)
        self.again = again or Again()

    @abstractmethod
    async def first(self) -> None:
        """Done before each batch, under the lock: sends what was set aside and is to be sent again."""

    @abstractmethod
    async def deliver(self, batch: FeedBatch) -> None:
        """Sends the events of a batch on. What cannot be sent is set aside; raises while the receiver is to be waited
        for, and then the same batch comes again."""

    async def step(self) -> int:
        """Sends the next batch on; returns how many events it had."""
        await self.first()
        batch = await self._feed.next_batch(self.name, AT_ONCE)
        if not batch.events and not batch.unread:
            return 0
        for unread in batch.unread:
            await self.put_aside(unread.dossier, unread.version, RecordRefusal.EVENT_UNREADABLE.value)
        await self.deliver(batch)
        await self._feed.commit_cursor(self.name, batch.cursor, read_from=batch.read_from)
        return len(batch.events) + len(batch.unread)

    async def put_aside(self, dossier: str, version: int, code: str) -> None:
        """Sets an event aside, for a person, and logs it."""
        log.error("relay_refused", relay=self.name, dossier=dossier, version=version, code=code)
        await self._aside.put(self.name, dossier, version, code)


class Relay(FeedRelay):
    """Hands the events on group by group.

    `group` says which events are handed together, in their order; by default those of one dossier. `first` is done
    before each batch; by default what operators ordered to be sent again is handed on.
    """

    def __init__(
        self, name: str, pool: Pool, hand: Hand, group: Group | None = None, first: First | None = None
    ) -> None:
        super().__init__(name, pool)
        self._group = group or by_dossier
        self._first = first or self._again
        self._hand = hand

    async def first(self) -> None:
        """What `first` says."""
        await self._first()

    async def deliver(self, batch: FeedBatch) -> None:
        """Sends the groups on, some side by side."""
        groups = await self._group(batch.events)
        places = asyncio.Semaphore(SIDE_BY_SIDE)
        results = await asyncio.gather(*(self._send_on(events, places) for events in groups), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result

    async def _again(self) -> None:
        """Hands on what operators ordered to be sent again, one event after another, the oldest order first."""
        if self.again.looked_lately():
            return
        for entry in await self._aside.ordered_again(self.name):
            try:
                events = await self._ledger.history(entry.dossier, entry.version - 1, 1)
            except DomainError as unreadable:
                if (code := refusal_of(unreadable)) is None:
                    raise
                await self.put_aside(entry.dossier, entry.version, code)
                continue
            if await self._send_on(events, asyncio.Semaphore(1)):
                await self._aside.sent(self.name, entry.dossier, entry.version)

    async def _send_on(self, events: list[RecordedEvent], places: asyncio.Semaphore) -> bool:
        """Hands some events on. False: at least one was set aside.

        When several are refused together, each is handed on by itself: only those that are refused alone are set aside.
        Otherwise the others would be neither sent nor listed.
        """
        async with places:
            code = await self._refused(events)
            if code is None:
                return True
            for one in events:
                alone = code if len(events) == 1 else await self._refused([one])
                if alone is not None:
                    await self.put_aside(one.dossier, one.version, alone)
        return False

    async def _refused(self, events: list[RecordedEvent]) -> str | None:
        """Hands some events on. Returns the code with which they are refused for good, None if they were taken."""
        try:
            await self._hand(events)
        except Exception as failed:
            if (code := refusal_of(failed)) is None:
                raise
            return code
        return None


def refusal_of(failed: Exception) -> str | None:
    """The code with which an event is set aside after this failure; None: the relay waits, and tries all of it again.

    A mistake of ours in one dossier must not stop the others, so an unexpected error is a refusal of its events.
    """
    match failed:
        case DatabaseUnavailable() | NotNow():
            return None
        case OutsideError():
            return None if failed.retryable else failed.reason or str(failed.code)
        case DatabaseRefuses():  # one that is not about a row would refuse every event: the database is to be repaired
            return f"{failed.code} {failed.facts['sqlstate']}" if failed.of_the_row else None
        case _:
            return str(getattr(failed, "code", type(failed).__name__))
