"""Plays the dossiers on a real Temporal that skips over waits, with a real worker, its activities and a real ledger.

Each workflow of that server has its own clock, which is never behind the real one, and runs on as the real one does
between two skips. So a dossier is started with a delay, until the time at which it is received; and a rung fires a
little after its instant, by the time that the server and the worker take. What people did is compared with the ladder
at the times that the ledger has.
"""

from __future__ import annotations

import asyncio
import heapq
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
from temporalio.client import WorkflowHandle
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from activities.adapters.outside_calls import OutsideCalls
from activities.adapters.systems import open_outside
from activities.audiences import Audiences
from activities.ledger.migrations import migrate
from activities.ledger.outside_tries import OutsideTries
from activities.ledger.pool import Pool, open_pool
from activities.ledger.reading import LedgerReader, dossier_in
from activities.ledger.rules_store import RulesStore
from activities.ledger.vault import Vault
from activities.province import load_province
from domain.dossier.context import Rules
from domain.dossier.decide import Act
from domain.dossier.events import AnyEvent
from domain.dossier.react import Reaction, react
from domain.dossier.revision import CURRENT
from domain.errors import DomainError
from gateway.client.dossier_client import TASK_WITHIN, DossierClient
from gateway.client.engine_errors import EngineUnavailable
from tools.fortnight.acts import Timed, act_of, acts, answers
from tools.fortnight.admitted import admitted
from tools.fortnight.days import ahead_of
from tools.fortnight.observed import observed
from tools.fortnight.scenario import Planned
from tools.fortnight.stage import Stage, rules_of, set_stage
from tools.fortnight.verdict import Verdict
from tools.local_stack import OWNER_ROLE, Stack
from tools.local_stack.time_skipping import time_skipping_temporal
from tools.simulator.app import Simulator
from tools.simulator.server import running_simulator
from workers.worker import dossier_worker, patient_workers
from workflows import rules_in_force
from workflows.dossier import DossierWorkflow
from workflows.messages import OpenDossier

Progress = Callable[[int], None]
AT_ONCE = 12
"""Dossiers that are played beside each other: more would not make two cores faster."""
LATE_BY = timedelta(seconds=60)
"""A rung that fires later than that after its instant is a fault, however busy the machine is."""
GIVEN_UP_AFTER = 600.0
"""Seconds of real time without the change that is waited for."""
LOOK_EVERY = 0.05
TRIES = 3
"""How often a dossier begins. A server keeps an update in memory until a worker takes it, and a busy one may lose it:
then the workflow ends without a first act, and nothing is in the ledger."""


@dataclass(frozen=True)
class Servers:
    """What the dossiers are played on."""

    env: WorkflowEnvironment
    pool: Pool
    calls: OutsideCalls
    simulator: str


@asynccontextmanager
async def with_outside(env: WorkflowEnvironment, pool: Pool) -> AsyncIterator[Servers]:
    """A simulator of the outside systems beside these servers."""
    simulator = Simulator(state=None, seed=11)
    with running_simulator(simulator) as url:
        async with open_outside(simulator.world.access.addresses(url, "H42", total_seconds=1.6)) as outside:
            vault, reader = Vault(pool), LedgerReader(pool)
            yield Servers(
                env, pool, OutsideCalls(outside, outside, vault, reader, OutsideTries(pool), f"{url}/callback"), url
            )


@asynccontextmanager
async def own_servers() -> AsyncIterator[Servers]:
    """A Temporal and a PostgreSQL of our own, which are erased afterwards."""
    async with AsyncExitStack() as stack:
        env = await time_skipping_temporal()
        stack.push_async_callback(env.shutdown)
        postgres = stack.enter_context(Stack.temporary(servers=["postgres"], durable=False))
        await migrate(postgres.postgres_url(OWNER_ROLE))
        pool = await open_pool(postgres.postgres_url(), 8)
        stack.push_async_callback(pool.close)
        yield await stack.enter_async_context(with_outside(env, pool))


async def run(folder: Path, dossiers: int, seed: int, progress: Progress) -> Verdict:
    """The verdict on so many dossiers, on servers of our own."""
    async with own_servers() as servers:
        return await play_on(servers, folder, dossiers, seed, progress)


