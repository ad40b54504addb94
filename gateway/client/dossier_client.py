"""Sends acts to dossiers: to the workflow that runs, or to one that is started again from the ledger."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import structlog
from stamina import AsyncRetryingCaller
from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowUpdateFailedError,
    WorkflowUpdateHandle,
    WorkflowUpdateRPCTimeoutOrCancelledError,
    WorkflowUpdateStage,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from activities.ledger.contracts import Appended
from activities.ledger.pool import DatabaseUnavailable
from activities.ledger.reading import DossierRow, LedgerReader, dossier_in
from activities.releases.register import ReleaseRegister
from domain.dossier.commands import Submit
from domain.dossier.decide import Act, require_from_outside
from domain.dossier.fingerprint import fingerprint_of
from domain.dossier.group_commands import OpenChild
from domain.dossier.revision import CURRENT
from domain.errors import Conflict, NotFound
from domain.messages.dossier import DossierRefusal
from domain.messages.record import RecordRefusal
from domain.messages.rules import RulesRefusal
from gateway.client.engine_errors import EngineUnavailable, Refused, refused_from
from gateway.client.releases.new_runs import NewRuns
from gateway.client.watching.lost_acts import tell_if_lost, update_id
from workflows import search_attributes
from workflows.dossier import DossierWorkflow
from workflows.messages import OpenDossier, Receipt

log = structlog.get_logger(__name__)

ANSWER_WITHIN = 30.0
"""Seconds that a caller waits for the answer. The command may still act later; sending it again shows that."""

KNOWN_WITHIN = 0.02
"""Seconds for an outcome that came with the answer that the update was accepted."""
LOOK_WITHIN = 1.0
"""Seconds to wait for the ledger's answer whether a command has acted before."""

TASK_WITHIN = timedelta(seconds=5)
"""The time after which Temporal gives a dossier's task to another worker, when a worker has died.

A task takes milliseconds, and a task that waits for the ledger sends heartbeats. With a much shorter time a slow worker
would lose its work.
"""

PASSING = (
    RPCStatusCode.FAILED_PRECONDITION,  # a workflow task with the update failed and is tried again
    RPCStatusCode.UNAVAILABLE,
    RPCStatusCode.ABORTED,
    RPCStatusCode.RESOURCE_EXHAUSTED,
)
"""Answers of Temporal after which the same request may succeed in a moment."""
RULE_NOT_LOADED = RulesRefusal.UNKNOWN_RULE
"""The refusal when the worker has not loaded a rule yet that was published a moment ago."""


class ActUnderWay(Exception):
    """The dossier's workflow has accepted the act and will carry it out; nothing is recorded yet.

    Raised only for a caller who does not wait for the record. Temporal keeps the act from then on.
    """

    def __init__(self, dossier: str, update: str) -> None:
        self.dossier = dossier
        self.update = update
        """The id of the update, by which its outcome is asked for."""
        super().__init__(dossier)


class _NoWorkflow(Exception):
    """No workflow runs for the dossier: it has ended, or the dossier was never opened."""


class _MayPass(Exception):
    """The same request may succeed in a moment."""


RETRIES = AsyncRetryingCaller(attempts=None, timeout=None, wait_initial=0.05, wait_max=1.0, wait_jitter=0.05)
"""The pauses between tries, in seconds, until the caller waits no longer."""


