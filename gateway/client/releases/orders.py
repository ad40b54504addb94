"""What operators see of the worker's builds, and what they order. Every order is checked, then recorded, then done."""

from __future__ import annotations

from collections.abc import Callable

from temporalio.client import Client

from activities.ledger.pool import Pool
from activities.releases.ramps import RampRegister
from activities.releases.register import Ordered, RecordedAct, ReleaseAct, ReleaseRegister, SeenBuild
from activities.replays.register import ReplayRegister
from domain.errors import Conflict
from domain.messages.releases import ReleaseRefusal
from domain.organisation.staff import Staff
from domain.ramps import Ramp, RampState, StuckByCause, require_steps
from domain.values import Value
from gateway.access.principals import Principal
from gateway.client.releases.checks import Health, ReleaseChecks, operator_with_reason, told
from gateway.client.releases.deployment import Deployment
from gateway.client.releases.ramps import RampOrders
from gateway.client.releases.shares import Shares


class BuildNow(Value):
    """A build as it is now. `seen` None: no worker of it wrote into this database."""

    build: str
    seen: SeenBuild | None
    share: float
    """The part of the dossiers whose next task it gets, in per cent."""
    open_dossiers: int
    """The open dossiers whose last task it did. They move with their next task, when it gets none any more."""
    workers: tuple[str, ...]
    stuck: int
    retired: bool


class ReleasesNow(Value):
    """Every build that Temporal knows, the newest first."""

    builds: tuple[BuildNow, ...]
    open_dossiers: int
    without_build: int
    """Open dossiers whose last task a worker without a build did."""
    workers_without_build: tuple[str, ...]
    current: str | None
    """The build that has the work. None: only workers without a build get tasks."""
    ramping: str | None
    revision: int | None
    """The revision of the rules under which new runs start (`ReleaseRegister.kept_revision`). None: the newest."""
    acts: tuple[RecordedAct, ...]
    """The last orders, the newest first."""
    ramp: Ramp | None
    """The watched ramp that was ordered last."""


