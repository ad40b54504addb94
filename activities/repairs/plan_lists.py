"""Reads the plans of repairs by pages: the plans, and what a plan found at each dossier, within a caller's scope."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.search.conditions import Condition, of_scope, written
from activities.ledger.search.query import ALL_DOSSIERS, SearchScope
from activities.ledger.tracing import sql_span
from domain.errors import NotFound
from domain.messages.dossier import DossierRefusal
from domain.repairs.findings import Finding
from domain.values import Code, Hash, Instant, Value

HEADS = """
select one.hash, one.plan::jsonb -> 'order' ->> 'kind' as kind, one.who as made_by, one.at as made_at, one.why,
       counted.dossiers, counted.to_do,
       exists (select from repair_approval where repair_approval.plan = one.hash) as approved,
       run.id as run, run.finished_at, run.abandoned_at
from (select * from repair_plan where {where} order by at {way}, hash {way} limit {limit}) as one
cross join lateral (
    select count(*) as dossiers, count(*) filter (where finding ->> 'refused' is null) as to_do
    from jsonb_array_elements(one.plan::jsonb -> 'findings') as finding
) as counted
left join rollout as run on run.kind = 'repair' and run.file_hash = one.hash
order by one.at {way}, one.hash {way}
"""
FINDINGS = """
select listed.finding from (
    select finding, finding ->> 'dossier' as dossier
    from repair_plan, jsonb_array_elements(plan::jsonb -> 'findings') as finding where hash = $1
) as listed join dossier on dossier.code = listed.dossier
where {where} order by listed.dossier collate "C" {way} limit {limit}
"""
BEYOND = """
select wanted.code from unnest($1::text[]) as wanted (code)
where not exists (select from dossier where dossier.code = wanted.code and {where}) limit 1
"""
LISTED = """
select array_agg(finding ->> 'dossier') from repair_plan, jsonb_array_elements(plan::jsonb -> 'findings') as finding
where hash = $1
"""


class RepairPlanHead(Value):
    """One plan in a list. `run` None: it was never let run. `kind`: a `RepairKind`, or one of a later release."""

    hash: Hash
    kind: str
    made_by: Code
    made_at: Instant
    why: str
    dossiers: int
    to_do: int
    approved: bool
    run: UUID | None
    finished_at: Instant | None
    abandoned_at: Instant | None


class RepairPlanLists:
    """Reads the lists. Every method raises DatabaseUnavailable when the database does not answer."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def heads(self, limit: int, place: tuple[datetime, str, bool] | None = None) -> list[RepairPlanHead]:
        """Up to `limit` plans, the newest first. `place`: after the plan of this instant and hash, or before it."""
        at, named, back = place or (None, "", False)
        sign = ">" if back else "<"
        conditions = [] if at is None else [Condition(f"(at, hash) {sign} ({{}}, {{}})", (at, named))]
        where, arguments = written(conditions)
        sql = HEADS.format(where=where, way="asc" if back else "desc", limit=int(limit))
        with sql_span("repair.plans"), unavailable_as_answer():
            rows = await self._pool.fetch(sql, *arguments)
        return [RepairPlanHead.model_validate(dict(row)) for row in rows]

    async def findings(
        self,
        plan: Hash,
        scope: SearchScope,
        *,
        refused: bool | None = None,
        place: tuple[str, bool] | None = None,
        limit: int,
    ) -> list[Finding]:
        """Up to `limit` findings of a plan within the scope, in the order of the codes, the nearest first.

        `refused`: only those on which the order cannot be carried out, or only the others. `place`: after this code,
        or (True) before it.
        """
        code, back = place or ("", False)
        conditions = [*of_scope(scope)]
        if refused is not None:
            conditions.append(Condition("(listed.finding ->> 'refused' is not null) = {}", (refused,)))
        if place is not None:
            conditions.append(Condition(f'listed.dossier collate "C" {"<" if back else ">"} {{}}', (code,)))
        where, arguments = written(conditions, [plan])
        sql = FINDINGS.format(where=where, way="desc" if back else "", limit=int(limit))
        with sql_span("repair.findings", plan=plan), unavailable_as_answer():
            rows = await self._pool.fetch(sql, *arguments)
        return [Finding.model_validate(row["finding"]) for row in rows]

    async def require_whole_plan_within(self, plan: Hash, scope: SearchScope) -> None:
        """Accepts a plan of which every dossier is within the scope. Raises NotFound `unknown_dossier`."""
        if scope != ALL_DOSSIERS:
            with sql_span("repair.listed", plan=plan), unavailable_as_answer():
                codes = await self._pool.fetchval(LISTED, plan)
            await self.require_within(codes or (), scope)

    async def require_within(self, codes: Collection[str], scope: SearchScope) -> None:
        """Accepts dossiers that are within the scope. One that is not looks like none: NotFound `unknown_dossier`."""
        if scope == ALL_DOSSIERS:
            return
        where, arguments = written(of_scope(scope), [list(codes)])
        with sql_span("repair.within"), unavailable_as_answer():
            beyond = await self._pool.fetchval(BEYOND.format(where=where), *arguments)
        if beyond is not None:
            raise NotFound(DossierRefusal.UNKNOWN_DOSSIER, dossier=beyond)
