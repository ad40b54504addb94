"""The desk of operators: makes plans of repairs, has them approved by a second person, and lets them run.

A run is a rollout; `RolloutOrders` stops, resumes and abandons it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from datetime import datetime
from functools import partial
from uuid import UUID

from activities.ledger.pool import Pool
from activities.ledger.search.query import ALL_DOSSIERS, SearchFilter, SearchScope
from activities.ledger.search.reader import DossierSearch, Search
from activities.ledger.vault import Vault
from activities.repairs.plan_lists import RepairPlanLists
from activities.repairs.plannings import Planning
from activities.repairs.register import RepairApproval, RepairRegister
from activities.rollouts.register import Rollout
from domain.errors import Conflict, InvalidInput, NotAuthorised, RuleViolation
from domain.messages.repairs import RepairRefusal
from domain.operator_orders import require_reason
from domain.organisation.staff import Staff
from domain.privacy.particulars import require_impersonal, require_unnamed_text
from domain.repairs.causes import Cause
from domain.repairs.findings import Finding
from domain.repairs.orders import RepairOrder
from domain.repairs.plans import (
    MOST_DOSSIERS,
    ByCause,
    ByCodes,
    ByFilter,
    Everything,
    RepairPlan,
    SecondPersonBecause,
    Selection,
    plan_of,
    require_readable,
    second_person_because,
)
from domain.rollouts.plans import RepairRun, RolloutKind, rollout_id
from domain.values import VIETNAM, Bilingual, Hash, Instant, Value
from gateway.access.principals import Principal
from gateway.client.operators import is_operator, operator_of, ordered_by
from gateway.client.repairs.failed_dossiers import FailedDossiers
from gateway.client.repairs.mechanics import MechanicsByKind
from gateway.client.repairs.plannings import Looked, Plannings
from gateway.client.rollouts import RolloutOrders
from workflows.rollout import StartRollout

AT_ONCE = 16
"""How many dossiers are looked at at the same time, for all plans of this process."""


class ToPlan(Value):
    """What a plan is asked for: the order, how the dossiers were chosen, their codes, who asks and why."""

    order: RepairOrder
    selected: Selection
    codes: tuple[str, ...]
    per_minute: int
    who: str
    why: str
    at: Instant


def nobody(_looked: int, _of: int) -> None:
    """Tells nobody."""


class RepairDesk:
    """The orders for repairs, for commands, the API and the console.

    A verified principal gives each. `who` is the operator whose order the account of this machine carries; None means
    the principal itself. Every one of them must hold the post of an operator today. `alone`: so many dossiers one
    operator may repair without another.
    """

    def __init__(
        self,
        pool: Pool,
        rollouts: RolloutOrders,
        mechanics: MechanicsByKind,
        staff: Callable[[], Staff],
        alone: int,
        failed: FailedDossiers,
    ) -> None:
        self._pool = pool
        self._vault = Vault(pool)
        self._rollouts = rollouts
        self._mechanics = mechanics
        self._staff = staff
        self._alone = alone
        self._failed = failed
        self.register = RepairRegister(pool)
        self.lists = RepairPlanLists(pool)
        self.plannings = Plannings(pool)
        self.in_a_request = 100
        """So many dossiers are looked at inside a request that asks for a plan; more, in the background."""
        self._places = asyncio.Semaphore(AT_ONCE)

    async def plan(
        self,
        principal: Principal,
        order: RepairOrder,
        chosen: Sequence[str] | SearchFilter,
        *,
        who: str | None,
        why: str,
        per_minute: int,
        everything: bool = False,
        scope: SearchScope = ALL_DOSSIERS,
        cause: Cause | None = None,
        looked: Looked = nobody,
    ) -> RepairPlan:
        """The plan for these dossiers, registered under its hash. It looks at each dossier and changes none.

        Raises the errors of `to_plan` and `made`.
        """
        wanted = await self.to_plan(
            principal, order, chosen, who=who, why=why, per_minute=per_minute, everything=everything, scope=scope,
            cause=cause,
        )  # fmt: skip
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
        everything: bool = False,
        scope: SearchScope = ALL_DOSSIERS,
        cause: Cause | None = None,
    ) -> ToPlan:
        """What a plan is asked for, with the codes of its dossiers. None of them is looked at yet.

        `chosen`: codes, or a filter of the register; a filter without a condition needs `everything` or a `cause`: then
        only the dossiers that have it now are taken. `scope`: what the principal reaches; a code elsewhere is one that
        does not exist, and a filter finds nothing there. Raises the errors of `operator_of`; InvalidInput
        `repair_without_reason`, `repair_of_everything`, `repair_matches_nothing`, `repair_too_large`, and those of
        `operator_orders`; NotFound `unknown_dossier`; EngineUnavailable, DatabaseUnavailable.
        """
        who = self._operator(principal, who, why)
        selected = _selection(chosen, cause, everything=everything)
        require_impersonal(selected)
        now = datetime.now(VIETNAM)
        if isinstance(chosen, SearchFilter):
            codes = await self._found(chosen, scope, cause, now)
        else:
            codes = tuple(chosen)
            await self.lists.require_within(codes, scope)
        if not codes:
            raise InvalidInput(RepairRefusal.REPAIR_MATCHES_NOTHING)
        return ToPlan(
            order=order, selected=selected, codes=codes, per_minute=per_minute, who=who, why=why.strip(), at=now
        )

    async def made(self, wanted: ToPlan, looked: Looked = nobody) -> RepairPlan:
        """The plan, registered under its hash, after a look at each dossier.

        Raises NotFound `unknown_dossier`; InvalidInput for a reason that names an applicant; EngineUnavailable,
        DatabaseUnavailable.
        """
        findings = await self._looked_at(wanted.codes, wanted.order, wanted.why, looked)
        plan = plan_of(
            wanted.order, wanted.selected, findings, per_minute=wanted.per_minute, made_by=wanted.who,
            made_at=wanted.at, why=wanted.why,
        )  # fmt: skip
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
        who = self._operator(principal, who, why)
        found = await self.plannings.register.planning(planning)
        if found.who != who and scope != ALL_DOSSIERS:
            raise NotAuthorised(RepairRefusal.REPAIR_PLANNING_OF_ANOTHER, who=found.who)
        if not await self.plannings.register.cancel(planning, who, why.strip()):
            raise Conflict(RepairRefusal.REPAIR_PLANNING_ENDED, planning=str(planning))
        return await self.plannings.register.planning(planning)

    async def _found(
        self, wanted: SearchFilter, scope: SearchScope, cause: Cause | None, now: datetime
    ) -> tuple[str, ...]:
        """The codes of the dossiers that satisfy the filter and have the cause.

        Raises InvalidInput `repair_too_large`; `register_unreadable` when a row of the register cannot be read: the
        plan would lack that dossier in silence.
        """
        having = None if cause is None else set(await self._failed.codes(cause, MOST_DOSSIERS + 1))
        if having is not None:
            require_readable(len(having))
            if wanted == SearchFilter() and scope == ALL_DOSSIERS:
                return tuple(having)
        codes: list[str] = []
        async with aclosing(DossierSearch(self._pool).all(Search(wanted=wanted, scope=scope, at=now))) as rows:
            async for row in rows:
                if having is None or row.code in having:
                    codes.append(row.code)
                    require_readable(len(codes))
        return tuple(codes)

    async def _looked_at(self, codes: Sequence[str], order: RepairOrder, why: str, looked: Looked) -> list[Finding]:
        done = 0

        async def look(code: str) -> Finding:
            nonlocal done
            async with self._places:
                require_unnamed_text("why", why, await self._vault.applicants_of(code))
                found = await self._mechanics.look(code, order)
            done += 1
            looked(done, len(codes))
            return found

        tasks = [asyncio.create_task(look(code)) for code in dict.fromkeys(codes)]
        try:
            return await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()

    def second_person_because(self, plan: RepairPlan) -> tuple[SecondPersonBecause, ...]:
        """Why the plan needs the approval of a second operator; empty when it needs none."""
        return second_person_because(plan, self._alone)

    async def approve(self, principal: Principal, plan: Hash, *, who: str | None, why: str) -> RepairPlan:
        """Records that a second operator approves the plan, which is returned.

        Raises the errors of `operator_of`; InvalidInput `repair_without_reason`; NotAuthorised `repair_own_approval`;
        NotFound `unknown_repair_plan`.
        """
        who = self._operator(principal, who, why)
        found = await self.register.plan(plan)
        if found.made_by == who:
            raise NotAuthorised(RepairRefusal.REPAIR_OWN_APPROVAL, who=who, plan=plan)
        await self.register.approve(plan, who, why.strip())
        return found

    async def approvals(self, plan: Hash) -> list[RepairApproval]:
        """The approvals that count, in order: those whose giver is an operator still."""
        staff = self._staff()
        return [one for one in await self.register.approvals(plan) if is_operator(one.who, staff)]

    async def run(self, principal: Principal, plan: Hash, *, who: str | None, why: str = "") -> Rollout:
        """Lets the plan run, or go on after a stop. A plan that has run to its end is returned as it is.

        `why` is recorded with the act; empty: the reason of the plan is. Raises the errors of `operator_of` and
        `require_reason`; NotFound `unknown_repair_plan`; RuleViolation `repair_nothing_to_do`,
        `repair_needs_approval`; Conflict `dossier_under_repair`; EngineUnavailable.
        """
        who = operator_of(principal, who, self._staff())
        require_reason(why)
        found = await self.register.plan(plan)
        approved_by = next((one.who for one in await self.approvals(plan)), None)
        self._require_allowed(found, plan, approved_by)
        rollout = rollout_id(RolloutKind.REPAIR, plan)
        as_planned = RepairRun(plan=plan, order=found.order, approved_by=approved_by)
        entered = await self.register.begin(rollout, as_planned, who, found.why, why.strip())
        run = await self._rollouts.register.rollout(rollout)
        if run.finished_at is not None:
            return run
        if not entered:
            await self._rollouts.register.note(rollout, "resumed", who, why.strip() or found.why)
        return await self._rollouts.go_on(run, StartRollout(rollout=rollout, per_second=found.per_minute / 60))

    def _require_allowed(self, plan: RepairPlan, named: Hash, approved_by: str | None) -> None:
        if not plan.to_do:
            raise RuleViolation(RepairRefusal.REPAIR_NOTHING_TO_DO, plan=named)
        because = self.second_person_because(plan)
        if because and approved_by is None:
            words = Bilingual(
                vi=", ".join(one.words.vi for one in because), en=", ".join(one.words.en for one in because)
            )
            raise RuleViolation(RepairRefusal.REPAIR_NEEDS_APPROVAL, plan=named, because=words)

    async def resume(
        self, principal: Principal, rollout: UUID, *, who: str | None, per_second: float = 20.0, why: str = ""
    ) -> Rollout:
        """Lets a stopped run go on at the rate of its plan, which was approved; any other rollout at `per_second`.

        Raises the errors of `RolloutOrders.resume`.
        """
        ordered_by(principal, who, self._staff())  # before anything is said about the rollout
        found = await self._rollouts.register.rollout(rollout)
        if isinstance(found.plan, RepairRun):
            per_second = (await self.register.plan(found.plan.plan)).per_minute / 60
        return await self._rollouts.resume(principal, rollout, who=who, per_second=per_second, why=why)

    def _operator(self, principal: Principal, who: str | None, why: str) -> str:
        if not why.strip():
            raise InvalidInput(RepairRefusal.REPAIR_WITHOUT_REASON)
        require_reason(why)
        return operator_of(principal, who, self._staff())


def _selection(
    chosen: Sequence[str] | SearchFilter, cause: Cause | None, *, everything: bool
) -> ByCodes | ByFilter | ByCause | Everything:
    if not isinstance(chosen, SearchFilter):
        if everything or cause is not None:
            raise InvalidInput(RepairRefusal.REPAIR_CODES_OR_FILTER)
        if not chosen:
            raise InvalidInput(RepairRefusal.REPAIR_OF_EVERYTHING)
        require_readable(len(chosen))
        return ByCodes(codes=tuple(chosen))
    wanted = chosen.model_dump(mode="json", exclude_none=True)
    if cause is not None:
        return ByCause(cause=cause, wanted=wanted)
    if wanted:
        return ByFilter(wanted=wanted)
    if not everything:
        raise InvalidInput(RepairRefusal.REPAIR_OF_EVERYTHING)
    return Everything()
