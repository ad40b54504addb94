"""A plan of a repair that is being made in the background, as the operations on it answer."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path

from activities.repairs.plannings import Planning, PlanningState
from domain.repairs.orders import RepairKind
from domain.values import Bilingual, Code, Instant, Value
from gateway.api.bodies import StrictRoute
from gateway.api.callers import Signed
from gateway.api.documented import operation
from gateway.api.pages import Limit
from gateway.api.parts import Parts
from gateway.i18n.wording import say

router = APIRouter(route_class=StrictRoute, tags=["Sửa hồ sơ (repairs)"])

PlanningId = Annotated[
    UUID, Path(alias="planning", description="Mã lần lập kế hoạch, trong Location của câu trả lời 202 (from Location).")
]


class RepairPlanningAnswer(Value):
    """How far the making of a plan is, and what came of it."""

    id: UUID
    href: str
    state: PlanningState
    kind: str
    kind_words: Bilingual
    who: Code
    begun_at: Instant
    ended_at: Instant | None
    looked: int
    dossiers: int
    plan_href: str | None
    refused: str | None
    refused_because: Bilingual | None
    cancelled_by: Code | None

    @classmethod
    def of(cls, one: Planning) -> RepairPlanningAnswer:
        """The planning with its addresses."""
        known = one.kind in tuple(RepairKind)
        return cls(
            **one.model_dump(exclude={"plan"}), href=f"/v1/repairs/plannings/{one.id}",
            kind_words=RepairKind(one.kind).words if known else say(one.kind, one.kind),
            plan_href=None if one.plan is None else f"/v1/repairs/{one.plan}",
        )  # fmt: skip


class RepairPlanningsAnswer(Value):
    """The newest plans that are being made, or that were not made."""

    items: tuple[RepairPlanningAnswer, ...]


@router.get(
    "/repairs/plannings",
    response_model=RepairPlanningsAnswer,
    **operation("list_repair_plannings", "Các kế hoạch đang lập", "the plans that are being made"),
)
async def list_repair_plannings(parts: Parts, _: Signed, limit: Limit = 50) -> object:
    """Answers with the newest that gave no plan, or none yet."""
    newest = await parts.engine.repair_plans.plannings.register.newest(limit)
    return RepairPlanningsAnswer(items=tuple(map(RepairPlanningAnswer.of, newest)))


@router.get(
    "/repairs/plannings/{planning}",
    response_model=RepairPlanningAnswer,
    **operation("read_repair_planning", "Việc lập kế hoạch đến đâu", "how far the making of a plan is"),
)
async def read_repair_planning(planning: PlanningId, parts: Parts, _: Signed) -> object:
    """Answers with how many dossiers were looked at, and at the end with the plan or the refusal."""
    return RepairPlanningAnswer.of(await parts.engine.repair_plans.plannings.register.planning(planning))
