"""Carries out the replays that operators order for this build, beside the work of the worker.

A worker looks every few seconds whether a replay waits for its build, whether or not the build gets any work. One
process of a build at a time carries it out, by an advisory lock: when it dies, another goes on with what is left.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

import structlog
from temporalio.client import Client

from activities.ledger.pool import DatabaseRefuses, DatabaseUnavailable, Pool, unavailable_as_answer
from activities.ledger.rules_store import RulesStore
from activities.ledger.search.query import ALL_DOSSIERS, SearchFilter
from activities.ledger.search.reader import Search
from activities.replays.register import HistoryToReplay, ReplayedHistory, ReplayRegister
from domain.errors import DomainError
from domain.messages.replays import ReplayRunRefusal
from domain.repairs.plans import ByCodes, ByFilter, Everything
from domain.replays import MOST_TRIES, ReplayChoice, ReplayFailure, ReplayProblem, ReplayRun
from domain.values import VIETNAM
from gateway.client import EngineUnavailable
from gateway.client.rollouts import queue_of
from gateway.nexus.service import nexus_queue_of
from workers.histories import Listed, histories_of
from workers.kept_histories import Replayed
from workers.replay_choice import Choice, Sample, chosen, found_in_register
from workers.replaying import ReplayError, ReplayProcesses

log = structlog.get_logger(__name__)

LOOK_EVERY = 2.0
"""Seconds between two looks whether a replay waits."""
WANTED_EVERY = 2.0
"""Seconds between two looks whether the replay was cancelled."""
AFTER_TROUBLE = 15.0
"""Seconds before it is tried again, when a server does not answer."""
AT_ONCE = 128
"""How many histories are recorded together: about two seconds of work for one process."""
SILENT_FOR = 600.0
"""Seconds without any result. Code that does not come back is interrupted after 5 s, twice, and a batch has 32
histories; what lasts longer cannot be interrupted."""
ASIDE = 10
"""How far the processes that replay step back for the worker, as `nice` counts."""


class ReplayRuns:
    """The replays of one build. `processes`: how many replay side by side."""

    def __init__(
        self,
        client: Client,
        pool: Pool,
        task_queue: str,
        build: str,
        *,
        processes: int = 1,
        silent_for: float = SILENT_FOR,
    ) -> None:
        self._client = client
        self._pool = pool
        self._register = ReplayRegister(pool)
        self._queues = (task_queue, queue_of(task_queue), nexus_queue_of(task_queue))
        self._build = build
        self._processes = processes
        self._silent_for = silent_for

    async def run(self, stopping: asyncio.Event) -> None:
        """Runs until told to stop. What goes wrong is logged, and tried again."""
        while not stopping.is_set():
            pause = LOOK_EVERY
            try:
                await self.step(stopping)
            except (DatabaseUnavailable, DatabaseRefuses, EngineUnavailable) as problem:
                log.warning("replay_waits", build=self._build, code=problem.code)
                pause = AFTER_TROUBLE
            except Exception as mistake:  # the worker goes on: a replay must never end it
                log.error("replay_failed", build=self._build, exception_type=type(mistake).__name__)
                pause = AFTER_TROUBLE
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), pause)

    async def step(self, stopping: asyncio.Event) -> bool:
        """Carries out the replay that waits. False: there is none, or another process has it.

        Raises EngineUnavailable, DatabaseUnavailable; the replay then goes on later.
        """
        if await self._register.next_of(self._build) is None:
            return False
        lock = f"replay {self._build}"
        with unavailable_as_answer():
            async with self._pool.acquire() as connection:
                if not await connection.fetchval("select pg_try_advisory_lock(hashtext($1))", lock):
                    return False
                try:
                    found = await self._register.next_of(self._build)
                    if found is not None:
                        await self._carry_out(found, stopping)
                    return found is not None
                finally:
                    await connection.execute("select pg_advisory_unlock(hashtext($1))", lock)

    async def _carry_out(self, run: ReplayRun, stopping: asyncio.Event) -> None:
        if await self._register.take(run.id) > MOST_TRIES:
            await self._broken_off(run, ReplayRunRefusal.REPLAY_GIVEN_UP, tries=MOST_TRIES)
            return
        log.info("replay_begins", replay=str(run.id), build=self._build, looked=run.looked)
        try:
            await self._replay(run, stopping)
        except (DatabaseUnavailable, EngineUnavailable):
            await self._register.give_back(run.id)
            raise
        except ReplayError as broken:
            await self._register.finish(run.id, ReplayProblem(code=broken.code, **broken.message.model_dump()))
        ended = await self._register.run(run.id)
        log.info("replay_ends", replay=str(run.id), build=self._build, state=ended.state.value, failed=ended.failed)

    async def _replay(self, run: ReplayRun, stopping: asyncio.Event) -> None:
        """Raises ReplayError, EngineUnavailable, DatabaseUnavailable."""
        if run.histories is None and not await self._register.enlist(run.id, await self._chosen(run.choice)):
            await self._broken_off(run, ReplayRunRefusal.NOTHING_IS_OPEN)
            return
        rules = await RulesStore(self._pool).load_all()
        with ReplayProcesses(self._processes, rules, aside=ASIDE) as replaying:
            while todo := await self._register.to_do(run.id, AT_ONCE):
                began = time.monotonic()
                results = await self._unless_ended(run, self._replayed(replaying, todo), replaying, stopping)
                if results is None:
                    break
                if not await self._register.record(run.id, results, time.monotonic() - began):
                    return  # it was cancelled
        if stopping.is_set():
            await self._register.give_back(run.id)
        elif await self._register.still_wanted(run.id):
            await self._end(run, todo)

    async def _end(self, run: ReplayRun, left: Sequence[HistoryToReplay]) -> None:
        if not left:
            await self._register.finish(run.id)
            return
        looked = (await self._register.run(run.id)).looked
        await self._broken_off(run, ReplayRunRefusal.REPLAY_HANGS, seconds=round(self._silent_for), looked=looked)

    async def _unless_ended(
        self,
        run: ReplayRun,
        work: Coroutine[Any, Any, list[ReplayedHistory]],
        replaying: ReplayProcesses,
        stopping: asyncio.Event,
    ) -> list[ReplayedHistory] | None:
        """The results of some histories. None, and the processes are ended: nobody waits for them, or they hang."""
        task = asyncio.create_task(work)
        until = time.monotonic() + self._silent_for
        try:
            while not task.done():
                await asyncio.wait([task], timeout=min(WANTED_EVERY, self._silent_for))
                if task.done():
                    break
                if stopping.is_set() or time.monotonic() > until or not await self._register.still_wanted(run.id):
                    return None
            return await task
        finally:
            if not task.done():
                replaying.end_at_once()
                task.cancel()
                with suppress(ReplayError, asyncio.CancelledError):
                    await task

    async def _replayed(self, replaying: ReplayProcesses, todo: Sequence[HistoryToReplay]) -> list[ReplayedHistory]:
        places, results = {one.workflow: one.place for one in todo}, list[ReplayedHistory]()

        def told(one: Replayed) -> None:
            failure = None if one.failure is None else ReplayFailure.model_validate(one.failure.as_json())
            results.append(
                ReplayedHistory(
                    place=places[one.workflow], workflow=one.workflow, run=one.run, events=one.events, failure=failure
                )
            )

        def absent(workflow: str) -> None:
            place = places[workflow]
            results.append(ReplayedHistory(place=place, workflow=workflow, run="", events=0, failure=None, absent=True))

        async def wanted() -> AsyncIterator[Listed]:
            for one in todo:
                yield Listed(one.workflow, one.run)

        await replaying.replay(histories_of(self._client, wanted(), absent), told)
        return results

    async def _chosen(self, choice: ReplayChoice) -> list[tuple[str, str | None]]:
        """The workflows of a choice, each with its run. Raises EngineUnavailable, DatabaseUnavailable."""
        sample = None if choice.sample is None else Sample(choice.sample, choice.seed)
        match choice.selected:
            case ByCodes(codes=codes):
                wanted, registered = Choice(named=codes), []
            case ByFilter(wanted=conditions):
                search = _search(SearchFilter.model_validate(conditions))
                wanted = Choice(search=search, sample=sample)
                registered = await found_in_register(self._pool, search, ended=search.wanted.states is not None)
            case Everything():
                wanted, registered = Choice(sample=sample, queues=self._queues), []
                if sample is not None:  # the register knows the state and the procedure over which it is spread
                    registered = await found_in_register(self._pool, _search(SearchFilter()), ended=False)
        return [(one.workflow, one.run) async for one in chosen(self._client, wanted, registered)]

    async def _broken_off(self, run: ReplayRun, code: ReplayRunRefusal, **facts: object) -> None:
        words = DomainError(code, **facts).message
        await self._register.finish(run.id, ReplayProblem(code=code.value, **words.model_dump()))


def _search(wanted: SearchFilter) -> Search:
    return Search(wanted=wanted, scope=ALL_DOSSIERS, at=datetime.now(VIETNAM))
