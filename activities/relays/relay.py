"""Follows the record and hands it on: at least once, in order, never past a row that commits late."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from activities.adapters.errors import OutsideError
from activities.ledger.feed import Feed
from activities.ledger.pool import DatabaseRefuses, DatabaseUnavailable, Pool, unavailable_as_answer
from activities.relays.set_aside import SetAsideList
from domain.record.sealing import RecordedEvent, UnreadEvent

Hand = Callable[[list[RecordedEvent]], Awaitable[None]]
"""Hands on some events of one dossier; raises OutsideError, or NotNow."""

log = structlog.get_logger(__name__)

AT_ONCE = 200
SIDE_BY_SIDE = 8
IDLE = 0.5
BACKOFF = (1.0, 2.0, 5.0, 15.0, 60.0)
"""Seconds between tries while the other side does not answer. No call is retried here: the loop goes on for as long as
the process, ends in the middle of a pause when told to, and counts its failures anew after each success; so no library
for retries fits."""


class NotNow(Exception):
    """What the events are handed to cannot take them now: the same will be handed again. `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def lock_of(relay: str) -> str:
    """The advisory lock that whoever hands on, or moves the relay's cursor, holds."""
    return f"relay {relay}"


class Relay:
    """One reader of the feed. Only one process runs it at a time: an advisory lock in the database sees to that."""

    def __init__(self, name: str, pool: Pool, hand: Hand) -> None:
        self.name = name
        self._pool = pool
        self._feed = Feed(pool)
        self._aside = SetAsideList(pool)
        self._hand = hand

    async def run(self, stopping: asyncio.Event) -> None:
        """Until told to stop. Whatever goes wrong is logged and tried again: nothing is passed over."""
        failures = 0
        while not stopping.is_set():
            try:
                handed = await self._alone(stopping)
                failures = 0
            except (OutsideError, DatabaseUnavailable, NotNow) as problem:
                handed = 0
                failures += 1
                log.warning("relay_waits", relay=self.name, code=str(problem.code), failures=failures)
            except DatabaseRefuses as refused:
                handed = 0
                failures += 1
                told = {"code": refused.code, "sqlstate": refused.facts["sqlstate"]}
                log.error("relay_failed", relay=self.name, failures=failures, **told)
            except Exception as mistake:  # a relay that died would fail in silence: it stays, and says so every time
                handed = 0
                failures += 1
                log.error("relay_failed", relay=self.name, exception_type=type(mistake).__name__, failures=failures)
            pause = BACKOFF[min(failures, len(BACKOFF)) - 1] if failures else (0 if handed else IDLE)
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), pause or 0.01)

    async def step(self) -> int:
        """The next batch; returns how many events it held. Its cursor moves when all of it has been handed on."""
        batch = await self._feed.next_batch(self.name, AT_ONCE)
        if not batch.events and not batch.unread:
            return 0
        for unread in batch.unread:
            await self._set_aside(unread, "event_unreadable")
        by_dossier: dict[str, list[RecordedEvent]] = {}
        for event in batch.events:
            by_dossier.setdefault(event.dossier, []).append(event)
        places = asyncio.Semaphore(SIDE_BY_SIDE)
        results = await asyncio.gather(
            *(self._one(events, places) for events in by_dossier.values()), return_exceptions=True
        )
        for result in results:
            if isinstance(result, BaseException):
                raise result
        await self._feed.commit_cursor(self.name, batch.cursor, read_from=batch.read_from)
        return len(batch.events) + len(batch.unread)

    async def _alone(self, stopping: asyncio.Event) -> int:
        """A batch after the other, while this process holds the relay's lock; 0 when another one does."""
        handed = 0
        with unavailable_as_answer():
            async with self._pool.acquire() as connection:
                if not await connection.fetchval("select pg_try_advisory_lock(hashtext($1))", lock_of(self.name)):
                    return 0
                try:
                    while not stopping.is_set() and (more := await self.step()):
                        handed += more
                finally:
                    await connection.execute("select pg_advisory_unlock(hashtext($1))", lock_of(self.name))
        return handed

    async def _one(self, events: list[RecordedEvent], places: asyncio.Semaphore) -> None:
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
                    raise  # nobody would be taken: waited for, and told, until the database is right
                await self._set_aside(events[-1], f"{refusal.code} {refusal.facts['sqlstate']}")
            except Exception as mistake:  # a mistake of ours in one case must not hold up all the others
                await self._set_aside(events[-1], str(getattr(mistake, "code", type(mistake).__name__)))

    async def _set_aside(self, event: RecordedEvent | UnreadEvent, code: str) -> None:
        log.error("relay_refused", relay=self.name, dossier=event.dossier, version=event.version, code=code)
        await self._aside.put(self.name, event.dossier, event.version, code)
