"""Trouble for the pictures of the operators' desk: stuck dossiers, incidents, plans, runs, and a bad build.

Everything is real: workflows that were ended, systems that are down or refuse, an event that was set aside, plans that
were made, approved and let run, and workers of the bad release of the drill, which get a part of the dossiers.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from uuid import UUID

from temporalio.client import Client

from activities.ledger.feed import FeedReader
from activities.ledger.pool import Pool
from activities.ledger.stuck_dossiers import StuckDossiers, StuckExecutor
from activities.relays.set_aside import SetAsideList
from activities.releases.register import Build
from domain.repairs.orders import RepairOrder, RestartOrder, TerminateOrder
from domain.repairs.plans import SLOWEST
from domain.rollouts.plans import RolloutProgress
from gateway.client import Engine, EngineUnavailable, this_machine
from tools.demo import case_courses, fee_payment
from tools.demo.case_player import CasePlayer, Tally, UnexpectedOutcome
from tools.demo.outside_world import OutsideWorld, open_outside_world
from tools.demo.plan import Case
from tools.local_stack.prepared_stack import PreparedStack
from tools.repair_drill.bad_workers import BUILD, planted_workers
from tools.repair_drill.cases import cases_of, operators_in
from workers.connections import connect_database, connect_temporal
from workers.engine import open_engine

FILED, SEED = 28, 7
ENDED, MENDED, HALF = 7, 4, 16
"""Of the dossiers filed first so many workflows end, and so many are repaired; those up to `HALF` are in a slow run."""
PERCENT = 40
WHY = "Sự cố ngày 05/8: quy trình bị kết thúc nhầm"
SOON, ON_A_BAD_BUILD, LOOK_EVERY = 120.0, 15.0, 0.3
"""Seconds."""


@dataclass(frozen=True)
class Trouble:
    """What the paths of the pictures name: hashes of plans, ids of runs, an incident."""

    waiting: str
    finished: str
    run: str
    slow: str
    stopped: str
    incident: str


@asynccontextmanager
async def trouble(day: PreparedStack) -> AsyncIterator[Trouble]:
    """The trouble, until the end; the bad workers run in this process."""
    pool = await connect_database(day.settings, name="luongxanh-pictures")
    try:
        client = await connect_temporal(day.settings)
        async with (
            open_engine(day.settings, province=day.province) as engine,
            open_outside_world(day.simulator_url) as outside,
        ):
            making = _Making(engine, client, pool, outside)
            async with planted_workers(client, pool, day.settings):
                yield await making.everything()
    finally:
        await pool.close()


@dataclass
class _Making:
    """What is needed to make it."""

    engine: Engine
    client: Client
    pool: Pool
    outside: OutsideWorld

    async def everything(self) -> Trouble:
        """Makes all of it, each part as soon as what it needs is there."""
        first, second = operators_in(self.engine.staff)[:2]
        players = await self._at_work()
        codes = [player.code for player in players]
        await self._end(codes[:ENDED])
        await SetAsideList(self.pool).put(FeedReader.PORTAL, codes[0], 1, "outside_refused")
        restart = RestartOrder()
        finished = await self._planned(restart, codes[:MENDED], first, WHY)
        await self.engine.wake(codes[0])  # it has moved on when the plan comes to it
        run = await self._run(finished, first)
        await self._until(run, lambda progress: progress.pending == 0)
        anyway = RestartOrder(although_sound=True)
        slow = await self._run(await self._planned(anyway, codes[ENDED:HALF], first, WHY, SLOWEST), first)
        stopped = await self._run(await self._planned(anyway, codes[HALF:-2], first, WHY, SLOWEST), first)
        await self._until(stopped, lambda progress: progress.pending < progress.total)
        await self.engine.rollouts.stop(this_machine(), stopped, who=second, why="Chờ bên vận hành cổng thanh toán")
        await self._planned(TerminateOrder(), codes[-2:], second, "Hai hồ sơ nộp thử khi tập huấn")
        waiting = await self._planned(anyway, codes, first, "Làm lại từ sổ cái sau khi thay bản lỗi")
        await self._ramp(first)
        await self._outages()
        return Trouble(
            waiting=waiting, finished=finished, run=str(run), slow=str(slow), stopped=str(stopped),
            incident=f"workflow.{codes[MENDED]}",
        )  # fmt: skip

    async def _at_work(self) -> list[CasePlayer]:
        """Dossiers that were accepted and paid, and wait for an officer."""
        cases = cases_of(self.engine.province, FILED, SEED)
        await self.outside.enrol(case.person for case in cases)
        players = [self._player(case) for case in cases]

        async def one(player: CasePlayer) -> None:
            await case_courses.submit(player)
            await case_courses.at_the_desk(player)
            await fee_payment.settle(player)

        await asyncio.gather(*map(one, players))
        return players

    def _player(self, case: Case) -> CasePlayer:
        return CasePlayer(case, self.engine, self.engine.province, self.outside, Tally())

    async def _end(self, codes: Sequence[str]) -> None:
        """Their workflows end, as by a mistake in Temporal's own tools. The register is told as a worker tells it."""
        for code in codes:
            await self.client.get_workflow_handle(code).terminate("ended for the pictures")
        found = [StuckExecutor(dossier=code, run="", code="ended_terminated") for code in codes]
        await StuckDossiers(self.pool).put(found)

    async def _planned(
        self, order: RepairOrder, codes: Sequence[str], who: str, why: str, per_minute: int = 1_200
    ) -> str:
        plan = await self.engine.repair_plans.plan(
            this_machine(), order, codes, who=who, why=why, per_minute=per_minute
        )
        return plan.hash

    async def _run(self, plan: str, who: str) -> UUID:
        return (await self.engine.repair_runs.run(this_machine(), plan, who=who)).id

    async def _until(self, run: UUID, there: Callable[[RolloutProgress], bool]) -> None:
        """Waits until the run is so far. Raises TimeoutError."""
        async with asyncio.timeout(SOON):
            while True:
                if there(await self.engine.rollouts.register.progress(run)):
                    return
                await asyncio.sleep(LOOK_EVERY)

    async def _ramp(self, who: str) -> None:
        """A bad build gets a part of the dossiers, and some that come to it get stuck."""
        [newest, *_] = await self.engine.releases.register.builds()
        bad = Build(build=BUILD, release="2.0.0", revision=newest.revision, migration=newest.migration)
        await self.engine.releases.register.seen(bad)
        await self.engine.releases.ramp(this_machine(), BUILD, PERCENT, who=who, why="Bản tháng 12, bước đầu")
        cases = cases_of(self.engine.province, 2 * FILED, SEED + 1)[FILED:]
        await self.outside.enrol(case.person for case in cases)
        await asyncio.gather(*(self._as_far_as_it_goes(self._player(case)) for case in cases))

    async def _as_far_as_it_goes(self, player: CasePlayer) -> None:
        """To the officer's desk, or until the bad build stops it. That is what it is filed for."""
        with suppress(TimeoutError, UnexpectedOutcome, EngineUnavailable):
            async with asyncio.timeout(ON_A_BAD_BUILD):
                await case_courses.submit(player)
                await case_courses.at_the_desk(player)
                await fee_payment.settle(player)

    async def _outages(self) -> None:
        """The payment platform refuses, and then the population database is down: each for some dossiers."""
        cases = cases_of(self.engine.province, 3 * FILED, SEED + 2)[2 * FILED :]
        for system, mode, some in (("payments", "refused", cases[:4]), ("population", "down", cases[4:10])):
            await self.outside.set_faults(system, {"mode": mode})
            await asyncio.gather(*(self._as_far_as_it_goes(self._player(case)) for case in some))
