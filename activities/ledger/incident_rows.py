"""Reads the incidents as one list of rows from the registers in which their causes stand, and the acts of people.

Nothing is copied: a row is there while its cause is there. Stuck rollouts are known to Temporal only, and are added by
the gateway.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import structlog
from pydantic import ValidationError

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
)
from activities.ledger.search.query import SearchScope
from activities.ledger.tracing import sql_span
from domain.incidents import Incident, IncidentAct, IncidentAction, IncidentSource, NamedIncidentAct
from domain.repairs import call_codes
from domain.repairs.causes import Cause
from domain.repairs.stuck_codes import BY_BEGINNING
from domain.values import Instant, Value

log = structlog.get_logger(__name__)

CALLS = f"""
select 'call.' || dossier.code || '.' || replace(one ->> 'effect', '/', '-') as id, 'call' as source,
       {cause_of_call("one")} as cause,
       one ->> 'code' as code, one ->> 'system' as system, dossier.code as dossier, accountable as unit,
       (one ->> 'since')::timestamptz as since
from (select * from dossier where {WITH_INCIDENT} and {{scope}}) as dossier
cross join lateral jsonb_array_elements(snapshot -> 'incidents') as one(one)
"""  # noqa: S608  our own words
CAUSE_OF_CODE = " ".join(
    f"when starts_with(stuck.code, '{beginning}') then '{cause}'" for beginning, cause in BY_BEGINNING.items()
)
"""`domain.repairs.stuck_codes.cause_named` in SQL."""
WORKFLOWS = f"""
select 'workflow.' || stuck.dossier, 'workflow',
       case {CAUSE_OF_CODE} else '{Cause.TASK_FAILS}' end,
       stuck.code, null, stuck.dossier, accountable, stuck.since
from stuck_dossier as stuck join dossier on dossier.code = stuck.dossier where {{scope}}
"""  # noqa: S608  our own words
HANDOVERS = f"""
select 'handover.' || code || '.' || jsonb_array_length(snapshot -> 'handovers'), 'handover',
       '{Cause.UNACKNOWLEDGED}', '{Cause.UNACKNOWLEDGED}', null, code, snapshot -> 'handovers' -> -1 ->> 'to_unit',
       (snapshot -> 'handovers' -> -1 ->> 'overdue_at')::timestamptz
from dossier where {UNANSWERED} and {{scope}}
"""  # noqa: S608  our own words
COORDINATIONS = f"""
select 'coordination.' || code, 'coordination', '{Cause.UNPLACED}', '{Cause.UNPLACED}', null, code,
       snapshot ->> 'queue', {COORDINATION_OVERDUE_SINCE}
from dossier where {COORDINATION_OVERDUE} and {{scope}}
"""  # noqa: S608  our own words
ESCALATIONS = f"""
select 'escalation.' || dossier.code || '.' || (one ->> 'number'), 'escalation',
       '{Cause.UNANSWERED}', '{Cause.UNANSWERED}', null, dossier.code, one ->> 'unit',
       (one ->> 'at_top_since')::timestamptz
from (select * from dossier where {AT_THE_TOP} and {{scope}}) as dossier
cross join lateral jsonb_array_elements(snapshot -> 'escalations') as one(one)
where one ->> 'at_top_since' is not null
"""  # noqa: S608  our own words
RELAYS = f"""
select 'relay.' || problem.reader || '.' || problem.dossier || '.' || problem.version, 'relay',
       '{Cause.RELAY_REFUSED}', problem.code, problem.reader, problem.dossier, accountable, problem.at
from relay_problem as problem join dossier on dossier.code = problem.dossier
where problem.mended_at is null and {{scope}}
"""  # noqa: S608  our own words
GIVEN_UP = f"""
select 'webhook.' || behind.webhook || '.' || behind.dossier || '.' || behind.version, 'webhook',
       '{Cause.RELAY_REFUSED}', behind.code, webhook.owner, behind.dossier, accountable, behind.dead_at