class ReleaseOrders:
    """Releases of one engine. `staff` returns the people of now."""

    def __init__(
        self, temporal: Client, pool: Pool, task_queue: str, staff: Callable[[], Staff], health: Health
    ) -> None:
        self.register = ReleaseRegister(pool)
        self._deployment = Deployment(temporal, task_queue)
        self._shares = Shares(temporal, task_queue, self._deployment.name)
        self._checks = ReleaseChecks(self.register, self._deployment, self._shares, health, ReplayRegister(pool))
        self._staff = staff
        self.ramps = RampOrders(RampRegister(pool), self._deployment, self._checks, staff)
        """Watched ramps."""

    async def now(self) -> ReleasesNow:
        """The builds and their shares. Raises EngineUnavailable, DatabaseUnavailable."""
        routing = await self._deployment.routing()
        opened = await self._shares.open_dossiers(one.build for one in routing.builds)
        workers, stuck = await self._deployment.workers(), await self._shares.stuck()
        seen, retired = {one.build: one for one in await self.register.builds()}, await self.register.retired()
        builds = tuple(
            BuildNow(
                build=one.build,
                seen=seen.get(one.build),
                share=routing.share(one.build),
                open_dossiers=opened.by_build[one.build],
                workers=workers.get(one.build, ()),
                stuck=sum(each.build == one.build for each in stuck),
                retired=one.build in retired,
            )
            for one in sorted(routing.builds, key=lambda one: one.known_since, reverse=True)
        )
        return ReleasesNow(
            builds=builds,
            open_dossiers=opened.total,
            without_build=opened.by_build[None],
            workers_without_build=workers.get(None, ()),
            current=routing.current,
            ramping=routing.ramping,
            revision=await self.register.kept_revision(),
            acts=tuple(await self.register.acts()),
            ramp=await self.ramps.register.newest(),
        )

    async def stuck(self, build: str) -> tuple[StuckByCause, ...]:
        """The dossiers that do not go on because of a build. Raises EngineUnavailable, DatabaseUnavailable."""
        return await self._checks.stuck(build)

    async def look(self, act: ReleaseAct, build: str, *, replayed: bool = True) -> str:
        """The build that would have the work after such an order: for `rolled_back`, whoever gets it; else this one.

        Nothing is written. `ramped`, `promoted`, `retired`: raises what the order would, operator and reason apart;
        `replayed` False: of an order that says why it does without a replay.
        `rolled_back`: `build` is the one that loses its work; Conflict `release_without_work` when it would not.
        """
        routing = await self._deployment.routing()
        if act in (ReleaseAct.RAMPED, ReleaseAct.PROMOTED):
            await self.ramps.register.require_none()
        if act is ReleaseAct.RAMPED:
            await self._checks.require_part(build, routing, replayed=replayed)
        elif act is ReleaseAct.PROMOTED:
            await self._checks.require_all(build, routing, replayed=replayed)
        elif act is ReleaseAct.RETIRED:
            await self._checks.require_without_work(build, routing)
        else:
            if build != (routing.ramping or routing.current):
                raise Conflict(ReleaseRefusal.RELEASE_WITHOUT_WORK, build=build)
            return routing.current if routing.ramping and routing.current else await self._checks.before(routing)
        return build

    async def ramp(
        self, principal: Principal, build: str, percent: int, *, who: str | None, why: str, without_replay: str = ""
    ) -> None:
        """Gives a build this part of the work. `without_replay`: why it gets work although the open dossiers were not
        replayed on it; it is recorded with `why`.

        Raises the errors of `ReleaseChecks.require_part`, Conflict `release_ramp_under_way`, `release_not_routed`, and
        the errors of `operator_with_reason`.
        """
        who = self._checked_operator(principal, who, why)
        require_steps((percent,))
        why, replayed = told(why, without_replay), not without_replay.strip()
        async with self.ramps.register.turn():
            await self.ramps.register.require_none()
            routing = await self._deployment.routing()
            await self._checks.require_part(build, routing, replayed=replayed)
            await self._order(ReleaseAct.RAMPED, build, who, why, instead=routing.current, percent=percent)
            await self._deployment.ramp(build, percent)

    async def promote(
        self, principal: Principal, build: str, *, who: str | None, why: str, without_replay: str = ""
    ) -> str | None:
        """Gives a build all work. Returns the build that had it before.

        Raises the errors of `ramp`.
        """
        who = self._checked_operator(principal, who, why)
        async with self.ramps.register.turn():
            await self.ramps.register.require_none()
            routing = await self._deployment.routing()
            if build != routing.current:
                why = told(why, without_replay)
            await self._checks.require_all(build, routing, replayed=not without_replay.strip())
            await self._order(ReleaseAct.PROMOTED, build, who, why, instead=routing.current)
            await self._deployment.make_current(build)
        return routing.current

    async def roll_back(self, principal: Principal, *, who: str | None, why: str) -> str:
        """Takes the work from the newest build: from the ramping one, or else from the current one. Returns the build
        that has all work now. A watched ramp ends by it.

        Raises Conflict `release_has_none_before`, and the errors of `ramp`.
        """
        who = self._checked_operator(principal, who, why)
        async with self.ramps.register.turn():
            build = await self._rolled_back(who, why)
            ramp = await self.ramps.register.under_way()
            if ramp is not None:
                await self.ramps.register.end(ramp.id, RampState.WENT_BACK, by=who)
        return build

    async def _rolled_back(self, who: str, why: str) -> str:
        routing = await self._deployment.routing()
        if routing.ramping is not None and routing.current is not None:
            await self._order(ReleaseAct.RAMPED, routing.ramping, who, why, instead=routing.current, percent=0)
            await self._deployment.ramp(routing.ramping, 0)
            return routing.current
        build = await self._checks.before(routing)
        await self._order(ReleaseAct.ROLLED_BACK, build, who, why, instead=routing.current)
        await self._deployment.make_current(build, whatever_is_missing=True)
        return build

    async def retire(self, principal: Principal, build: str, *, who: str | None, why: str) -> tuple[str, ...]:
        """A build never gets work again, so that new dossiers may follow rules that it does not know. Returns its
        processes that still run: they may be stopped.

        Raises NotFound `release_unknown`, Conflict `release_gets_work`, and the errors of `ordered_by`.
        """
        who = self._checked_operator(principal, who, why)
        async with self.ramps.register.turn():
            await self._checks.require_without_work(build, await self._deployment.routing())
            if build not in await self.register.retired():
                await self._order(ReleaseAct.RETIRED, build, who, why)
        return (await self._deployment.workers()).get(build, ())

    async def _order(
        self,
        act: ReleaseAct,
        build: str,
        who: str,
        why: str,
        *,
        instead: str | None = None,
        percent: int | None = None,
    ) -> None:
        ordered = Ordered(build=build, act=act, percent=percent, instead=instead, who=who, why=why)
        await self.register.record(ordered)

    def _checked_operator(self, principal: Principal, who: str | None, why: str) -> str:
        return operator_with_reason(principal, who, why, self._staff())