class DossierClient:
    """Sends acts to the workflows of dossiers, for the client library and for rollouts."""

    def __init__(
        self,
        temporal: Client,
        reader: LedgerReader,
        task_queue: str,
        answer_within: float = ANSWER_WITHIN,
        *,
        until_recorded: bool = True,
    ) -> None:
        """With `until_recorded` False every act ends with ActUnderWay as soon as its workflow has accepted it."""
        self._temporal = temporal
        self._reader = reader
        self._task_queue = task_queue
        self._answer_within = answer_within
        self._until_recorded = until_recorded
        self._new_runs = NewRuns(ReleaseRegister(reader.pool))

    async def send(self, code: str, act: Act) -> Receipt:
        """Sends an act and returns its receipt. The same command id acts once.

        Raises the dossier's refusal (Refused), Conflict, NotFound, and EngineUnavailable.
        """
        require_from_outside(act)
        with _log_context(code, act):
            earlier = await self._acted_before_if_known(code, act)
            if earlier is not None:
                return await self._repeated(act, earlier)
            try:
                return await self._update_or_wake(code, act)
            except Refused as refused:
                return await self._after_refusal(code, act, refused)

    async def _repeated(self, act: Act, earlier: Appended) -> Receipt:
        """The receipt of an act that acted before. If it was lost before its workflow took it, the workflow is told.

        What followed the act may have been lost with it. When Temporal does not answer, the receipt is given all the
        same, and a worker's watch tells the workflow.
        """
        row = await self.row(earlier.dossier)
        try:
            await tell_if_lost(self._temporal, row.code, _update_id(act))
        except RPCError as failed:
            log.warning("act_not_followed_up", code=failed.status.name)
        return _receipt(row, earlier)

    async def open(self, start: OpenDossier, act: Act) -> Receipt:
        """Starts the dossier's workflow with an act, or sends the act to the workflow that runs.

        A new run starts under no newer revision of the rules than every build of the worker in use knows.
        """
        start = start.model_copy(update={"revision": min(start.revision, await self._new_runs.revision())})
        with _log_context(start.code, act):
            return await self._insist(start.code, lambda: self._update_with_start(start, act))

    async def _insist(self, code: str, send: Callable[[], Awaitable[Receipt]]) -> Receipt:
        """Sends again while the same request may succeed. This is safe: the same command id acts once."""
        cancelled = _cancellations()
        try:
            async with asyncio.timeout(self._answer_within):
                try:
                    return await self._send_once(send)
                except _MayPass:  # the library of retries costs as much as a read of the ledger: only when it is needed
                    return await RETRIES(_MayPass, self._send_once, send)
        except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError) as failed:
            if _cancellations() > cancelled:
                raise asyncio.CancelledError from failed
            raise EngineUnavailable(DossierRefusal.ANSWER_PENDING, dossier=code) from failed

    async def _send_once(self, send: Callable[[], Awaitable[Receipt]]) -> Receipt:
        """Makes one try. Raises _MayPass when the same request may succeed in a moment."""
        try:
            return await send()
        except RPCError as failed:
            if failed.status in PASSING:
                raise _MayPass from failed
            raise EngineUnavailable(DossierRefusal.TEMPORAL_UNAVAILABLE, problem=failed.status.name) from failed
        except Refused as refused:
            if refused.code == RULE_NOT_LOADED and await self._is_published(refused):
                raise _MayPass from refused
            raise

    async def _is_published(self, unknown: Refused) -> bool:
        """True when the unknown rule is published, so the worker will load it. If not, the refusal is final."""
        return await self._reader.rule_is_published(unknown.facts.get("hash", ""))

    async def _update(self, code: str, act: Act) -> Receipt:
        handle = self._temporal.get_workflow_handle(code)
        try:
            if not self._until_recorded:
                started = await handle.start_update(
                    DossierWorkflow.act, act, id=_update_id(act), wait_for_stage=WorkflowUpdateStage.ACCEPTED
                )
                return await _known_already(started)
            return await handle.execute_update(DossierWorkflow.act, act, id=_update_id(act))
        except WorkflowUpdateFailedError as failed:
            if _workflow_has_ended(failed):
                raise _NoWorkflow from failed
            raise refused_from(failed, code) from failed
        except RPCError as failed:
            if failed.status is RPCStatusCode.NOT_FOUND:
                raise _NoWorkflow from failed
            raise

    async def _update_with_start(self, start: OpenDossier, act: Act) -> Receipt:
        operation = WithStartWorkflowOperation(
            DossierWorkflow.run,
            start,
            id=start.code,
            task_queue=self._task_queue,
            task_timeout=TASK_WITHIN,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            search_attributes=_attributes(start, act),
        )
        try:
            if not self._until_recorded:
                started = await self._temporal.start_update_with_start_workflow(
                    DossierWorkflow.act,
                    act,
                    id=_update_id(act),
                    start_workflow_operation=operation,
                    wait_for_stage=WorkflowUpdateStage.ACCEPTED,
                )
                return await _known_already(started)
            return await self._temporal.execute_update_with_start_workflow(
                DossierWorkflow.act, act, id=_update_id(act), start_workflow_operation=operation
            )
        except WorkflowUpdateFailedError as failed:
            raise refused_from(failed, start.code) from failed
        except BaseException:
            await _took_failure(operation)
            raise

    async def _update_or_wake(self, code: str, act: Act) -> Receipt:
        """Sends the act to the workflow that runs. Without one, it starts the workflow or joins a newly started one."""
        try:
            return await self._insist(code, lambda: self._update(code, act))
        except _NoWorkflow:
            return await self._wake_and_act(code, act)

    async def _after_refusal(self, code: str, act: Act, refused: Refused) -> Receipt:
        """Checks a refusal against the ledger and raises it, or returns a receipt.

        A run does not know commands from before its start, and after a crash it may lack events. So the receipt of an
        earlier command is returned, and the act is sent again once if the ledger has a newer version.
        """
        earlier = await self._acted_before(code, act)
        if earlier is not None:
            return await self.receipt_of(earlier)
        row = await self._reader.dossier(code)
        if row is None or refused.version is None or row.version <= refused.version or act.ledger_version is not None:
            raise refused
        return await self.send(code, act.model_copy(update={"ledger_version": row.version}))

    async def _wake_and_act(self, code: str, act: Act) -> Receipt:
        earlier = await self._acted_before(code, act)
        if earlier is not None:
            return await self.receipt_of(earlier)
        row = await self.row(code)
        start = OpenDossier(code=code, snapshot=dossier_in(row), revision=CURRENT)
        return await self.open(start, act)

    async def _acted_before_if_known(self, code: str, act: Act) -> Appended | None:
        """The same as `_acted_before`, but None when the ledger does not answer in `LOOK_WITHIN`.

        Temporal answers a repeated update from memory as if it were the first; only the ledger knows the difference.
        """
        try:
            async with asyncio.timeout(LOOK_WITHIN):
                return await self._acted_before(code, act)
        except (DatabaseUnavailable, TimeoutError):
            return None

    async def _acted_before(self, code: str, act: Act) -> Appended | None:
        """The events of this command id in the ledger, or None.

        Raises Conflict `command_id_reused` for another command.
        """
        earlier = await self._reader.command(act.command_id)
        if earlier is None:
            return None
        if earlier.dossier != code or earlier.fingerprint not in (None, fingerprint_of(act)):
            raise Conflict(
                RecordRefusal.COMMAND_ID_REUSED, dossier=code, command_id=act.command_id, used_for=earlier.dossier
            )
        return earlier

    async def is_under_way(self, code: str, update: str) -> bool:
        """True while an accepted act has no outcome yet, False when there is one or nobody knows of it.

        Raises the refusal of an act that was refused after it was accepted, and EngineUnavailable.
        """
        handle: WorkflowUpdateHandle[Receipt] = self._temporal.get_workflow_handle(code).get_update_handle(update)
        try:
            async with asyncio.timeout(LOOK_WITHIN):
                await handle.result()
        except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError):
            return True
        except WorkflowUpdateFailedError as failed:
            raise refused_from(failed, code) from failed
        except RPCError as failed:
            if failed.status is not RPCStatusCode.NOT_FOUND:
                raise EngineUnavailable(DossierRefusal.TEMPORAL_UNAVAILABLE, problem=failed.status.name) from failed
        return False

    async def wake(self, code: str) -> bool:
        """Starts the workflow of an open dossier from the ledger. False when it runs already or is not needed.

        The dossier then waits again for its deadlines and outside calls. It is for repair, also when Temporal's
        database is lost: the ledger is the record, and Temporal only executes.
        """
        dossier = dossier_in(await self.row(code))
        if dossier.closed:
            return False
        try:
            await self._temporal.start_workflow(
                DossierWorkflow.run,
                OpenDossier(code=code, snapshot=dossier, revision=await self._new_runs.revision()),
                id=code,
                task_queue=self._task_queue,
                task_timeout=TASK_WITHIN,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
                search_attributes=search_attributes.of_dossier(dossier.intake.procedure, dossier.routing.received_by),
            )
        except WorkflowAlreadyStartedError:
            return False
        except RPCError as failed:
            raise EngineUnavailable(DossierRefusal.TEMPORAL_UNAVAILABLE, problem=failed.status.name) from failed
        return True

    async def receipt_of(self, earlier: Appended) -> Receipt:
        """The receipt of a command that acted before."""
        return _receipt(await self.row(earlier.dossier), earlier)

    async def row(self, code: str) -> DossierRow:
        """The row of a dossier in the register. Raises NotFound `unknown_dossier`."""
        found = await self._reader.dossier(code)
        if found is None:
            raise NotFound(DossierRefusal.UNKNOWN_DOSSIER, dossier=code)
        return found