from webhook_behind as behind join webhook on webhook.id = behind.webhook
join dossier on dossier.code = behind.dossier where behind.dead_at is not null and {{scope}}
"""  # noqa: S608  our own words
STOPPED = f"""
select 'webhook.' || id, 'webhook', '{Cause.RELAY_REFUSED}', because, owner, null, null, stopped_at
from webhook where because is not null and state in ('paused', 'disabled')
"""  # noqa: S608  our own words
SYSTEMS = f"""
select 'system.' || held.system, 'system', '{Cause.BREAKER_OPEN}', 'system_held', held.system, null, null, held.at
from (select distinct on (system) * from outside_order order by system, number desc) as held
where held.act in ('open', 'drain') and held.until > clock_timestamp()
union all
select 'system.' || used.key, 'system', '{Cause.BREAKER_OPEN}', 'breaker_open', used.key, null, null,
       min(coalesce((used.value ->> 'since')::timestamptz, worker_breakers.told_at))
from worker_breakers
cross join lateral jsonb_each(report -> 'systems') as way
cross join lateral jsonb_each(way.value) as used
where told_at > clock_timestamp() - interval '1 minute' and used.value ->> 'state' <> 'closed'
and not exists (
    select from (select distinct on (system) * from outside_order order by system, number desc) as last
    where last.system = used.key and last.act in ('open', 'drain') and last.until > clock_timestamp()
)
group by used.key
"""  # noqa: S608  our own words
"""Systems that an operator holds, and those whose breaker is not closed in a worker. They close by themselves."""
OF_DOSSIERS = {
    CALLS: {Cause.CALL_NOT_ANSWERED, Cause.REFUSED_FOR_GOOD, Cause.BREAKER_OPEN, *call_codes.BY_BEGINNING.values()},
    WORKFLOWS: {Cause.TASK_FAILS, Cause.DOES_NOT_REPLAY, Cause.ENDED_EARLY},
    HANDOVERS: {Cause.UNACKNOWLEDGED},
    COORDINATIONS: {Cause.UNPLACED},
    ESCALATIONS: {Cause.UNANSWERED},
    RELAYS: {Cause.RELAY_REFUSED},
    GIVEN_UP: {Cause.RELAY_REFUSED},
}
"""Where incidents of dossiers are found, with the causes that are found there."""

ROWS = """
with found (id, source, cause, code, system, dossier, unit, since) as materialized ({rows})
select found.*, assigned.assigned_to, coalesce(noted.resolved, false) as resolved
from found
left join lateral (
    select coalesce(
        (select assigned_to from incident_act
         where incident = found.id and act = 'assign' and at >= found.since order by number desc limit 1),
        (select who from outside_order
         where found.source = 'system' and found.code = 'system_held' and system = found.system
         order by number desc limit 1)
    ) as assigned_to
) as assigned on true
left join lateral (
    select true as resolved from incident_act
    where incident = found.id and act = 'resolve' and at >= found.since limit 1
) as noted on true
where {where} order by found.since {direction}, found.id {direction} limit {limit:d}
"""
ACTS = "select act, assigned_to, who, why, at from incident_act where incident = $1 and at >= $2 order by number"
LATEST = "select incident, assigned_to from incident_act where act = 'assign' and incident = any($1) order by number"


LATEST_ACTS = "select incident, act, assigned_to, who, why, at from incident_act order by number desc limit $1"


class IncidentFilter(Value):
    """Which incidents are wanted. A field that is None does not restrict."""

    cause: Cause | None = None
    system: str | None = None
    unit: str | None = None
    """The unit that answers for it."""
    assigned_to: str | None = None
    assigned: bool | None = None
    resolved: bool | None = False
    """False: those that nobody has noted as dealt with."""

    def wants(self, one: Incident) -> bool:
        """The same for a row that is not read from here."""
        return (
            self.cause in (None, one.cause)
            and self.system in (None, one.system)
            and self.unit in (None, one.unit)
            and self.assigned_to in (None, one.assigned_to)
            and self.assigned in (None, one.assigned_to is not None)
            and self.resolved in (None, one.resolved)
        )


Place = tuple[Instant, str, bool]
"""The instant and the id after which a page begins, and True: before which it ends."""


class IncidentRows:
    """Finds incidents and records acts. It raises DatabaseUnavailable when the database does not answer."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def of(
        self,
        scope: SearchScope,
        wanted: IncidentFilter,
        *,
        limit: int,
        of_province: bool = False,
        place: Place | None = None,
        dossier: str | None = None,
        incident: str | None = None,
    ) -> list[Incident]:
        """Up to `limit` incidents of the scope, the oldest first; before a place, the nearest first.

        `of_province`: also those that belong to no dossier. `dossier`, `incident`: only of this one.
        """
        numbers = _Numbers()
        scoped = numbers.written([*of_scope(scope), *_of_dossier(dossier)])
        rows = [one.format(scope=scoped) for one, causes in OF_DOSSIERS.items() if _is_among(wanted.cause, causes)]
        if of_province and dossier is None and _is_among(wanted.cause, {Cause.RELAY_REFUSED}):
            rows.append(STOPPED)
        if of_province and dossier is None and _is_among(wanted.cause, {Cause.BREAKER_OPEN}):
            rows.append(SYSTEMS)
        if not rows:
            return []
        back = place is not None and place[2]
        where = numbers.written(_conditions(wanted, place, incident))
        statement = ROWS.format(
            rows=" union all ".join(rows), where=where, direction="desc" if back else "asc", limit=limit
        )
        with sql_span("ledger.incident_rows"), unavailable_as_answer():
            found = await self._pool.fetch(statement, *numbers.arguments)
        return list(_readable(found))

    async def record(
        self, incident: str, act: IncidentAction, who: str, why: str, assigned_to: str | None = None
    ) -> None:
        """Records what somebody did, before it is carried out."""
        with sql_span("ledger.incident_act"), unavailable_as_answer():
            await self._pool.execute(
                "insert into incident_act (incident, act, assigned_to, who, why) values ($1, $2, $3, $4, $5)",
                incident, act.value, assigned_to, who, why,
            )  # fmt: skip

    async def acts(self, incident: str, since: Instant) -> list[IncidentAct]:
        """What people did with it since it opened, in order."""
        with sql_span("ledger.incident_acts"), unavailable_as_answer():
            rows = await self._pool.fetch(ACTS, incident, since)
        return [IncidentAct.model_validate(dict(row)) for row in rows]

    async def latest(self, limit: int) -> list[NamedIncidentAct]:
        """The last acts on any incident, the newest first."""
        with sql_span("ledger.incident_acts"), unavailable_as_answer():
            rows = await self._pool.fetch(LATEST_ACTS, limit)
        return [NamedIncidentAct.model_validate(dict(row)) for row in rows]

    async def assigned(self, incidents: Collection[str]) -> dict[str, str]:
        """To whom each of these was assigned last."""
        with sql_span("ledger.incident_acts"), unavailable_as_answer():
            rows = await self._pool.fetch(LATEST, list(incidents))
        return {row["incident"]: row["assigned_to"] for row in rows}


