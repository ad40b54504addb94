"""Counts the failures of each message of a relay, so that one which never gets through is set aside at last."""

from __future__ import annotations

from collections import Counter

NO_ANSWER = ("outside_", "breaker_open", "system_held", "http_", "not_connected", "broken_off", "no_free_place")
"""How the codes begin of calls that got no answer of the system itself."""
TRIES = 5
"""How often a message is tried that the other side does not take, before it is set aside."""


class Tries:
    """Counts the failures of each message. In an outage of the whole other side, no message is given up."""

    def __init__(self) -> None:
        self._failed: Counter[tuple[str, int]] = Counter()
        self._successes = 0
        self._seen: dict[tuple[str, int], int] = {}

    def succeeded(self, key: tuple[str, int]) -> None:
        """The message was taken."""
        self._successes += 1
        self._forget(key)

    def another(self, key: tuple[str, int], *, answered: bool, last: bool) -> bool:
        """Whether a failed message is tried again soon. Without an answer that counts only if others got through."""
        others = self._successes > self._seen.get(key, self._successes)
        self._seen[key] = self._successes
        self._failed[key] += answered or others
        again = not (last and answered) and self._failed[key] < TRIES
        if not again:
            self._forget(key)
        return again

    def _forget(self, key: tuple[str, int]) -> None:
        self._failed.pop(key, None)
        self._seen.pop(key, None)
