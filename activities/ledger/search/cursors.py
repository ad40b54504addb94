"""Cursors: the place where a page begins, as a text that only we can write.

A cursor is bound to its search: to the filter, the order, and the scope of the caller.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Protocol

from pydantic import ValidationError

from activities.ledger.search.moments import Moment
from activities.ledger.search.order import Place, SearchOrder
from activities.ledger.search.query import SearchFilter, SearchScope
from activities.ledger.search.reader import Counted
from domain.errors import InvalidInput
from domain.messages.search import ListRefusal
from domain.values import Instant, Value

LONGEST = 1_000
"""In characters. A longer text is not read as a cursor."""

PURPOSE = b"luongxanh.dossier-search.2"
"""A text that was signed with the same key for another purpose is no cursor of a search."""


class FirstPage(Value):
    """What all pages share with the first: when lateness is judged, what had changed then, and how many were found.

    `of_search`: the fingerprint of the search.
    """

    of_search: str
    at: Instant
    as_of: Moment | None = None
    counted: Counted


class Turn(Value):
    """From where a page is read: after the place (`back`: before it), or with it (`included`)."""

    place: Place
    back: bool = False
    included: bool = False
    first: FirstPage


SIGNED = 32
"""The bytes of a signature."""


class Seals(Protocol):
    """Signs with a secret that all processes of the API have."""

    def signature(self, content: bytes) -> bytes:
        """The signature of the content, `SIGNED` bytes."""
        ...

    def signed(self, content: bytes, signature: bytes) -> bool:
        """True when this is a signature of the content, also one by an older secret that is still believed."""
        ...


class Cursors:
    """Signs cursors and reads them."""

    def __init__(self, seals: Seals) -> None:
        self._seals = seals

    def sign(self, turn: Turn) -> str:
        """The cursor of a turn."""
        content = turn.model_dump_json(exclude_defaults=True).encode()
        return urlsafe_b64encode(self._seals.signature(_sealed(content)) + content).rstrip(b"=").decode()

    def read(self, cursor: str) -> Turn:
        """The turn of a cursor. Raises InvalidInput (`cursor_invalid`) unless we signed it.

        It may be of another search: compare `of_search`. Nothing in a cursor is believed before its signature.
        """
        try:
            signed = _decoded(cursor)
            seal, content = signed[:SIGNED], signed[SIGNED:]
            if self._seals.signed(_sealed(content), seal):
                return Turn.model_validate_json(content)
        except (ValueError, ValidationError):
            pass
        raise InvalidInput(ListRefusal.CURSOR_INVALID)


def _sealed(content: bytes) -> bytes:
    return b"\0".join((PURPOSE, content))


def fingerprint(wanted: SearchFilter, scope: SearchScope, order: SearchOrder) -> str:
    """What a cursor is bound to: the filter, the scope of the caller, and the order. 32 hexadecimal digits."""
    parts = (wanted.model_dump_json(), scope.model_dump_json(), order.model_dump_json())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _decoded(cursor: str) -> bytes:
    """The bytes of a cursor. Raises ValueError, also for a text that is not the only way to write them."""
    if len(cursor) > LONGEST:
        raise ValueError(len(cursor))
    written = cursor.encode("ascii")
    signed = urlsafe_b64decode(written + b"=" * (-len(written) % 4))
    if urlsafe_b64encode(signed).rstrip(b"=") != written:
        raise ValueError("another way to write it")
    return signed
