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
"""Readings that are kept. For one more the oldest leaves."""


@dataclass(frozen=True)
class _Kept:
    read_at: float
    answer: Any


@dataclass
class KeptReadings:
    """The slow readings of one process, by what was asked. What is asked names the kind of the answer."""

    _kept: dict[str, _Kept] = field(default_factory=dict)
    """The oldest first."""
    _under_way: dict[str, asyncio.Task[Any]] = field(default_factory=dict)

    async def read(self, asked: str, reading: Reading[T]) -> T:
        """The kept answer, or a new one. Several who ask the same at once get one reading, also when it fails.

        Who does not wait any longer ends it for nobody else.
        """
        kept = self._known(asked)
        found: T
        if kept is None:
            found = await asyncio.shield(self._under_way.get(asked) or self._begin(asked, reading))
        else:
            found = kept.answer
            if monotonic() - kept.read_at > FRESH and asked not in self._under_way:
                self._begin(asked, reading)
        return found

    def _known(self, asked: str) -> _Kept | None:
        now = monotonic()
        self._kept = {name: one for name, one in self._kept.items() if now - one.read_at < KEPT}
        return self._kept.get(asked)

    def _begin(self, asked: str, reading: Reading[Any]) -> asyncio.Task[Any]:
        def ended(task: asyncio.Task[Any]) -> None:
            del self._under_way[asked]
            if not task.cancelled():
                task.exception()  # it is logged: perhaps nobody waits for it

        task = self._under_way[asked] = asyncio.create_task(self._new(asked, reading))
        task.add_done_callback(ended)
        return task

    async def _new(self, asked: str, reading: Reading[T]) -> T:
        """Reads. When that fails, the kept answer is forgotten: who asks next gets the error themselves."""
        began = monotonic()
        try:
            answer = await reading()
        except Exception as failed:
            log.warning("reading_failed", exc_info=failed)
            raise
        finally:
            self._kept.pop(asked, None)
        ended = monotonic()
        if ended - began > LONG:
            if len(self._kept) >= MOST:
                del self._kept[next(iter(self._kept))]
            self._kept[asked] = _Kept(ended, answer)
        return answer
