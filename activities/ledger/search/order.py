"""In which order the found dossiers are shown, and the place between two of them.

Dossiers without the date of the order come last, in both directions. Dossiers with the same date are in the order of
their codes, in the same direction. A page is read in one or two parts, those with the date and those without: each part
is a range of one index, forward or back.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, assert_never

from activities.ledger.search.conditions import Condition
from domain.values import Strict, Value


class SortKey(StrEnum):
    """By what the found dossiers are sorted. Lateness: in working minutes, of dossiers that have ended."""

    CODE = "code"
    RECEIVED_AT = "received_at"
    STATUTORY_DUE = "statutory_due"
    PROMISED_DUE = "promised_due"
    UPDATED_AT = "updated_at"
    ENDED_AT = "ended_at"
    LATE_STATUTORY_MINUTES = "late_statutory_minutes"
    LATE_PROMISED_MINUTES = "late_promised_minutes"

    @property
    def stands_still(self) -> bool:
        """True if no event changes it, so that a dossier keeps its place among the others."""
        return self is SortKey.CODE

    @property
    def column(self) -> str:
        """What is sorted, in SQL. The number at the end of a code sorts as a number."""
        return "code_order(code)" if self is SortKey.CODE else self.value

    @property
    def type(self) -> str:
        """The type of its values in SQL."""
        match self:
            case SortKey.CODE:
                return "text"
            case SortKey.LATE_STATUTORY_MINUTES | SortKey.LATE_PROMISED_MINUTES:
                return "int"
            case (
                SortKey.RECEIVED_AT
                | SortKey.STATUTORY_DUE
                | SortKey.PROMISED_DUE
                | SortKey.UPDATED_AT
                | SortKey.ENDED_AT
            ):
                return "timestamptz"
            case _:
                assert_never(self)

    @property
    def may_be_missing(self) -> bool:
        """True if some dossiers have no value."""
        return self not in (SortKey.CODE, SortKey.UPDATED_AT)


class SearchOrder(Strict):
    """The order of the found dossiers."""

    by: SortKey = SortKey.CODE
    descending: bool = False


class Place(Value):
    """The place of one dossier in an order: its value of the sort key, and its code.

    `key` None: it has no value; in the order of codes: the code is enough.
    """

    key: datetime | int | None = None
    code: str


class Reading(NamedTuple):
    """From where and in which direction rows are read. `place` None: from the first (back: from the last).

    `included`: the dossier at the place is read too.
    """

    place: Place | None = None
    back: bool = False
    included: bool = False


class Part(NamedTuple):
    """One range of rows: the conditions that limit it, and its order in SQL."""

    conditions: tuple[Condition, ...]
    order: str


def parts_of(order: SearchOrder, reading: Reading) -> Iterator[Part]:
    """The ranges that are read one after another until there are enough rows."""
    missing = [False, True] if order.by.may_be_missing else [False]
    place = reading.place
    for without in reversed(missing) if reading.back else missing:
        if place is None:
            yield _part(order, reading, without, None)
        elif without == (order.by.may_be_missing and place.key is None):
            yield _part(order, reading, without, place)
            place = None


def _part(order: SearchOrder, reading: Reading, without: bool, place: Place | None) -> Part:
    key = order.by
    falling = order.descending != reading.back
    way, beyond = ("desc", "<") if falling else ("asc", ">")
    beyond += "=" if reading.included else ""
    if without:
        after = [Condition(f"code {beyond} {{}}", (place.code,))] if place else []
        return Part((Condition(f"{key.column} is null"), *after), f"code {way}")
    present = [Condition(f"{key.column} is not null")] if key.may_be_missing else []
    after = [_beyond(place, key, beyond)] if place else []
    return Part((*present, *after), f"{key.column} {way}, code {way}")


def _beyond(place: Place, key: SortKey, beyond: str) -> Condition:
    if key is SortKey.CODE:
        return Condition(f"({key.column}, code) {beyond} (code_order({{0}}::text), {{0}}::text)", (place.code,))
    return Condition(f"({key.column}, code) {beyond} ({{}}::{key.type}, {{}}::text)", (place.key, place.code))
