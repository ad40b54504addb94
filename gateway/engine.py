"""The client library: what a backend service calls to open, drive and read dossiers.

A command is sent to the dossier's workflow as an update and is answered when it stands in the ledger. Sending it again
with the same id is always safe: it acts once.
"""

from __future__ import annotations

import asyncio
import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from activities.ledger.dossier_codes import DossierCodes
from activities.ledger.interface import Appended
from activities.ledger.pool import Pool
from activities.ledger.reading import DossierRow, LedgerReader
from activities.ledger.rules_store import RulesStore
from activities.ledger.vault import Vault
from domain.dossier.commands import Accept, Submit
from domain.dossier.context import Context
from domain.dossier.decide import Act, decide
from domain.dossier.state import Dossier
from domain.errors import Conflict, NotFound
from domain.record import RecordedEvent
from domain.rules import Pins, Province
from domain.values import VIETNAM
from gateway.refused import EngineUnavailable, Refused, refused_from
from gateway.requests import ActRequest, Submission
from workflows import search_attributes
from workflows.dossier import DossierWorkflow
from workflows.messages import OpenDossier, Receipt

SUBMISSIONS = UUID("c5d9a1be-7a0b-5f43-8c8f-5b3d1f6f2a10")
ANSWER_WITHIN = 30.0
"""Seconds a caller waits for the answer; after that the command may still act, and sending it again tells."""


