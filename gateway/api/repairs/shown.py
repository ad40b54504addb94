"""One plan of a repair, as the operations on it answer."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Path

from domain.errors import NotFound
from domain.repairs.plans import RepairPlan
from domain.rollouts.plans import RolloutKind, rollout_id
from domain.values import Hash
from gateway.access.scopes import search_scope
from gateway.access.sign_in import SignedIn
from gateway.api.parts import Api
from gateway.api.repairs.answers import RepairPlanAnswer, RepairRunAnswer

FIRST_FINDINGS = 20
"""How many findings stand in the answer itself; the others are read by pages."""

PlanName = Annotated[
    Hash, Path(alias="plan", description="Mã băm của kế hoạch (the plan's hash).", examples=["3f" * 32])
]  # fmt: skip


async def shown_plan(parts: Api, signed: SignedIn, plan: RepairPlan) -> RepairPlanAnswer:
    """The answer about a registered plan, with the first findings within the caller's scope."""
    plans, runs, named = parts.engine.repair_plans, parts.engine.repair_runs, plan.hash
    return RepairPlanAnswer.of(
        plan,
        because=runs.second_person_because(plan),
        approvals=await runs.approvals(named),
        run=await _run(parts, run_named(named)),
        first=await plans.lists.findings(named, search_scope(signed.scope), limit=FIRST_FINDINGS),
    )


def run_named(plan: Hash) -> UUID:
    """The id of the run of a plan, also before it was begun."""
    return rollout_id(RolloutKind.REPAIR, plan)


async def _run(parts: Api, run: UUID) -> RepairRunAnswer | None:
    register = parts.engine.rollouts.register
    try:
        head = await register.head(run)
    except NotFound:  # it was never let run
        return None
    return RepairRunAnswer.of(head, await register.progress(run))
