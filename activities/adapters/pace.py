"""The pace of one system: calls begin no faster than it can take them."""

from __future__ import annotations

import asyncio


class Pace:
    """Gives each call its turn, in the order of asking. For one event loop: no locks are needed."""

    def __init__(self, per_second: float | None) -> None:
        self._gap = 0.0 if per_second is None else 1 / per_second
        self._next = 0.0

    async def turn(self) -> None:
        """Waits for the turn. Whoever stops waiting leaves a gap, and nobody goes sooner for it."""
        if not self._gap:
            return
        now = asyncio.get_running_loop().time()
        at = max(now, self._next)
        self._next = at + self._gap
        if at > now:
            await asyncio.sleep(at - now)
