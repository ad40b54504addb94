"""A dossier as the register and Temporal show it now: what each kind of repair looks at first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from temporalio.api.enums.v1 import PendingActivityState, VersioningBehavior
from temporalio.client import Client, WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from activities.adapters.outside_calls import system_of
from activities.ledger.reading import DossierRow, LedgerReader, dossier_in
from domain.dossier.effects import Effect
from domain.dossier.state import Dossier
from domain.dossier.wanted_effects import effects_of
from domain.errors import DomainError, NotFound, RuleViolation
from domain.messages.dossier import DossierRefusal
from domain.messages.mechanics import MechanicRefusal
from domain.repairs.causes import Cause
from domain.repairs.findings import AskedAgain, Finding
from gateway.client.engine_errors import EngineUnavailable
from gateway.client.repairs.builds_at_work import BuildsAtWork
from gateway.client.together import together
from gateway.client.watching.lost_executors import described

ANSWERS_WITHIN = timedelta(seconds=5)
"""The longest time that one question to Temporal takes."""
REFUSED = frozenset(
    {
        RPCStatusCode.INVALID_ARGUMENT,
        RPCStatusCode.NOT_FOUND,
        RPCStatusCode.ALREADY_EXISTS,
        RPCStatusCode.PERMISSION_DENIED,
        RPCStatusCode.FAILED_PRECONDITION,
        RPCStatusCode.OUT_OF_RANGE,
        RPCStatusCode.UNIMPLEMENTED,
    }
)
"""With these Temporal says that it did nothing and will not."""
PATIENT = "outside.patient"
"""The activity of a call that is tried until the outside system answers."""


@dataclass(frozen=True)
class FoundCause:
    """A cause, and the code of the error where one is known."""

    cause: Cause
    code: str | None = None
    pauses: bool = False
    """True for a call that somebody ended, and whose pause the run cuts on an order."""


@dataclass(frozen=True)
class WaitingCall:
    """A call that Temporal tries again until the system answers. `failed`: the code of the last failure."""

    activity: str
    """The id of the activity in its run."""
    system: str
    attempt: int
    """1 until the first try has failed, and again after it was made to try now."""
    being_made: bool
    failed: str | None


@dataclass(frozen=True)
class PresentState:
    """The dossier in the register, and the last run of its workflow (None: Temporal knows none)."""

    dossier: Dossier
    executor: WorkflowExecutionDescription | None
    builds: frozenset[str] = frozenset()
    """The builds whose workers may get the next task of the run; none when nothing runs, or no worker is there."""

    @property
    def running(self) -> WorkflowExecutionDescription | None:
        """The run that is there now; None when none runs."""
        executor = self.executor
        return executor if executor is not None and executor.status is WorkflowExecutionStatus.RUNNING else None

    @property
    def run(self) -> str | None:
        """The id of the run that is there now."""
        return self.running.run_id if self.running is not None else None

    @property
    def last_run(self) -> str | None:
        """The id of the last run, also when it has ended; None when Temporal knows none."""
        return (self.executor.run_id or None) if self.executor is not None else None

    @property
    def needs_nothing(self) -> bool:
        """True when the dossier has ended and nothing runs for it."""
        return self.dossier.closed and self.running is None

    @property
    def wanted(self) -> tuple[Effect, ...]:
        """The outside calls that the dossier needs by its ledger."""
        return effects_of(self.dossier)

    @property
    def at_work(self) -> bool:
        """True while the run has a task that is not done."""
        return self.running is not None and self.running.raw_description.HasField("pending_workflow_task")

    @property
    def pinned_to(self) -> str | None:
        """The build on which alone the run goes on; None: it goes on with whatever build is current."""
        if self.running is None:
            return None
        versioning = self.running.raw_description.workflow_execution_info.versioning_info
        pinned = versioning.behavior == VersioningBehavior.VERSIONING_BEHAVIOR_PINNED
        return versioning.deployment_version.build_id if pinned else None

    def waiting_calls(self) -> tuple[WaitingCall, ...]:
        """The calls that the run waits for."""
        return () if self.running is None else tuple(_calls(self.running))

    def asked_again(self) -> tuple[AskedAgain, ...]:
        """The calls that a new run of the workflow makes.

        A workflow begins a call as soon as the ledger shows that it is needed. So each of them may have begun, and may
        even have been carried out, when its outcome is not in the ledger. A call whose outcome is there is not wanted.
        """
        return tuple(AskedAgain(effect=effect.id, system=system_of(effect)) for effect in self.wanted)


class PresentStates:
    """Looks at dossiers."""

    def __init__(self, temporal: Client, reader: LedgerReader) -> None:
        self._temporal = temporal
        self._reader = reader
        self._builds = BuildsAtWork(temporal)

    async def of(self, code: str) -> PresentState:
        """The dossier now. Raises the errors of `of_all`."""
        [seen] = await self.of_all([code])
        return seen

    async def of_all(self, codes: Sequence[str]) -> list[PresentState]:
        """These dossiers now, in this order. Temporal is asked for each, the register once for all of them.

        Raises NotFound `unknown_dossier`, InvalidInput `register_unreadable`, EngineUnavailable, DatabaseUnavailable.
        """
        with temporal_as_engine():
            executors = await together(self._executor(code) for code in codes)
        # The register is read last: it has at least what the workflows had written when Temporal answered.
        rows = {row.code: row for row in await self._reader.whole(codes)}
        return [
            PresentState(dossier_in(rows.get(code) or await self._missing(code)), executor, builds)
            for code, (executor, builds) in zip(codes, executors, strict=True)
        ]

    async def _executor(self, code: str) -> tuple[WorkflowExecutionDescription | None, frozenset[str]]:
        executor = await described(self._temporal, code)
        if executor is None or executor.status is not WorkflowExecutionStatus.RUNNING:
            return executor, frozenset()
        return executor, await self._builds.of(executor.task_queue)

    async def _missing(self, code: str) -> DossierRow:
        """A row that was not among the others: it is not there, or cannot be read. Raises why."""
        row = await self._reader.dossier(code)
        if row is None:
            raise NotFound(DossierRefusal.UNKNOWN_DOSSIER, dossier=code)
        return row


def finding_of(
    seen: PresentState,
    found: FoundCause | None,
    again: tuple[AskedAgain, ...],
    refusal: DomainError | None,
) -> Finding:
    """What a plan writes down of the dossier. A repair that is refused asks nothing again."""
    return Finding(
        dossier=seen.dossier.code,
        version=seen.dossier.version,
        run=seen.run,
        cause=found.cause if found is not None else None,
        code=found.code if found is not None else None,
        again=again if refusal is None else (),
        refused=refusal.code if refusal is not None else None,
        refused_because=refusal.message if refusal is not None else None,
    )


@contextmanager
def temporal_as_engine() -> Iterator[None]:
    """Raises a failure of Temporal as EngineUnavailable."""
    try:
        yield
    except RPCError as failed:
        raise EngineUnavailable(DossierRefusal.TEMPORAL_UNAVAILABLE, problem=failed.status.name) from failed


@contextmanager
def ordered_of_temporal(dossier: str) -> Iterator[None]:
    """The same for an order to Temporal. RuleViolation `temporal_refused` for one that would be refused again."""
    with temporal_as_engine():
        try:
            yield
        except RPCError as failed:
            if failed.status not in REFUSED:
                raise
            raise RuleViolation(
                MechanicRefusal.TEMPORAL_REFUSED, dossier=dossier, problem=failed.status.name
            ) from failed


def _calls(running: WorkflowExecutionDescription) -> Iterator[WaitingCall]:
    for one in running.raw_description.pending_activities:
        if one.activity_type.name != PATIENT:
            continue
        failure = one.last_failure.application_failure_info.type if one.HasField("last_failure") else None
        yield WaitingCall(
            activity=one.activity_id,
            system=one.activity_options.task_queue.name.removeprefix(f"{running.task_queue}-"),
            attempt=one.attempt,
            being_made=one.state == PendingActivityState.PENDING_ACTIVITY_STATE_STARTED,
            failed=failure or None,
        )
