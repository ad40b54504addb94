"""Runs the drill: a bad release, dossiers stuck in four ways, the fix, one plan, approval, run, and the end of each."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Annotated, TypeVar

from pydantic import Field
from temporalio.client import Client
from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter

from activities.ledger.pool import Pool
from activities.ledger.verification.walk import verify
from domain.dossier.events import DossierRepaired
from domain.dossier.state import State
from domain.messages.mechanics import MechanicRefusal
from domain.repairs.causes import Cause
from domain.repairs.findings import Finding
from domain.repairs.orders import MendOrder
from domain.repairs.plans import RepairPlan
from domain.rollouts.plans import Item, ItemState
from domain.values import Strict
from gateway.client import Engine, this_machine
from gateway.client.dossier_client import DossierClient
from gateway.client.repairs.cause_of_one import ENDED_BY_HAND
from gateway.client.repairs.mechanics import MechanicsByKind, mechanics_of
from gateway.client.repairs.present_state import PresentStates
from gateway.views.projection import fold_under_published_rules
from tools.demo import case_courses, checks, fee_payment, processing
from tools.demo.case_player import CasePlayer, Tally, UnexpectedOutcome
from tools.demo.outside_world import OutsideWorld, open_outside_world
from tools.local_stack import prepared_stack
from tools.local_stack.components import WORKER
from tools.local_stack.prepared_stack import PreparedStack
from tools.repair_drill.bad_release import Way, way_of
from tools.repair_drill.bad_workers import bad_workers
from tools.repair_drill.cases import cases_of, operators_in
from tools.repair_drill.result import DrillResult
from workers.connections import connect_database, connect_temporal
from workers.engine import open_engine

AT_ONCE = 16
LOOK_EVERY, STUCK_WITHIN = 0.5, 180.0
WHY, SEEN = "Diễn tập: bản 2.0.0-planted lỗi", "Đã xem từng hồ sơ trong kế hoạch"
LOST_ANSWERS = {"mode": "cut", "service": "create_order"}
"""The platform makes the order, and its answer is lost."""
OTHER_ORDERS = {"mode": "order_of_another", "service": "create_order"}
"""The platform makes no order and answers with one of another dossier, which is refused for good."""
SYSTEMS = ("payments", "signing", "civil", "residence", "population")

Part = TypeVar("Part")
Report = Callable[[str, int, int], None]


class DrillOptions(Strict):
    """How many dossiers, from which seed, and how many the repair takes in a minute."""

    dossiers: Annotated[int, Field(ge=4, le=5_000)] = 200
    seed: int = 2025
    per_minute: Annotated[int, Field(ge=6, le=60_000)] = 1_200
    as_json: bool = Field(default=False, alias="json")


@dataclass
class Drill:
    """One drill on a stack of its own."""

    on: PreparedStack
    engine: Engine
    client: Client
    pool: Pool
    outside: OutsideWorld
    mechanics: MechanicsByKind
    options: DrillOptions
    report: Report
    players: list[CasePlayer] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    unfinished: list[str] = field(default_factory=list)

    @property
    def codes(self) -> list[str]:
        """The dossiers, in the order of their filing."""
        return [player.code for player in self.players]

    async def played(self) -> DrillResult:
        """Plays everything. Raises what must not happen."""
        await self._part("filed and stuck", self._get_stuck())
        await self._part("fix", self._fix())
        plan = await self._part("plan", self._plan())
        items = await self._part("run", self._run(plan))
        await self._part("finished", self._each("finished", self.players, self._finish))
        return await self._account(plan, items)

    async def _get_stuck(self) -> None:
        province = self.engine.province
        cases = cases_of(province, self.options.dossiers, self.options.seed)
        await self.outside.enrol(case.person for case in cases)
        await asyncio.to_thread(self.on.stack.stop, WORKER.name)
        async with bad_workers(self.client, self.pool, self.on.settings):
            for case in cases:
                self.players.append(CasePlayer(case, self.engine, province, self.outside, Tally()))
            await self._each("filed", self.players, case_courses.submit)
            await self._each("paid", self._of(Way.RAISES, Way.DOES_NOT_REPLAY, Way.BAD_DATA), self._accept_and_pay)
            await self.outside.set_faults("payments", LOST_ANSWERS)
            unanswered = self._of(Way.GIVES_UP, Way.PAUSES)
            await self._each("without an answer", unanswered, case_courses.at_the_desk)
            await self._each("stuck", unanswered, self._until_stuck)
            await self.outside.set_faults("payments", OTHER_ORDERS)
            await self._each("refused", self._of(Way.REFUSED), case_courses.at_the_desk)
            stuck = self._of(Way.RAISES, Way.BAD_DATA, Way.REFUSED)
            await self._each("stuck", stuck, self._until_stuck)
        await self.outside.set_faults("payments")

    async def _accept_and_pay(self, player: CasePlayer) -> None:
        await case_courses.at_the_desk(player)
        await fee_payment.settle(player)

    async def _fix(self) -> None:
        """The fixed release takes all work. What does not replay shows with the next task."""
        await asyncio.to_thread(self.on.stack.start, WORKER.name)
        late = self._of(Way.DOES_NOT_REPLAY)
        for player in late:
            await self.client.get_workflow_handle(player.code).signal("read_ledger")
        await self._each("stuck", late, self._until_stuck)

    async def _plan(self) -> RepairPlan:
        first, second = operators_in(self.engine.staff)[:2]
        plan = await self.engine.repair_plans.plan(
            this_machine(), MendOrder(), self.codes, who=first, why=WHY, per_minute=self.options.per_minute,
            looked=lambda done, of: self.report("looked at", done, of),
        )  # fmt: skip
        await self.engine.repair_runs.approve(this_machine(), plan.hash, who=second, why=SEEN)
        return plan

    async def _run(self, plan: RepairPlan) -> list[Item]:
        run = await self.engine.repair_runs.run(this_machine(), plan.hash, who=plan.made_by)
        register = self.engine.rollouts.register
        while (await register.rollout(run.id)).finished_at is None:
            progress = await register.progress(run.id)
            self.report("repaired", progress.total - progress.pending, progress.total)
            await asyncio.sleep(LOOK_EVERY)
        return list(await register.items(run.id))

    async def _finish(self, player: CasePlayer) -> None:
        """What people do until the end. A dossier that does not get there is told, and the others go on."""
        try:
            await self._work_to_the_end(player)
        except UnexpectedOutcome as problem:
            self.unfinished.append(problem.what)

    async def _work_to_the_end(self, player: CasePlayer) -> None:
        """Until the result is with the applicant and in the registry."""
        if (await player.look()).state is State.PAYMENT_REQUESTED:
            await fee_payment.settle(player)
        await processing.work_through(player)
        await case_courses.hand_back(player)
        await player.until(
            lambda now: now.result.registry is None or now.result.reference is not None, "the result registered"
        )

    async def _account(self, plan: RepairPlan, items: list[Item]) -> DrillResult:
        [approval] = await self.engine.repair_runs.approvals(plan.hash)
        books = {system: await self.outside.inspect(system) for system in SYSTEMS}
        once = checks.once(books)
        ended = [(await player.look()).state is State.RETURNED for player in self.players]
        found = await verify(self.pool, fold=await fold_under_published_rules(self.pool))
        noted, wrong = await self._noted(plan, approval.who, items)
        wrong += [f"{one.dossier}: {one.state} {one.code or ''}" for one in items if not _as_it_must_be(one)]
        wrong += self.unfinished
        wrong += [] if once.holds else [once.found]
        wrong += [str(problem) for problem in found.problems]
        return DrillResult(
            dossiers=len(self.players),
            ways=_counted(way_of(code) for code in self.codes),
            causes=_counted(_cause(one) for one in plan.findings),
            repairs={kind.value: count for kind, count in plan.repairs.items()},
            plan=plan.hash,
            planned_by=plan.made_by,
            approved_by=approval.who,
            outcomes=_counted(item.state for item in items),
            by_way=_by_way(items),
            noted=noted,
            finished=sum(ended),
            effects=sum(one["service"] in checks.EFFECTS_ONCE for book in books.values() for one in book["effects"]),
            wrong=tuple(wrong),
            seconds=self.seconds,
        )

    async def _noted(self, plan: RepairPlan, second: str, items: Iterable[Item]) -> tuple[int, list[str]]:
        """How many ledgers tell of the repair, and those that do not tell once what was done."""
        told, wrong = 0, []
        for item in items:
            history = await self.engine.history(item.dossier)
            acts = [
                (one.actor.person, one.event.second, one.event.plan, one.event.outcome, one.event.repair)
                for one in history
                if isinstance(one.event, DossierRepaired)
            ]
            done = item.detail.get("repair")
            wanted = [(plan.made_by, second, plan.hash, "done", done)] if item.state is ItemState.DONE else []
            told += len(acts)
            if acts != wanted:
                wrong.append(f"{item.dossier}: its ledger has {acts}")
        return told, wrong

    def _of(self, *ways: Way) -> list[CasePlayer]:
        return [player for player in self.players if way_of(player.code) in ways]

    async def _until_stuck(self, player: CasePlayer) -> None:
        deadline = time.monotonic() + STUCK_WITHIN
        while not await self._is_stuck(player.code):
            if time.monotonic() > deadline:
                raise player.wrong(f"it is not stuck, although the release {way_of(player.code)}")
            await asyncio.sleep(LOOK_EVERY)

    async def _is_stuck(self, code: str) -> bool:
        """True when a repair is called for. A call has failed at once before it is given up, pauses, or is refused."""
        found = await self.mechanics.look(code, MendOrder())
        if found.refused is not None:
            return False
        match way_of(code):
            case Way.GIVES_UP:
                return found.code == ENDED_BY_HAND
            case Way.REFUSED:
                return found.cause is Cause.REFUSED_FOR_GOOD
            case Way.PAUSES:
                calls = (await PresentStates(self.client, self.engine.reader).of(code)).waiting_calls()
                return any(call.failed and not call.being_made for call in calls)
            case _:
                return True

    async def _each(
        self, what: str, players: list[CasePlayer], play: Callable[[CasePlayer], Awaitable[object]]
    ) -> None:
        places, done = asyncio.Semaphore(AT_ONCE), 0

        async def one(player: CasePlayer) -> None:
            nonlocal done
            async with places:
                await play(player)
            done += 1
            self.report(what, done, len(players))

        async with asyncio.TaskGroup() as group:
            for player in players:
                group.create_task(one(player))

    async def _part(self, name: str, work: Awaitable[Part]) -> Part:
        begun = time.monotonic()
        done = await work
        self.seconds[name] = round(time.monotonic() - begun, 1)
        return done


async def drill(options: DrillOptions, report: Report) -> DrillResult:
    """Plays the drill on a stack of its own, which is erased afterwards. Raises StackError, UnexpectedOutcome."""
    async with prepared_stack.set_up() as on:
        province = on.province
        pool = await connect_database(on.settings)
        try:
            client = await connect_temporal(on.settings, quiet_runtime())
            async with (
                open_engine(on.settings, province=province) as engine,
                open_outside_world(on.simulator_url) as outside,
            ):
                line = DossierClient(client, engine.reader, on.settings.task_queue)
                mechanics = mechanics_of(client, pool, line)
                return await Drill(on, engine, client, pool, outside, mechanics, options, report).played()
        finally:
            await pool.close()


def quiet_runtime() -> Runtime:
    """Temporal's part of this process logs only errors: each planted failure is a warning of many lines."""
    only_errors = LoggingConfig(filter=TelemetryFilter(core_level="ERROR", other_level="ERROR"))
    return Runtime(telemetry=TelemetryConfig(logging=only_errors))


