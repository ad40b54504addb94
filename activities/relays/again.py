"""When what a relay has set aside is sent again: by an operator's order, or after a pause where a later try may do."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Protocol

from domain.values import Instant

LOOK_EVERY = 2.0
"""Seconds between two looks at the list."""
AGAIN_AFTER = 300.0
"""Seconds until an entry that nobody has ordered, and that may be taken later, is sent again."""


class Entry(Protocol):
    """An entry of the list."""

    @property
    def code(self) -> str:
        """Why it was set aside."""

    @property
    def again_at(self) -> Instant | None:
        """When it was ordered to be sent again."""


class Again:
    """Remembers when a relay looked at its list, and which entries it tried lately; a restart forgets it.

    `passes` says of an entry whether a later try may succeed by itself. `clock` gives monotonic seconds.
    """

    def __init__(
        self, passes: Callable[[str], bool] = lambda _: False, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._passes = passes
        self._clock = clock
        self._looked = float("-inf")
        self._not_before: dict[Hashable, float] = {}

    def looked_lately(self) -> bool:
        """True if this was asked less than `LOOK_EVERY` seconds ago, and answered False."""
        if self._clock() - self._looked < LOOK_EVERY:
            return True
        self._looked = self._clock()
        return False

    def is_due(self, entry: Entry, key: Hashable) -> bool:
        """Whether an entry may be sent now. `key`: what is sent with it, as `tried` names it."""
        waited = self._not_before.get(key, float("-inf")) <= self._clock()
        return entry.again_at is not None or (waited and self._passes(entry.code))

    def tried(self, key: Hashable) -> None:
        """It is sent now, or was just now: unless somebody orders it, it waits for `AGAIN_AFTER`."""
        self._not_before[key] = self._clock() + AGAIN_AFTER

    def sent(self, key: Hashable) -> None:
        """It was taken."""
        self._not_before.pop(key, None)
