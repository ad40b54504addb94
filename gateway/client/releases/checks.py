"""What is asked of a build before it gets work, before the work goes back to it, and before it retires. Only reads."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from activities.releases.register import ReleaseAct, ReleaseRegister
from activities.replays.register import ReplayRegister
from domain.errors import Conflict, InvalidInput, NotFound
from domain.messages.releases import ReleaseRefusal
from domain.operator_orders import require_operator, require_reason
from domain.organisation.staff import Staff
from domain.ramps import StuckByCause
from gateway.access.principals import Principal
from gateway.client.admitting.operators import ordered_by
from gateway.client.releases.deployment import Deployment, Routing
from gateway.client.releases.replayed import require_replayed
from gateway.client.releases.shares import Shares

HAD_ALL = (ReleaseAct.BEGAN, ReleaseAct.PROMOTED, ReleaseAct.ROLLED_BACK)
"""After these acts a build has all work."""


class Health(Protocol):
    """Looks for what does not go on because of a build (`gateway.client.repairs.build_health`)."""

    async def stuck_on(self, build: str, since: datetime | None) -> tuple[StuckByCause, ...]:
        """The dossiers. `since`: when the build got its first work; None: it has none."""
        ...


class ReleaseChecks:
    """The checks of one engine. Every method raises EngineUnavailable, DatabaseUnavailable."""

    def __init__(
        self,
        register: ReleaseRegister,
        deployment: Deployment,
        shares: Shares,
        health: Health,
        replays: ReplayRegister,
    ) -> None:
        self._register = register
        self._deployment = deployment
        self._shares = shares
        self._health = health
        self._replays = replays

    async def require_part(self, build: str, routing: Routing, *, replayed: bool = True) -> None:
        """Accepts a build that may get a part of the work. `replayed` False: nobody asks for its replay.

        Raises the errors of `_require_ready`, Conflict `release_has_all_work`.
        """
        if build == routing.current:
            raise Conflict(ReleaseRefusal.RELEASE_HAS_ALL_WORK, build=build)
        await self._require_ready(build, routing, replayed=replayed)

    async def require_all(self, build: str, routing: Routing, *, replayed: bool = True) -> None:
        """Accepts a build that may get all work. The current one gets back what a ramping one has, without a replay.

        Raises the errors of `require_part`.
        """
        if build == routing.current and routing.ramping is None:
            raise Conflict(ReleaseRefusal.RELEASE_HAS_ALL_WORK, build=build)
        await self._require_ready(build, routing, replayed=replayed and build != routing.current)

    async def before(self, routing: Routing) -> str:
        """The build that had all work before the current one, by the register, and may get it again.

        Raises Conflict `release_has_none_before`, and the errors of `_require_fit`.
        """
        retired = await self._register.retired()
        for act in await self._register.acts(1_000):
            if act.act in HAD_ALL and act.build != routing.current and act.build not in retired:
                await self._require_fit(act.build, routing)
                return act.build
        raise Conflict(ReleaseRefusal.RELEASE_HAS_NONE_BEFORE)

    async def require_without_work(self, build: str, routing: Routing) -> None:
        """Accepts a build that may retire. Raises NotFound `release_unknown`, Conflict `release_gets_work`."""
        if build not in {one.build for one in await self._register.builds()}:
            raise await self._unknown(build)
        if routing.share(build) or build in (routing.current, routing.ramping):
            raise Conflict(ReleaseRefusal.RELEASE_GETS_WORK, build=build)

    async def anything_open(self) -> bool:
        """True when a dossier is open, so that a replay on a build is asked for."""
        return (await self._shares.open_dossiers(())).total > 0

    async def stuck(self, build: str) -> tuple[StuckByCause, ...]:
        """The dossiers that do not go on because of a build."""
        return await self._health.stuck_on(build, await self._works_since(build))

    async def _require_ready(self, build: str, routing: Routing, *, replayed: bool) -> None:
        """Raises the errors of `_require_fit` and `require_replayed`, Conflict `release_has_stuck_dossiers`."""
        await self._require_fit(build, routing)
        if replayed and await self.anything_open():
            await require_replayed(self._replays, build)
        stuck = await self.stuck(build)
        if stuck:
            first = stuck[0].dossier
            raise Conflict(ReleaseRefusal.RELEASE_HAS_STUCK_DOSSIERS, build=build, count=len(stuck), dossier=first)

    async def _require_fit(self, build: str, routing: Routing) -> None:
        """Raises NotFound `release_unknown`, and Conflict `release_retired`, `_too_old` or `_without_workers`."""
        seen = {one.build: one for one in await self._register.builds()}
        if build not in seen or build not in {one.build for one in routing.builds}:
            raise await self._unknown(build)
        if build in await self._register.retired():
            raise Conflict(ReleaseRefusal.RELEASE_RETIRED, build=build)
        kept = await self._register.kept_revision()
        if kept is not None and seen[build].revision < kept:
            raise Conflict(ReleaseRefusal.RELEASE_TOO_OLD, build=build, revision=seen[build].revision, kept=kept)
        if not (await self._deployment.workers()).get(build):
            raise Conflict(ReleaseRefusal.RELEASE_WITHOUT_WORKERS, build=build)

    async def _works_since(self, build: str) -> datetime | None:
        """When the build got work, of which nothing was taken away since. None: it has none."""
        since: datetime | None = None
        for act in await self._register.acts(1_000):
            if act.build == build:
                if act.act is ReleaseAct.RETIRED or act.percent == 0:
                    break
                since = act.at
            elif act.act in HAD_ALL:
                break
        return since

    async def _unknown(self, build: str) -> NotFound:
        known = ", ".join(one.build for one in await self._register.builds()) or "–"
        return NotFound(ReleaseRefusal.RELEASE_UNKNOWN, build=build, known=known)


def operator_with_reason(principal: Principal, who: str | None, why: str, staff: Staff) -> str:
    """The operator who orders something, with a reason.

    Raises InvalidInput `release_without_reason`, and the errors of `ordered_by` and `operator_orders`.
    """
    if who is not None:
        require_operator(who)
    if not why.strip():
        raise InvalidInput(ReleaseRefusal.RELEASE_WITHOUT_REASON)
    require_reason(why)
    return ordered_by(principal, who, staff)


def told(why: str, without_replay: str) -> str:
    """The reason to record. Raises the InvalidInput errors of `require_reason`."""
    if not without_replay.strip():
        return why
    require_reason(without_replay)
    both = f"{why} [without replay: {without_replay.strip()}]"
    require_reason(both)
    return both
