"""Starts, resumes, stops and abandons rollouts, and previews them. `RolloutWorkflow` does the work."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import suppress
from datetime import datetime, time, timedelta
from uuid import UUID

from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.service import RPCError, RPCStatusCode

from activities.ledger.pool import Pool
from activities.ledger.rules_store import RulesStore
from activities.rollouts.register import Rollout, RolloutHead, RolloutRegister
from domain.errors import Conflict
from domain.messages.dossier import DossierRefusal
from domain.messages.rollouts import RolloutRefusal
from domain.operator_orders import require_reason
from domain.organisation.staff import Staff
from domain.privacy.particulars import require_impersonal
from domain.rollouts.plans import (
    CalendarPlan,
    Item,
    MergerPlan,
    Plan,
    RepairRun,
    RolloutKind,
    RulePlan,
    preview,
    rollout_id,
)
from domain.rules.rulebook import Rulebook, StoredRule
from domain.values import VIETNAM, Hash
from gateway.access.principals import Principal
from gateway.client.admitting.operators import ordered_by
from gateway.client.admitting.reasons import Reasons
from gateway.client.engine_errors import EngineUnavailable
from workflows.rollout import RolloutWorkflow, StartRollout, workflow_id

PAGE = 500
LEARNING = timedelta(seconds=5)
"""The pause before the first dossier is asked. In this time every worker loads the new rules."""
ANSWERS_WITHIN = timedelta(seconds=10)
"""How long an order waits for Temporal. The SDK waits as long as the connection stands."""


class RolloutOrders:
    """The orders for rollouts, for commands, the console, and services in the same process.

    A verified principal gives each. `who` is the operator whose order the account of this machine carries; None means
    the principal itself. Everybody but the account must hold the post of an operator today. `staff` returns the people
    of now; it is called for every order.
    """

    def __init__(self, temporal: Client, pool: Pool, task_queue: str, staff: Callable[[], Staff]) -> None:
        self._temporal = temporal
        self._staff = staff
        self._task_queue = queue_of(task_queue)
        self._rules = RulesStore(pool)
        self._reasons = Reasons(pool)
        self.register = RolloutRegister(pool)
        self.learning = LEARNING

    async def preview(self, plan: RulePlan, rules: Iterable[StoredRule], now: datetime) -> AsyncIterator[Item]:
        """Every open dossier that the plan would change, with its outcome. It writes nothing.

        `rules` are the new rules. A plan for a later day is evaluated at that day.
        """
        rulebook = Rulebook().adding(*await self._rules.load_all(), *rules)
        now = max(now, begins_at(plan) or now)
        after: str | None = None
        while page := await self.register.affected(plan, after, PAGE):
            for dossier in page:
                outcome = preview(plan, dossier, rulebook, now)
                yield Item(dossier=dossier.code, **outcome.model_dump())
            after = page[-1].code

    async def begin(
        self,
        principal: Principal,
        plan: RulePlan,
        file_hash: str,
        rules: Iterable[StoredRule],
        *,
        who: str | None = None,
        why: str,
        per_second: float,
    ) -> Rollout:
        """Publishes the new rules and starts the rollout. The same file again joins the rollout, or lets it go on.

        A finished rollout goes on only for dossiers that still have the old rule; without any it is returned as it is.
        Raises InvalidInput `particulars_in_record` and those of `domain.operator_orders` before it writes anything; the
        errors of `ordered_by`; Conflict `rollout_unfinished` while another rollout of this kind is not finished.
        """
        who = ordered_by(principal, who, self._staff())
        require_impersonal(plan)
        require_reason(why)
        start = self._start_of(rollout_id(plan.kind, file_hash), per_second, plan)
        entered = await self.register.enter(start.rollout, file_hash, plan, who, why)
        found = await self.register.rollout(start.rollout)
        if found.finished_at is not None and not await self.register.reopen(found, plan):
            return found
        if not entered:
            await self.register.note(found.id, "resumed", who, found.why)
        await self._rules.publish(rules)
        return await self.go_on(found, start)

    async def resume(
        self, principal: Principal, rollout: UUID, *, who: str | None = None, per_second: float, why: str = ""
    ) -> Rollout:
        """Lets a rollout go on that was stopped or whose order failed before its end. The file is not needed.

        `why` is recorded with the act; empty: the reason of the rollout is. Raises the errors of `ordered_by` and
        `require_reason`; NotFound `unknown_rollout`; Conflict `rollout_finished`,
        `rollout_unreadable`, `rollout_rules_missing`.
        """
        who = ordered_by(principal, who, self._staff())
        require_reason(why)
        found = await self.register.rollout(rollout)
        _require_unfinished(found)
        published = await self._rules.published(rules_of(found.plan))
        for wanted in rules_of(found.plan):
            if wanted not in published:
                raise Conflict(RolloutRefusal.ROLLOUT_RULES_MISSING, rollout=rollout, hash=wanted[:12])
        await self.register.note(rollout, "resumed", who, why or found.why)
        return await self.go_on(found, self._start_of(rollout, per_second, found.plan))

    def _start_of(self, rollout: UUID, per_second: float, plan: Plan) -> StartRollout:
        soon = datetime.now(VIETNAM) + self.learning
        return StartRollout(rollout=rollout, per_second=per_second, begins_at=max(soon, begins_at(plan) or soon))

    async def go_on(self, rollout: Rollout, start: StartRollout) -> Rollout:
        """Starts the workflow of a rollout, or joins the one that runs.

        A workflow that was told to stop and has not ended yet is replaced, because it would end without a successor.
        Raises EngineUnavailable where Temporal does not answer; `begin` or `resume` then starts it another time.
        """
        try:
            stopping = await self._is_stopping(rollout.id)
            await self._temporal.start_workflow(
                RolloutWorkflow.run,
                start,
                id=workflow_id(rollout.id),
                task_queue=self._task_queue,
                id_conflict_policy=WorkflowIDConflictPolicy.TERMINATE_EXISTING
                if stopping
                else WorkflowIDConflictPolicy.USE_EXISTING,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                rpc_timeout=ANSWERS_WITHIN,
            )
        except RPCError as failed:
            raise EngineUnavailable(DossierRefusal.TEMPORAL_UNAVAILABLE, problem=failed.status.name) from failed
        return await self.register.rollout(rollout.id)

    async def _is_stopping(self, rollout: UUID) -> bool:
        try:
            found = await self._temporal.get_workflow_handle(workflow_id(rollout)).describe(rpc_timeout=ANSWERS_WITHIN)
        except RPCError as failed:
            if failed.status is RPCStatusCode.NOT_FOUND:
                return False
            raise
        cancelled = found.raw_description.workflow_extended_info.cancel_requested
        return cancelled and found.status is WorkflowExecutionStatus.RUNNING

    async def stop(self, principal: Principal, rollout: UUID, *, who: str | None = None, why: str = "") -> RolloutHead:
        """Stops a rollout between two dossiers. `begin` with the same file, or `resume`, lets it go on.

        The register is written first. If Temporal does not answer, the next batch reads the note and ends the workflow.
        It works also when the plan cannot be read. Raises the errors of `ordered_by` and `require_reason`; NotFound
        `unknown_rollout`; Conflict `rollout_finished`.
        """
        who = ordered_by(principal, who, self._staff())
        require_reason(why)
        found = await self.register.head(rollout)
        _require_unfinished(found)
        await self._require_unnamed(found, why)
        await self.register.note(rollout, "stopped", who, why)
        with suppress(EngineUnavailable):
            await self.interrupt(rollout)
        return found

    async def abandon(self, principal: Principal, rollout: UUID, *, who: str | None = None, why: str) -> RolloutHead:
        """Ends a rollout with a reason, also when its plan cannot be read.

        The register is written first. If Temporal does not answer, the workflow later finds no dossier left and ends.
        Raises the errors of `ordered_by` and `RolloutRegister.abandon`.
        """
        who = ordered_by(principal, who, self._staff())
        require_reason(why)
        await self._require_unnamed(await self.register.head(rollout), why)
        found = await self.register.abandon(rollout, who, why)
        with suppress(EngineUnavailable):
            await self.interrupt(rollout)
        return found

    async def _require_unnamed(self, rollout: RolloutHead, why: str) -> None:
        """Accepts a reason that names no applicant of a repair's dossiers: InvalidInput `particulars_in_record`.

        A rollout of new rules is about no dossier in particular.
        """
        if rollout.kind is RolloutKind.REPAIR:
            await self._reasons.require_unnamed(why, [one.dossier for one in await self.register.items(rollout.id)])

    async def interrupt(self, rollout: UUID) -> None:
        """Stops the workflow of a rollout between two dossiers. It does nothing when no workflow runs."""
        try:
            await self._temporal.get_workflow_handle(workflow_id(rollout)).cancel(rpc_timeout=ANSWERS_WITHIN)
        except RPCError as failed:
            if failed.status is not RPCStatusCode.NOT_FOUND:
                raise EngineUnavailable(DossierRefusal.TEMPORAL_UNAVAILABLE, problem=failed.status.name) from failed


def _require_unfinished(rollout: RolloutHead) -> None:
    if rollout.finished_at is not None:
        raise Conflict(RolloutRefusal.ROLLOUT_FINISHED, rollout=rollout.id, finished_at=rollout.finished_at)


def queue_of(task_queue: str) -> str:
    """The task queue of rollouts. It is separate, so a long batch does not delay dossiers."""
    return f"{task_queue}-rollouts"


def begins_at(plan: Plan) -> datetime | None:
    """When a rollout begins: a merger at midnight of its day. None for a letter, which begins at once."""
    return datetime.combine(plan.effective, time(), VIETNAM) if isinstance(plan, MergerPlan) else None


def rules_of(plan: Plan) -> tuple[Hash, ...]:
    """The new rules that the plan gives to dossiers. A repair gives none."""
    match plan:
        case MergerPlan():
            return (plan.organisation,)
        case CalendarPlan():
            return tuple(one.calendar for one in plan.targets)
        case RepairRun():
            return ()
