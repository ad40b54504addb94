"""The orders for plans of repairs: asks for a plan, has it made at once or in the background, cancels the making.

A plan changes no dossier. `run_orders` lets it run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Unpack
from uuid import UUID

from activities.ledger.pool import Pool
from activities.ledger.search.query import ALL_DOSSIERS, SearchFilter, SearchScope
from activities.repairs.plan_lists import RepairPlanLists
from activities.repairs.plannings import Planning
from activities.repairs.register import RepairRegister
from domain.errors import Conflict, InvalidInput, NotAuthorised
from domain.messages.repairs import RepairRefusal
from domain.operator_orders import require_reason
from domain.organisation.staff import Staff
from domain.repairs.orders import RepairOrder
from domain.repairs.plans import RepairPlan
from domain.values import VIETNAM
from gateway.access.principals import Principal
from gateway.client.admitting.operators import operator_of
from gateway.client.repairs.failed_dossiers import FailedDossiers
from gateway.client.repairs.mechanics import MechanicsByKind
from gateway.client.repairs.planning import RepairPlanner, ToPlan, Which, nobody
from gateway.client.repairs.plannings import Looked, Plannings


def ordering(principal: Principal, who: str | None, why: str, staff: Staff) -> str:
    """Who orders it, with a reason. Raises InvalidInput `repair_without_reason`, those of `require_reason`, and the
    errors of `operator_of`."""
    if not why.strip():
        raise InvalidInput(RepairRefusal.REPAIR_WITHOUT_REASON)
    require_reason(why)
    return operator_of(principal, who, staff)


class RepairPlanOrders:
    """The orders for plans, for commands, the API and the console.

    A verified principal gives each. `who` is the operator whose order the account of this machine carries; None means
    the principal itself. Every one of them must hold the post of an operator today.
    """

    def __init__(
        self, pool: Pool, mechanics: MechanicsByKind, failed: FailedDossiers, staff: Callable[[], Staff]
    ) -> None:
        self._staff = staff
        self.register = RepairRegister(pool)
        self.lists = RepairPlanLists(pool)
        self.planner = RepairPlanner(pool, mechanics, failed)
        self.plannings = Plannings(pool)
        self.in_a_request = 100
        """So many dossiers are looked at inside a request that asks for a plan; more, in the background."""

    async def plan(
        self,
        principal: Principal,
        order: RepairOrder,
        chosen: Sequence[str] | SearchFilter,
        *,
        who: str | None,
        why: str,
        per_minute: int,
        looked: Looked = nobody,
        **which: Unpack[Which],
    ) -> RepairPlan:
        """The plan for these dossiers, registered under its hash. It looks at each dossier and changes none.

        Raises the errors of `to_plan` and `made`.
        """
        wanted = await self.to_plan(principal, order, chosen, who=who, why=why, per_minute=per_minute, **which)
        return await self.made(wanted, looked)

    async def to_plan(
        self,
        principal: Principal,
        order: RepairOrder,
        chosen: Sequence[str] | SearchFilter,
        *,
        who: str | None,
        why: str,
        per_minute: int,
        **which: Unpack[Which],
    ) -> ToPlan:
        """What a plan is asked for, with the codes of its dossiers. None of them is looked at yet.

        `chosen`: codes, or a filter of the register, which `which` narrows. Raises the errors of `operator_of` and of
        `RepairPlanner.chosen`; InvalidInput `repair_without_reason`, and those of `operator_orders`.
        """
        who = ordering(principal, who, why, self._staff())
        now = datetime.now(VIETNAM)
        selected, codes = await self.planner.chosen(chosen, now, **which)
        return ToPlan(
            order=order, selected=selected, codes=codes, per_minute=per_minute, who=who, why=why.strip(), at=now
        )

    async def made(self, wanted: ToPlan, looked: Looked = nobody) -> RepairPlan:
        """The plan, registered under its hash, after a look at each dossier. Raises the errors of `planned`."""
        plan = await self.planner.planned(wanted, looked)
        await self.register.add(plan)
        return plan

    async def begin(self, wanted: ToPlan, planning: UUID) -> Planning:
        """Has the plan made in the background of this process, once for the id. Its register tells how far it is."""
        dossiers = len(dict.fromkeys(wanted.codes))
        return await self.plannings.begin(planning, wanted.order.kind, wanted.who, dossiers, partial(self.made, wanted))

    async def cancel(
        self, principal: Principal, planning: UUID, *, who: str | None, why: str, scope: SearchScope = ALL_DOSSIERS
    ) -> Planning:
        """Cancels a plan that is being made: by who asked for it, or an operator whose scope is every dossier.

        Raises the errors of `operator_of`; InvalidInput `repair_without_reason`; NotFound `unknown_repair_planning`;
        NotAuthorised `repair_planning_of_another`; Conflict `repair_planning_ended`.
        """
        who = ordering(principal, who, why, self._staff())
        found = await self.plannings.register.planning(planning)
        if found.who != who and scope != ALL_DOSSIERS:
            raise NotAuthorised(RepairRefusal.REPAIR_PLANNING_OF_ANOTHER, who=found.who)
        if not await self.plannings.register.cancel(planning, who, why.strip()):
            raise Conflict(RepairRefusal.REPAIR_PLANNING_ENDED, planning=str(planning))
        return await self.plannings.register.planning(planning)
