"""The register of repairs: their plans, who approved them, and how far each dossier of a run is.

A run is a rollout (`activities.rollouts.register`), and its list is that of the plan.
"""

from __future__ import annotations

from uuid import UUID

import asyncpg
from pydantic import ValidationError

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from domain.canonical_json import canonical
from domain.errors import Conflict, NotFound
from domain.messages.repairs import RepairRefusal
from domain.operator_orders import require_operator, require_reason
from domain.repairs.findings import Finding
from domain.repairs.plans import RepairPlan
from domain.rollouts.plans import RepairRun
from domain.values import Code, Hash, Instant, Value

ONE_REPAIR_A_DOSSIER = "rollout_item_under_repair"
"""The index by which a dossier waits in at most one unfinished repair."""

BEGIN = """
with entered as (
    insert into rollout (id, kind, file_hash, plan, who, why)
    values ($1, 'repair', $2, $3, $4, $5) on conflict do nothing returning id
), listed as (
    insert into rollout_item (rollout, dossier, state, code, finding)
    select entered.id, one ->> 'dossier', case when one ->> 'refused' is null then 'pending' else 'refused' end,
           one ->> 'refused', one
    from entered, repair_plan, jsonb_array_elements(repair_plan.plan::jsonb -> 'findings') as one
    where repair_plan.hash = $2
)
insert into rollout_act (rollout, act, who, why) select id, 'ordered', $4, $6 from entered
"""
ELSEWHERE = """
select item.dossier, item.rollout from rollout_item item
where item.state = 'pending' and item.finding is not null and item.rollout <> $1 and item.dossier in (
    select one ->> 'dossier' from repair_plan, jsonb_array_elements(repair_plan.plan::jsonb -> 'findings') as one
    where repair_plan.hash = $2 and one ->> 'refused' is null
) order by code_order(item.dossier) limit 1
"""
DUE = """
select dossier, finding, begun_at, acted_at,
       coalesce(extract(epoch from clock_timestamp() - acted_at), 0)::float8 as ago
from rollout_item where rollout = $1 and state = 'pending' order by attempts, code_order(dossier) limit $2
"""


class RepairApproval(Value):
    """A second operator has approved a plan."""

    who: Code
    why: str
    at: Instant


class ItemToRepair(Value):
    """One dossier of a run that has no outcome yet.

    `begun`: a repair of it was begun earlier and may have been done. `acted`: it was done, and is to be verified; `ago`
    is how many seconds ago.
    """

    finding: Finding
    begun: bool
    acted: bool
    ago: float


