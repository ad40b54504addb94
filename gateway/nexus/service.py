"""The operations of the Nexus service `DossierService`. What they take and give is in docs/nexus.md.

They do what the HTTP API does, for the same callers with the same permissions. A request that Temporal repeats acts
once, because the caller's key gives the id of the command.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from nexusrpc.handler import StartOperationContext, service_handler, sync_operation
from temporalio import nexus
from temporalio.common import RawValue
from temporalio.nexus import WorkflowRunOperationContext, workflow_run_operation

from domain.dossier.state import TERMINAL, State
from domain.values import VIETNAM, Code, Instant, Value
from gateway.access.callers import Caller
from gateway.access.sign_in import SignedIn, signed_in_for
from gateway.client import Engine
from gateway.dossiers.acting import act, submit
from gateway.dossiers.reaching import in_reach
from gateway.dossiers.receipts import ReceiptAnswer
from gateway.nexus.callers import NexusCallers
from gateway.nexus.looking import READ_DOSSIER
from gateway.nexus.refusals import answering
from gateway.nexus.requests import ACT, READ, SUBMIT, WAIT, read_body, read_input
from workflows.dossier_wait import Awaited, DossierWaitWorkflow, WaitOrder

SERVICE = "DossierService"
ANSWER_WITHIN = 7.0
"""Seconds that an operation waits for the answer of a dossier. Temporal itself waits 9 or 10 seconds, then repeats the
operation."""
SUBMIT_DOSSIER = "submit_dossier"
WAITS = UUID("3b5e8d1c-7f0a-5d42-8a7e-1c9d2e6f4a10")


def nexus_queue_of(task_queue: str) -> str:
    """The task queue of the Nexus service, to which its endpoints point."""
    return f"{task_queue}-nexus"


class DossierNow(Value):
    """Where a dossier is now."""

    dossier: Code
    version: int
    state: State
    ended: bool
    statutory_due: Instant | None
    promised_due: Instant | None


@service_handler(name=SERVICE)
class DossierService:
    """The operations. The engine waits at most `ANSWER_WITHIN` for a dossier's answer."""

    def __init__(self, engine: Engine, callers: NexusCallers, queue: str) -> None:
        """`queue`: the task queue on which waits run."""
        self._engine = engine
        self._callers = callers
        self._queue = queue

    @sync_operation
    async def submit(self, ctx: StartOperationContext, given: RawValue) -> ReceiptAnswer:
        """Opens a dossier, and answers with its receipt."""
        with answering(SUBMIT_DOSSIER):
            caller = await self._caller(ctx)
            asked = read_input(SUBMIT, given)
            signed = self._signed_in(caller, SUBMIT_DOSSIER)
            return ReceiptAnswer.of(await submit(self._engine, signed, asked, asked.key))

    @sync_operation
    async def act(self, ctx: StartOperationContext, given: RawValue) -> ReceiptAnswer:
        """Gives a command to a dossier, and answers with its receipt."""
        with answering("act"):
            caller = await self._caller(ctx)
            asked = read_input(ACT, given)
            signed = self._signed_in(caller, asked.command)
            body = read_body(asked)
            receipt = await act(
                self._engine, signed, asked.command, asked.dossier, body, asked.key, version=asked.version
            )
            return ReceiptAnswer.of(receipt)

    @sync_operation
    async def read(self, ctx: StartOperationContext, given: RawValue) -> DossierNow:
        """Answers with the state, the version and the dates of a dossier."""
        with answering(READ_DOSSIER):
            signed = self._signed_in(await self._caller(ctx), READ_DOSSIER)
            row, _ = await in_reach(self._engine, signed, read_input(READ, given).dossier)
            return DossierNow(
                dossier=row.code, version=row.version, state=row.state, ended=row.state in TERMINAL,
                statutory_due=row.statutory_due, promised_due=row.promised_due,
            )  # fmt: skip

    @workflow_run_operation
    async def wait_for_state(self, ctx: WorkflowRunOperationContext, given: RawValue) -> nexus.WorkflowHandle[Awaited]:
        """Waits until a dossier is in one of the states, or has ended. It runs until then, however long that takes."""
        with answering(READ_DOSSIER):
            signed = self._signed_in(await self._caller(ctx), READ_DOSSIER)
            asked = read_input(WAIT, given)
            row, _ = await in_reach(self._engine, signed, asked.dossier)
            order = WaitOrder(
                dossier=row.code,
                states=asked.states or tuple(sorted(TERMINAL)),
                after=row.version if asked.after is None else asked.after,
                asked_by=signed.caller.principal.model_dump(mode="json"),
                for_applicant=signed.caller.for_applicant,
            )
            return await ctx.start_workflow(
                DossierWaitWorkflow.run,
                order,
                id=f"wait-{row.code}-{uuid5(WAITS, ctx.request_id)}",
                task_queue=self._queue,
            )

    async def _caller(self, ctx: StartOperationContext) -> Caller:
        return await self._callers.caller(nexus.info().endpoint, ctx.headers, datetime.now(VIETNAM))

    def _signed_in(self, caller: Caller, operation: str) -> SignedIn:
        return signed_in_for(caller, operation, self._engine.province.organisation)
