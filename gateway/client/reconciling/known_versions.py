"""Reads from the end of a workflow's history which version of its dossier the workflow has.

Every change of a workflow's state follows from an answer of the ledger, and each answer is in the history: of a local
activity, of an ordinary one, or the receipt of an act. So nothing is asked of a worker, and the workflow is not loaded.
The version is that of the last completed workflow task; the next one may have begun.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

from temporalio.api.common.v1 import Payload
from temporalio.api.common.v1 import WorkflowExecution as WorkflowExecutionIds
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflowservice.v1 import GetWorkflowExecutionHistoryReverseRequest
from temporalio.client import Client
from temporalio.converter import DataConverter
from temporalio.service import RPCError, RPCStatusCode

from domain.values import Value

PAGE = 10
"""Pieces of history that are read at once. Temporal stores the events of one workflow task as one or two pieces."""
LOCAL_ACTIVITY = "core_local_activity"
"""The name of the marker in which the SDK keeps the answer of a local activity."""


class Known(Value):
    """The version that a workflow has (0: it has not taken anything), and the dossier that it acts on.

    `dossier` None: the part of the history that was read does not name it.
    """

    version: int
    dossier: str | None


async def known_by(temporal: Client, workflow: str, run: str) -> Known | None:
    """What a run of a workflow knows; None when Temporal does not know the run. Raises RPCError."""
    try:
        return await known_in(from_the_end(temporal, workflow, run), temporal.data_converter)
    except RPCError as failed:
        if failed.status is RPCStatusCode.NOT_FOUND:
            return None
        raise


async def known_in(pages: AsyncIterator[Sequence[HistoryEvent]], converter: DataConverter) -> Known:
    """The same from pages of a history, the last page first. It reads no more pages than it needs."""
    at_least, dossier = 0, None
    async for events in pages:
        told = [one for event in events if (one := await _told(event, converter)) is not None]
        dossier = dossier or next((one.dossier for one in told if one.dossier is not None), None)
        at_least = max([at_least, *(one.at_least for one in told)])
        versions = [one.version for one in told if one.version is not None]
        if versions:
            # Answers of one task may stand in another order than the versions, so the highest counts.
            return Known(version=max(at_least, *versions), dossier=dossier)
    return Known(version=at_least, dossier=dossier)


class _Told(Value):
    """What one event tells. A repeated answer may be of an old act, so its version is only a lower bound."""

    version: int | None = None
    dossier: str | None = None
    at_least: int = 0


async def from_the_end(
    temporal: Client, workflow: str, run: str, pieces: int = PAGE
) -> AsyncIterator[Sequence[HistoryEvent]]:
    """The pages of a history, the last event first, `pieces` on each. Raises RPCError."""
    request = GetWorkflowExecutionHistoryReverseRequest(
        namespace=temporal.namespace,
        execution=WorkflowExecutionIds(workflow_id=workflow, run_id=run),
        maximum_page_size=pieces,
    )
    while True:
        answer = await temporal.workflow_service.get_workflow_execution_history_reverse(request, retry=True)
        yield answer.history.events
        if not answer.next_page_token:
            return
        request.next_page_token = answer.next_page_token


async def _told(event: HistoryEvent, converter: DataConverter) -> _Told | None:
    answers = _answers(event)
    if not answers:
        return None
    [answer, *_] = await converter.decode(answers)
    if not isinstance(answer, dict):
        return None
    if event.HasField("workflow_execution_started_event_attributes"):
        return _of_start(event, answer)
    return _of_answer(answer)


def _answers(event: HistoryEvent) -> Sequence[Payload]:
    """The answers of the ledger in an event, or the input of a start."""
    if event.HasField("marker_recorded_event_attributes"):
        marker = event.marker_recorded_event_attributes
        return marker.details["result"].payloads if marker.marker_name == LOCAL_ACTIVITY else ()
    if event.HasField("activity_task_completed_event_attributes"):
        return event.activity_task_completed_event_attributes.result.payloads
    if event.HasField("workflow_execution_update_completed_event_attributes"):
        return event.workflow_execution_update_completed_event_attributes.outcome.success.payloads
    if event.HasField("workflow_execution_started_event_attributes"):
        return event.workflow_execution_started_event_attributes.input.payloads[:1]
    return ()


def _of_start(event: HistoryEvent, start: dict[str, Any]) -> _Told:
    """A run that continues another one begins with that one's state; every other run reads the ledger."""
    continues = event.workflow_execution_started_event_attributes.continued_execution_run_id
    snapshot = start.get("snapshot")
    version = snapshot.get("version", 0) if continues and isinstance(snapshot, dict) else 0
    return _Told(dossier=start.get("code"), at_least=version)


def _of_answer(answer: dict[str, Any]) -> _Told:
    """The version in an answer: `Appended`, `Recorded` (which has one), `Past` or `Receipt`."""
    appended = answer.get("appended", answer)
    if not isinstance(appended, dict):
        return _Told()
    if isinstance(acted := appended.get("acted"), dict):
        return _highest(last for _, last in acted.values())
    version = appended.get("last_version", appended.get("version"))
    if not isinstance(version, int) or "dossier" not in appended:
        return _Told()
    if appended.get("repeated"):
        return _Told(dossier=appended["dossier"], at_least=version)
    return _Told(dossier=appended["dossier"], version=version)


def _highest(versions: Iterable[int]) -> _Told:
    return _Told(version=max(versions, default=None))
