"""Waits until a server has an update, which no worker has taken yet."""

from __future__ import annotations

import asyncio

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.update.v1 import UpdateRef
from temporalio.api.workflowservice.v1 import PollWorkflowExecutionUpdateRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

LOOK_EVERY, WITHIN = 0.05, 60.0


async def admitted(client: Client, workflow: str, update: str) -> None:
    """Returns when the workflow's server knows the update. Raises TimeoutError."""
    asked = PollWorkflowExecutionUpdateRequest(
        namespace=client.namespace,
        update_ref=UpdateRef(workflow_execution=WorkflowExecution(workflow_id=workflow), update_id=update),
        identity=client.identity,
    )
    async with asyncio.timeout(WITHIN):
        while True:
            try:
                await client.workflow_service.poll_workflow_execution_update(asked)
            except RPCError as failed:
                if failed.status is not RPCStatusCode.NOT_FOUND:
                    raise
                await asyncio.sleep(LOOK_EVERY)
            else:
                return