def _receipt(row: DossierRow, earlier: Appended) -> Receipt:
    return Receipt(
        dossier=row.code,
        first_version=earlier.first_version,
        version=earlier.last_version,
        state=row.state,
        statutory_due=row.statutory_due,
        promised_due=row.promised_due,
        beyond=row.beyond_the_calendar,
        repeated=True,
    )


async def _known_already(started: WorkflowUpdateHandle[Receipt]) -> Receipt:
    """The outcome of an update that Temporal has just answered: a refusal is known at once.

    Raises ActUnderWay when there is no outcome yet, and WorkflowUpdateFailedError.
    """
    try:
        async with asyncio.timeout(KNOWN_WITHIN):
            return await started.result()
    except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError):
        raise ActUnderWay(started.workflow_id, started.id) from None


@contextmanager
def _log_context(code: str, act: Act) -> Iterator[None]:
    """Adds the dossier, the command and the unit to every log line inside."""
    facts = {"dossier": code, "command_id": str(act.command_id), "command": act.command.kind}
    with structlog.contextvars.bound_contextvars(**facts, unit=act.actor.unit):
        yield


def _cancellations() -> int:
    """How often this task was cancelled.

    After a cancellation Temporal's client raises the error of an update that took too long. Without this count the
    caller would send again and never end.
    """
    task = asyncio.current_task()
    return task.cancelling() if task is not None else 0


