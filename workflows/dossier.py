"""The workflow of one dossier: it takes a command, lets the domain decide, writes the events, makes calls, and waits.

It contains no rule and no procedure, so its size does not depend on their number. The order matters: first the ledger,
then the state, then the outside calls. A crash in between repeats an idempotent step, and never skips one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from pydantic import ValidationError

    from activities.adapters.outside_calls import Call
    from activities.adapters.recorded_calls import CallOfDossier, quick_command_name
    from activities.audiences import AudiencesWanted
    from activities.ledger.contracts import Appended, entry_of
    from activities.ledger.history_reader import Since
    from domain.dossier.command_ids import engine_command
    from domain.dossier.commands import Submit
    from domain.dossier.context import Context, Rules
    from domain.dossier.decide import Act, decide, require_from_outside
    from domain.dossier.deciding.timers import people_wanted
    from domain.dossier.effects import Effect
    from domain.dossier.events import AnyEvent
    from domain.dossier.evolve import evolve_all
    from domain.dossier.group_commands import OpenChild
    from domain.dossier.outcomes import EvaluateTimers, OutcomeCommand, RecordFailure, SystemCommand
    from domain.dossier.react import Reaction, react
    from domain.dossier.refused_calls import given_up_for
    from domain.dossier.revision import CURRENT, Revision
    from domain.dossier.state import Dossier, NotSubmitted, snapshot_of
    from domain.errors import DomainError
    from domain.messages.record import RecordRefusal
    from domain.roles import ENGINE
    from domain.values import VIETNAM
    from workflows import rules_in_force
    from workflows.audience_calls import audiences_of
    from workflows.calls_outside import CallsOutside, GivenUp
    from workflows.changed_steps import GOES_BY_THE_LEDGER, LOOKS_BACK_LATER, ChangedSteps
    from workflows.done_commands import DoneCommands
    from workflows.failures import FAILED, refused_as
    from workflows.ledger_calls import LedgerCalls
    from workflows.messages import DossierEnd, OpenDossier, Receipt
    from workflows.refusals import refusal

LOOKS_BACK = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10))
"""After these pauses, one after the other, a run that took a dossier over reads the ledger again. When the run before
was ended or reset, an entry may have been on its way to the ledger, and a worker that was frozen may still continue."""


@workflow.defn(name="Dossier", failure_exception_types=[ValidationError])
class DossierWorkflow:
    """The durable workflow of one dossier.

    An act that cannot be read fails only that act. A rule that this worker has not loaded yet (`unknown_rule`) fails
    the workflow task. Temporal retries the task until the rule is loaded: the dossier waits, and nothing is lost.
    """

    @workflow.init
    def __init__(self, start: OpenDossier) -> None:
        self._steps = ChangedSteps(_supported(start.revision))
        own = _is_own(start, self._steps)
        self._dossier: Dossier | NotSubmitted = (start.snapshot if own else None) or NotSubmitted(start.code)
        self._done = DoneCommands(start.acted, start.fingerprints) if own else DoneCommands()
        self._revision = start.revision
        self._ledger = LedgerCalls(self._revision, self._steps)
        self._outside = CallsOutside(self._revision)
        self._turn = asyncio.Lock()
        self._calls: dict[str, asyncio.Task[None]] = {}
        self._alarm: asyncio.Task[None] | None = None
        self._alarm_at: datetime | None = None
        self._rings = 0
        self._was_reset = not own
        self._took_over = start.snapshot is not None and (
            workflow.info().continued_run_id is None or start.revision >= Revision.SECOND
        )
        self._looking: asyncio.Task[None] | None = None
        self._look_due = False
        self._loop = asyncio.get_running_loop()
        workflow.register_random_seed_callback(self._reset)

    @workflow.run
    async def run(self, start: OpenDossier) -> DossierEnd:
        """Ends when nothing more can follow. A later rating or correction wakes the dossier again from the ledger.

        An error fails the workflow task, never the run: a failed run would end unnoticed. A failed task is retried, and
        monitoring shows it.
        """
        try:
            await self._until_nothing_follows()
        except FAILED as failed:
            raise RuntimeError(f"{self._dossier.code}: {refused_as(failed) or type(failed).__name__}") from failed
        except ValidationError as mistake:  # only its type: its text may contain personal data
            raise RuntimeError(f"{self._dossier.code}: {type(mistake).__name__}") from None
        dossier = self._dossier
        state = dossier.state if isinstance(dossier, Dossier) else None
        return DossierEnd(dossier=dossier.code, version=dossier.version, state=state)

    async def _until_nothing_follows(self) -> None:
        await workflow.wait_condition(lambda: isinstance(self._dossier, Dossier) or workflow.all_handlers_finished())
        if isinstance(self._dossier, NotSubmitted):
            # The submission was refused, or a reset removed it: the ledger says which.
            async with self._turn:
                await self._catch_up()
            self._took_over = True
        await self._until_closed()
        await workflow.wait_condition(workflow.all_handlers_finished)
        while isinstance(self._dossier, Dossier) and not self._dossier.closed:
            # An act arrived while this run was ending, and a call is needed again.
            await self._until_closed()
            await workflow.wait_condition(workflow.all_handlers_finished)

    async def _until_closed(self) -> None:
        while isinstance(self._dossier, Dossier) and not self._dossier.closed:
            await self._react_and_wait()
            if workflow.info().is_continue_as_new_suggested():
                await self._go_on_in_a_new_run()

    @workflow.update
    async def act(self, act: Act) -> Receipt:
        """Acts once for a command id, however often it is sent."""
        return await self._handle(act)

    @act.validator
    def refuse(self, act: Act) -> None:
        """A refusal here leaves no trace in history. A workflow that may be behind the ledger does not refuse here."""
        try:
            require_from_outside(act)
            self._done.require_own_id(act, self._dossier.code)
            if act.command_id not in self._done and not self._behind(act):
                decide(self._dossier, act, self._context(act, CURRENT))
        except DomainError as error:
            raise refusal(error, self._dossier.version) from error

    @workflow.signal
    def read_ledger(self) -> None:
        """The ledger has an act whose workflow task was lost: this workflow reads it and goes on from there."""
        self._look_due = True

    @workflow.signal
    def make_call_now(self, effect: str) -> None:
        """Operators want a call at once that somebody ended in Temporal, and that pauses since."""
        self._outside.make_now(effect)

    @workflow.query
    def dossier(self) -> dict[str, Any]:
        """This workflow's state of the dossier in its stored form, for repair. Screens read the ledger."""
        return snapshot_of(self._dossier)

    async def _handle(self, act: Act) -> Receipt:
        async with self._turn:
            if act.command_id not in self._done and self._behind(act):
                await self._catch_up()
            if act.command_id in self._done:
                return self._acted_before(act)
            while True:
                known = self._dossier.version
                try:
                    events = decide(self._dossier, act, self._context(act, self._revision))
                except DomainError as error:
                    raise refusal(error, self._dossier.version) from error
                if not events:
                    return self._receipt(self._dossier.version + 1, self._dossier.version, repeated=False)
                appended = await self._append(act, events)
                if appended is None:
                    continue
                # An entry that is new to this run was written by this same act, in a workflow task that was lost.
                repeated = appended.repeated and appended.last_version <= known
                return self._receipt(appended.first_version, appended.last_version, repeated=repeated)

    def _acted_before(self, act: Act) -> Receipt:
        """The answer to a command that is in the ledger: `repeated`, unless this run has not answered it yet."""
        if self._revision >= Revision.SECOND:
            try:
                self._done.require_own_id(act, self._dossier.code)
            except DomainError as error:
                raise refusal(error, self._dossier.version) from error
        first, last, repeated = self._done.answer(act.command_id)
        return self._receipt(first, last, repeated=repeated)

    async def _append(self, act: Act, events: list[AnyEvent]) -> Appended | None:
        """Writes to the ledger first, then changes the state. None: the ledger was ahead; the state now equals it, and
        the caller must decide again.

        If this command wrote its events earlier (before a reset), those count, not the ones decided now.
        """
        after = evolve_all(self._dossier, events)
        request = entry_of(self._dossier, after, act, events, rules_in_force.rulebook())
        try:
            appended = await self._ledger.write_down(request)
        except FAILED as failed:
            known = self._dossier.version
            if refused_as(failed) == RecordRefusal.LEDGER_CONFLICT:
                await self._catch_up()
            if self._dossier.version == known:
                raise  # refused, or the ledger is behind this workflow: a person must look
            return None
        if appended.repeated:
            if isinstance(self._dossier, NotSubmitted):
                # Submitted before this run began, or in an earlier try of its first task. Nothing else shows a reset to
                # the first task: the random seed does not change, and the history's length differs at replay.
                self._took_over = True
            await self._catch_up()
        else:
            self._dossier = after
        self._done.remember(request, appended)
        return appended

    def _reset(self, _seed: int) -> None:
        """Operators have reset this workflow to an earlier point. The ledger was not reset."""
        self._was_reset = self._took_over = True
        self._loop.call_soon(lambda: None)  # wait conditions are checked only when something runs

    def _behind(self, act: Act) -> bool:
        """True if the ledger may have events that this workflow does not have."""
        sender_saw_more = act.ledger_version is not None and act.ledger_version > self._dossier.version
        unsubmitted = isinstance(self._dossier, NotSubmitted) and not isinstance(act.command, Submit | OpenChild)
        return sender_saw_more or self._was_reset or unsubmitted

    async def _catch_up(self) -> None:
        past = await self._ledger.read_back(Since(dossier=self._dossier.code, after_version=self._dossier.version))
        if past.events:
            self._dossier = evolve_all(self._dossier, past.events)
        # Commands that a lost task wrote have not been answered; those written before a reset have.
        self._done.add(past, answered=self._was_reset)
        self._was_reset = False

    async def _react_and_wait(self) -> None:
        if self._took_over:
            self._took_over = False
            self._look_back_later()
        if self._was_reset or self._look_due:
            self._look_due = False
            async with self._turn:
                await self._catch_up()
        version, rings = self._dossier.version, self._rings
        reaction = self._reaction()
        self._start_calls(reaction.effects)
        if reaction.wake_up is not None and reaction.wake_up <= self._now():
            await self._act_as_engine(await self._clock_looked_at(), f"clock/{version}")
            if self._dossier.version != version:
                return
            workflow.logger.error("clock_without_effect")  # no endless loop: wait for the next act
            reaction = replace(reaction, wake_up=None)
        self._set_alarm(reaction.wake_up)
        await workflow.wait_condition(lambda: self._moved_on(version, rings) or any(self._broken()))
        for call in self._broken():
            call.result()

    async def _clock_looked_at(self) -> EvaluateTimers:
        """The command of the timer, with the people of the rungs that are due, as they are looked up now."""
        dossier, now = self._submitted, self._now()
        wanted = people_wanted(dossier, self._rules(dossier), now)
        if not wanted:
            return EvaluateTimers()
        return EvaluateTimers(audiences=await audiences_of(AudiencesWanted(at=now, wanted=wanted)))

    def _moved_on(self, version: int, rings: int) -> bool:
        return self._was_reset or self._look_due or (self._dossier.version, self._rings) != (version, rings)

    def _look_back_later(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
        if self._steps.has(LOOKS_BACK_LATER):
            # Nothing shows that a continued run was reset to its first task, so it reads the ledger at once.
            self._look_due |= workflow.info().continued_run_id is not None
            self._looking = asyncio.create_task(self._look_now_and_then())

    async def _look_now_and_then(self) -> None:
        for pause in LOOKS_BACK:
            await workflow.sleep(pause, summary="what the run before wrote last")
            self._look_due = True

    def _set_alarm(self, at: datetime | None) -> None:
        """One timer for each dossier. A timer that fires too early costs less than one that is set at every change."""
        if at is None or (self._alarm_at is not None and self._alarm_at <= at):
            return
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm_at = at
        self._alarm = asyncio.create_task(self._ring_at(at))

    async def _ring_at(self, at: datetime) -> None:
        await workflow.sleep(at - self._now(), summary="next instant that matters")
        self._alarm, self._alarm_at = None, None
        self._rings += 1

    def _start_calls(self, effects: tuple[Effect, ...]) -> None:
        for effect in effects:
            if effect.id not in self._calls:
                self._calls[effect.id] = asyncio.create_task(self._carry_out(effect))

    async def _carry_out(self, effect: Effect) -> None:
        """One quick call; if it fails and the effect is still wanted, a patient call until it is done."""
        call = Call(dossier=self._dossier.code, effect=effect)
        if self._revision >= Revision.FIFTH and not await self._is_wanted_alone(effect):
            return
        outcome = await (self._call_and_record(call) if self._revision >= Revision.THIRD else self._call_quickly(call))
        if not isinstance(outcome, RecordFailure) or not self._is_wanted(effect):
            return
        try:
            outcome = await self._outside.patiently(call)
        except GivenUp:
            return
        await self._act_as_engine(outcome, f"{effect.id}/patient/{outcome.kind}")

    def _is_wanted(self, effect: Effect) -> bool:
        return effect.id in {other.id for other in self._reaction().effects}

    async def _is_wanted_alone(self, effect: Effect) -> bool:
        """Ends the call that was given up for this one. False: it was answered meanwhile, and nothing is asked."""
        given_up = given_up_for(self._submitted, effect.id)
        before = self._calls.get(given_up) if given_up is not None else None
        if given_up is None or before is None:
            return True
        self._outside.give_up(given_up)
        await workflow.wait_condition(before.done)
        return self._is_wanted(effect)

    async def _call_quickly(self, call: Call) -> OutcomeCommand:
        """The way of runs under an earlier revision: one activity calls, another one writes."""
        outcome = await self._outside.quickly(call)
        await self._act_as_engine(outcome, quick_command_name(outcome))
        return outcome

    async def _call_and_record(self, call: Call) -> OutcomeCommand:
        asked = CallOfDossier(call=call, dossier=self._submitted, now=self._now(), revision=self._revision)
        recorded = await self._outside.quickly_recorded(asked)
        if recorded.appended is None:
            await self._act_as_engine(recorded.outcome, quick_command_name(recorded.outcome))
        else:
            async with self._turn:
                await self._take_over(recorded.appended)
        return recorded.outcome

    async def _take_over(self, appended: Appended) -> None:
        """Changes the state by entries that an activity of this run wrote."""
        if appended.first_version == self._dossier.version + 1:
            self._dossier = evolve_all(self._dossier, appended.earlier)
        elif appended.last_version > self._dossier.version:
            await self._catch_up()  # entries of others come before them

    def _broken(self) -> Iterator[asyncio.Task[None]]:
        """Calls that ended with an error. It must be raised, or the effect would be lost unnoticed."""
        return (call for call in self._calls.values() if call.done() and call.exception() is not None)

    async def _act_as_engine(self, command: SystemCommand, name: str) -> None:
        """Acts with a computed id, so that a replay or a reset finds the same id again."""
        command_id = engine_command(self._dossier.code, name, self._revision)
        await self._handle(Act(command_id=command_id, actor=ENGINE, command=command))

    async def _go_on_in_a_new_run(self) -> None:
        await workflow.wait_condition(workflow.all_handlers_finished)
        if any(not call.done() for call in self._calls.values()):
            return
        snapshot = OpenDossier(
            code=self._dossier.code,
            snapshot=self._submitted,
            acted=self._done.acted,
            fingerprints=self._done.fingerprints,
            revision=self._revision,  # every build in use knows it, so a rollback leaves the new run to one of them
        )
        workflow.continue_as_new(snapshot)

    def _reaction(self) -> Reaction:
        dossier = self._submitted
        return react(dossier, self._rules(dossier))

    def _rules(self, dossier: Dossier) -> Rules:
        return Rules.pinned(dossier.pins, rules_in_force.rulebook(), self._revision)

    @property
    def _submitted(self) -> Dossier:
        """The submitted dossier; every step after the submission needs one."""
        if isinstance(self._dossier, Dossier):
            return self._dossier
        raise RuntimeError(f"{self._dossier.code}: nothing was submitted")

    def _context(self, act: Act, revision: int) -> Context:
        return Context(now=self._now(), actor=act.actor, rulebook=rules_in_force.rulebook(), revision=revision)

    def _now(self) -> datetime:
        return workflow.now().astimezone(VIETNAM)

    def _receipt(self, first: int, last: int, *, repeated: bool) -> Receipt:
        dossier = self._submitted
        return Receipt(
            dossier=dossier.code,
            first_version=first,
            version=last,
            state=dossier.state,
            statutory_due=dossier.deadlines.statutory_due,
            promised_due=dossier.deadlines.promised_due,
            beyond=dossier.beyond_the_calendar,
            repeated=repeated,
        )


def _is_own(start: OpenDossier, steps: ChangedSteps) -> bool:
    """True if the state in a start can be trusted: it is empty, or from the run before. Anybody with access to Temporal
    can start a workflow, and a forged state could cause a refund; such a start reads its state from the ledger."""
    is_empty = start.snapshot is None and not start.acted and not start.fingerprints
    return is_empty or workflow.info().continued_run_id is not None or not steps.has(GOES_BY_THE_LEDGER)


def _supported(revision: int) -> int:
    """The revision, if this worker has its rules. Otherwise the workflow task fails, and a newer worker retries it."""
    if revision > CURRENT:
        raise RuntimeError(f"rules of revision {revision}: this worker knows {int(CURRENT)}, a newer one must go on")
    return revision
