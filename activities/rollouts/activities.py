"""The work of a rollout: lists the dossiers, changes each at a limited rate, records each outcome.

It may be stopped anywhere. Each act has a fixed id, so a dossier acts once; each outcome is recorded alone. A change of
rules is a command to the dossier; a repair is done by `activities.repairs.carrying_out`.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Sequence
from functools import partial
from typing import Annotated
from uuid import UUID

from pydantic import Field
from temporalio import activity

from activities.ledger.pool import Pool
from activities.ledger.reading import LedgerReader, dossier_in
from activities.ledger.temporal_errors import as_application_error
from activities.repairs.carrying_out import Mechanics, Repairs, Send
from activities.rollouts.register import Rollout, RolloutRegister
from domain.dossier.evolve import evolve_all
from domain.dossier.state import Dossier, NotSubmitted
from domain.errors import DomainError
from domain.messages.dossier import DossierRefusal
from domain.messages.record import RecordRefusal
from domain.messages.rules import RulesRefusal
from domain.rollouts.plans import (
    ItemOutcome,
    ItemState,
    RepairRun,
    RolloutProgress,
    RulePlan,
    act_for,
    command_of,
    outcome_of,
    refused,
)
from domain.values import Value

AT_ONCE = 16
"""How many dossiers are asked at the same time. The rate is limited as well."""

LATER = frozenset(
    {
        RulesRefusal.UNKNOWN_RULE,
        DossierRefusal.TEMPORAL_UNAVAILABLE,
        DossierRefusal.ANSWER_PENDING,
        RecordRefusal.DATABASE_UNAVAILABLE,
        RecordRefusal.DATABASE_RESTORED,
    }
)
"""Errors that are tried again: a worker has not loaded the new rule yet, or a server does not answer."""

HEARTBEAT_EVERY = 10.0
"""Seconds. A batch is given to another worker after 45 seconds without a heartbeat."""

ANSWERS_WITHIN = 45.0
"""Seconds for which a stopped batch waits for the dossiers that it has asked; longer than an answer may take."""


Question = Callable[[], Awaitable[bool]]
"""Asks one dossier. True when it has its outcome; False when it must be asked again."""


class RolloutOrder(Value):
    """Names a rollout."""

    rollout: UUID


class RolloutBatch(Value):
    """The order to work on the next dossiers of a rollout: at most `limit` of them, at most `per_second`."""

    rollout: UUID
    limit: Annotated[int, Field(ge=1)]
    per_second: Annotated[float, Field(ge=0.1)]


class Worked(Value):
    """The result of a batch: dossiers that are done, dossiers to try again, and the progress of the rollout."""

    dealt_with: int
    postponed: int
    progress: RolloutProgress


class Rollouts:
    """The activities of `RolloutWorkflow`."""

    def __init__(self, pool: Pool, send: Send, mechanics: Mechanics) -> None:
        """`send` sends an act to a dossier, and starts its workflow again if it has ended."""
        self._register = RolloutRegister(pool)
        self._reader = LedgerReader(pool)
        self._send = send
        self._repairs = Repairs(pool, send, mechanics)

    @activity.defn(name="rollouts.enlist")
    async def enlist(self, order: RolloutOrder) -> int:
        """Adds the dossiers of the plan that are not on the list yet; returns how many. 0 for an abandoned rollout.

        The list of a repair is that of its plan from the beginning.
        """
        with as_application_error(patient=True):
            rollout = await self._register.rollout(order.rollout)
            return 0 if rollout.abandoned_at else await self._register.enlist(rollout)

    @activity.defn(name="rollouts.work")
    async def work(self, batch: RolloutBatch) -> Worked:
        """Works on the next dossiers. Stops between two of them when it is cancelled or the worker shuts down.

        A stop that was noted and did not reach the workflow, because Temporal did not answer then, is carried out now.
        """
        with as_application_error(patient=True):
            rollout = await self._register.rollout(batch.rollout)
            if await self._register.is_stopped(batch.rollout):
                await _stop_own_workflow()
                return Worked(dealt_with=0, postponed=0, progress=await self._register.progress(batch.rollout))
            asked = await self._ask_all(await self._next(rollout, batch.limit), 1 / batch.per_second)
            progress = await self._register.progress(batch.rollout)
        return Worked(dealt_with=asked[True], postponed=asked[False], progress=progress)

    @activity.defn(name="rollouts.finish")
    async def finish(self, order: RolloutOrder) -> RolloutProgress:
        """Finishes the rollout if no dossier is pending; returns its progress."""
        with as_application_error(patient=True):
            await self._register.finish(order.rollout)
            return await self._register.progress(order.rollout)

    async def _next(self, rollout: Rollout, limit: int) -> list[Question]:
        """The next dossiers, each as the question for its outcome."""
        plan = rollout.plan
        if isinstance(plan, RepairRun):
            run = await self._repairs.run_of(rollout.id, plan, rollout.who, rollout.why)
            return [
                partial(self._ask, rollout.id, item.finding.dossier, partial(self._repairs.outcome, run, item))
                for item in await self._repairs.due(rollout.id, limit)
            ]
        codes = await self._register.pending(rollout.id, limit)
        return [partial(self._ask, rollout.id, code, partial(self._outcome, rollout, plan, code)) for code in codes]

    async def _ask_all(self, questions: Sequence[Question], apart: float) -> Counter[bool]:
        places = asyncio.Semaphore(AT_ONCE)
        begun = asyncio.get_running_loop().time()
        tasks: list[asyncio.Future[bool]] = []
        try:
            for number, question in enumerate(questions):
                await asyncio.sleep(max(0.0, begun + (number + 1) * apart - asyncio.get_running_loop().time()))
                await _acquired(places)
                if activity.is_worker_shutdown():
                    break
                activity.heartbeat(number)
                tasks.append(asyncio.ensure_future(question()))
                tasks[-1].add_done_callback(lambda _: places.release())
        finally:
            await _wait_for(tasks)
        return Counter(await asyncio.gather(*tasks))

    async def _ask(self, rollout: UUID, code: str, outcome_now: Callable[[], Awaitable[ItemOutcome]]) -> bool:
        """True when the dossier has its outcome, also if it refused; False when it must be asked again."""
        try:
            outcome = await outcome_now()
        except DomainError as error:
            later = error.code in LATER
            outcome = ItemOutcome(state=ItemState.PENDING, code=error.code) if later else refused(error)
        await self._register.record(rollout, code, outcome)
        return outcome.state is not ItemState.PENDING

    async def _outcome(self, rollout: Rollout, plan: RulePlan, code: str) -> ItemOutcome:
        row = await self._reader.dossier(code)
        if row is None:
            return ItemOutcome(state=ItemState.UNCHANGED)
        dossier = dossier_in(row)
        act = act_for(rollout.id, plan, dossier, rollout.who)
        if act is not None:
            await self._send(code, act)
        appended = await self._reader.command(command_of(rollout.id, code))
        if appended is None:  # the dossier had nothing to change
            return ItemOutcome(state=ItemState.UNCHANGED)
        return outcome_of(appended.earlier, await self._at_version(dossier, appended.first_version - 1))

    async def _at_version(self, dossier: Dossier, version: int) -> Dossier:
        """The dossier before the act. It is read from the ledger when an interrupted batch has written the act."""
        if dossier.version == version:
            return dossier
        history = await self._reader.history(dossier.code, limit=version)
        return evolve_all(NotSubmitted(dossier.code), [recorded.event for recorded in history])


async def _stop_own_workflow() -> None:
    """Cancels the workflow that asked for this batch."""
    own = activity.info()
    await activity.client().get_workflow_handle(own.workflow_id or "", run_id=own.workflow_run_id).cancel()


async def _acquired(places: asyncio.Semaphore) -> None:
    """Waits for a place, with heartbeats: the dossiers that have the places may take long to answer."""
    while True:
        try:
            async with asyncio.timeout(HEARTBEAT_EVERY):
                await places.acquire()
                return
        except TimeoutError:
            activity.heartbeat()


async def _wait_for(tasks: Collection[asyncio.Future[bool]]) -> None:
    """Waits for the dossiers that were asked, also when the batch is cancelled: their outcomes must be recorded.

    A worker that shuts down does not wait: the dossiers stay pending, and the next batch finds what they did.
    """
    try:
        if tasks and not activity.is_cancelled():
            await asyncio.wait(tasks)
    finally:
        if tasks and activity.is_cancelled() and not activity.is_worker_shutdown():
            await asyncio.wait(tasks, timeout=ANSWERS_WITHIN)
        for task in tasks:
            task.cancel()