def _cause(one: Finding) -> str:
    return one.cause or "none"


def _counted(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(map(str, names)).items()))


def _by_way(items: Iterable[Item]) -> dict[str, dict[str, int]]:
    told: dict[str, list[str]] = {}
    for one in items:
        told.setdefault(way_of(one.dossier), []).append(f"{one.state} {one.detail.get('repair', '')}".strip())
    return {way: _counted(outcomes) for way, outcomes in sorted(told.items())}


def _as_it_must_be(item: Item) -> bool:
    """True for what was repaired, and for a step that raises, which the fix alone lets go on: before the plan looked,
    or before its turn came.

    Such a dossier may then be behind its ledger for a while. The failing step had written an act, and Temporal forgets
    the update of an act with the task that failed. Workers find the act and tell the workflow (`LostActs`); the drill
    waits until the dossier has finished.
    """
    if item.state is ItemState.DONE:
        return True
    if way_of(item.dossier) is not Way.RAISES:
        return False
    changes = {one["what"]: one["now"] for one in item.detail.get("changes", ())}
    went_on = changes.get("cause", "") in (None, Cause.BEHIND_ITS_LEDGER)
    return item.code == MechanicRefusal.NOTHING_TO_MEND or (item.state is ItemState.MOVED_ON and went_on)
