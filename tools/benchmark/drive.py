"""Drives standard dossiers of the engine and of the baseline, with the same commands at the same times."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from temporalio.client import Client, WithStartWorkflowOperation, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError

from activities.ledger.dossier_codes import DossierCodes
from activities.ledger.pool import Pool
from activities.ledger.reading import LedgerReader
from activities.ledger.vault import Vault
from domain.canonical_json import canonical
from domain.dossier.commands import Accept, BroughtOver, CompleteStep, ReturnResult, Sign, SubmittedDocument
from domain.errors import DomainError
from domain.messages.dossier import DossierRefusal
from domain.organisation.routing import Matter
from domain.procedures.procedure import Channel
from domain.record.sealing import envelope, with_origin
from domain.roles import Actor, Role
from domain.values import VIETNAM
from gateway.client import ActRequest, Applicant, Engine, EngineUnavailable, Submission
from gateway.client.dossier_client import PASSING
from tools.benchmark.baseline import BaselineAct, BaselineStart, BaselineWorkflow
from tools.benchmark.baseline_activities import DOCUMENT
from tools.benchmark.rules import CODE, POLL_AFTER_SECONDS, WARD
from tools.benchmark.worker import BASELINE_QUEUE

Drive = Callable[[str], Awaitable[str]]
"""Drives the dossier of this key to its end. Returns its workflow's id."""

APPLICANT = Applicant.model_validate(
    {"name": "Nguyễn Văn An", "identity_number": "037099001234", "birth_date": "1999-01-01", "phone": "0912345678"}
)
CITIZEN = Actor(person="citizen", role=Role.APPLICANT)
WARN_AFTER = 3.0
"""Seconds after acceptance at which the second timer fires. `_submission` sets the receipt date so that it does."""
PAID_AFTER, WARNED_AFTER = 2.0, 3.6
"""Seconds after the start: by the first the fee is paid, by the second the warning was given."""
PATIENCE = 0.25


def officer(role: Role) -> Actor:
    """The person with that role in the ward."""
    return Actor(person=f"w.{role}", role=role, unit=WARD)


class EngineDriver:
    """Drives standard dossiers through the engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def drive(self, key: str) -> str:
        """Submits, accepts, completes the step, signs and returns. Returns the dossier's code."""
        started = asyncio.get_running_loop().time()
        code = await self._submit(key)
        await self._act(code, Role.RECEPTION, Accept())
        await _sleep_until(started + PAID_AFTER)
        await self._act(code, Role.SPECIALIST, CompleteStep(step="process"))
        await _sleep_until(started + WARNED_AFTER)
        await self._act(code, Role.SIGNATORY, Sign(document=DOCUMENT, result_number=f"{code}-KQ"))
        await self._act(code, Role.RECEPTION, ReturnResult())
        return code

    async def _submit(self, key: str) -> str:
        submission = _submission(key)
        while True:
            try:
                return (await self._engine.submit(submission)).dossier
            except EngineUnavailable:
                await asyncio.sleep(PATIENCE)  # a caller would do the same; sending it again is safe

    async def _act(self, code: str, role: Role, command: Any) -> None:
        request = ActRequest(command_id=uuid4(), actor=officer(role), command=command)
        while True:
            try:
                await self._engine.act(code, request)
            except DomainError as refused:
                if refused.code not in (
                    DossierRefusal.WRONG_STATE,
                    DossierRefusal.WRONG_STEP,
                    DossierRefusal.ANSWER_PENDING,
                ):
                    raise
                await asyncio.sleep(PATIENCE)  # the machine is slow: the payment is not recorded yet
            else:
                return


