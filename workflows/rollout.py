"""A change of rules carried to every open dossier, durably: bounded in rate, safe to stop, and accounted for.

The list is in PostgreSQL; this workflow only keeps going: enlist, work batch after batch, look again whether somebody
has come under the old rule meanwhile, and end when nobody has.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from pydantic import Field

    from activities.rollouts import Batch, Order, Rollouts, Worked
    from domain.rollout import Progress
    from domain.values import Instant, Value

UNTIL_DONE = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=1))
BATCH_SECONDS = 20.0
"""About how long a batch takes: as many dossiers as the rate allows in that time."""
LARGEST_BATCH = 500
BATCHES_A_RUN = 100
"""Then a new run goes on: a batch is some 6 events of history."""
LONGEST_PAUSE = 60


class StartRollout(Value):
    """Starts a rollout, or goes on with one. `begins_at`: not before (units merge at midnight, not when ordered)."""

    rollout: UUID
    per_second: Annotated[float, Field(ge=0.1, le=1_000)] = 20.0
    begins_at: Instant | None = None


def workflow_id(rollout: UUID) -> str:
    """One workflow a rollout: applying a file twice is joining it."""
    return f"rollout-{rollout}"


@workflow.defn(name="Rollout")
class RolloutWorkflow:
    """Carries one rollout to its end."""

    @workflow.init
    def __init__(self, start: StartRollout) -> None:
        self._progress = Progress()

    @workflow.query
    def progress(self) -> Progress:
        """How many dossiers stood where after the last batch."""
        return self._progress

    @workflow.run
    async def run(self, start: StartRollout) -> Progress:
        """Ends when every open dossier that the plan is about has been dealt with."""
        if start.begins_at is not None and start.begins_at > workflow.now():
            await workflow.sleep(start.begins_at - workflow.now(), summary="the day on which it takes effect")
        await self._enlist(start)
        tries = 0
        batches = 0
        while self._progress.pending or batches == 0 or await self._enlist(start):
            if batches == BATCHES_A_RUN:
                workflow.continue_as_new(start)
            worked = await self._work(start)
            batches += 1
            self._progress = worked.progress
            tries = tries + 1 if worked.postponed else 0
            if tries:
                await workflow.sleep(min(2**tries, LONGEST_PAUSE), summary="to be tried again")
        return await self._finish(start)

    async def _finish(self, start: StartRollout) -> Progress:
        return await workflow.execute_activity_method(
            Rollouts.finish,
            Order(rollout=start.rollout),
            start_to_close_timeout=timedelta(seconds=30),
            retry_policy=UNTIL_DONE,
        )

    async def _enlist(self, start: StartRollout) -> int:
        return await workflow.execute_activity_method(
            Rollouts.enlist,
            Order(rollout=start.rollout),
            start_to_close_timeout=timedelta(minutes=5),
            retry_policy=UNTIL_DONE,
        )

    async def _work(self, start: StartRollout) -> Worked:
        limit = max(1, min(LARGEST_BATCH, int(start.per_second * BATCH_SECONDS)))
        return await workflow.execute_activity_method(
            Rollouts.work,
            Batch(rollout=start.rollout, limit=limit, per_second=start.per_second),
            start_to_close_timeout=timedelta(hours=2),
            heartbeat_timeout=timedelta(seconds=45),
            retry_policy=UNTIL_DONE,
        )
