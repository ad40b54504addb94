"""How many calls each process may make at once to a system for which the province has a limit."""

from __future__ import annotations

from collections.abc import Mapping

from activities.ledger.pool import Connection, Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span

GONE_AFTER = "30 seconds"
"""A process that has told nothing for so long has no places any more."""
LOCK = "select pg_advisory_xact_lock(hashtext('outside places'))"
"""Statements after it see what the process before has written."""
GRANT = f"""
with others as (
    select coalesce(sum(granted), 0) as granted, coalesce(sum(wanted), 0) as wanted, count(*) as processes
    from outside_places
    where system = $2::text and process <> $1::text and told_at > clock_timestamp() - interval '{GONE_AFTER}'
)
insert into outside_places as mine (process, system, wanted, granted)
select $1::text, $2::text, $3::integer,
       greatest($4::integer, 0, least($3::integer, $5::integer - others.granted, greatest(
           ($5::integer + others.processes) / (others.processes + 1), $5::integer - others.wanted
       )))
from others
on conflict (process, system) do update
    set wanted = excluded.wanted, granted = excluded.granted, told_at = clock_timestamp()
returning granted
"""  # noqa: S608  our own text
FORGET = "delete from outside_places where told_at < clock_timestamp() - interval '1 hour'"


class OutsidePlaces:
    """Shares the places of the province among its processes."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def share(self, process: str, wanted: Mapping[str, tuple[int, int, int]]) -> dict[str, int]:
        """How many calls the process may make at once, by system, until it asks again.

        `wanted`: by system how many it would make, how many it is making, and the limit of the province. What it is
        making cannot be taken from it. All processes together get no more than the limit. One that wants more than its
        equal part gets what the others leave. Raises DatabaseUnavailable, DatabaseRefuses.
        """
        if not wanted:
            return {}
        with sql_span("outside_places.share"), unavailable_as_answer():
            async with self._pool.acquire() as connection, connection.transaction():
                await connection.execute(LOCK)
                await connection.execute(FORGET)
                return {system: await _granted(connection, process, system, *of) for system, of in wanted.items()}

    async def leave(self, process: str) -> None:
        """Gives the places of a process back that has ended. Raises DatabaseUnavailable, DatabaseRefuses."""
        with sql_span("outside_places.leave"), unavailable_as_answer():
            await self._pool.execute("delete from outside_places where process = $1", process)


async def _granted(connection: Connection, process: str, system: str, wanted: int, making: int, limit: int) -> int:
    granted: int = await connection.fetchval(GRANT, process, system, wanted, making, limit)
    return granted
