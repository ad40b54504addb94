"""The build of a worker at Temporal: its name, how it first gets work, and what is logged while it gets none."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import structlog
from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.worker import WorkerDeploymentConfig

from activities.ledger.pool import DatabaseRefuses, DatabaseUnavailable, Pool
from activities.releases.register import Build, Ordered, ReleaseAct, ReleaseRegister
from domain.errors import Conflict
from gateway.client import EngineUnavailable
from gateway.client.releases.deployment import Deployment, NotKnownYet, Routing, deployment_of
from gateway.client.releases.shares import Shares
from gateway.client.rollouts import queue_of
from gateway.nexus.service import nexus_queue_of

log = structlog.get_logger(__name__)

LOOK_EVERY = 30.0
"""Seconds between two looks whether this build gets work."""
PASSING = (EngineUnavailable, DatabaseUnavailable, DatabaseRefuses, Conflict)
"""What a server that does not answer, or another build that was faster, raises."""
BY_ITSELF = "luongxanh"
"""Who is recorded for a build that took the work by itself."""


class ReleaseWatch:
    """Gives this build the work where nobody has it, and logs whenever it gets more or less of it.

    `by_itself`: it takes all work from any other build. Otherwise it does so only in an installation in which no build
    had work yet and no workflow is open; where workers without a build may be at work, it waits for an operator.
    """

    def __init__(self, client: Client, pool: Pool, task_queue: str, build: Build, by_itself: bool) -> None:
        self._build = build
        self._by_itself = by_itself
        self._register = ReleaseRegister(pool)
        self._deployment = Deployment(client, task_queue)
        self._shares = Shares(client, task_queue, self._deployment.name)
        self._queues = (task_queue, queue_of(task_queue), nexus_queue_of(task_queue))
        self._told: float | None = None
        self._begun = False
        self.config = WorkerDeploymentConfig(
            version=WorkerDeploymentVersion(deployment_of(task_queue), build.build),
            use_worker_versioning=True,
            default_versioning_behavior=VersioningBehavior.AUTO_UPGRADE,
        )
        """How a worker says which build it is. Open workflows go on with the build that has the work (decision 033)."""

    async def announce(self) -> None:
        """Records that this build runs. Raises DatabaseUnavailable, DatabaseRefuses."""
        await self._register.seen(self._build)

    async def take_work_where_nobody_has_it(self) -> None:
        """Called when the workers ask for work. Raises EngineUnavailable, DatabaseUnavailable, NotKnownYet."""
        build = self._build.build
        await self._deployment.until_known(build)
        routing = await self._deployment.routing()
        if routing.current == build or not await self._may_take(routing):
            self._begun = True
            return
        why = "releases=automatic" if self._by_itself else "the first build of this installation"
        for other in await self._left_behind():
            retired = Ordered(build=other, act=ReleaseAct.RETIRED, who=BY_ITSELF, why=why)
            await self._register.record(retired)
        began = Ordered(build=build, act=ReleaseAct.BEGAN, instead=routing.current, who=BY_ITSELF, why=why)
        await self._register.record(began)
        await self._deployment.make_current(build, whatever_is_missing=True)
        self._begun = True
        log.info("release_began", build=build, instead=routing.current)

    async def _may_take(self, routing: Routing) -> bool:
        if self._by_itself:
            return True
        return routing.current is None and not await self._shares.anything_open(self._queues)

    async def _left_behind(self) -> set[str]:
        """The other builds that had work, where no operator decides about a rollback."""
        retired = await self._register.retired()
        had = {act.build for act in await self._register.acts(1_000)}
        return had - retired - {self._build.build}

    async def begin(self) -> None:
        """Takes the work where nobody has it. When a server does not answer, `run` tries it again."""
        try:
            await self.take_work_where_nobody_has_it()
        except (*PASSING, NotKnownYet) as problem:
            log.warning("release_not_begun", code=getattr(problem, "code", "not_known_yet"))

    async def run(self, stopping: asyncio.Event) -> None:
        """Looks every 30 s until `stopping` is set. Logs changes, and at each look that this build gets no work."""
        while not stopping.is_set():
            try:
                if not self._begun:
                    await self.begin()
                await self._look()
            except PASSING as problem:
                log.warning("release_not_watched", code=problem.code)
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), LOOK_EVERY)

    async def _look(self) -> None:
        routing = await self._deployment.routing()
        build = self._build.build
        share = routing.share(build)
        if share == 0:
            waits = build not in {act.build for act in await self._register.acts(1_000)}
            log.warning(
                "worker_waits_for_release" if waits else "worker_gets_no_work",
                build=build,
                current=routing.current,
                order=f"luongxanh ops release promote {build}",
            )
        elif share != self._told:
            log.info("release_gets_work", build=build, percent=share)
        self._told = share
