"""The turns of calls to outside systems, which all processes share: each turn is given out once, in small blocks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span

AHEAD = timedelta(seconds=1)
"""Turns are given out no further ahead. A process that dies takes along less than this."""

LEASE = """
insert into outside_turns as turns (system, begins_at, next_at, count)
values ($1, clock_timestamp(), clock_timestamp() + $2::interval * $3::integer, $3::integer)
on conflict (system) do update set
    begins_at = greatest(turns.next_at, clock_timestamp()),
    next_at = case when turns.next_at > clock_timestamp() + $4::interval then turns.next_at
                   else greatest(turns.next_at, clock_timestamp()) + $2::interval * $3::integer end,
    count = case when turns.next_at > clock_timestamp() + $4::interval then 0 else $3::integer end
returning count, extract(epoch from begins_at - clock_timestamp())::double precision as begins_in
"""


@dataclass(frozen=True)
class Turns:
    """Some turns of one process: the first in `begins_in` seconds, each a gap after the one before.

    `count` 0: the next second is given away. Ask again in `begins_in` seconds.
    """

    count: int
    begins_in: float


class OutsideTurns:
    """Gives out turns by the clock of the database."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def lease(self, system: str, per_second: float, count: int) -> Turns:
        """Up to `count` turns of a system, each once. Raises DatabaseUnavailable, DatabaseRefuses."""
        gap = timedelta(seconds=1 / per_second)
        with sql_span("outside_turns.lease"), unavailable_as_answer():
            row = await self._pool.fetchrow(LEASE, system, gap, count, AHEAD)
        assert row is not None  # the statement always returns its row
        ahead = 0.0 if row["count"] else AHEAD.total_seconds() / 2
        return Turns(count=row["count"], begins_in=max(0.0, row["begins_in"] - ahead))
