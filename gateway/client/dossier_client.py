"""Sends acts to dossiers: to the workflow that runs, or to one woken from the ledger when it has ended."""

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
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from activities.ledger.contracts import Appended
from activities.ledger.pool import DatabaseUnavailable
from activities.ledger.reading import DossierRow, LedgerReader, dossier_in
from domain.dossier.commands import Submit
from domain.dossier.decide import Act, require_from_outside
from domain.dossier.fingerprint import fingerprint_of
from domain.dossier.revision import CURRENT
from domain.errors import Conflict, NotFound
from gateway.client.engine_errors import EngineUnavailable, Refused, refused_from
from workflows import search_attributes
from workflows.dossier import DossierWorkflow
from workflows.messages import OpenDossier, Receipt

ANSWER_WITHIN = 30.0
"""Seconds a caller waits for the answer; after that the command may still act, and sending it again tells."""

LOOK_WITHIN = 1.0
"""Seconds in which the record says whether a command has acted before."""

TASK_WITHIN = timedelta(seconds=5)
"""After that Temporal hands a dossier's task to another worker: how long one waits whose worker died meanwhile.

A task takes milliseconds, and one that waits for the ledger says that it is alive. Much shorter, and a worker that is
merely slow would lose what it has done.
"""

PASSING = (
    RPCStatusCode.FAILED_PRECONDITION,  # a workflow task failed with the update on board: it is tried again
    RPCStatusCode.UNAVAILABLE,
    RPCStatusCode.ABORTED,
    RPCStatusCode.RESOURCE_EXHAUSTED,
)
"""What Temporal answers when the same request may succeed in a moment."""
RULE_ON_ITS_WAY = "unknown_rule"
"""A rule that was published a moment ago, and that the worker has not loaded yet."""


class _NoWorkflow(Exception):
    """No workflow runs for the dossier: it has ended, or was never opened."""


class _MayPass(Exception):
    """The same request may succeed in a moment."""


AGAIN = AsyncRetryingCaller(attempts=None, timeout=None, wait_initial=0.05, wait_max=1.0, wait_jitter=0.05)
"""Sent again after so many seconds, until `ANSWER_WITHIN`."""


