"""Counts the open incidents of each outside system: how many dossiers, since when, and how many need a person."""

from __future__ import annotations

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.search.conditions import WITH_INCIDENT, Condition, of_scope, written
from activities.ledger.search.query import SearchScope
from activities.ledger.tracing import sql_span
from domain.repairs.call_codes import HELD_BACK
from domain.values import Code, Instant, Value

_HELD_BACK = ", ".join(f"'{code}'" for code in HELD_BACK)
COUNTED = f"""
select system, count(*) as dossiers, count(*) filter (where final) as final,
       count(*) filter (where code in ({_HELD_BACK})) as held_back, min(since) as since,
       (array_agg(dossier order by since, dossier))[1] as oldest,
       (array_agg(effect order by since, dossier))[1] as effect,
       (array_agg(code order by since, dossier))[1] as code
from (
    select found.code as dossier, incident ->> 'system' as system, incident ->> 'code' as code,
           incident ->> 'effect' as effect, (incident ->> 'since')::timestamptz as since,
           coalesce((incident ->> 'final')::boolean, false) as final
    from (select code, snapshot from dossier where {{where}}) as found
    cross join lateral jsonb_array_elements(found.snapshot -> 'incidents') as incident
) as each_one
group by system order by min(since)
"""  # noqa: S608  our own words


class SystemIncidents(Value):
    """The open incidents of one outside system, and the one that has been open for the longest time."""

    system: str
    dossiers: int
    """How many calls failed and have not succeeded yet."""
    final: int
    """How many of them are not tried again by themselves."""
    held_back: int
    """How many were not sent, because the breaker of a worker was open."""
    since: Instant
    oldest: Code
    """The dossier of the oldest one."""
    effect: str
    code: str


class IncidentCounts:
    """Counts. It raises DatabaseUnavailable when the database does not answer."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def stuck(self, scope: SearchScope) -> int:
        """How many dossiers within the scope do not go on by themselves."""
        where, arguments = written([*of_scope(scope), Condition("code in (select dossier from stuck_dossier)")])
        with sql_span("ledger.stuck_count"), unavailable_as_answer():
            counted: int = await self._pool.fetchval(f"select count(*) from dossier where {where}", *arguments)  # noqa: S608
        return counted

    async def of(self, scope: SearchScope) -> list[SystemIncidents]:
        """The systems with open incidents within the scope; the one in trouble for the longest time comes first."""
        where, arguments = written([*of_scope(scope), Condition(WITH_INCIDENT)])
        with sql_span("ledger.incident_counts"), unavailable_as_answer():
            rows = await self._pool.fetch(COUNTED.format(where=where), *arguments)
        return [SystemIncidents.model_validate(dict(row)) for row in rows]