def _update_id(act: Act) -> str:
    """The id of the update for Temporal, which answers the same id from memory.

    It is the same for the same command. It differs for another command with the same command id, and for a command that
    is sent again because its dossier lacked events: both must reach the dossier.
    """
    version = "" if act.ledger_version is None else f"/{act.ledger_version}"
    return f"{update_id(str(act.command_id), fingerprint_of(act))}{version}"


def _attributes(start: OpenDossier, act: Act) -> Any:
    if isinstance(act.command, Submit | OpenChild):
        return search_attributes.of_dossier(act.command.procedure, act.command.received_by)
    assert start.snapshot is not None
    return search_attributes.of_dossier(start.snapshot.intake.procedure, start.snapshot.routing.received_by)


async def _took_failure(operation: WithStartWorkflowOperation[Any, Any]) -> None:
    """Takes the failure that Temporal's library keeps for whoever waits for the handle of the new workflow.

    It is the one that is being raised. Nobody else waits for the handle, and the library would log it as an error.
    """
    handle = asyncio.ensure_future(operation.workflow_handle())
    done, waiting = await asyncio.wait({handle}, timeout=0)
    for one in done:
        one.exception()
    for one in waiting:
        one.cancel()


def _workflow_has_ended(failed: WorkflowUpdateFailedError) -> bool:
    """True when the workflow ended before it answered the update; the type of the failure says so."""
    cause = failed.cause
    return isinstance(cause, ApplicationError) and cause.type == "AcceptedUpdateCompletedWorkflow"
