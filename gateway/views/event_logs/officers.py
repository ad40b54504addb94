"""How those who acted are named in an event log."""

from __future__ import annotations

import hmac
from functools import lru_cache
from secrets import token_bytes

from activities.ledger.event_log import LoggedEvent
from domain.roles import OF_NO_POST

PREFIX = "officer-"
DIGITS = 12
"""Hexadecimal digits of a pseudonym: of 100,000 officers, two have the same one with a chance of 1 in 50,000."""
KEY_BYTES = 32


class Officers:
    """Names who acted. An applicant or a machine is named by its role alone.

    An internal code of an officer tells who it is, to whoever has the list of staff. So it is replaced by a hash under
    a key (Law 91/2025/QH15 on personal data). Without a key the pseudonyms of one file fit no other file, and nobody
    can undo them.
    """

    def __init__(self, key: bytes | None = None, *, by_code: bool = False) -> None:
        self._key, self._by_code = key or token_bytes(KEY_BYTES), by_code
        self._pseudonym = lru_cache(maxsize=100_000)(self._made)

    def name(self, event: LoggedEvent) -> str:
        """Who acted."""
        if event.role in OF_NO_POST:
            return event.role
        return event.person if self._by_code else self._pseudonym(event.person)

    def _made(self, person: str) -> str:
        return PREFIX + hmac.digest(self._key, person.encode(), "sha256").hex()[:DIGITS]
