"""The pace of one system: calls begin no faster than it can take them, whichever process of the province makes them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from activities.ledger.outside_turns import LONGEST_BLOCK, Turns
from activities.ledger.pool import DatabaseRefuses, DatabaseUnavailable

BLOCK_SECONDS = LONGEST_BLOCK.total_seconds()
"""A lease is of no more turns than the system takes in this time. A process that dies takes so many along."""
LATE = 0.05
"""Seconds by which a turn may be used late: an event loop and its timers are not more exact."""
ANSWERS_WITHIN = 1.0
"""Seconds for a lease. After them this process goes on with its share, and asks again after as many."""


Lease = Callable[[float, int, float], Awaitable[Turns]]
"""Asks for turns: how many calls a second the system takes, how many turns are wanted, and within how many seconds none
of them is of use because the answer takes so long.

Raises DatabaseUnavailable, DatabaseRefuses.
"""


class Pace:
    """Gives each call of this process its turn, in the order of asking. For one event loop: no locks are needed.

    With `lease` all processes together keep the pace: the ledger gives out each turn once, in small blocks, as many as
    are waited for. While the ledger does not answer, each process keeps its share, `per_second / processes`. Without
    `lease` this process keeps the pace by itself.

    In any time of W seconds no more than `per_second * (W + late) + 1` calls begin, where `late` is 50 ms or one gap
    between two turns, and the shortest time in which the ledger has answered. A turn belongs to an instant of the
    ledger's clock: one whose answer came too late lapses, so late answers make nobody call faster.
    """

    def __init__(self, per_second: float | None, lease: Lease | None = None) -> None:
        self.per_second = per_second
        self.processes = 1
        """How many processes share the pace, as far as this one knows."""
        self.leases = 0
        """How often the ledger was asked."""
        self.turns = 0
        self._lease = lease
        self._one_at_a_time = asyncio.Lock()
        self._changed = asyncio.Event()
        self._waiting = 0
        self._left = 0
        self._next = 0.0
        self._block = 1
        self._alone_until = 0.0
        self._clock_ahead: float | None = None
        self._answers_late = 0.0

    def change(self, per_second: float | None) -> None:
        """Sets another pace for the calls that have no turn yet. Turns of the old pace are not used any more."""
        if per_second != self.per_second:
            self.per_second, self._left, self._block = per_second, 0, 1
            self._next = 0.0
            self._changed.set()
            self._changed = asyncio.Event()

    async def turn(self) -> None:
        """Waits for the turn. Whoever stops waiting leaves it to the next, if that one comes in time."""
        if self.per_second is None:
            return
        self._waiting += 1
        try:
            async with self._one_at_a_time:
                await self._turn_of_the_first()
        finally:
            self._waiting -= 1

    async def _turn_of_the_first(self) -> None:
        while (per_second := self.per_second) is not None:
            gap = 1 / per_second
            now = _now()
            self._drop_lapsed(now, gap)
            if not self._left:
                await self._more(per_second)
                continue
            if self._next > now:
                with suppress(TimeoutError):
                    async with asyncio.timeout_at(self._next):
                        await self._changed.wait()
                continue
            self._left -= 1
            self._next += gap
            self.turns += 1
            return

    def _drop_lapsed(self, now: float, gap: float) -> None:
        """A turn holds until the next one begins. Used later, it would make a burst together with those after it."""
        while self._left and now > self._next + max(gap, LATE):
            self._left -= 1
            self._next += gap
            self._block = 1  # more was asked for than needed

    async def _more(self, per_second: float) -> None:
        if self._lease is None or _now() < self._alone_until:
            self._one_of_our_share(per_second, 1 if self._lease is None else max(1, self.processes))
            return
        most = max(1, int(per_second * BLOCK_SECONDS))
        wanted = min(most, max(self._waiting, self._block))
        self.leases += 1
        asked = _now()
        try:
            async with asyncio.timeout(ANSWERS_WITHIN):
                given = await self._lease(per_second, wanted, self._answers_late)
        except (DatabaseUnavailable, DatabaseRefuses, TimeoutError):
            self._alone_until = _now() + ANSWERS_WITHIN
            return
        if not given.count:
            await asyncio.sleep(max(0.01, given.begins_in))
            return
        begins = self._on_our_clock(given.at, asked) + max(0.0, given.begins_in)
        if per_second == self.per_second:
            self._left, self._next = given.count, max(self._next, begins)
            self._block = min(most, wanted * 2)

    def _on_our_clock(self, at: float, asked: float) -> float:
        """An instant of the ledger's clock, which was read after we asked and before the answer came, on our clock.

        The answer that came soonest after the reading tells best how far our clock is ahead. A reading that lies before
        the question cannot be: the ledger's clock was set back, or it is another ledger, and we begin anew.
        """
        answered = _now()
        ahead = self._clock_ahead
        if ahead is None or answered - at < ahead or asked - at > ahead:
            ahead = self._clock_ahead = answered - at
        late = answered - (at + ahead)
        self._answers_late = 0.0 if late < LATE else late
        return at + ahead

    def _one_of_our_share(self, per_second: float, processes: int) -> None:
        """The next turn of a process that keeps the pace without the ledger."""
        wait = (processes - 1) / per_second  # `_next` is already one gap after the last turn
        self._left, self._next = 1, max(_now(), self._next + wait)


def _now() -> float:
    return asyncio.get_running_loop().time()
