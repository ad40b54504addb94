"""The places of one system: how many calls of this process run at once."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress


class Places:
    """Gives places in the order of asking. The limit may change while calls run. For one event loop: no locks.

    `limit`: of this process. `granted`: its part of the province's limit; None: the province has none.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.granted: int | None = None
        self.running = 0
        self.wanted = 0
        """The most calls that ran or waited since `take_wanted`."""
        self.asked: asyncio.Event | None = None
        """Set when a call waits, for who shares the province's places out."""
        self._queue: deque[asyncio.Future[None]] = deque()

    @property
    def waiting(self) -> int:
        """How many calls wait for a place."""
        return len(self._queue)

    async def acquire(self) -> None:
        """Waits for a place. Every place is given back by `release`."""
        self.wanted = max(self.wanted, self.running + self.waiting + 1)
        if not self._queue and self._free():
            self.running += 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.append(turn)
        if self.asked is not None:
            self.asked.set()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # it got the place at the same moment
                self.release()
            else:
                with suppress(ValueError):  # already passed over by `let_in`
                    self._queue.remove(turn)
            raise

    def take_wanted(self) -> int:
        """The most calls that ran or waited since it was asked last; at least those of now."""
        wanted = max(self.wanted, self.running + self.waiting)
        self.wanted = 0
        return wanted

    def release(self) -> None:
        """Gives a place back, to the one that has waited longest."""
        self.running -= 1
        self.let_in()

    def let_in(self) -> None:
        """Lets in as many as there are places for, after a place or a limit has changed."""
        while self._queue and self._free():
            turn = self._queue.popleft()
            if not turn.done():
                self.running += 1
                turn.set_result(None)

    def _free(self) -> bool:
        limit = self.limit if self.granted is None else min(self.limit, self.granted)
        return self.running < limit
