"""Reads from a history why the last workflow task of a run failed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import WorkflowTaskFailedCause
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflowservice.v1 import GetWorkflowExecutionHistoryReverseRequest
from temporalio.client import Client
from temporalio.converter import DataConverter
from temporalio.exceptions import ApplicationError

LAST_EVENTS = 20
"""In how many last events of a history the failure of its last task is searched; updates may follow it."""


@dataclass(frozen=True)
class FailedTask:
    """`cause`: Temporal's name, such as `NonDeterministicError`. `refusal`: the code of the refusal that made it fail,
    with the SQLSTATE if there is one; None when it was none."""

    cause: str
    refusal: str | None


async def last_failed_task(temporal: Client, workflow: str, run: str) -> FailedTask | None:
    """The last failure of a task of this run; None when the end of its history has none, or a task was completed since.

    Raises RPCError.
    """
    request = GetWorkflowExecutionHistoryReverseRequest(
        namespace=temporal.namespace,
        execution=WorkflowExecution(workflow_id=workflow, run_id=run),
        maximum_page_size=LAST_EVENTS,
    )
    answer = await temporal.workflow_service.get_workflow_execution_history_reverse(request, retry=True)
    return await failed_task_in(answer.history.events, temporal.data_converter)


async def failed_task_in(events: Iterable[HistoryEvent], converter: DataConverter) -> FailedTask | None:
    """The same, from the events at the end of a history, the last one first."""
    for event in events:
        if event.HasField("workflow_task_completed_event_attributes"):
            return None
        if event.HasField("workflow_task_failed_event_attributes"):
            failed = event.workflow_task_failed_event_attributes
            refusal = _refusal(await converter.decode_failure(failed.failure))
            return FailedTask(cause=_name_of(failed.cause), refusal=refusal)
    return None


def _refusal(failed: BaseException) -> str | None:
    cause: BaseException | None = failed
    while cause is not None:
        if isinstance(cause, ApplicationError) and cause.non_retryable and cause.type:
            facts = cause.details[1] if len(cause.details) > 1 and isinstance(cause.details[1], dict) else {}
            return " ".join(filter(None, (cause.type, facts.get("sqlstate"))))
        cause = cause.__cause__
    return None


def _name_of(cause: WorkflowTaskFailedCause.ValueType) -> str:
    words = WorkflowTaskFailedCause.Name(cause).removeprefix("WORKFLOW_TASK_FAILED_CAUSE_")
    return "".join(word.capitalize() for word in words.split("_"))
