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
    case when held.assignee = any($2::text[]) then (
        select at from event where dossier = held.code and kind = 'dossier_assigned' order by version desc limit 1
    ) end as given_at
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
select case kind when 'assignment_released' then null else body ->> 'person' end as person from event
where dossier = $1 and kind in ('step_completed', 'dossier_assigned', 'assignment_released')
    and body ->> 'step' = any($2::text[])
order by kind = 'step_completed', version desc limit 1
"""
"""Assignments first: a stand-in may have done what was another's. Who gave it back does not want it again."""
_GIVEN_BACK = """
select kind = 'assignment_released' from event
where dossier = $1 and kind in ('dossier_assigned', 'assignment_released', 'step_completed', 'step_sent_back',
    'result_rejected', 'handover_acknowledged')
order by version desc limit 1
"""
_WAITING = """
select item.dossier from work_item as item join dossier on dossier.code = item.dossier
where item.act = 'complete_step' and item.person is null and dossier.code > $1
    and item.unit <> all($2::text[]) and dossier.procedure <> all($3::text[])
order by item.dossier limit $4
"""
_HELD_BY = """
select item.dossier from work_item as item where item.act = 'complete_step' and item.person = any($1::text[])
order by item.person, item.due, item.dossier limit $2
"""
_BEGUN = "select exists (select from event where dossier = $1 and actor_person = $2 and at >= $3)"
AT_MOST = 500
"""The dossiers of one page."""


class HeldDossier(Value):
    """An open dossier that an officer has. `given_at`: only where it was asked."""

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

    async def held(self, unit: Code, returned: Collection[Code] = ()) -> list[HeldDossier]:
        """The open dossiers of a unit that somebody has. `returned`: whose dossiers need `given_at`."""
        with sql_span("ledger.officer_loads", unit=unit), unavailable_as_answer():
            rows = await self._pool.fetch(_HELD, unit, sorted(returned))
        return [HeldDossier.model_validate(dict(row)) for row in rows]

    async def lately(self, people: Collection[Code], at: datetime) -> dict[Code, int]:
        """How many items each was given in the last days."""
        with sql_span("ledger.assigned_lately"), unavailable_as_answer():
            rows = await self._pool.fetch(_LATELY, sorted(people), at - LATELY)
        return {row["person"]: row["items"] for row in rows}

    async def waiting(self, after: Code, units: Collection[Code], procedures: Collection[Code]) -> list[Code]:
        """Dossiers with a processing step that nobody has, by code after one; not of these units and procedures."""
        with sql_span("ledger.waiting_for_an_officer"), unavailable_as_answer():
            rows = await self._pool.fetch(_WAITING, after, sorted(units), sorted(procedures), AT_MOST)
        return [row["dossier"] for row in rows]

    async def held_by(self, people: Collection[Code]) -> list[Code]:
        """The dossiers whose processing step these people have, at most a page of them."""
        with sql_span("ledger.held_by"), unavailable_as_answer():
            rows = await self._pool.fetch(_HELD_BY, sorted(people), AT_MOST)
        return [row["dossier"] for row in rows]

    async def has_begun(self, dossier: Code, person: Code, since: datetime) -> bool:
        """True when the person has done anything in the dossier since then."""
        with sql_span("ledger.has_begun", dossier=dossier), unavailable_as_answer():
            return bool(await self._pool.fetchval(_BEGUN, dossier, person, since))

    async def given_back(self, dossier: Code) -> bool:
        """True when the step was given back to the unit, by its officer or the head, and nothing moved it since."""
        with sql_span("ledger.given_back", dossier=dossier), unavailable_as_answer():
            return bool(await self._pool.fetchval(_GIVEN_BACK, dossier))

    async def before(self, dossier: Code, steps: Collection[Code]) -> Code | None:
        """Who was given one of these steps of the dossier last, else who did one last."""
        with sql_span("ledger.had_step_before", dossier=dossier), unavailable_as_answer():
            found: Code | None = await self._pool.fetchval(_BEFORE, dossier, sorted(steps))
        return found
