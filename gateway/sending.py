"""Sends acts to dossiers: to the workflow that runs, or to one woken from the ledger when it has ended."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from activities.ledger.interface import Appended
from activities.ledger.reading import DossierRow, LedgerReader
from domain.dossier.commands import Submit
from domain.dossier.decide import Act
from domain.dossier.state import Dossier
from domain.errors import Conflict, DomainError, NotFound
from gateway.refused import EngineUnavailable, refused_from
from workflows import search_attributes
from workflows.dossier import DossierWorkflow
from workflows.messages import OpenDossier, Receipt

ANSWER_WITHIN = 30.0
"""Seconds a caller waits for the answer; after that the command may still act, and sending it again tells."""


class DossierLine:
    """The line to the dossiers' workflows, shared by the client library and by rollouts."""

    def __init__(self, temporal: Client, reader: LedgerReader, task_queue: str) -> None:
        self._temporal = temporal
        self._reader = reader
        self._task_queue = task_queue

    async def send(self, code: str, act: Act) -> Receipt:
        """Sends an act and answers what it wrote; the same command id again acts once.

        Raises what the dossier answers (Refused), Conflict, NotFound, and EngineUnavailable.
        """
        with _named_in_the_log(code, act):
            return await self._sent(code, act)

    async def _sent(self, code: str, act: Act) -> Receipt:
        handle = self._temporal.get_workflow_handle_for(DossierWorkflow.run, code)
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                return await handle.execute_update(DossierWorkflow.act, act, id=str(act.command_id))
        except WorkflowUpdateFailedError as failed:
            if not _workflow_has_ended(failed):
                return await self._acted_before(code, act, refused_from(failed))
        except RPCError as failed:
            if failed.status is not RPCStatusCode.NOT_FOUND:
                raise EngineUnavailable("temporal_unavailable", problem=failed.status.name) from failed
        except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError) as failed:
            raise EngineUnavailable("answer_pending", dossier=code) from failed
        return await self._wake_and_act(code, act)

    async def _wake_and_act(self, code: str, act: Act) -> Receipt:
        earlier = await self._reader.command(act.command_id)
        if earlier is not None and earlier.dossier == code:
            return await self.receipt_of(earlier)
        row = await self.row(code)
        start = OpenDossier(code=code, snapshot=Dossier.model_validate(row.snapshot))
        return await self.open(start, act, WorkflowIDReusePolicy.ALLOW_DUPLICATE)

    async def wake(self, code: str) -> bool:
        """Starts the workflow of an open dossier from the ledger; False when it runs already, or needs none.

        What the dossier waits for (deadlines, outside calls) it waits for again. For repair, and for the day on which
        Temporal's own database is lost: the ledger is the record, Temporal only the executor.
        """
        dossier = Dossier.model_validate((await self.row(code)).snapshot)
        if dossier.closed:
            return False
        try:
            await self._temporal.start_workflow(
                DossierWorkflow.run,
                OpenDossier(code=code, snapshot=dossier),
                id=code,
                task_queue=self._task_queue,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
                search_attributes=search_attributes.of_dossier(dossier.procedure or "", dossier.received_by or ""),
            )
        except WorkflowAlreadyStartedError:
            return False
        except RPCError as failed:
            raise EngineUnavailable("temporal_unavailable", problem=failed.status.name) from failed
        return True

    async def _acted_before(self, code: str, act: Act, refused: DomainError) -> Receipt:
        """A run knows the commands of its own time only, the record those of all time: it has the last word."""
        earlier = await self._reader.command(act.command_id)
        if earlier is None or earlier.dossier != code:
            raise refused
        return await self.receipt_of(earlier)

    async def open(self, start: OpenDossier, act: Act, reuse: WorkflowIDReusePolicy) -> Receipt:
        """Starts the dossier's workflow, or joins the one that runs, with an act."""
        with _named_in_the_log(start.code, act):
            return await self._opened(start, act, reuse)

    async def _opened(self, start: OpenDossier, act: Act, reuse: WorkflowIDReusePolicy) -> Receipt:
        operation = WithStartWorkflowOperation(
            DossierWorkflow.run,
            start,
            id=start.code,
            task_queue=self._task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=reuse,
            search_attributes=_attributes(start, act),
        )
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                return await self._temporal.execute_update_with_start_workflow(
                    DossierWorkflow.act, act, id=str(act.command_id), start_workflow_operation=operation
                )
        except WorkflowUpdateFailedError as failed:
            raise refused_from(failed) from failed
        except WorkflowAlreadyStartedError as failed:
            earlier = await self._reader.command(act.command_id)
            if earlier is None:
                raise Conflict("dossier_code_taken", dossier=start.code) from failed
            return await self.receipt_of(earlier)
        except RPCError as failed:
            raise EngineUnavailable("temporal_unavailable", problem=failed.status.name) from failed
        except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError) as failed:
            raise EngineUnavailable("answer_pending", dossier=start.code) from failed

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


def _attributes(start: OpenDossier, act: Act) -> Any:
    if isinstance(act.command, Submit):
        return search_attributes.of_dossier(act.command.procedure, act.command.received_by)
    assert start.snapshot is not None
    return search_attributes.of_dossier(start.snapshot.procedure or "", start.snapshot.received_by or "")


def _workflow_has_ended(failed: WorkflowUpdateFailedError) -> bool:
    """The workflow completed while the update was on its way: the server says so in the failure's type."""
    cause = failed.cause
    return isinstance(cause, ApplicationError) and cause.type == "AcceptedUpdateCompletedWorkflow"
