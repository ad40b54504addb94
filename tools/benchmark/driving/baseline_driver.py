"""Sends the commands of a standard dossier to a baseline workflow, with the same code and vault rows."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from temporalio.client import Client, WithStartWorkflowOperation, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError

from activities.ledger.pool import Pool
from domain.messages.dossier import DossierRefusal
from gateway.client.dossier_client import PASSING
from tools.benchmark.baseline import BaselineAct, BaselineStart, BaselineWorkflow
from tools.benchmark.driving.driven_dossier import NotYet
from tools.benchmark.driving.intake import ROWS_OF, act_payload, submission_payload, take_code
from tools.benchmark.driving.standard_dossier import WARN_AFTER, Command
from tools.benchmark.rules import POLL_AFTER_SECONDS
from tools.benchmark.worker import BASELINE_QUEUE


@dataclass(frozen=True)
class BaselineServers:
    """The connections of the baseline's dossiers."""

    client: Client
    pool: Pool


class BaselineDossier:
    """One workflow of the baseline."""

    def __init__(self, servers: BaselineServers, key: str, accepted_in: float) -> None:
        self.key = key
        self.code = ""
        self._client, self._pool = servers.client, servers.pool
        self._submission = submission_payload(key, accepted_in)
        self._update_ids = {command: str(uuid4()) for command in Command}

    async def send(self, command: Command) -> None:
        """Sends an update and waits for its answer. Raises NotYet after an error that passes."""
        try:
            if command is Command.SUBMIT:
                await self._start()
            else:
                await self._client.get_workflow_handle(self.code).execute_update(
                    BaselineWorkflow.act,
                    BaselineAct(name=ROWS_OF[command], payload=act_payload()),
                    id=self._update_ids[command],
                )
        except WorkflowUpdateRPCTimeoutOrCancelledError as failed:
            raise NotYet(DossierRefusal.ANSWER_PENDING) from failed
        except RPCError as failed:
            if failed.status not in PASSING:
                raise
            raise NotYet(failed.status.name) from failed

    async def _start(self) -> None:
        """Takes a code, keeps the applicant, and starts the workflow with its first update."""
        if not self.code:
            self.code = await take_code(self._pool, self.key)
        start = BaselineStart(code=self.code, poll_after=POLL_AFTER_SECONDS, warn_after=WARN_AFTER)
        operation = WithStartWorkflowOperation(
            BaselineWorkflow.run,
            start,
            id=self.code,
            task_queue=BASELINE_QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
        await self._client.execute_update_with_start_workflow(
            BaselineWorkflow.act,
            BaselineAct(name=ROWS_OF[Command.SUBMIT], payload=self._submission),
            id=self._update_ids[Command.SUBMIT],
            start_workflow_operation=operation,
        )
