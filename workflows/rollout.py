"""Applies a change of rules to every open dossier: at a bounded rate, safe to stop, with an outcome for each dossier.

The list is in PostgreSQL. The workflow enlists the dossiers, works through them in batches, enlists those that have
come under the old rule meanwhile, and ends when there are none.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, TypeVar
from uuid import UUID

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from pydantic import Field

    from activities.rollouts.activities import RolloutBatch, RolloutOrder, Worked
    from domain.rollouts.plans import RolloutProgress
    from domain.values import Instant, Value
    from workflows.failures import refused_as

from workflows.answered import answered

Answer = TypeVar("Answer")

UNTIL_DONE = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=1))
MADE_AGAIN_AFTER = timedelta(seconds=15)
"""The pause before an activity that somebody else ended is repeated."""
BATCH_SECONDS = 20.0
"""About how long a batch takes: it has as many dossiers as the rate allows in that time."""
LARGEST_BATCH = 500
BATCHES_A_RUN = 100
"""Then a new run goes on: a batch is about 6 events of history."""
LONGEST_PAUSE = 60


class StartRollout(Value):
    """Starts or continues a rollout, not before `begins_at` (units merge at midnight, not when it is ordered)."""

    rollout: UUID
    per_second: Annotated[float, Field(ge=0.1, le=1_000)] = 20.0
    begins_at: Instant | None = None


def workflow_id(rollout: UUID) -> str:
    """One workflow for each rollout: a file that is applied twice joins it."""
    return f"rollout-{rollout}"


@workflow.defn(name="Rollout")
class RolloutWorkflow:
    """Runs one rollout to its end."""

    @workflow.init
    def __init__(self, start: StartRollout) -> None:
        self._progress = RolloutProgress()

    @workflow.query
    def progress(self) -> RolloutProgress:
        """How many dossiers had each outcome after the last batch."""
        return self._progress

    @workflow.run
    async def run(self, start: StartRollout) -> RolloutProgress:
        """Ends when every open dossier that the plan concerns has its outcome."""
        if start.begins_at is not None and start.begins_at > workflow.now():
            await workflow.sleep(start.begins_at - workflow.now(), summary="the day on which it takes effect")
        await self._enlist(start)
        tries = 0
        batches = 0
        while self._progress.pending or batches == 0 or not await self._is_over(start):
            if batches == BATCHES_A_RUN:
                workflow.continue_as_new(start)
            worked = await self._work(start)
            batches += 1
            self._progress = worked.progress
            tries = tries + 1 if worked.postponed else 0
            if tries:
                await workflow.sleep(min(2**tries, LONGEST_PAUSE), summary="to be tried again")
        return self._progress

    async def _is_over(self, start: StartRollout) -> bool:
        """True if the list itself has no dossier left. A batch's report may be somebody else's."""
        if await self._enlist(start):
            return False
        self._progress = await self._finish(start)
        return not self._progress.pending

    async def _finish(self, start: StartRollout) -> RolloutProgress:
        order = RolloutOrder(rollout=start.rollout)
        return await _done("rollouts.finish", order, RolloutProgress, within=timedelta(seconds=30))

    async def _enlist(self, start: StartRollout) -> int:
        order = RolloutOrder(rollout=start.rollout)
        return await _done("rollouts.enlist", order, int, within=timedelta(minutes=5))

    async def _work(self, start: StartRollout) -> Worked:
        limit = max(1, min(LARGEST_BATCH, int(start.per_second * BATCH_SECONDS)))
        batch = RolloutBatch(rollout=start.rollout, limit=limit, per_second=start.per_second)
        heartbeat = timedelta(seconds=45)
        return await _done("rollouts.work", batch, Worked, within=timedelta(hours=2), heartbeat_timeout=heartbeat)


async def _done(activity: str, request: Value, shape: type[Answer], *, within: timedelta, **options: Any) -> Answer:
    return await answered(
        activity,
        request,
        shape,
        within=within,
        retried=UNTIL_DONE,
        again_after=MADE_AGAIN_AFTER,
        raised=lambda failed: refused_as(failed) is not None,
        **options,
    )
