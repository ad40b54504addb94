"""The turns of calls to outside systems, which all processes share: each turn is given out once, in small blocks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span

AHEAD = timedelta(seconds=1)
"""Turns are given out no further ahead. A process that dies takes along less than this."""
BEYOND = timedelta(seconds=1)
"""A row whose next turn is later than any lease leaves it, and by more than this, is of no use: the clock of the
database was set back, or the pace was slower before. Without this bound no call would go out until that instant."""
LONGEST_BLOCK = timedelta(seconds=0.25)
"""A lease of more than one turn is of no more than the system takes in this time."""

LEASE = """
insert into outside_turns as turns (system, begins_at, next_at, count)
select $1, now.at + $5::interval, now.at + $5::interval + $2::interval * $3::integer, $3::integer
from (select clock_timestamp() as at) as now
on conflict (system) do update set (begins_at, next_at, count) = (
    select greatest(known.next_at, now.at + $5::interval),
           case when known.next_at > now.at + $4::interval then known.next_at
                else greatest(known.next_at, now.at + $5::interval) + $2::interval * $3::integer end,
           case when known.next_at > now.at + $4::interval then 0 else $3::integer end
    from (select clock_timestamp() as at) as now, lateral (
        select case when turns.next_at > now.at + $6::interval then now.at else turns.next_at end as next_at
    ) as known
)
returning count, extract(epoch from begins_at - clock_timestamp())::double precision as begins_in,
          extract(epoch from clock_timestamp())::double precision as at
"""


@dataclass(frozen=True)
class Turns:
    """Some turns of one process: the first `begins_in` seconds after `at`, each a gap after the one before.

    `count` 0: the next second is given away. Ask again in `begins_in` seconds. `at`: seconds of the database's clock at
    which this was written; the answer may have come long after.
    """

    count: int
    begins_in: float
    at: float


class OutsideTurns:
    """Gives out turns by the clock of the database."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def lease(self, system: str, per_second: float, count: int, not_within: float = 0.0) -> Turns:
        """Up to `count` turns of a system, each once, the first not within so many seconds (at most `AHEAD`).

        Raises DatabaseUnavailable, DatabaseRefuses.
        """
        gap, lead = timedelta(seconds=1 / per_second), min(timedelta(seconds=not_within), AHEAD)
        latest = AHEAD + max(gap, LONGEST_BLOCK) + BEYOND
        with sql_span("outside_turns.lease"), unavailable_as_answer():
            row = await self._pool.fetchrow(LEASE, system, gap, count, AHEAD, lead, latest)
        assert row is not None  # the statement always returns its row
        ahead = 0.0 if row["count"] else AHEAD.total_seconds() / 2
        return Turns(count=row["count"], begins_in=max(0.0, row["begins_in"] - ahead), at=row["at"])
