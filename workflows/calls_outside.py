"""The calls of a dossier's workflow to outside systems: one quick call, then a patient one until the system answers."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy
from temporalio.workflow import ActivityCancellationType, ActivityHandle

with workflow.unsafe.imports_passed_through():
    from activities.adapters.messages import OutsideCode
    from activities.adapters.outside_calls import Call, Called, OutsideCalls, system_of
    from activities.adapters.recorded_calls import CallOfDossier, Recorded, RecordedCalls, of_this_call
    from domain.dossier.outcomes import OutcomeCommand, RecordFailure
    from domain.dossier.revision import Revision
    from workflows.answered import answered, sleep
    from workflows.failures import FAILED

QUICKLY_WITHIN = timedelta(seconds=2)
RECORDED_WITHIN = timedelta(seconds=4)
"""The quick call and then the ledger; the activity itself gives each its time."""
UNTIL_IT_ANSWERS = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=5))
MADE_AGAIN_AFTER = timedelta(hours=1)
"""The pause before a call that somebody else ended is repeated. It is long, because each repetition adds to a history
that cannot be continued in a new run while the call waits."""


class GivenUp(Exception):
    """Operators have said that the system did nothing for the call, and it is asked under another id."""


class CallsOutside:
    """Calls outside systems for one run of a workflow. `revision`: the run's revision of the rules."""

    def __init__(self, revision: int) -> None:
        self._revision = revision
        self._paused: set[str] = set()
        self._given_up: set[str] = set()

    def make_now(self, effect: str) -> None:
        """Cuts the pause of a call that somebody ended. Runs of an earlier revision pause to the end."""
        self._paused.discard(effect)

    def give_up(self, effect: str) -> None:
        """Ends the patient call with this id. A try that is being made is waited for, and its answer counts."""
        self._given_up.add(effect)

    async def quickly(self, call: Call) -> OutcomeCommand:
        """The outcome of one try. A failure that is not final, if the system does not answer in time."""
        try:
            called = await workflow.execute_local_activity_method(
                OutsideCalls.quick,
                call,
                start_to_close_timeout=QUICKLY_WITHIN,
                retry_policy=RetryPolicy(maximum_attempts=1),
            )
        except FAILED:
            return _no_answer(call)
        return self._of_this_call(call, called.outcome)

    async def quickly_recorded(self, asked: CallOfDossier) -> Recorded:
        """The outcome of one try, which the activity has written to the ledger if it could."""
        try:
            return await workflow.execute_local_activity_method(
                RecordedCalls.quick_recorded,
                asked,
                start_to_close_timeout=RECORDED_WITHIN,
                retry_policy=RetryPolicy(maximum_attempts=1),
            )
        except FAILED:
            return Recorded(outcome=_no_answer(asked.call))

    async def patiently(self, call: Call) -> OutcomeCommand:
        """The outcome, after as many tries as the system needs to answer. Raises GivenUp."""
        by_order = self._revision >= Revision.FIFTH
        called = await answered(
            "outside.patient",
            call,
            Called,
            within=timedelta(seconds=30),
            retried=UNTIL_IT_ANSWERS,
            again_after=MADE_AGAIN_AFTER,
            raised=lambda _: False,
            execute=partial(self._execute, call.effect.id) if by_order else workflow.execute_activity,
            pause=partial(self._pause, call.effect.id) if by_order else sleep,
            task_queue=f"{workflow.info().task_queue}-{system_of(call.effect)}",
            summary=call.effect.id,
        )
        return self._of_this_call(call, called.outcome)

    async def _execute(self, effect: str, activity: str, request: Call, **options: Any) -> RawValue | None:
        """Runs the activity until it answers, or until the call is given up and no try of it is under way."""
        waits = ActivityCancellationType.WAIT_CANCELLATION_COMPLETED
        running: ActivityHandle[RawValue | None] = workflow.start_activity(
            activity, request, cancellation_type=waits, **options
        )
        await workflow.wait_condition(lambda: running.done() or effect in self._given_up)
        if running.done():
            return await running
        running.cancel()
        try:
            return await running
        except FAILED as ended:
            raise GivenUp from ended

    async def _pause(self, effect: str, after: timedelta, summary: str) -> None:
        """Waits until operators want the call now. Raises GivenUp."""
        self._paused.add(effect)
        with suppress(asyncio.TimeoutError):
            await workflow.wait_condition(
                lambda: effect not in self._paused or effect in self._given_up, timeout=after, timeout_summary=summary
            )
        self._paused.discard(effect)
        if effect in self._given_up:
            raise GivenUp

    def _of_this_call(self, call: Call, outcome: OutcomeCommand) -> OutcomeCommand:
        """The first release believed what the activity returned."""
        return outcome if self._revision < Revision.SECOND else of_this_call(call, outcome)


def _no_answer(call: Call) -> RecordFailure:
    effect, system = call.effect.id, system_of(call.effect)
    return RecordFailure(effect=effect, system=system, code=OutsideCode.TIMEOUT, final=False)