class RepairRegister:
    """Reads and writes the register. Every method raises DatabaseUnavailable when the database does not answer."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def add(self, plan: RepairPlan) -> None:
        """Registers a plan under its hash. The same plan again changes nothing.

        Raises the InvalidInput errors of `domain.operator_orders` before it writes anything.
        """
        require_operator(plan.made_by)
        require_reason(plan.why)
        text = canonical(plan.model_dump(mode="json")).decode()
        with sql_span("repair.add", plan=plan.hash), unavailable_as_answer():
            await self._pool.execute(
                "insert into repair_plan (hash, plan, who, why) values ($1, $2, $3, $4) on conflict do nothing",
                plan.hash, text, plan.made_by, plan.why,
            )  # fmt: skip

    async def plan(self, plan: Hash) -> RepairPlan:
        """The plan with this hash. Raises NotFound `unknown_repair_plan`, Conflict `repair_plan_unreadable`."""
        with sql_span("repair.plan", plan=plan), unavailable_as_answer():
            text = await self._pool.fetchval("select plan from repair_plan where hash = $1", plan)
        if text is None:
            raise NotFound(RepairRefusal.UNKNOWN_REPAIR_PLAN, plan=plan)
        try:
            return RepairPlan.model_validate_json(text)
        except ValidationError:
            raise Conflict(RepairRefusal.REPAIR_PLAN_UNREADABLE, plan=plan) from None

    async def hash_beginning(self, begin: str) -> Hash:
        """The whole hash of the one plan that begins so. Raises NotFound `unknown_repair_plan`."""
        with sql_span("repair.named"), unavailable_as_answer():
            rows = await self._pool.fetch("select hash from repair_plan where starts_with(hash, $1) limit 2", begin)
        if len(rows) != 1:
            raise NotFound(RepairRefusal.UNKNOWN_REPAIR_PLAN, plan=begin)
        return str(rows[0]["hash"])

    async def approve(self, plan: Hash, who: str, why: str) -> None:
        """Records an approval. The same person again changes nothing.

        Raises the InvalidInput errors of `domain.operator_orders` before it writes anything.
        """
        require_operator(who)
        require_reason(why)
        with sql_span("repair.approve", plan=plan), unavailable_as_answer():
            await self._pool.execute(
                "insert into repair_approval (plan, who, why) values ($1, $2, $3) on conflict do nothing",
                plan,
                who,
                why,
            )

    async def approvals(self, plan: Hash) -> list[RepairApproval]:
        """Who approved the plan, in order."""
        with sql_span("repair.approvals", plan=plan), unavailable_as_answer():
            rows = await self._pool.fetch(
                "select who, why, at from repair_approval where plan = $1 order by number", plan
            )
        return [RepairApproval.model_validate(dict(row)) for row in rows]

    async def begin(self, rollout: UUID, run: RepairRun, who: str, why: str, let_run: str = "") -> bool:
        """Enters a run with the list of its plan. Returns False, and changes nothing, when it is there already.

        `why`: the reason of the plan; `let_run`: why it runs now, as the act of the run says it (empty: the same).
        Raises Conflict `dossier_under_repair` when a dossier waits in another unfinished repair.
        """
        with sql_span("repair.begin", rollout=str(rollout)), unavailable_as_answer():
            try:
                status: str = await self._pool.execute(
                    BEGIN, rollout, run.plan, run.model_dump(mode="json"), who, why, let_run or why
                )
            except asyncpg.UniqueViolationError as twice:
                if twice.constraint_name != ONE_REPAIR_A_DOSSIER:
                    raise
                raise await self._under_repair(rollout, run.plan) from None
        return status != "INSERT 0 0"

    async def note_approval(self, rollout: UUID, approved_by: str | None) -> None:
        """Notes whose approval counts for an unfinished run that goes on. None: nobody had to approve; nothing changes.

        The dossiers that are still to be repaired name this person.
        """
        if approved_by is None:
            return
        with sql_span("repair.approval", rollout=str(rollout)), unavailable_as_answer():
            await self._pool.execute(
                "update rollout set plan = jsonb_set(plan, '{approved_by}', to_jsonb($2::text)) "
                "where id = $1 and finished_at is null and plan ->> 'approved_by' is distinct from $2",
                rollout, approved_by,
            )  # fmt: skip

    async def _under_repair(self, rollout: UUID, plan: Hash) -> Conflict:
        row = await self._pool.fetchrow(ELSEWHERE, rollout, plan)
        found = dict(row) if row else {"dossier": "–", "rollout": "–"}
        return Conflict(RepairRefusal.DOSSIER_UNDER_REPAIR, dossier=found["dossier"], rollout=found["rollout"])

    async def due(self, rollout: UUID, limit: int) -> list[ItemToRepair]:
        """The next dossiers of a run: those that were never tried come first."""
        with sql_span("repair.due", rollout=str(rollout)), unavailable_as_answer():
            rows = await self._pool.fetch(DUE, rollout, limit)
        return [
            ItemToRepair(
                finding=Finding.model_validate(row["finding"]),
                begun=row["begun_at"] is not None,
                acted=row["acted_at"] is not None,
                ago=row["ago"],
            )
            for row in rows
        ]

    async def note_begun(self, rollout: UUID, dossier: str) -> bool:
        """Records that a repair is about to be done. False: the dossier is not to be repaired any more."""
        return await self._note("begun_at", rollout, dossier)

    async def note_acted(self, rollout: UUID, dossier: str) -> bool:
        """Records that a repair was done."""
        return await self._note("acted_at", rollout, dossier)

    async def _note(self, column: str, rollout: UUID, dossier: str) -> bool:
        with sql_span("repair.note", dossier=dossier), unavailable_as_answer():
            status: str = await self._pool.execute(
                f"update rollout_item set {column} = coalesce({column}, clock_timestamp()) "  # noqa: S608  our columns
                "where rollout = $1 and dossier = $2 and state = 'pending'",
                rollout, dossier,
            )  # fmt: skip
        return status != "UPDATE 0"
