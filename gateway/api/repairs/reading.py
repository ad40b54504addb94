"""Reads plans of repairs, for supervisors and operators. The dossiers of a plan are shown within the caller's scope."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from activities.repairs.plan_lists import RepairPlanHead
from gateway.access.scopes import search_scope
from gateway.api.bodies import StrictRoute
from gateway.api.callers import Signed
from gateway.api.documented import operation
from gateway.api.pages import Cursor, Limit, Listing, timed_key, timed_place
from gateway.api.parts import Parts
from gateway.api.repairs.answers import (
    RepairFindingAnswer,
    RepairFindingPage,
    RepairPlanAnswer,
    RepairPlanLine,
    RepairPlanPage,
)
from gateway.api.repairs.shown import PlanName, shown_plan

router = APIRouter(route_class=StrictRoute, tags=["Sửa hồ sơ (repairs)"])


@router.get(
    "/repairs",
    response_model=RepairPlanPage,
    **operation("list_repair_plans", "Các kế hoạch sửa", "the plans of repairs, the newest first"),
)
async def list_repair_plans(parts: Parts, _: Signed, limit: Limit = 50, cursor: Cursor = None) -> object:
    """Answers with the plans, the newest first."""
    listing = Listing(parts.keys, ("list_repair_plans",))
    place = listing.place(cursor)
    rows = await parts.engine.repair_plans.lists.heads(limit + 1, timed_place(place))
    page = listing.page(rows, place, limit, row_key)
    return RepairPlanPage(items=tuple(map(RepairPlanLine.of, page.items)), next=page.next, previous=page.previous)


def row_key(head: RepairPlanHead) -> str:
    """The place of a plan in the list."""
    return timed_key(head.made_at, head.hash)


@router.get(
    "/repairs/{plan}",
    response_model=RepairPlanAnswer,
    **operation("read_repair_plan", "Một kế hoạch sửa", "one plan of a repair, its approvals and its run"),
)
async def read_repair_plan(plan: PlanName, parts: Parts, signed: Signed) -> object:
    """Answers with the plan and the first findings."""
    return await shown_plan(parts, signed, await parts.engine.repair_plans.register.plan(plan))


@router.get(
    "/repairs/{plan}/findings",
    response_model=RepairFindingPage,
    **operation("list_repair_findings", "Từng hồ sơ của một kế hoạch", "what a plan found at each dossier"),
)
async def list_repair_findings(
    plan: PlanName,
    parts: Parts,
    signed: Signed,
    refused: Annotated[
        bool | None, Query(description="Chỉ hồ sơ không sửa được, hoặc chỉ hồ sơ sẽ sửa (only refused ones, or not).")
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> object:
    """Answers with the findings of the plan at the dossiers in which the caller's units take part."""
    await parts.engine.repair_plans.register.plan(plan)
    listing = Listing(parts.keys, ("list_repair_findings", plan, refused))
    place = listing.place(cursor)
    rows = await parts.engine.repair_plans.lists.findings(
        plan,
        search_scope(signed.scope),
        refused=refused,
        place=(place.key, place.back) if place else None,
        limit=limit + 1,
    )
    page = listing.page(rows, place, limit, lambda one: one.dossier)
    items = tuple(map(RepairFindingAnswer.of, page.items))
    return RepairFindingPage(items=items, next=page.next, previous=page.previous)
