"""Pages of a list in the order of a key, forward and back, with cursors that only we can write.

A cursor is bound to its list: to the operation and its filters. A page begins after the key of the last row that was
shown, so no row is shown twice and none is left out while others come and go.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import ValidationError

from domain.errors import InvalidInput
from domain.messages.search import ListRefusal
from domain.values import Value
from gateway.api.keys import Keys, Purpose

T = TypeVar("T")

MOST_ROWS = 200
LONGEST_CURSOR = 1_000

Limit = Annotated[int, Query(ge=1, le=MOST_ROWS, description="Số dòng một trang (rows a page).")]
Cursor = Annotated[
    str | None,
    Query(
        max_length=LONGEST_CURSOR,
        description="`next` hoặc `previous` của trang trước, với cùng bộ lọc (of the page before, same filters).",
    ),
]


class Place(Value):
    """Where a page begins: after a key, or `back`, before it."""

    key: str
    back: bool = False


TimedPlace = tuple[datetime, str, bool]
"""An instant, a name, and whether what stands before it is wanted: what the registers of such lists take."""


def timed_key(at: datetime, name: object) -> str:
    """The key of a row in a list in the order of an instant and a name."""
    return f"{at.isoformat()} {name}"


def timed_place(place: Place | None) -> TimedPlace | None:
    """The place of a cursor whose key is of `timed_key`."""
    if place is None:
        return None
    at, _, name = place.key.partition(" ")
    return datetime.fromisoformat(at), name, place.back


@dataclass(frozen=True)
class Page(Generic[T]):
    """The rows of a page in order, and the cursors of the pages after and before it."""

    items: tuple[T, ...]
    next: str | None
    previous: str | None


@dataclass(frozen=True)
class Listing:
    """One list: the keys that sign its cursors, and what a cursor of it is bound to."""

    keys: Keys
    about: tuple[object, ...]
    """The operation and every filter."""

    def place(self, cursor: str | None) -> Place | None:
        """The place of a cursor; None for the first page. Raises InvalidInput `cursor_invalid`."""
        if cursor is None:
            return None
        try:
            signed = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
            seal, content = signed[:32], signed[32:]
            if self.keys.signed(Purpose.CURSOR, self._sealed(content), seal):
                return Place.model_validate_json(content)
        except (ValueError, ValidationError):
            pass
        raise InvalidInput(ListRefusal.CURSOR_INVALID)

    def page(self, rows: Sequence[T], place: Place | None, limit: int, key: Callable[[T], str]) -> Page[T]:
        """The page of the rows that were read from the place on, the nearest first: one more than the limit if any."""
        shown, more = rows[:limit], len(rows) > limit
        if place is not None and place.back:
            items = tuple(reversed(shown))
            before, after = more, bool(items)
        else:
            items = tuple(shown)
            before, after = place is not None and bool(items), more
        return Page(
            items,
            next=self.cursor(Place(key=key(items[-1]))) if after else None,
            previous=self.cursor(Place(key=key(items[0]), back=True)) if before else None,
        )

    def page_of(self, rows: Iterable[T], cursor: str | None, limit: int, key: Callable[[T], str]) -> Page[T]:
        """The page of a list that is in memory, in the order of the key."""
        place, ordered = self.place(cursor), sorted(rows, key=key)
        if place is None:
            found = ordered
        elif place.back:
            found = [row for row in reversed(ordered) if key(row) < place.key]
        else:
            found = [row for row in ordered if key(row) > place.key]
        return self.page(found[: limit + 1], place, limit, key)

    def cursor(self, place: Place) -> str:
        """The cursor of a place."""
        content = place.model_dump_json(exclude_defaults=True).encode()
        seal = self.keys.signature(Purpose.CURSOR, self._sealed(content))
        return urlsafe_b64encode(seal + content).rstrip(b"=").decode()

    def _sealed(self, content: bytes) -> bytes:
        """What the signature is made of: what the list is about, and the place."""
        return repr(tuple(map(str, self.about))).encode() + b"\0" + content
