"""A release with planted mistakes, of four kinds. By the number at the end of its code each dossier meets one."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from pydantic import ValidationError

    from activities.adapters.outside_calls import Call, Called, system_of
    from activities.ledger.contracts import Append, Appended
    from domain.dossier.outcomes import OutcomeCommand
    from domain.dossier.react import Reaction
    from domain.dossier.revision import CURRENT
    from domain.dossier.state import State
    from workflows.answered import answered
    from workflows.calls_outside import CallsOutside
    from workflows.ledger_calls import LedgerCalls
    from workflows.messages import DossierEnd, OpenDossier

from workflows.dossier import DossierWorkflow


class Way(StrEnum):
    """How a dossier gets stuck."""

    RAISES = "raises"
    """A step raises an exception, again at each try."""
    DOES_NOT_REPLAY = "does_not_replay"
    """The history has timers that no other release has. It shows when another release goes on with it."""
    GIVES_UP = "gives_up"
    """A call to an outside system is given up after two tries."""
    PAUSES = "pauses"
    """A call to an outside system is tried again only after a day."""
    BAD_DATA = "bad_data"
    """A new run was begun with data that no release can read."""
    REFUSED = "refused"
    """An outside system refuses for good what was sent."""


WAYS = (
    (Way.RAISES, Way.DOES_NOT_REPLAY, Way.GIVES_UP, Way.BAD_DATA),
    (Way.RAISES, Way.DOES_NOT_REPLAY, Way.PAUSES, Way.REFUSED),
)
"""An exception, a history that does not replay, an exhausted call, bad data; the last two have two forms in turn."""
NO_SUCH_REVISION = int(CURRENT) + 90


def way_of(code: str) -> Way:
    """The mistake that the dossier with this code meets: four neighbours meet one of each kind."""
    turn, kind = divmod(int(code.rpartition("-")[2]), len(WAYS[0]))
    return WAYS[turn % len(WAYS)][kind]


class LateEntries(LedgerCalls):
    """Sets a timer before each entry."""

    async def write_down(self, request: Append) -> Appended:
        """Writes a moment later."""
        await workflow.sleep(0.01)
        return await super().write_down(request)


GIVEN_UP = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_attempts=2)
PAUSED = RetryPolicy(initial_interval=timedelta(days=1))


class WrongPatience(CallsOutside):
    """Tries a call again by another policy than that of every release."""

    def __init__(self, revision: int, retried: RetryPolicy) -> None:
        super().__init__(revision)
        self._retried = retried

    async def patiently(self, call: Call) -> OutcomeCommand:
        """The outcome of the tries; a call that was given up rests for an hour."""
        called = await answered(
            "outside.patient",
            call,
            Called,
            within=timedelta(seconds=30),
            retried=self._retried,
            again_after=timedelta(hours=1),
            raised=lambda _: False,
            task_queue=f"{workflow.info().task_queue}-{system_of(call.effect)}",
            summary=call.effect.id,
        )
        return called.outcome


@workflow.defn(name="Dossier", failure_exception_types=[ValidationError])
class BadRelease(DossierWorkflow):
    """The workflow of a dossier in this release."""

    @workflow.init
    def __init__(self, start: OpenDossier) -> None:
        super().__init__(start)
        self._way = way_of(start.code)
        if self._way is Way.DOES_NOT_REPLAY:
            self._ledger = LateEntries(self._revision, self._steps)
        if self._way is Way.GIVES_UP:
            self._outside = WrongPatience(self._revision, GIVEN_UP)
        if self._way is Way.PAUSES:
            self._outside = WrongPatience(self._revision, PAUSED)

    @workflow.run
    async def run(self, start: OpenDossier) -> DossierEnd:
        """As in every release. Temporal wants it in the class itself."""
        return await super().run(start)

    def _reaction(self) -> Reaction:
        if self._way is Way.RAISES and self._in_processing:
            raise RuntimeError("planted")
        return super()._reaction()

    async def _react_and_wait(self) -> None:
        resting = all(call.done() for call in self._calls.values())
        if self._way is Way.BAD_DATA and self._in_processing and resting:
            await workflow.wait_condition(workflow.all_handlers_finished)
            code, snapshot = self._dossier.code, self._submitted
            workflow.continue_as_new(OpenDossier(code=code, snapshot=snapshot, revision=NO_SUCH_REVISION))
        await super()._react_and_wait()

    @property
    def _in_processing(self) -> bool:
        return self._submitted.state in (State.ACCEPTED, State.PROCESSING)
