"""Watched ramps: operators order them, and whichever worker comes next looks and gives the next step, or goes back.

Every step is checked as the order of an operator is, recorded as one, and done in its turn among them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

import structlog
from temporalio.client import Client

from activities.ledger.pool import Pool
from activities.releases.ramps import RampRegister
from activities.releases.register import Ordered, ReleaseAct, ReleaseRegister
from activities.replays.register import ReplayRegister
from domain.errors import Conflict, DomainError, NotFound
from domain.messages.releases import ReleaseRefusal
from domain.operator_orders import require_operator
from domain.organisation.staff import Staff
from domain.ramps import (
    Ramp,
    RampAct,
    RampOrder,
    RampProblem,
    RampState,
    StuckByCause,
    after_look,
    require_pause,
    require_steps,
)
from gateway.access.principals import Principal
from gateway.client.admitting.operators import ordered_by
from gateway.client.releases.checks import Health, ReleaseChecks, operator_with_reason, told
from gateway.client.releases.deployment import Deployment, Routing
from gateway.client.releases.shares import Shares

log = structlog.get_logger(__name__)

LOOK_EVERY = 5.0
"""Seconds between two looks at a ramp."""
PATIENCE = 15.0
"""Seconds that a worker of the watched build leaves a look to other builds: a faulty one should not judge itself."""


class RampOrders:
    """Orders and stops ramps, for one engine. `staff` returns the people of now."""

    def __init__(
        self, register: RampRegister, deployment: Deployment, checks: ReleaseChecks, staff: Callable[[], Staff]
    ) -> None:
        self.register = register
        self._deployment = deployment
        self._checks = checks
        self._staff = staff

    async def begin(
        self,
        principal: Principal,
        build: str,
        steps: Sequence[int],
        pause_seconds: int,
        *,
        who: str | None,
        why: str,
        without_replay: str = "",
    ) -> Ramp:
        """Enters a ramp, whose steps a worker gives. Nothing is given yet.

        Raises InvalidInput `percent_out_of_range`, `release_pause_out_of_range`, and the errors of
        `ReleaseOrders.ramp`.
        """
        who = operator_with_reason(principal, who, why, self._staff())
        steps, pause = require_steps(steps), require_pause(pause_seconds)
        why, asked = told(why, without_replay), not without_replay.strip()
        async with self.register.turn():
            await self.register.require_none()
            await self._checks.require_part(build, await self._deployment.routing(), replayed=asked)
            replayed = asked and await self._checks.anything_open()
            return await self.register.begin(
                RampOrder(build=build, steps=steps, pause_seconds=pause, replayed=replayed, who=who, why=why)
            )

    async def stop(self, principal: Principal, ramp: UUID, *, who: str | None = None) -> Ramp:
        """Ends a ramp. The build keeps the part that it has, and nobody watches any more.

        Raises NotFound `release_ramp_unknown`; Conflict `release_ramp_ended`; the errors of `ordered_by`.
        """
        if who is not None:
            require_operator(who)
        who = ordered_by(principal, who, self._staff())
        async with self.register.turn():
            if not await self.register.end(ramp, RampState.STOPPED, by=who):
                await self.register.ramp(ramp)
                raise Conflict(ReleaseRefusal.RELEASE_RAMP_ENDED, ramp=ramp)
        return await self.register.ramp(ramp)


class RampWatch:
    """Looks at the ramp of one engine, as a worker of this build. Raises EngineUnavailable, DatabaseUnavailable."""

    def __init__(
        self,
        temporal: Client,
        pool: Pool,
        task_queue: str,
        build: str,
        health: Health,
        *,
        every: float = LOOK_EVERY,
        patience: float = PATIENCE,
    ) -> None:
        self._build = build
        self._every = every
        self._patience = patience
        self._ramps = RampRegister(pool)
        self._register = ReleaseRegister(pool)
        self._deployment = Deployment(temporal, task_queue)
        shares = Shares(temporal, task_queue, self._deployment.name)
        self._checks = ReleaseChecks(self._register, self._deployment, shares, health, ReplayRegister(pool))

    async def look(self) -> bool:
        """Looks once, and does what follows from it. False: no look is due."""
        taken = await self._ramps.take(self._build, self._every, self._patience)
        if taken is None:
            return False
        ramp, at = taken
        refused, stuck = await self._refusal(ramp)
        await self._ramps.looked(ramp.id, at, stuck)
        async with self._ramps.turn():
            ramp = await self._ramps.ramp(ramp.id)
            if ramp.ended is None:
                await self._act(ramp, refused)
        return True

    async def _refusal(self, ramp: Ramp) -> tuple[DomainError | None, tuple[StuckByCause, ...]]:
        """Why the build may get no work now, and what is stuck because of it."""
        routing = await self._deployment.routing()
        try:
            await self._checks.require_part(ramp.build, routing, replayed=ramp.replayed)
        except (Conflict, NotFound) as refused:
            is_stuck = refused.code == ReleaseRefusal.RELEASE_HAS_STUCK_DOSSIERS
            return refused, await self._checks.stuck(ramp.build) if is_stuck else ()
        return None, ()

    async def _act(self, ramp: Ramp, refused: DomainError | None) -> None:
        routing = await self._deployment.routing()
        match after_look(ramp, ramping=routing.ramping, percent=routing.percent, refused=refused is not None):
            case RampAct.GIVE:
                await self._give(ramp, routing)
            case RampAct.GO_BACK if refused is not None:
                await self._go_back(ramp, routing, refused)
            case RampAct.FINISH:
                await self._end(ramp, RampState.FINISHED)
            case RampAct.LEAVE:
                await self._end(ramp, RampState.OVERTAKEN)

    async def _give(self, ramp: Ramp, routing: Routing) -> None:
        assert ramp.next_step is not None
        try:
            await self._order(ramp, routing, ramp.next_step, ramp.why)
        except Conflict as refused:  # Temporal does not give the build the work
            await self._go_back(ramp, await self._deployment.routing(), refused)
            return
        await self._ramps.gave(ramp.id)
        log.info("release_ramped", ramp=str(ramp.id), build=ramp.build, percent=ramp.next_step)

    async def _go_back(self, ramp: Ramp, routing: Routing, refused: DomainError) -> None:
        why = f"tự trả về ở {ramp.percent} % (went back by itself): {refused.code}"
        if routing.ramping == ramp.build:
            await self._order(ramp, routing, 0, why)
        await self._end(ramp, RampState.WENT_BACK, RampProblem(code=refused.code, **refused.message.model_dump()))

    async def _order(self, ramp: Ramp, routing: Routing, percent: int, why: str) -> None:
        await self._register.record(
            Ordered(
                build=ramp.build, act=ReleaseAct.RAMPED, percent=percent, instead=routing.current, who=ramp.who, why=why
            )
        )
        await self._deployment.ramp(ramp.build, percent)

    async def _end(self, ramp: Ramp, how: RampState, problem: RampProblem | None = None) -> None:
        await self._ramps.end(ramp.id, how, problem=problem)
        log.info("release_ramp_ended", ramp=str(ramp.id), build=ramp.build, state=how.value)
