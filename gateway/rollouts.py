"""Orders a rollout, watches it, stops it; and shows beforehand what it would do. The work is `RolloutWorkflow`'s."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from datetime import datetime, time, timedelta
from uuid import UUID

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.service import RPCError, RPCStatusCode

from activities.ledger.pool import Pool
from activities.ledger.rules_store import RulesStore
from activities.rollout_register import Rollout, RolloutRegister
from domain.rollout import CalendarPlan, Item, MergerPlan, preview, rollout_id
from domain.rulebook import Rulebook, StoredRule
from domain.values import VIETNAM
from gateway.refused import EngineUnavailable
from workflows.rollout import RolloutWorkflow, StartRollout, workflow_id

PAGE = 500
LEARNING = timedelta(seconds=5)
"""Before the first dossier is asked, every worker has looked for new rules: none meets a pin that it cannot read."""


class RolloutOrders:
    """For whoever gives the order: a command, or the console."""

    def __init__(self, temporal: Client, pool: Pool, task_queue: str) -> None:
        self._temporal = temporal
        self._task_queue = queue_of(task_queue)
        self._rules = RulesStore(pool)
        self.register = RolloutRegister(pool)
        self.learning = LEARNING

    async def preview(
        self, plan: CalendarPlan | MergerPlan, rules: Iterable[StoredRule], now: datetime
    ) -> AsyncIterator[Item]:
        """Every open dossier that the plan is about, with what would come of it; nothing is written.

        `rules` are the new ones. A plan for a later day is judged as of that day.
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
        plan: CalendarPlan | MergerPlan,
        file_hash: str,
        rules: Iterable[StoredRule],
        *,
        who: str,
        why: str,
        per_second: float,
    ) -> Rollout:
        """Publishes the new rules and sets the rollout going; the same file again joins it, or goes on with it.

        A finished rollout is answered as it is, unless somebody came under the old rule since or was refused.
        Conflict: rollout_unfinished, while another of its kind is not.
        """
        found = await self.register.open(rollout_id(plan.kind, file_hash), file_hash, plan, who, why)
        if found.finished_at is not None and not await self.register.reopen(found):
            return found
        await self._rules.publish(rules)
        soon = datetime.now(VIETNAM) + self.learning
        start = StartRollout(
            rollout=found.id, per_second=per_second, begins_at=max(soon, begins_at(found.plan) or soon)
        )
        try:
            await self._temporal.start_workflow(
                RolloutWorkflow.run,
                start,
                id=workflow_id(found.id),
                task_queue=self._task_queue,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            )
        except RPCError as failed:
            raise EngineUnavailable("temporal_unavailable", problem=failed.status.name) from failed
        return await self.register.rollout(found.id)

    async def interrupt(self, rollout: UUID) -> None:
        """Stops between two dossiers; `begin` with the same file goes on. Nothing happens to one that does not run."""
        try:
            await self._temporal.get_workflow_handle(workflow_id(rollout)).cancel()
        except RPCError as failed:
            if failed.status is not RPCStatusCode.NOT_FOUND:
                raise EngineUnavailable("temporal_unavailable", problem=failed.status.name) from failed


def queue_of(task_queue: str) -> str:
    """Rollouts have a queue of their own: a long batch holds up no dossier."""
    return f"{task_queue}-rollouts"


def begins_at(plan: CalendarPlan | MergerPlan) -> datetime | None:
    """Units merge at midnight of the day; a letter holds as soon as it is applied."""
    return datetime.combine(plan.effective, time(), VIETNAM) if isinstance(plan, MergerPlan) else None