class Engine:
    """Opens and drives dossiers for one province."""

    def __init__(self, temporal: Client, pool: Pool, province: Province, task_queue: str) -> None:
        self._temporal = temporal
        self._province = province
        self._rulebook = province.rulebook()
        self._task_queue = task_queue
        self._codes = DossierCodes(pool)
        self._vault = Vault(pool)
        self._rules = RulesStore(pool)
        self.reader = LedgerReader(pool)

    async def publish_rules(self) -> int:
        """Puts the province's rules where every worker finds them; returns how many are new."""
        return await self._rules.publish(self._rulebook.stored())

    async def submit(self, submission: Submission, now: datetime | None = None) -> Receipt:
        """Opens a dossier and answers its code; the same key answers the same dossier.

        Refused before anything is kept: what the domain refuses here never starts a workflow.
        """
        now = (now or datetime.now(VIETNAM)).astimezone(VIETNAM)
        command_id = uuid5(SUBMISSIONS, submission.key)
        pins = self._province.pins_for(submission.procedure, now.date(), submission.received_by)
        unit = self._province.organisation.unit(submission.received_by, now.date())
        command = _submit_command(submission, pins, applicant="0" * 64, note=None)
        draft = Act(command_id=command_id, actor=submission.actor, command=command)
        decide(Dossier(code="draft"), draft, Context(now=now, actor=submission.actor, rulebook=self._rulebook))
        code = await self._codes.allocate(
            submission.key, unit.authority_id or unit.code, now.date(), _fingerprint(submission)
        )
        earlier = await self.reader.command(command_id)
        if earlier is not None:
            return await self._receipt_of(earlier)
        applicant = await self._vault.keep(code, submission.applicant.model_dump(mode="json"))
        note = await self._vault.keep(code, {"text": submission.note}) if submission.note else None
        act = draft.model_copy(update={"command": _submit_command(submission, pins, applicant, note)})
        return await self._update_with_start(OpenDossier(code=code), act, WorkflowIDReusePolicy.REJECT_DUPLICATE)

    async def act(self, code: str, request: ActRequest) -> Receipt:
        """Carries out a command on a dossier; a closed one is woken from the ledger, so that it can be rated."""
        command: Any = request.command
        if isinstance(command, Accept) and command.pins is None:
            command = command.model_copy(update={"pins": await self._pins_of_today(code)})
        if request.note:
            command = command.model_copy(update={"note": await self._vault.keep(code, {"text": request.note})})
        act = Act(
            command_id=request.command_id,
            actor=request.actor,
            command=command,
            expected_version=request.expected_version,
        )
        return await self.send(code, act)

    async def send(self, code: str, act: Act) -> Receipt:
        """Sends an act that carries no text; see `act`."""
        handle = self._temporal.get_workflow_handle_for(DossierWorkflow.run, code)
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                return await handle.execute_update(DossierWorkflow.act, act, id=str(act.command_id))
        except WorkflowUpdateFailedError as failed:
            if not _workflow_has_ended(failed):
                raise refused_from(failed) from failed
        except RPCError as failed:
            if failed.status is not RPCStatusCode.NOT_FOUND:
                raise EngineUnavailable("temporal_unavailable", problem=failed.status.name) from failed
        except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError) as failed:
            raise EngineUnavailable("answer_pending", dossier=code) from failed
        return await self._wake_and_act(code, act)

    async def dossier(self, code: str) -> DossierRow:
        """A dossier as the read model has it. NotFound `unknown_dossier`."""
        row = await self.reader.dossier(code)
        if row is None:
            raise NotFound("unknown_dossier", dossier=code)
        return row

    async def history(self, code: str) -> list[RecordedEvent]:
        """Every event of a dossier, in order. NotFound `unknown_dossier`."""
        events = await self.reader.history(code)
        if not events:
            raise NotFound("unknown_dossier", dossier=code)
        return events

    async def _pins_of_today(self, code: str) -> Pins:
        """The rules in force on the day of acceptance; they, not those of the day of submission, rule the dossier."""
        row = await self.dossier(code)
        return self._province.pins_for(row.procedure, datetime.now(VIETNAM).date(), row.received_by)

    async def _wake_and_act(self, code: str, act: Act) -> Receipt:
        earlier = await self.reader.command(act.command_id)
        if earlier is not None and earlier.dossier == code:
            return await self._receipt_of(earlier)
        row = await self.dossier(code)
        start = OpenDossier(code=code, snapshot=Dossier.model_validate(row.snapshot))
        return await self._update_with_start(start, act, WorkflowIDReusePolicy.ALLOW_DUPLICATE)

    async def _update_with_start(self, start: OpenDossier, act: Act, reuse: WorkflowIDReusePolicy) -> Receipt:
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
            earlier = await self.reader.command(act.command_id)
            if earlier is None:
                raise Conflict("dossier_code_taken", dossier=start.code) from failed
            return await self._receipt_of(earlier)
        except RPCError as failed:
            raise EngineUnavailable("temporal_unavailable", problem=failed.status.name) from failed
        except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError) as failed:
            raise EngineUnavailable("answer_pending", dossier=start.code) from failed

    async def _receipt_of(self, earlier: Appended) -> Receipt:
        row = await self.dossier(earlier.dossier)
        return Receipt(
            dossier=row.code,
            first_version=earlier.first_version,
            version=earlier.last_version,
            state=row.state,
            statutory_due=row.statutory_due,
            promised_due=row.promised_due,
            repeated=True,
        )


def _submit_command(submission: Submission, pins: Pins, applicant: str, note: str | None) -> Submit:
    return Submit(
        procedure=submission.procedure,
        pins=pins,
        channel=submission.channel,
        case=submission.case,
        received_by=submission.received_by,
        assisted_by=submission.assisted_by,
        matter=submission.matter,
        applicant=applicant,
        documents=submission.documents,
        brought_over=submission.brought_over,
        note=note,
    )


def _fingerprint(submission: Submission) -> str:
    """What was sent under a key, without keeping it: another content under the same key is a mistake to be told."""
    return hashlib.sha256(submission.model_dump_json(exclude={"key"}).encode()).hexdigest()


def _attributes(start: OpenDossier, act: Act) -> Any:
    if isinstance(act.command, Submit):
        return search_attributes.of_dossier(act.command.procedure, act.command.received_by)
    assert start.snapshot is not None
    return search_attributes.of_dossier(start.snapshot.procedure or "", start.snapshot.received_by or "")


def _workflow_has_ended(failed: WorkflowUpdateFailedError) -> bool:
    """The workflow completed while the update was on its way: the server says so in the failure's type."""
    cause = failed.cause
    return isinstance(cause, ApplicationError) and cause.type == "AcceptedUpdateCompletedWorkflow"


__all__ = ["Engine", "EngineUnavailable", "Refused"]
