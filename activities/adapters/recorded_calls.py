"""A quick call to an outside system whose outcome is written to the ledger in the same activity.

Two activities, one that calls and one that writes, cost a history event and a round through the workflow more for each
call. The outcome is decided here as the workflow would decide it: `decide` is pure. Where the outcome cannot be written
at once (another command was faster, or the database does not answer), it is returned, and the workflow writes it.

The calls of a dossier run side by side, and each was given the dossier as it was before all of them. They write one
after another, each by the dossier that the one before has written.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from pydantic import Field
from temporalio import activity

from activities.adapters.outside_calls import Call, OutsideCalls, system_of
from activities.ledger.contracts import Appended, entry_of
from activities.ledger.pool import DatabaseRefuses, DatabaseUnavailable, Pool
from activities.ledger.reading import LedgerReader
from activities.ledger.store import Ledger
from domain.dossier.answering import answers
from domain.dossier.command_ids import engine_command
from domain.dossier.context import Context
from domain.dossier.decide import Act, decide
from domain.dossier.evolve import evolve_all
from domain.dossier.outcomes import OutcomeCommand, RecordFailure
from domain.dossier.refused_calls import ANSWER_TO_ANOTHER_CALL
from domain.dossier.state import Dossier, Snapshot
from domain.errors import Conflict, DomainError
from domain.messages.record import RecordRefusal
from domain.roles import ENGINE
from domain.rules.rulebook import Rulebook
from domain.values import Instant, Value

log = structlog.get_logger(__name__)

WRITTEN_WITHIN = 1.0
"""Seconds for the ledger. When it needs longer, the workflow writes the outcome, as patiently as any other entry."""

TRIES = 3
"""How often an outcome is decided when others write to the dossier at the same time."""


class CallOfDossier(Value):
    """A call, with what its outcome is decided by: the dossier, the workflow's time, and its revision of the rules."""

    call: Call
    dossier: Snapshot
    now: Instant
    revision: int


class Recorded(Value):
    """The outcome. `appended`: what it wrote, with the events; None when the workflow has to write it."""

    outcome: OutcomeCommand = Field(discriminator="kind")
    appended: Appended | None = None


def quick_command_name(outcome: OutcomeCommand) -> str:
    """The name of the engine's command that records the outcome of a quick call."""
    return f"{outcome.effect}/quick/{outcome.kind}"


@dataclass
class _CallsUnderWay:
    """The calls of one dossier that this process is making. `newest`: the dossier as one of them has written it."""

    calls: int = 0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    newest: Dossier | None = None


class RecordedCalls:
    """The activity. `rulebook` returns the rules that this process knows now."""

    def __init__(self, calls: OutsideCalls, pool: Pool, rulebook: Callable[[], Rulebook]) -> None:
        self._calls = calls
        self._ledger = Ledger(pool)
        self._reader = LedgerReader(pool)
        self._rulebook = rulebook
        self._under_way: dict[str, _CallsUnderWay] = {}

    @activity.defn(name="outside.quick_recorded")
    async def quick_recorded(self, asked: CallOfDossier) -> Recorded:
        """Makes one try and writes what came of it, a failure too. Raises nothing that a retry would change."""
        began = time.monotonic()
        with self._call_of(asked.dossier.code) as under_way:
            outcome = of_this_call(asked.call, (await self._calls.quick(asked.call)).outcome)
            now = asked.now + timedelta(seconds=time.monotonic() - began)
            try:
                async with asyncio.timeout(WRITTEN_WITHIN), under_way.turn:
                    return Recorded(outcome=outcome, appended=await self._written(asked, outcome, now, under_way))
            except (DatabaseUnavailable, DatabaseRefuses, DomainError, TimeoutError) as problem:
                code = getattr(problem, "code", "timeout")
                log.info("outcome_left_to_workflow", dossier=asked.call.dossier, effect=asked.call.effect.id, code=code)
                return Recorded(outcome=outcome)

    @contextmanager
    def _call_of(self, dossier: str) -> Iterator[_CallsUnderWay]:
        under_way = self._under_way.setdefault(dossier, _CallsUnderWay())
        under_way.calls += 1
        try:
            yield under_way
        finally:
            under_way.calls -= 1
            if not under_way.calls:
                del self._under_way[dossier]

    async def _written(
        self, asked: CallOfDossier, outcome: OutcomeCommand, now: Instant, under_way: _CallsUnderWay
    ) -> Appended | None:
        """Writes the outcome. Another command may have been faster: then it is decided again after that."""
        dossier, newest = asked.dossier, under_way.newest
        if newest is not None and newest.version > dossier.version:
            dossier, now = newest, max(now, newest.updated_at)
        for _ in range(TRIES):
            try:
                return await self._decided_and_written(asked, dossier, outcome, now, under_way)
            except Conflict as conflict:
                if conflict.code != RecordRefusal.LEDGER_CONFLICT:
                    raise
            entries = await self._reader.history(dossier.code, after_version=dossier.version)
            if not entries:
                break  # the ledger is behind the workflow, and a person must look
            now = max(now, entries[-1].at)
            dossier = evolve_all(dossier, [entry.event for entry in entries])
        return None

    async def _decided_and_written(
        self, asked: CallOfDossier, dossier: Dossier, outcome: OutcomeCommand, now: Instant, under_way: _CallsUnderWay
    ) -> Appended | None:
        rulebook = self._rulebook()
        command_id = engine_command(dossier.code, quick_command_name(outcome), asked.revision)
        act = Act(command_id=command_id, actor=ENGINE, command=outcome)
        events = decide(dossier, act, Context(now=now, actor=ENGINE, rulebook=rulebook, revision=asked.revision))
        if not events:
            return None
        after = evolve_all(dossier, events)
        request = entry_of(dossier, after, act, events, rulebook)
        appended = await self._ledger.record(request)
        if appended.repeated:
            return appended
        under_way.newest = after
        return appended.model_copy(update={"earlier": request.events})


def of_this_call(call: Call, outcome: OutcomeCommand) -> OutcomeCommand:
    """The outcome. If it answers another call, which nobody made, it becomes an incident for a person."""
    if answers(call.effect, outcome):
        return outcome
    effect, system = call.effect.id, system_of(call.effect)
    return RecordFailure(effect=effect, system=system, code=ANSWER_TO_ANOTHER_CALL, final=True)
