"""Looks at one workflow and its dossier, and says how they differ at this moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from temporalio.client import Client, WorkflowExecutionDescription, WorkflowExecutionStatus

from activities.ledger.reading import LedgerReader, dossier_in
from domain.dossier.state import TERMINAL
from domain.errors import InvalidInput
from domain.repairs.differences import Difference, Different
from domain.values import Value
from gateway.client.reconciling.known_versions import known_by
from gateway.client.watching.lost_executors import ATTEMPTS, code_of_ended, described

OLD_ENOUGH = timedelta(minutes=10)
"""A submission whose entry waits for the database is repeated for so long before its workflow is said to have none."""


class OnItsWay(Value):
    """The workflow is about to do something, so nothing can be said of it now."""

    workflow: str


class Judge:
    """Looks at Temporal first and at the ledger afterwards: what a workflow has taken, the ledger had before."""

    def __init__(self, temporal: Client, reader: LedgerReader, old_enough: timedelta = OLD_ENOUGH) -> None:
        self._temporal = temporal
        self._reader = reader
        self._old_enough = old_enough

    async def judged(self, workflow: str) -> Different | OnItsWay | None:
        """The difference, or None. Raises RPCError, DatabaseUnavailable."""
        executor = await described(self._temporal, workflow)
        if executor is None or executor.status is not WorkflowExecutionStatus.RUNNING:
            return await self._not_running(workflow, executor)
        known = await known_by(self._temporal, workflow, executor.run_id)
        if known is None:
            return OnItsWay(workflow=workflow)
        version = await self._reader.last_version(workflow)
        found = {"name": workflow, "version": version, "known": known.version, "run": executor.run_id}
        if known.dossier is not None and known.dossier != workflow:
            if await self._reader.last_version(known.dossier) > 0:
                return Different(difference=Difference.DOUBLED, **found, detail=known.dossier)
            version = 0
        if version == 0 and known.version == 0 and not self._old(executor.start_time):
            return None
        if known.version > version:
            return Different(difference=Difference.WORKFLOW_AHEAD, **found)
        if self._begins_something(executor):
            return OnItsWay(workflow=workflow)
        if version == 0:
            return Different(difference=Difference.WITHOUT_DOSSIER, **found)
        if not await self._can_go_on(workflow):
            return Different(difference=Difference.WORKFLOW_OF_ENDED, **found)
        if known.version < version:
            return Different(difference=Difference.WORKFLOW_BEHIND, **found)
        return None

    async def _not_running(self, code: str, executor: WorkflowExecutionDescription | None) -> Different | None:
        version = await self._reader.last_version(code)
        if version == 0 or not await self._can_go_on(code):
            return None
        state = code_of_ended(executor)
        run = executor.run_id if executor is not None else None
        return Different(difference=Difference.WITHOUT_WORKFLOW, name=code, version=version, run=run, detail=state)

    async def _can_go_on(self, code: str) -> bool:
        """True when something can still follow in the dossier. `ledger verify` names a row that cannot be read."""
        try:
            row = await self._reader.dossier(code)
            return row is not None and not (row.state in TERMINAL and dossier_in(row).closed)
        except InvalidInput:
            return await self._reader.is_open(code)

    def _begins_something(self, executor: WorkflowExecutionDescription) -> bool:
        """True while a task is under way that may take what the ledger has, or an entry is on its way there."""
        raw = executor.raw_description
        if any(one.activity_type.name.startswith("ledger.") for one in raw.pending_activities):
            return True
        if not raw.HasField("pending_workflow_task") or raw.pending_workflow_task.attempt >= ATTEMPTS:
            return False
        return not self._old(raw.pending_workflow_task.original_scheduled_time.ToDatetime(UTC))

    def _old(self, since: datetime) -> bool:
        return datetime.now(UTC) - since >= self._old_enough
