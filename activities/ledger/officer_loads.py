"""The open work of the officers of a unit, as far as it decides who gets the next item."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from domain.dossier.state import State
from domain.procedures.procedure import Channel
from domain.values import Code, Instant, Value

LATELY = timedelta(days=7)
"""The days for which the items that an officer was given are counted."""

_HELD = """
select held.assignee as person, held.code as dossier, held.state, held.step, held.channel,
    coalesce(held.promised_due, held.statutory_due) as due, held.procedure,
    (select at from event where dossier = held.code and kind = 'dossier_assigned' order by version desc limit 1)
        as given_at
from dossier as held
where held.responsible = $1 and held.assignee is not null and held.ended_at is null
order by held.assignee, held.code
"""
_LATELY = """
select body ->> 'person' as person, count(*) as items from event
where kind = 'dossier_assigned' and body ->> 'person' = any($1::text[]) and at > $2
group by 1
"""
_BEFORE = """
select body ->> 'person' as person from event
where dossier = $1 and kind in ('step_completed', 'dossier_assigned') and body ->> 'step' = $2
order by kind, version desc limit 1
"""
"""Assignments first: a stand-in may have done what was another's."""


class HeldDossier(Value):
    """An open dossier that an officer has."""

    person: Code
    dossier: Code
    state: State
    step: Code | None
    channel: Channel
    due: Instant | None
    procedure: Code
    given_at: Instant | None


class OfficerLoads:
    """Reads them. Every method raises DatabaseUnavailable."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def held(self, unit: Code) -> list[HeldDossier]:
        """The open dossiers of a unit that somebody has."""
        with sql_span("ledger.officer_loads", unit=unit), unavailable_as_answer():
            rows = await self._pool.fetch(_HELD, unit)
        return [HeldDossier.model_validate(dict(row)) for row in rows]

    async def lately(self, people: Collection[Code], at: datetime) -> dict[Code, int]:
        """How many items each was given in the last days."""
        with sql_span("ledger.assigned_lately"), unavailable_as_answer():
            rows = await self._pool.fetch(_LATELY, sorted(people), at - LATELY)
        return {row["person"]: row["items"] for row in rows}

    async def before(self, dossier: Code, step: Code) -> Code | None:
        """Who was given this step of the dossier last, else who did it last."""
        with sql_span("ledger.had_step_before", dossier=dossier), unavailable_as_answer():
            found: Code | None = await self._pool.fetchval(_BEFORE, dossier, step)
        return found
