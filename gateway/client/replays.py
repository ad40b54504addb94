"""Replays on a build of the worker, for commands, the API and the console: who orders one, and who cancels it.

The gateway only writes the order. A worker of the build carries it out (`workers.replay_runs`), so the histories are
replayed by the very code that would get the dossiers.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from temporalio.client import Client

from activities.ledger.pool import Pool
from activities.releases.register import ReleaseRegister
from activities.replays.register import ReplayRegister
from domain.errors import Conflict, NotFound
from domain.messages.releases import ReleaseRefusal
from domain.messages.replays import ReplayRunRefusal
from domain.organisation.staff import Staff
from domain.privacy.particulars import require_impersonal
from domain.replays import ReplayChoice, ReplayRun
from gateway.access.principals import Principal
from gateway.client.admitting.operators import ordered_by
from gateway.client.releases.deployment import Deployment

FIRST_MIGRATION = "1260_replays.sql"
"""A build that was written with an older one has nobody who looks for replays."""


class ReplayOrders:
    """Replays of one engine. `staff` returns the people of now."""

    def __init__(self, temporal: Client, pool: Pool, task_queue: str, staff: Callable[[], Staff]) -> None:
        self.register = ReplayRegister(pool)
        self._releases = ReleaseRegister(pool)
        self._deployment = Deployment(temporal, task_queue)
        self._staff = staff

    async def begin(
        self, principal: Principal, build: str, choice: ReplayChoice, *, who: str | None = None
    ) -> ReplayRun:
        """Orders a replay on the workers of a build, whether or not it gets work.

        Raises NotFound `release_unknown`; Conflict `build_cannot_replay`, `release_without_workers`,
        `replay_under_way`; the errors of `ordered_by`; InvalidInput `particulars_in_record`; EngineUnavailable.
        """
        who = ordered_by(principal, who, self._staff())
        require_impersonal(choice)
        await self._require_replaying(build)
        return await self.register.begin(build, choice, who)

    async def cancel(self, principal: Principal, replay: UUID, *, who: str | None = None) -> ReplayRun:
        """Ends a replay. Its worker stops within seconds.

        Raises the errors of `ordered_by`; NotFound `unknown_replay`; Conflict `replay_ended`.
        """
        return await self.register.cancel(replay, ordered_by(principal, who, self._staff()))

    async def builds(self) -> tuple[str, ...]:
        """The builds whose workers can replay now, the newest first. Raises EngineUnavailable."""
        workers = await self._deployment.workers()
        seen = await self._releases.builds()
        return tuple(one.build for one in seen if one.migration >= FIRST_MIGRATION and workers.get(one.build))

    async def _require_replaying(self, build: str) -> None:
        seen = {one.build: one for one in await self._releases.builds()}
        if build not in seen:
            raise NotFound(ReleaseRefusal.RELEASE_UNKNOWN, build=build, known=", ".join(seen) or "–")
        if seen[build].migration < FIRST_MIGRATION:
            raise Conflict(ReplayRunRefusal.BUILD_CANNOT_REPLAY, build=build)
        if not (await self._deployment.workers()).get(build):
            raise Conflict(ReleaseRefusal.RELEASE_WITHOUT_WORKERS, build=build)