class BaselineDriver:
    """Drives baseline workflows, with the same code and vault rows and the same five updates."""

    def __init__(self, client: Client, pool: Pool) -> None:
        self._client = client
        self._codes = DossierCodes(pool)
        self._vault = Vault(pool)
        self._payload = _submission("x").model_dump(mode="json", exclude={"applicant"})

    async def drive(self, key: str) -> str:
        """Sends the five updates. Returns the workflow's id."""
        started = asyncio.get_running_loop().time()
        day = datetime.now(VIETNAM).date()
        code = await self._codes.allocate(key, f"H42.{WARD}", day, "0" * 64)
        await self._vault.keep(code, APPLICANT.model_dump(mode="json"))
        start = BaselineStart(code=code, poll_after=POLL_AFTER_SECONDS, warn_after=WARN_AFTER)
        operation = WithStartWorkflowOperation(
            BaselineWorkflow.run,
            start,
            id=code,
            task_queue=BASELINE_QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
        await self._client.execute_update_with_start_workflow(
            BaselineWorkflow.act,
            BaselineAct(name="submit", payload=self._payload),
            id=str(uuid4()),
            start_workflow_operation=operation,
        )
        handle = self._client.get_workflow_handle(code)
        for name, until in (("accept", 0.0), ("step", PAID_AFTER), ("sign", WARNED_AFTER), ("return_result", 0.0)):
            await _sleep_until(started + until)
            act = BaselineAct(name=name, payload={"actor": officer(Role.RECEPTION).model_dump(mode="json")})
            await _send_until_answered(handle, act)
        return code


async def _send_until_answered(handle: WorkflowHandle[Any, Any], act: BaselineAct) -> None:
    """Sends the update again after a passing error, as the engine's own client does."""
    update_id = str(uuid4())
    while True:
        try:
            await handle.execute_update(BaselineWorkflow.act, act, id=update_id)
        except RPCError as failed:
            if failed.status not in PASSING:
                raise
            await asyncio.sleep(PATIENCE)
        else:
            return


async def write_template(reader: LedgerReader, code: str, key: str, file: Path) -> None:
    """Writes to `file` the rows of one dossier of the engine by command. The baseline writes copies of them.

    `code` and `key` (its code in an older system) are replaced in each copy.
    """
    row = await reader.dossier(code)
    assert row is not None
    view = json.dumps({**json.loads(row.model_dump_json()), "work": []}, ensure_ascii=False)
    by_command: dict[Any, list[Any]] = {}
    for event in await reader.history(code):
        by_command.setdefault(event.command_id, []).append(event)
    commands = {_command_of(events): [[_row(event) for event in events], view] for events in by_command.values()}
    file.write_text(json.dumps({"own": [code, key], "commands": commands}, ensure_ascii=False), encoding="utf-8")


_COMMAND_BY_FIRST_EVENT = {
    "dossier_submitted": "submit",
    "dossier_accepted": "accept",
    "payment_order_created": "order_created",
    "identity_verified": "identity_verified",
    "payment_check_asked": "check_asked",
    "payment_confirmed": "payment_confirmed",
    "processing_started": "step",
    "deadline_warned": "warned",
    "signature_requested": "sign",
    "result_signed": "signed",
    "result_sealed": "resolved",
    "result_registered": "registered",
    "result_returned": "return_result",
}


def _command_of(events: list[Any]) -> str:
    return _COMMAND_BY_FIRST_EVENT[events[0].kind]


def _row(event: Any) -> str:
    body = event.event.model_dump(mode="json", exclude={"kind"})
    row = envelope(
        dossier=event.dossier,
        version=event.version,
        command_id=event.command_id,
        kind=event.kind,
        schema=event.schema_version,
        at=event.at,
        person=event.actor.person,
        role=event.actor.role.value,
        unit=event.actor.unit,
        body=body,
    )
    return canonical(with_origin(row, None, None)).decode()


def _submission(key: str) -> Submission:
    """A submission received just so long ago that half of the promised hour is used after `WARN_AFTER` seconds.

    The clock is paused while the fee is unpaid, that is until the first timer fires.
    """
    clock_runs = timedelta(seconds=WARN_AFTER - POLL_AFTER_SECONDS)
    received_at = datetime.now(VIETNAM) - timedelta(minutes=30) + clock_runs
    return Submission(
        key=key,
        actor=CITIZEN,
        procedure=CODE,
        channel=Channel.ONLINE,
        received_by=WARD,
        matter=Matter(territory=WARD),
        applicant=APPLICANT,
        documents=(SubmittedDocument(code="don", digitised=True),),
        brought_over=BroughtOver(system="old", code=key, received_at=received_at),
    )


async def _sleep_until(instant: float) -> None:
    await asyncio.sleep(max(0.0, instant - asyncio.get_running_loop().time()))
