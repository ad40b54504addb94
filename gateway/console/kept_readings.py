"""Readings that took long, kept for a minute: a year of dossiers is counted once, not for each person who looks.

What is read quickly is never kept, so usual periods are always of now. A kept reading says of which instant it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, TypeVar

T = TypeVar("T")

LONG = 0.1
"""Seconds from which a reading is kept."""
KEPT = 60.0
"""Seconds for which it is kept."""
MOST = 100


@dataclass
class KeptReadings:
    """The slow readings of one process, by what was asked. What is asked names the kind of the answer."""

    _kept: dict[str, tuple[float, Any]] = field(default_factory=dict)
    _under_way: dict[str, asyncio.Lock] = field(default_factory=dict)

    async def read(self, asked: str, reading: Callable[[], Awaitable[T]]) -> T:
        """The kept answer, or a new one. Several who ask the same at once wait for one reading."""
        lock = self._under_way.setdefault(asked, asyncio.Lock())
        try:
            async with lock:
                now = monotonic()
                self._kept = {name: one for name, one in self._kept.items() if one[0] > now}
                if asked in self._kept:
                    found: T = self._kept[asked][1]
                    return found
                answer = await reading()
                ended = monotonic()
                if ended - now > LONG and len(self._kept) < MOST:
                    self._kept[asked] = (ended + KEPT, answer)
                return answer
        finally:
            if not lock.locked():
                self._under_way.pop(asked, None)
