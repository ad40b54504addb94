"""Plans repairs, approves them, and lets them run, for operators. A plan changes no dossier.

An order counts for every dossier of its plan, so each of them must be within reach of who gives it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Response

from activities.ledger.kept_answers import Answer
from activities.ledger.search.query import SearchFilter
from domain.errors import InvalidInput
from domain.messages.repairs import RepairRefusal
from domain.values import Hash
from gateway.access.principals import Principal
from gateway.access.scopes import search_scope
from gateway.api.bodies import StrictRoute, strict
from gateway.api.documented import operation
from gateway.api.dossiers.search_bodies import filter_of
from gateway.api.repairs.answers import RepairPlanAnswer
from gateway.api.repairs.bodies import RepairPlanBody, RepairReasonBody
from gateway.api.repairs.plannings import PlanningId, RepairPlanningAnswer
from gateway.api.repairs.shown import PlanName, run_named, shown_plan
from gateway.api.repeats import Acting, ActingRequest, answer_kept
from gateway.client.repairs.planning import ToPlan
from gateway.dossiers.command_ids import command_id_of
from gateway.views.names import Names

router = APIRouter(route_class=StrictRoute, tags=["Sửa hồ sơ (repairs)"])


@router.post(
    "/repairs",
    response_model=RepairPlanAnswer,
    **operation("plan_repair", "Lập kế hoạch sửa", "plan a repair", acts=True, body=True, status=201),
)
async def plan_repair(body: strict(RepairPlanBody), acting: Acting) -> Response:  # type: ignore[valid-type]
    """Answers 201 with the plan. It looks at each dossier and changes none."""
    parts, signed = acting.parts, acting.signed

    async def act(_key: str) -> Answer:
        orders, wanted = parts.engine.repair_plans, await _to_plan(acting, body)
        if len(wanted.codes) > orders.in_a_request:
            raise InvalidInput(RepairRefusal.REPAIR_FOR_THE_BACKGROUND, most=orders.in_a_request)
        plan = await orders.made(wanted)
        return answer_kept(201, await shown_plan(parts, signed, plan), Location=f"/v1/repairs/{plan.hash}")

    return await acting.once(act)


@router.post(
    "/repairs/plannings",
    response_model=RepairPlanningAnswer,
    **operation(
        "begin_repair_planning",
        "Lập kế hoạch sửa ở nền",
        "plan a repair in the background",
        acts=True,
        body=True,
        status=202,
    ),
)
async def begin_repair_planning(body: strict(RepairPlanBody), acting: Acting) -> Response:  # type: ignore[valid-type]
    """Answers 202. `read_repair_planning` tells how far it is, and at the end the plan."""
    orders = acting.parts.engine.repair_plans

    async def act(key: str) -> Answer:
        """An answer 202 is given again by asking again, so the key names the planning."""
        named = command_id_of(acting.signed.caller, key)
        begun = await orders.plannings.register.begun(named) or await orders.begin(await _to_plan(acting, body), named)
        answer = RepairPlanningAnswer.of(begun)
        return answer_kept(202, answer, Location=answer.href)

    return await acting.once(act)


@router.post(
    "/repairs/plannings/{planning}:cancel",
    response_model=RepairPlanningAnswer,
    **operation("cancel_repair_planning", "Hủy việc lập kế hoạch", "cancel the making of a plan", acts=True, body=True),
)
async def cancel_repair_planning(planning: PlanningId, body: strict(RepairReasonBody), acting: Acting) -> Response:  # type: ignore[valid-type]
    """Answers with the planning, which is cancelled. Nothing was done to any dossier."""
    signed = acting.signed

    async def act(_key: str) -> Answer:
        cancelled = await acting.parts.engine.repair_plans.cancel(
            signed.caller.principal, planning, who=None, why=body.reason, scope=search_scope(signed.scope)
        )
        return answer_kept(200, RepairPlanningAnswer.of(cancelled))

    return await acting.once(act)


async def _to_plan(acting: ActingRequest, body: RepairPlanBody) -> ToPlan:
    """What the caller wants planned. Raises the errors of `RepairPlanOrders.to_plan`."""
    return await acting.parts.engine.repair_plans.to_plan(
        acting.signed.caller.principal,
        body.order,
        _chosen(acting, body),
        who=None,
        why=body.reason,
        per_minute=body.per_minute,
        everything=body.everything,
        stuck=body.stuck,
        scope=search_scope(acting.signed.scope),
    )


def _chosen(acting: ActingRequest, body: RepairPlanBody) -> tuple[str, ...] | SearchFilter:
    """The codes, or the filter. Raises InvalidInput `repair_codes_or_filter`, and the errors of `filter_of`."""
    if body.codes is not None:
        if body.filter is not None:
            raise InvalidInput(RepairRefusal.REPAIR_CODES_OR_FILTER)
        return body.codes
    if body.filter is None:
        return SearchFilter()
    at, province = acting.signed.caller.at, acting.parts.engine.province
    return filter_of(body.filter, province, Names.of_province(province, at.date()), at)


def _act(id_: str, vi: str, en: str, *, body: bool = False) -> dict[str, Any]:
    return {"response_model": RepairPlanAnswer, **operation(id_, vi, en, acts=True, body=body)}


@router.post("/repairs/{plan}:approve", **_act("approve_repair_plan", "Duyệt kế hoạch", "approve a plan", body=True))
async def approve_repair_plan(plan: PlanName, body: strict(RepairReasonBody), acting: Acting) -> Response:  # type: ignore[valid-type]
    """Answers with the plan, which a second operator has approved."""
    runs = acting.parts.engine.repair_runs

    async def act(principal: Principal) -> None:
        await runs.approve(principal, plan, who=None, why=body.reason)

    return await _once(acting, plan, act)


@router.post("/repairs/{plan}:run", **_act("run_repair_plan", "Chạy kế hoạch", "let a plan run"))
async def run_repair_plan(plan: PlanName, acting: Acting) -> Response:
    """Answers with the plan and its run, which goes on by itself."""
    runs = acting.parts.engine.repair_runs

    async def act(principal: Principal) -> None:
        await runs.run(principal, plan, who=None)

    return await _once(acting, plan, act)


@router.post("/repairs/{plan}:stop", **_act("stop_repair_run", "Dừng đợt sửa", "stop the run of a plan", body=True))
async def stop_repair_run(plan: PlanName, body: strict(RepairReasonBody), acting: Acting) -> Response:  # type: ignore[valid-type]
    """Answers with the plan; its run stops between two dossiers."""
    rollouts = acting.parts.engine.rollouts

    async def act(principal: Principal) -> None:
        await rollouts.stop(principal, run_named(plan), why=body.reason)

    return await _once(acting, plan, act)


@router.post("/repairs/{plan}:resume", **_act("resume_repair_run", "Chạy tiếp đợt sửa", "let a stopped run go on"))
async def resume_repair_run(plan: PlanName, acting: Acting) -> Response:
    """Answers with the plan; its run goes on at the rate of the plan."""
    runs = acting.parts.engine.repair_runs

    async def act(principal: Principal) -> None:
        await runs.resume(principal, run_named(plan), who=None)

    return await _once(acting, plan, act)


async def _once(acting: ActingRequest, plan: Hash, act: Callable[[Principal], Awaitable[None]]) -> Response:
    """Carries the order out once for its key. Raises NotFound `unknown_repair_plan`, `unknown_dossier`."""
    parts, signed = acting.parts, acting.signed
    plans = parts.engine.repair_plans

    async def carry_out(_key: str) -> Answer:
        found = await plans.register.plan(plan)
        await plans.lists.require_whole_plan_within(plan, search_scope(signed.scope))
        await act(signed.caller.principal)
        return answer_kept(200, await shown_plan(parts, signed, found))

    return await acting.once(carry_out)