class DossierClient:
    """Sends acts to the workflows of dossiers, for the client library and for rollouts."""

    def __init__(self, temporal: Client, reader: LedgerReader, task_queue: str) -> None:
        self._temporal = temporal
        self._reader = reader
        self._task_queue = task_queue

    async def send(self, code: str, act: Act) -> Receipt:
        """Sends an act and answers what it wrote; the same command id again acts once.

        Raises what the dossier answers (Refused), Conflict, NotFound, and EngineUnavailable.
        """
        require_from_outside(act)
        with _named_in_the_log(code, act):
            earlier = await self._seen_at_once(code, act)
            if earlier is not None:
                return await self.receipt_of(earlier)
            try:
                return await self._sent(code, act)
            except Refused as refused:
                return await self._behind_or_before(code, act, refused)

    async def open(self, start: OpenDossier, act: Act) -> Receipt:
        """Starts the dossier's workflow, or joins the one that runs, with an act."""
        with _named_in_the_log(start.code, act):
            return await self._insist(start.code, lambda: self._update_with_start(start, act))

    async def _insist(self, code: str, send: Callable[[], Awaitable[Receipt]]) -> Receipt:
        """Sends again what may pass: sending is safe, since the same command id acts once."""
        cancelled = _cancellations()
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                return await AGAIN(_MayPass, self._tried, send)
        except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError) as failed:
            if _cancellations() > cancelled:
                raise asyncio.CancelledError from failed
            raise EngineUnavailable("answer_pending", dossier=code) from failed

    async def _tried(self, send: Callable[[], Awaitable[Receipt]]) -> Receipt:
        """One try. Raises _MayPass for what may succeed in a moment."""
        try:
            return await send()
        except RPCError as failed:
            if failed.status in PASSING:
                raise _MayPass from failed
            raise EngineUnavailable("temporal_unavailable", problem=failed.status.name) from failed
        except Refused as refused:
            if refused.code == RULE_ON_ITS_WAY and await self._is_published(refused):
                raise _MayPass from refused
            raise

    async def _is_published(self, unknown: Refused) -> bool:
        """A rule that nobody published is not on its way to the worker: the refusal is the answer."""
        return await self._reader.rule_is_published(unknown.facts.get("hash", ""))

    async def _update(self, code: str, act: Act) -> Receipt:
        handle = self._temporal.get_workflow_handle(code)
        try:
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
            return await self._temporal.execute_update_with_start_workflow(
                DossierWorkflow.act, act, id=_update_id(act), start_workflow_operation=operation
            )
        except WorkflowUpdateFailedError as failed:
            raise refused_from(failed, start.code) from failed

    async def _sent(self, code: str, act: Act) -> Receipt:
        """To the run there is; when there is none, to one that is woken, or that somebody started meanwhile."""
        try:
            return await self._insist(code, lambda: self._update(code, act))
        except _NoWorkflow:
            return await self._wake_and_act(code, act)

    async def _behind_or_before(self, code: str, act: Act, refused: Refused) -> Receipt:
        """A run knows the commands of its own time, and may be behind after a crash: the record has the last word."""
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

    async def _seen_at_once(self, code: str, act: Act) -> Appended | None:
        """As `_acted_before`; a ledger that does not answer at once is no reason not to send.

        Temporal answers a repeated update from memory, as if it were the first: only the record knows.
        """
        try:
            async with asyncio.timeout(LOOK_WITHIN):
                return await self._acted_before(code, act)
        except (DatabaseUnavailable, TimeoutError):
            return None

    async def _acted_before(self, code: str, act: Act) -> Appended | None:
        """What the record says under this command id. Conflict `command_id_reused` where it was another command's."""
        earlier = await self._reader.command(act.command_id)
        if earlier is None:
            return None
        if earlier.dossier != code or earlier.fingerprint not in (None, fingerprint_of(act)):
            raise Conflict("command_id_reused", dossier=code, command_id=act.command_id, used_for=earlier.dossier)
        return earlier

    async def wake(self, code: str) -> bool:
        """Starts the workflow of an open dossier from the ledger; False when it runs already, or needs none.

        What the dossier waits for (deadlines, outside calls) it waits for again. For repair, and for the day on which
        Temporal's own database is lost: the ledger is the record, Temporal only the executor.
        """
        dossier = dossier_in(await self.row(code))
        if dossier.closed:
            return False
        try:
            await self._temporal.start_workflow(
                DossierWorkflow.run,
                OpenDossier(code=code, snapshot=dossier, revision=CURRENT),
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
            raise EngineUnavailable("temporal_unavailable", problem=failed.status.name) from failed
        return True

    async def receipt_of(self, earlier: Appended) -> Receipt:
        """The answer to a command that acted before."""
        row = await self.row(earlier.dossier)
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

    async def row(self, code: str) -> DossierRow:
        """A dossier as the read model has it. NotFound `unknown_dossier`."""
        found = await self._reader.dossier(code)
        if found is None:
            raise NotFound("unknown_dossier", dossier=code)
        return found


@contextmanager
def _named_in_the_log(code: str, act: Act) -> Iterator[None]:
    """Every line that is logged meanwhile says of which dossier, command and unit."""
    facts = {"dossier": code, "command_id": str(act.command_id), "command": act.command.kind}
    with structlog.contextvars.bound_contextvars(**facts, unit=act.actor.unit):
        yield


def _cancellations() -> int:
    """How often our task was told to end. Temporal's client answers that with the error of an update that took too
    long; a caller who took it for one would send again, and never end."""
    task = asyncio.current_task()
    return task.cancelling() if task is not None else 0


def _update_id(act: Act) -> str:
    """The same command is one update to Temporal; another one under its id has to reach the dossier, to be refused.

    So has one that is sent again because its dossier was behind: Temporal would answer the first refusal from memory.
    """
    told = "" if act.ledger_version is None else f"/{act.ledger_version}"
    return f"{act.command_id}/{fingerprint_of(act)[:16]}{told}"


def _attributes(start: OpenDossier, act: Act) -> Any:
    if isinstance(act.command, Submit):
        return search_attributes.of_dossier(act.command.procedure, act.command.received_by)
    assert start.snapshot is not None
    return search_attributes.of_dossier(start.snapshot.intake.procedure, start.snapshot.routing.received_by)


def _workflow_has_ended(failed: WorkflowUpdateFailedError) -> bool:
    """The workflow completed while the update was on its way: the server says so in the failure's type."""
    cause = failed.cause
    return isinstance(cause, ApplicationError) and cause.type == "AcceptedUpdateCompletedWorkflow"