async def play_on(servers: Servers, folder: Path, dossiers: int, seed: int, progress: Progress) -> Verdict:
    """The verdict on so many dossiers of the next fortnight. Those that hang at the signing service come last."""
    province = load_province(folder)
    stage = set_stage(folder, province, ahead_of(datetime.now(UTC), province), dossiers, seed)
    verdict = Verdict(late_by=LATE_BY)
    with rules_of(stage):
        await RulesStore(servers.pool).publish(stage.rules)
        for hangs in (False, True):
            await _signing(servers, works=not hangs)
            plans = [plan for plan in stage.plans if plan.hangs is hangs]
            await play_all(servers, stage, plans, verdict, progress)
    return verdict


def _particulars(plan: Planned) -> dict[str, str]:
    """The applicant of a dossier, whom no population database knows."""
    return {
        "name": f"Người nộp {plan.number}",
        "identity_number": f"037099{plan.number:06}",
        "birth_date": "1990-01-01",
    }


async def play_all(
    servers: Servers, stage: Stage, plans: Sequence[Planned], verdict: Verdict, progress: Progress
) -> None:
    """Plays all of them, some at a time. One that did not begin is played again with the next ones."""
    waiting = list(plans)
    tries = Counter(plan.code for plan in plans)
    while waiting:
        batch, waiting = waiting[:AT_ONCE], waiting[AT_ONCE:]
        not_begun = await _Batch(servers, stage, verdict).play(batch)
        tries.update(plan.code for plan in not_begun)
        verdict.wrong += [f"{plan.code}: did not begin" for plan in not_begun if tries[plan.code] > TRIES]
        waiting += [plan for plan in not_begun if tries[plan.code] <= TRIES]
        progress(verdict.dossiers)


async def _signing(servers: Servers, *, works: bool) -> None:
    """The signing service works, or is down for everybody."""
    async with httpx2.AsyncClient(trust_env=False) as http:
        answer = await http.post(f"{servers.simulator}/control/signing", json=[] if works else [{"mode": "down"}])
        answer.raise_for_status()


