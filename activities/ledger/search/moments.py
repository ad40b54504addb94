"""The moment at which the first page was read, so that later pages know which dossiers changed after it.

A change has the time of its act, and is recorded a little later, or much later if the database was down. So its time
does not say whether the first page had it; the transaction that wrote the row does. PostgreSQL keeps its number in the
row (`xmin`), and tells which transactions had ended (`pg_current_snapshot`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from activities.ledger.search.conditions import Condition
from domain.values import Instant, Value

READ = "select (select max(updated_at) from dossier) as newest, pg_current_snapshot()::text as snapshot"
"""Reads what a moment is made of, in the transaction that reads the page."""
NUMBERS = 2**32
"""A row has the number of its transaction within this many. Which of two is later is known as long as fewer than half
lie between them."""
WITHIN = timedelta(days=30)
"""The number is asked of rows that changed within this time before the newest: fewer than 800 transactions a second lie
between. Acts that wait longer for the database are not told apart."""
MOST_UNDER_WAY = 60
"""Transactions under way that a cursor has room for; of more, the oldest are taken to have ended."""


class Moment(Value):
    """What the first page knew: the time of the newest change, and which transactions had ended."""

    newest: Instant
    following: int
    """The number of the next transaction: it and those after it had not begun."""
    under_way: tuple[int, ...] = ()
    """Those that were not over, each by how many it was before the next one."""

    @classmethod
    def of(cls, row: Any) -> Moment | None:
        """The moment of a row of `READ`; None for an empty register."""
        if row["newest"] is None:
            return None
        _, following, under_way = row["snapshot"].split(":")
        numbers = [int(one) for one in under_way.split(",") if one][-MOST_UNDER_WAY:]
        return cls(
            newest=row["newest"],
            following=int(following) % NUMBERS,
            under_way=tuple(int(following) - number for number in numbers),
        )

    def condition(self) -> Condition:
        """What holds for a row that has not changed since."""
        ended, values = self.ended("xmin::text::bigint", first=2)
        return Condition(
            f"updated_at <= {{0}} and (updated_at < {{1}} or {ended})", (self.newest, self.long_ago, *values)
        )

    @property
    def long_ago(self) -> Instant:
        """The transactions of earlier changes are not asked for: their numbers may have come round again."""
        return self.newest - WITHIN

    def ended(self, number: str, first: int) -> tuple[str, tuple[object, ...]]:
        """The condition that this number in SQL is of a transaction that had ended, and its values.

        `first`: the place of the first value among those of the whole condition.
        """
        under_way = [(self.following - before) % NUMBERS for before in self.under_way]
        following, others = f"{{{first}}}", f"{{{first + 1}}}"
        ended = f"({number} - {following} + {NUMBERS}) % {NUMBERS} >= {NUMBERS // 2}"
        return f"{ended} and {number} <> all({others}::bigint[])", (self.following, under_way)
