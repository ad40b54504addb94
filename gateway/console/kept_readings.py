"""Readings that took long are kept: a year of dossiers is counted once, not for each person who looks.

For a minute a kept reading is given as it is. Then it is still given at once, while a new one is made for the next
who asks; after ten minutes it is not given any more. What is read quickly is never kept, so usual periods are of now.
A page says of which instant its reading is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, TypeVar

import structlog

from domain.errors import DomainError

log = structlog.get_logger(__name__)
T = TypeVar("T")
Reading = Callable[[], Awaitable[T]]

LONG = 0.1
"""Seconds from which a reading is kept."""
FRESH = 60.0
"""Seconds after which a kept reading is made anew for who asks next."""
KEPT = 600.0
"""Seconds for which it is kept."""
MOST = 100


@dataclass(frozen=True)
class _Kept:
    read_at: float
    answer: Any


@dataclass
class KeptReadings:
    """The slow readings of one process, by what was asked. What is asked names the kind of the answer."""

    _kept: dict[str, _Kept] = field(default_factory=dict)
    _under_way: dict[str, asyncio.Lock] = field(default_factory=dict)
    _renewals: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    async def read(self, asked: str, reading: Reading[T]) -> T:
        """The kept answer, or a new one. Several who ask the same at once wait for one reading."""
        lock = self._under_way.setdefault(asked, asyncio.Lock())
        try:
            async with lock:
                kept = self._known(asked)
                if kept is None:
                    return await self._new(asked, reading)
                if monotonic() - kept.read_at > FRESH and asked not in self._renewals:
                    self._renewals[asked] = asyncio.create_task(self._renew(asked, reading))
                found: T = kept.answer
                return found
        finally:
            if not lock.locked():
                self._under_way.pop(asked, None)

    def _known(self, asked: str) -> _Kept | None:
        now = monotonic()
        self._kept = {name: one for name, one in self._kept.items() if now - one.read_at < KEPT}
        return self._kept.get(asked)

    async def _new(self, asked: str, reading: Reading[T]) -> T:
        began = monotonic()
        answer = await reading()
        ended = monotonic()
        self._kept.pop(asked, None)
        if ended - began > LONG and len(self._kept) < MOST:
            self._kept[asked] = _Kept(ended, answer)
        return answer

    async def _renew(self, asked: str, reading: Reading[Any]) -> None:
        """Nobody waits for it. When it fails, the kept one is forgotten: who asks next gets the error themselves."""
        try:
            await self._new(asked, reading)
        except DomainError as failed:
            log.warning("reading_not_renewed", code=failed.code)
            self._kept.pop(asked, None)
        finally:
            del self._renewals[asked]