class _Batch:
    """Some dossiers under a worker of their own.

    Its worker begins when every first act waits at the server: a workflow that begins without one ends at once.
    """

    def __init__(self, servers: Servers, stage: Stage, verdict: Verdict) -> None:
        self._servers, self._stage, self._verdict = servers, stage, verdict
        self._queue = f"fortnight-{uuid4().hex[:8]}"
        self._reader = LedgerReader(servers.pool)
        self._dossiers = DossierClient(servers.env.client, self._reader, self._queue)
        self._not_begun: list[Planned] = []

    async def play(self, plans: Sequence[Planned]) -> list[Planned]:
        """Plays them to the end of the fortnight, and judges them. Returns those that did not begin."""
        played = [_Dossier(plan) for plan in plans]
        await asyncio.gather(*(self._received(one) for one in played))
        client, queue = self._servers.env.client, self._queue
        audiences = Audiences(lambda: self._stage.merged)
        async with AsyncExitStack() as workers:
            for worker in (
                dossier_worker(client, self._servers.pool, self._servers.calls, queue, audiences=audiences),
                *patient_workers(client, self._servers.calls, queue),
            ):
                await workers.enter_async_context(worker)
            await asyncio.gather(*(self._played(one) for one in played))
            for one in played:
                await _stopped(one)
        return self._not_begun

    async def _received(self, one: _Dossier) -> None:
        """The dossier's workflow waits for a worker at the time of receipt, and its first act with it."""
        plan, env = one.plan, self._servers.env
        applicant = await Vault(self._servers.pool).keep(plan.code, _particulars(plan))
        one.expect(acts(plan, self._stage.province, self._stage.organisation.hash, applicant))
        with env.with_time_skipping_disabled():
            one.handle = await env.client.start_workflow(
                DossierWorkflow.run,
                OpenDossier(code=plan.code, revision=CURRENT),
                id=plan.code,
                task_queue=self._queue,
                task_timeout=TASK_WITHIN,
                start_delay=plan.received - datetime.now(UTC),
            )
        await self._moved_to(one, plan.received)
        act = one.next_act(plan)
        one.first = asyncio.create_task(one.handle.execute_update(DossierWorkflow.act, act, id=str(act.command_id)))
        await admitted(env.client, plan.code, str(act.command_id))

    async def _played(self, one: _Dossier) -> None:
        plan = one.plan
        try:
            async with asyncio.timeout(GIVEN_UP_AFTER):
                await one.first
        except RPCError:
            self._not_begun.append(plan)
            return
        try:
            while (at := await self._step(one)) is not None and at <= plan.fortnight.end:
                pass
        except (TimeoutError, RuntimeError, RPCError) as failed:
            self._verdict.wrong.append(f"{plan.code}: {type(failed).__name__} {failed}")
        happened = observed(plan, one.events)
        self._verdict.judge(happened, one.events, self._stage.oracle.firings(happened))

    async def _step(self, one: _Dossier) -> datetime | None:
        """Moves the dossier to the next instant at which something happens, and lets it happen. None: nothing more."""
        reaction = await self._settled(one)
        wakes_at, acts_at = reaction.wake_up, one.acts_at
        at = min(filter(None, (wakes_at, acts_at)), default=None)
        if at is None or at > one.plan.fortnight.end:
            return None
        await self._moved_to(one, at)
        if acts_at == at and (wakes_at is None or wakes_at > at):
            await self._act(one)
        else:
            known = len(one.events)
            await self._until(one, lambda _: len(one.events) > known)
        return at

    async def _act(self, one: _Dossier) -> None:
        """Sends the act until it is answered: the same command acts once, and a busy machine answers late."""
        act = one.next_act(one.plan)
        async with asyncio.timeout(GIVEN_UP_AFTER):
            while True:
                try:
                    await self._dossiers.send(one.plan.code, act)
                except EngineUnavailable:
                    continue
                except DomainError as refused:
                    self._verdict.refused[f"{act.command.kind}: {refused.code}"] += 1
                return

    async def _settled(self, one: _Dossier) -> Reaction:
        """The reaction to the dossier as soon as no outside system is asked any more."""
        return await self._until(one, lambda reaction: not reaction.effects)

    async def _until(self, one: _Dossier, holds: Callable[[Reaction], bool]) -> Reaction:
        async with asyncio.timeout(GIVEN_UP_AFTER):
            while True:
                one.read([found.event for found in await self._reader.history(one.plan.code, len(one.events))])
                row = await self._reader.dossier(one.plan.code)
                if row is not None and row.version == len(one.events):
                    dossier = dossier_in(row)
                    reaction = react(dossier, Rules.pinned(dossier.pins, rules_in_force.rulebook(), CURRENT))
                    if holds(reaction):
                        return reaction
                await asyncio.sleep(LOOK_EVERY)

    async def _moved_to(self, one: _Dossier, at: datetime) -> None:
        env = self._servers.env
        ahead = at - await env.get_current_time(one.handle)
        if ahead > timedelta(0):
            async with asyncio.timeout(GIVEN_UP_AFTER):
                await env.fast_forward(one.handle, ahead)


class _Dossier:
    """One dossier that is played: what is still to be done, and what has happened."""

    handle: WorkflowHandle[Any, Any]
    first: asyncio.Task[Any]

    def __init__(self, plan: Planned) -> None:
        self.plan = plan
        self.events: list[AnyEvent] = []
        self._todo: list[tuple[datetime, int, Any, Any]] = []
        self._sent = 0

    @property
    def acts_at(self) -> datetime | None:
        """When somebody acts next."""
        return self._todo[0][0] if self._todo else None

    def expect(self, timed: Iterable[Timed]) -> None:
        """Somebody will act so; in the order of time."""
        for at, actor, command in timed:
            heapq.heappush(self._todo, (at, self._sent, actor, command))
            self._sent += 1

    def next_act(self, plan: Planned) -> Act:
        """The next act, which is not to be done any more."""
        _, number, actor, command = heapq.heappop(self._todo)
        return act_of(plan, number, actor, command)

    def read(self, events: Sequence[AnyEvent]) -> None:
        """This happened, and people answer it."""
        self.events += events
        for event in events:
            self.expect(answers(self.plan, event))


async def _stopped(one: _Dossier) -> None:
    """Ends a workflow that still waits."""
    try:
        await one.handle.terminate("the fortnight is over")
    except RPCError:
        return  # it has ended