class _Numbers:
    """Gives the arguments of one statement their numbers."""

    def __init__(self) -> None:
        self.arguments: list[object] = []

    def written(self, conditions: Iterable[Condition]) -> str:
        texts = []
        for sql, values in conditions:
            first = len(self.arguments) + 1
            texts.append(f"({sql.format(*(f'${number}' for number in range(first, first + len(values))))})")
            self.arguments += values
        return " and ".join(texts) or "true"


def _is_among(wanted: Cause | None, causes: Collection[Cause]) -> bool:
    return wanted is None or wanted in causes


def _of_dossier(dossier: str | None) -> list[Condition]:
    return [] if dossier is None else [Condition("dossier.code = {}", (dossier,))]


def _conditions(wanted: IncidentFilter, place: Place | None, incident: str | None) -> list[Condition]:
    equal = {
        "found.cause": wanted.cause, "found.system": wanted.system, "found.unit": wanted.unit,
        "assigned.assigned_to": wanted.assigned_to, "found.id": incident,
    }  # fmt: skip
    conditions = [Condition(f"{name} = {{}}", (value,)) for name, value in equal.items() if value is not None]
    if wanted.assigned is not None:
        conditions.append(Condition(f"(assigned.assigned_to is not null) = {wanted.assigned}"))
    if wanted.resolved is not None:
        conditions.append(Condition(f"coalesce(noted.resolved, false) = {wanted.resolved}"))
    if place is not None:
        at, after, back = place
        conditions.append(Condition(f"(found.since, found.id) {'<' if back else '>'} ({{}}, {{}})", (at, after)))
    return conditions


def _readable(rows: Iterable[Mapping[str, Any]]) -> Iterable[Incident]:
    """The rows that can be read. The others are logged."""
    for row in rows:
        try:
            yield Incident.model_validate({**row, "source": IncidentSource(row["source"])})
        except (ValidationError, ValueError) as problem:
            log.error("incident_unreadable", incident=row["id"], problem=type(problem).__name__)
