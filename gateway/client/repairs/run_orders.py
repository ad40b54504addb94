"""The orders for runs of repairs: has a plan approved by a second person, and lets it run.

A run is a rollout; `RolloutOrders` stops and abandons it.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from activities.ledger.pool import Pool
from activities.repairs.register import RepairApproval, RepairRegister
from activities.rollouts.register import Rollout
from domain.errors import NotAuthorised, RuleViolation
from domain.messages.repairs import RepairRefusal
from domain.operator_orders import require_reason
from domain.organisation.staff import Staff
from domain.repairs.plans import RepairPlan, SecondPersonBecause, second_person_because
from domain.rollouts.plans import RepairRun, RolloutKind, rollout_id
from domain.values import Bilingual, Hash
from gateway.access.principals import Principal
from gateway.client.admitting.operators import is_operator, operator_of, ordered_by
from gateway.client.admitting.reasons import Reasons
from gateway.client.repairs.plan_orders import ordering
from gateway.client.rollouts import RolloutOrders
from workflows.rollout import StartRollout


class RepairRunOrders:
    """The orders for runs, for commands, the API and the console.

    Who gives them: as for `RepairPlanOrders`. `alone`: so many dossiers one operator may repair without another.
    """

    def __init__(self, pool: Pool, rollouts: RolloutOrders, staff: Callable[[], Staff], alone: int) -> None:
        self._rollouts = rollouts
        self._staff = staff
        self._alone = alone
        self._plans = RepairRegister(pool)
        self._reasons = Reasons(pool)

    def second_person_because(self, plan: RepairPlan) -> tuple[SecondPersonBecause, ...]:
        """Why the plan needs the approval of a second operator; empty when it needs none."""
        return second_person_because(plan, self._alone)

    async def approve(self, principal: Principal, plan: Hash, *, who: str | None, why: str) -> RepairPlan:
        """Records that a second operator approves the plan, which is returned.

        Raises the errors of `operator_of`; InvalidInput `repair_without_reason`, and for a reason that names an
        applicant; NotAuthorised `repair_own_approval`; NotFound `unknown_repair_plan`.
        """
        who = ordering(principal, who, why, self._staff())
        found = await self._plans.plan(plan)
        if found.made_by == who:
            raise NotAuthorised(RepairRefusal.REPAIR_OWN_APPROVAL, who=who, plan=plan)
        await self._require_unnamed(found, why)
        await self._plans.approve(plan, who, why.strip())
        return found

    async def _require_unnamed(self, plan: RepairPlan, why: str) -> None:
        """Accepts a reason that names no applicant of the plan's dossiers: InvalidInput `particulars_in_record`."""
        await self._reasons.require_unnamed(why, (finding.dossier for finding in plan.findings))

    async def approvals(self, plan: Hash) -> list[RepairApproval]:
        """The approvals that count, in order: those whose giver is an operator still."""
        staff = self._staff()
        return [one for one in await self._plans.approvals(plan) if is_operator(one.who, staff)]

    async def run(self, principal: Principal, plan: Hash, *, who: str | None, why: str = "") -> Rollout:
        """Lets the plan run, or go on after a stop. A plan that has run to its end is returned as it is.

        `why` is recorded with the act; empty: the reason of the plan is. Raises the errors of `operator_of` and
        `require_reason`; NotFound `unknown_repair_plan`; RuleViolation `repair_nothing_to_do`,
        `repair_needs_approval`; Conflict `dossier_under_repair`; EngineUnavailable.
        """
        who = operator_of(principal, who, self._staff())
        require_reason(why)
        found = await self._plans.plan(plan)
        approved_by = await self._allowed(found, plan)
        await self._require_unnamed(found, why)
        rollout = rollout_id(RolloutKind.REPAIR, plan)
        as_planned = RepairRun(plan=plan, order=found.order, approved_by=approved_by)
        entered = await self._plans.begin(rollout, as_planned, who, found.why, why.strip())
        run = await self._rollouts.register.rollout(rollout)
        if run.finished_at is not None:
            return run
        if not entered:
            await self._plans.note_approval(rollout, approved_by)
            await self._rollouts.register.note(rollout, "resumed", who, why.strip() or found.why)
        return await self._rollouts.go_on(run, StartRollout(rollout=rollout, per_second=found.per_minute / 60))

    async def _allowed(self, plan: RepairPlan, named: Hash) -> str | None:
        """The first whose approval counts now; None: nobody approved, and nobody had to.

        Raises RuleViolation `repair_nothing_to_do`, `repair_needs_approval`.
        """
        approved_by = next((one.who for one in await self.approvals(named)), None)
        if not plan.to_do:
            raise RuleViolation(RepairRefusal.REPAIR_NOTHING_TO_DO, plan=named)
        because = self.second_person_because(plan)
        if because and approved_by is None:
            words = Bilingual(
                vi=", ".join(one.words.vi for one in because), en=", ".join(one.words.en for one in because)
            )
            raise RuleViolation(RepairRefusal.REPAIR_NEEDS_APPROVAL, plan=named, because=words)
        return approved_by

    async def resume(
        self, principal: Principal, rollout: UUID, *, who: str | None, per_second: float = 20.0, why: str = ""
    ) -> Rollout:
        """Lets a stopped run go on at the rate of its plan; any other rollout at `per_second`.

        A run goes on under the conditions under which `run` lets it begin: an operator orders it, and the approval of
        its plan counts still. Raises the errors of `RolloutOrders.resume`; for a run those of `operator_of` and
        RuleViolation `repair_needs_approval`.
        """
        ordered_by(principal, who, self._staff())  # before anything is said about the rollout
        found = await self._rollouts.register.rollout(rollout)
        if isinstance(found.plan, RepairRun) and found.finished_at is None:
            who = operator_of(principal, who, self._staff())
            plan = await self._plans.plan(found.plan.plan)
            approved_by = await self._allowed(plan, found.plan.plan)
            await self._require_unnamed(plan, why)
            await self._plans.note_approval(rollout, approved_by)
            per_second = plan.per_minute / 60
        return await self._rollouts.resume(principal, rollout, who=who, per_second=per_second, why=why)
