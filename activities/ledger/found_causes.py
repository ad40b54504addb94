"""Counts, from the registers, what does not go on and why, with the oldest dossiers of each cause.

A dossier counts once for each cause, and once for each code of an error beneath it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from activities.ledger.causes_of_calls import cause_of_call
from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.search.conditions import (
    AT_THE_TOP,
    COORDINATION_OVERDUE,
    COORDINATION_OVERDUE_SINCE,
    UNANSWERED,
    WITH_INCIDENT,
    Condition,
    of_scope,
    written,
)
from activities.ledger.search.query import ALL_DOSSIERS, SearchScope
from activities.ledger.tracing import sql_span
from domain.dossier.state import TERMINAL
from domain.repairs.causes import Cause
from domain.values import Code, Instant, Value

CALLS = f"""
select found.code as dossier, incident ->> 'system' as system, incident ->> 'code' as code,
       (incident ->> 'since')::timestamptz as since,
       {cause_of_call("incident")} as cause
from (select code, snapshot from dossier where {{where}}) as found
cross join lateral jsonb_array_elements(found.snapshot -> 'incidents') as incident
"""  # noqa: S608  our own words
HANDOVERS = f"""
select code as dossier, snapshot -> 'handovers' -> -1 ->> 'to_unit' as system, '' as code,
       (snapshot -> 'handovers' -> -1 ->> 'overdue_at')::timestamptz as since, '{Cause.UNACKNOWLEDGED}' as cause
from dossier where {{where}}
"""  # noqa: S608  our own words
COORDINATIONS = f"""
select code as dossier, snapshot ->> 'queue' as system, '' as code,
       {COORDINATION_OVERDUE_SINCE} as since, '{Cause.UNPLACED}' as cause
from dossier where {{where}}
"""  # noqa: S608  our own words
ESCALATIONS = f"""
select found.code as dossier, one ->> 'unit' as system, '' as code,
       (one ->> 'at_top_since')::timestamptz as since, '{Cause.UNANSWERED}' as cause
from (select code, snapshot from dossier where {{where}}) as found
cross join lateral jsonb_array_elements(found.snapshot -> 'escalations') as one(one)
where one ->> 'at_top_since' is not null
"""  # noqa: S608  our own words
RELAYS = f"""
select problem.dossier, problem.reader as system, problem.code, problem.at as since,
       '{Cause.RELAY_REFUSED}' as cause
