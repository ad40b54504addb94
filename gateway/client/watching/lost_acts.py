"""Finds acts that are in the ledger but that their workflow never took, and tells the workflow to read the ledger.

Temporal keeps an update only until the first workflow task that carries it is completed. When that task fails after it
wrote to the ledger, or its worker dies, the caller sends the update again. A caller that is gone does not: the ledger
then has the act, and the workflow does nothing about it.
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.update.v1 import UpdateRef
from temporalio.api.workflowservice.v1 import PollWorkflowExecutionUpdateRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from activities.ledger.feed import Cursor
from activities.ledger.last_acts import LastActs
from activities.ledger.pool import Pool
from workflows.dossier import DossierWorkflow

log = structlog.get_logger(__name__)

LOOKED_BACK = 20_000
"""So many entries before the first look are looked at too: some minutes of a whole province's work. Entries are written
only while a worker runs, and every worker looks."""
AT_ONCE = 1_000
"""How many of these entries one look takes, the newest first. A dossier that waits for a person often waits since
another person's act. With ten thousand of them, one look at all would ask Temporal ten thousand times."""
WITHIN = timedelta(seconds=1)
"""The longest time that one question to Temporal takes."""


class LostActs:
    """Looks at the acts since its last look, and a part of those before its first one.

    An act that came after the last look may still be on its way.
    """

    def __init__(self, temporal: Client, pool: Pool, *, looked_back: int = LOOKED_BACK, at_once: int = AT_ONCE) -> None:
        self._temporal = temporal
        self._acts = LastActs(pool)
        self._left, self._at_once = looked_back, at_once
        self._looked_at: Cursor | None = None
        self._next: Cursor | None = None
        self._older: Cursor | None = None

    async def look(self) -> None:
        """Tells every workflow that lacks an act. Raises RPCError, DatabaseUnavailable; the next look then repeats."""
        newest = await self._acts.newest()
        if self._looked_at is None or self._next is None or self._older is None:
            self._looked_at = self._next = self._older = newest
            return
        await self._look_between(self._looked_at, self._next)
        self._looked_at, self._next = self._next, newest
        if self._left > 0:
            entries = min(self._left, self._at_once)
            older = await self._acts.before(self._older, entries)
            await self._look_between(older, self._older)
            self._left, self._older = self._left - entries, older

    async def _look_between(self, after: Cursor, upto: Cursor) -> None:
        for act in await self._acts.between(after, upto):
            if act.fingerprint is not None:
                await tell_if_lost(self._temporal, act.dossier, update_id(str(act.command_id), act.fingerprint))


def update_id(command_id: str, fingerprint: str) -> str:
    """The id of the update by which a command goes to its workflow."""
    return f"{command_id}/{fingerprint[:16]}"


async def tell_if_lost(temporal: Client, code: str, update: str) -> bool:
    """Tells the dossier's running workflow to read the ledger, if it did not take this update. Raises RPCError.

    A workflow that was started from the ledger after the act is told too; it reads the ledger once more for nothing.
    """
    if await taken(temporal, code, update):
        return False
    try:
        await temporal.get_workflow_handle(code).signal(DossierWorkflow.read_ledger, rpc_timeout=WITHIN)
    except RPCError as failed:
        if failed.status is RPCStatusCode.NOT_FOUND:
            return False  # nothing runs: `lost_executors` finds it if it should
        raise
    log.warning("act_was_lost", dossier=code, command_id=update.partition("/")[0])
    return True


async def taken(temporal: Client, code: str, update: str) -> bool:
    """Whether the dossier's present run took this update. Raises RPCError, also when it is taken at this moment."""
    which = UpdateRef(workflow_execution=WorkflowExecution(workflow_id=code), update_id=update)
    request = PollWorkflowExecutionUpdateRequest(namespace=temporal.namespace, update_ref=which)
    try:
        await temporal.workflow_service.poll_workflow_execution_update(request, timeout=WITHIN)
    except RPCError as failed:
        if failed.status is RPCStatusCode.NOT_FOUND:
            return False
        raise
    return True
