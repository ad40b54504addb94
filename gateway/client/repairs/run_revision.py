"""Reads under which revision of the rules a run of a dossier's workflow began: its start has it."""

from __future__ import annotations

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import GetWorkflowExecutionHistoryRequest
from temporalio.client import Client

from domain.dossier.revision import Revision


async def revision_of(temporal: Client, workflow: str, run: str) -> int:
    """The revision; the first one where the start has none. Raises RPCError."""
    request = GetWorkflowExecutionHistoryRequest(
        namespace=temporal.namespace,
        execution=WorkflowExecution(workflow_id=workflow, run_id=run),
        maximum_page_size=1,
    )
    history = (await temporal.workflow_service.get_workflow_execution_history(request, retry=True)).history
    begun = history.events[0].workflow_execution_started_event_attributes.input.payloads[:1]
    start = next(iter(await temporal.data_converter.decode(begun)), None)
    revision = start.get("revision") if isinstance(start, dict) else None
    return revision if isinstance(revision, int) else Revision.FIRST