from relay_problem as problem join dossier on dossier.code = problem.dossier
where problem.mended_at is null and {{where}}
"""  # noqa: S608  our own words
COUNTED = """
with each_one as materialized ({rows})
select cause, system, code, count(distinct dossier) as dossiers, min(since) as since, grouping(system) = 1 as whole
from each_one group by grouping sets ((cause), (cause, system, code)) order by cause, dossiers desc, system, code
"""
OLDEST = """
select dossier, system, code, since, cause from (
    select *, row_number() over (partition by cause order by since, dossier, system) as place from ({rows}) as each_one
) as placed where place <= {limit:d} order by cause, place
"""
WITH_CAUSE = (
    "select distinct dossier from ({rows}) as each_one where cause = ${place:d} order by dossier limit {limit:d}"
)
SINCE = (
    "select dossier, system, code, since, cause from ({rows}) as each_one "
    "where since >= ${place:d} and cause = any(${after:d}::text[]) order by since, dossier, system limit {limit:d}"
)
OPEN_AMONG = """
select dossier.code as dossier, stuck.since
from dossier left join stuck_dossier as stuck on stuck.dossier = dossier.code where {where}
"""


class CauseInRegister(Value):
    """One dossier and why it does not go on. `where`: the system, the relay or the unit for which it waits."""

    dossier: Code
    cause: Cause
    where: str
    code: str
    since: Instant


class CountOfCause(Value):
    """How many dossiers have a cause; with `where` and `code`, how many of them for this system and with this code."""

    cause: Cause
    where: str | None
    code: str | None
    dossiers: int
    since: Instant


class CausesInRegisters:
    """Reads the registers. Every method raises DatabaseUnavailable when the database does not answer."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def counts(self, scope: SearchScope) -> list[CountOfCause]:
        """The counts of each cause that the registers know: as a whole, and by system and code."""
        rows, arguments = _rows(scope)
        with sql_span("ledger.causes"), unavailable_as_answer():
            found = await self._pool.fetch(COUNTED.format(rows=rows), *arguments)
        return [
            CountOfCause(
                cause=row["cause"],
                where=None if row["whole"] else row["system"],
                code=None if row["whole"] else row["code"],
                dossiers=row["dossiers"],
                since=row["since"],
            )
            for row in found
        ]

    async def oldest(self, scope: SearchScope, limit: int) -> list[CauseInRegister]:
        """Of each cause the dossiers that have waited for the longest time."""
        rows, arguments = _rows(scope)
        with sql_span("ledger.causes"), unavailable_as_answer():
            found = await self._pool.fetch(OLDEST.format(rows=rows, limit=limit), *arguments)
        return _in_register(found)

    async def since(self, causes: Collection[Cause], instant: datetime, limit: int) -> list[CauseInRegister]:
        """The dossiers that have had one of these causes since an instant, or less long."""
        rows, arguments = _rows(ALL_DOSSIERS)
        place = len(arguments) + 1
        query = SINCE.format(rows=rows, place=place, after=place + 1, limit=limit)
        with sql_span("ledger.causes"), unavailable_as_answer():
            found = await self._pool.fetch(query, *arguments, instant, [one.value for one in causes])
        return _in_register(found)

    async def dossiers(self, cause: Cause, limit: int) -> list[str]:
        """The dossiers that have this cause, in the order of their codes."""
        rows, arguments = _rows(ALL_DOSSIERS)
        query = WITH_CAUSE.format(rows=rows, place=len(arguments) + 1, limit=limit)
        with sql_span("ledger.causes"), unavailable_as_answer():
            found = await self._pool.fetch(query, *arguments, cause.value)
        return [row["dossier"] for row in found]

    async def open_among(self, codes: Collection[str], scope: SearchScope) -> dict[str, datetime | None]:
        """The open dossiers among these, with the instant since which each is in the register of stuck dossiers."""
        among = Condition("dossier.code = any({}::text[])", (list(codes),))
        not_ended = Condition("state <> all({}::text[])", (sorted(TERMINAL),))
        where, arguments = written([among, not_ended, *of_scope(scope)])
        with sql_span("ledger.causes"), unavailable_as_answer():
            found = await self._pool.fetch(OPEN_AMONG.format(where=where), *arguments)
        return {row["dossier"]: row["since"] for row in found}


def _in_register(rows: Iterable[Mapping[str, Any]]) -> list[CauseInRegister]:
    return [
        CauseInRegister(
            dossier=row["dossier"], cause=row["cause"], where=row["system"], code=row["code"], since=row["since"]
        )
        for row in rows
    ]


def _rows(scope: SearchScope) -> tuple[str, list[object]]:
    """The registers as one list of dossiers with causes. The relays' part has dossiers that have ended too."""
    parts: list[str] = []
    arguments: list[object] = []
    for text, conditions in _registers():
        where, arguments = written([*conditions, *of_scope(scope)], arguments)
        parts.append(text.format(where=where))
    return " union all ".join(parts), arguments


def _registers() -> Iterable[tuple[str, Sequence[Condition]]]:
    yield CALLS, [Condition(WITH_INCIDENT)]
    yield HANDOVERS, [Condition(UNANSWERED)]
    yield COORDINATIONS, [Condition(COORDINATION_OVERDUE)]
    yield ESCALATIONS, [Condition(AT_THE_TOP)]
    yield RELAYS, []
