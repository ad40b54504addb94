"""What operators see of the worker's builds, and what they order. Every order is checked, then recorded, then done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from temporalio.client import Client

from activities.ledger.pool import Pool
from activities.releases.register import Ordered, RecordedAct, ReleaseAct, ReleaseRegister, SeenBuild
from activities.replays.register import ReplayRegister
from domain.errors import Conflict, InvalidInput, NotFound
from domain.messages.releases import ReleaseRefusal
from domain.operator_orders import require_operator, require_reason
from domain.organisation.staff import Staff
from domain.values import Value
from gateway.access.principals import Principal
from gateway.client.operators import ordered_by
from gateway.client.releases.deployment import Deployment, Routing
from gateway.client.releases.replayed import require_replayed
from gateway.client.releases.shares import Shares, StuckByCause

HAD_ALL = (ReleaseAct.BEGAN, ReleaseAct.PROMOTED, ReleaseAct.ROLLED_BACK)
"""After these acts a build has all work."""


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


class Health(Protocol):
    """Looks for what does not go on because of a build (`gateway.client.repairs.build_health`)."""

    async def stuck_on(self, build: str, since: datetime | None) -> tuple[StuckByCause, ...]:
        """The dossiers. `since`: when the build got its first work; None: it has none."""
        ...


class ReleaseOrders:
    """Releases of one engine. `staff` returns the people of now."""

    def __init__(
        self, temporal: Client, pool: Pool, task_queue: str, staff: Callable[[], Staff], health: Health
    ) -> None:
        self.register = ReleaseRegister(pool)
        self._deployment = Deployment(temporal, task_queue)
        self._shares = Shares(temporal, task_queue, self._deployment.name)
        self._health = health
        self._replays = ReplayRegister(pool)
        self._staff = staff

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
        )

    async def stuck(self, build: str) -> tuple[StuckByCause, ...]:
        """The dossiers that do not go on because of a build. Raises EngineUnavailable, DatabaseUnavailable."""
        return await self._health.stuck_on(build, await self._works_since(build))

    async def ramp(
        self, principal: Principal, build: str, percent: int, *, who: str | None, why: str, without_replay: str = ""
    ) -> None:
        """Gives a build this part of the work. 0 takes all from it again. `without_replay`: why it gets work although
        the open dossiers were not replayed on it; it is recorded with `why`.

        Raises the errors of `_require_fit` and `require_replayed`, Conflict `release_has_stuck_dossiers`,
        `release_not_routed`, and those of `ordered_by`.
        """
        who = self._checked_operator(principal, who, why)
        if not 0 <= percent <= 100:
            raise InvalidInput(ReleaseRefusal.PERCENT_OUT_OF_RANGE, given=percent)
        routing = await self._deployment.routing()
        if build == routing.current:
            raise Conflict(ReleaseRefusal.RELEASE_HAS_ALL_WORK, build=build)
        if percent:
            await self._require_fit(build, routing)
            why = await self._proved(build, why, without_replay)
            await self._require_well(build)
        await self._order(ReleaseAct.RAMPED, build, who, why, instead=routing.current, percent=percent)
        await self._deployment.ramp(build, percent)

    async def promote(
        self, principal: Principal, build: str, *, who: str | None, why: str, without_replay: str = ""
    ) -> str | None:
        """Gives a build all work. Returns the build that had it before.

        Raises the errors of `ramp`.
        """
        who = self._checked_operator(principal, who, why)
        routing = await self._deployment.routing()
        if build == routing.current and routing.ramping is None:
            raise Conflict(ReleaseRefusal.RELEASE_HAS_ALL_WORK, build=build)
        await self._require_fit(build, routing)
        if build != routing.current:
            why = await self._proved(build, why, without_replay)
        await self._require_well(build)
        await self._order(ReleaseAct.PROMOTED, build, who, why, instead=routing.current)
        await self._deployment.make_current(build)
        return routing.current

    async def _proved(self, build: str, why: str, without_replay: str) -> str:
        """The reason to record. Raises the errors of `require_replayed`, unless a reason is given to do without."""
        if without_replay.strip():
            require_reason(without_replay)
            told = f"{why} [without replay: {without_replay.strip()}]"
            require_reason(told)
            return told
        if (await self._shares.open_dossiers(())).total:
            await require_replayed(self._replays, build)
        return why

    async def _works_since(self, build: str) -> datetime | None:
        """When the build got work, of which nothing was taken away since. None: it has none."""
        since: datetime | None = None
        for act in await self.register.acts(1_000):
            if act.build == build:
                if act.act is ReleaseAct.RETIRED or act.percent == 0:
                    break
                since = act.at
            elif act.act in HAD_ALL:
                break
        return since

    async def roll_back(self, principal: Principal, *, who: str | None, why: str) -> str:
        """Takes the work from the newest build: from the ramping one, or else from the current one. Returns the build
        that has all work now.

        Raises Conflict `release_has_none_before`, and the errors of `ramp`.
        """
        who = self._checked_operator(principal, who, why)
        routing = await self._deployment.routing()
        if routing.ramping is not None and routing.current is not None:
            await self._order(ReleaseAct.RAMPED, routing.ramping, who, why, instead=routing.current, percent=0)
            await self._deployment.ramp(routing.ramping, 0)
            return routing.current
        build = await self._before(routing)
        await self._require_fit(build, routing)
        await self._order(ReleaseAct.ROLLED_BACK, build, who, why, instead=routing.current)
        await self._deployment.make_current(build, whatever_is_missing=True)
        return build

    async def retire(self, principal: Principal, build: str, *, who: str | None, why: str) -> tuple[str, ...]:
        """A build never gets work again, so that new dossiers may follow rules that it does not know. Returns its
        processes that still run: they may be stopped.

        Raises NotFound `release_unknown`, Conflict `release_gets_work`, and the errors of `ordered_by`.
        """
        who = self._checked_operator(principal, who, why)
        routing = await self._deployment.routing()
        if build not in {one.build for one in await self.register.builds()}:
            raise await self._unknown(build)
        if routing.share(build) or build in (routing.current, routing.ramping):
            raise Conflict(ReleaseRefusal.RELEASE_GETS_WORK, build=build)
        if build not in await self.register.retired():
            await self._order(ReleaseAct.RETIRED, build, who, why)
        return (await self._deployment.workers()).get(build, ())

    async def _before(self, routing: Routing) -> str:
        """The build that had all work before the current one, by the register, and is not retired."""
        retired = await self.register.retired()
        for act in await self.register.acts(1_000):
            if act.act in HAD_ALL and act.build != routing.current and act.build not in retired:
                return act.build
        raise Conflict(ReleaseRefusal.RELEASE_HAS_NONE_BEFORE)

    async def _require_fit(self, build: str, routing: Routing) -> None:
        """Raises NotFound `release_unknown`, and Conflict `release_retired`, `_too_old` or `_without_workers`."""
        seen = {one.build: one for one in await self.register.builds()}
        if build not in seen or build not in {one.build for one in routing.builds}:
            raise await self._unknown(build)
        if build in await self.register.retired():
            raise Conflict(ReleaseRefusal.RELEASE_RETIRED, build=build)
        kept = await self.register.kept_revision()
        if kept is not None and seen[build].revision < kept:
            raise Conflict(ReleaseRefusal.RELEASE_TOO_OLD, build=build, revision=seen[build].revision, kept=kept)
        if not (await self._deployment.workers()).get(build):
            raise Conflict(ReleaseRefusal.RELEASE_WITHOUT_WORKERS, build=build)

    async def _require_well(self, build: str) -> None:
        """Raises Conflict `release_has_stuck_dossiers`."""
        stuck = await self.stuck(build)
        if stuck:
            first = stuck[0].dossier
            raise Conflict(ReleaseRefusal.RELEASE_HAS_STUCK_DOSSIERS, build=build, count=len(stuck), dossier=first)

    async def _unknown(self, build: str) -> NotFound:
        known = ", ".join(one.build for one in await self.register.builds()) or "–"
        return NotFound(ReleaseRefusal.RELEASE_UNKNOWN, build=build, known=known)

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
        if who is not None:
            require_operator(who)
        if not why.strip():
            raise InvalidInput(ReleaseRefusal.RELEASE_WITHOUT_REASON)
        require_reason(why)
        return ordered_by(principal, who, self._staff())
