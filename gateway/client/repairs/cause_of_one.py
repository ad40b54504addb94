"""The causes by which one dossier does not go on, read now from Temporal and the register."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from temporalio.api.enums.v1 import PendingWorkflowTaskState
from temporalio.client import Client, WorkflowQueryFailedError
from temporalio.service import RPCError, RPCStatusCode

from domain.dossier.revision import Revision
from domain.repairs.call_codes import cause_of_call
from domain.repairs.causes import Cause
from domain.repairs.stuck_codes import NOT_REPLAYED, cause_named
from gateway.client.reconciling.known_versions import known_by
from gateway.client.repairs.history_end import HistoryEnd, history_end
from gateway.client.repairs.present_state import (
    ANSWERS_WITHIN,
    FoundCause,
    PresentState,
    WaitingCall,
    temporal_as_engine,
)
from gateway.client.repairs.run_revision import revision_of
from gateway.client.watching.failed_tasks import FailedTask
from gateway.client.watching.lost_executors import ATTEMPTS, code_of_ended, described

ENDED_BY_HAND = "activity_ended_by_hand"
"""The code when somebody ended a call in Temporal; the workflow pauses before it makes the call again."""
NOT_REPLAYED_CODE = "[TMPRL1100]"
"""With it begins what a worker says of a history that does not replay."""
TAKEN_WITHIN = timedelta(minutes=1)
"""Somebody takes a task within this time, or no worker serves its queue."""
CATCHES_UP_WITHIN = 0.5
"""Seconds in which a workflow follows what was just written."""
UNANSWERED = (
    RPCStatusCode.DEADLINE_EXCEEDED,
    RPCStatusCode.CANCELLED,
    RPCStatusCode.NOT_FOUND,
    RPCStatusCode.FAILED_PRECONDITION,  # no worker polls, or the first task is not done
)
"""How a question to a workflow ends that no worker answers."""
EXECUTORS = frozenset({Cause.TASK_FAILS, Cause.DOES_NOT_REPLAY, Cause.ENDED_EARLY, Cause.BEHIND_ITS_LEDGER})
"""The causes that lie in the workflow, and not outside."""


async def causes_of(temporal: Client, seen: PresentState) -> tuple[FoundCause, ...]:
    """Every cause of this dossier, those of its workflow first; empty when it goes on by itself.

    The code of `no_worker` is the build to which the run is pinned, where it is. Raises EngineUnavailable.
    """
    with temporal_as_engine():
        own = await _of_the_executor(temporal, seen)
        calls = _of_the_calls(seen, failing=own is not None)
        if any(one.code == ENDED_BY_HAND for one in calls) and await _cuts_pauses(temporal, seen):
            calls = [replace(one, pauses=one.code == ENDED_BY_HAND) for one in calls]
    return (*((own,) if own is not None else ()), *calls)


async def _cuts_pauses(temporal: Client, seen: PresentState) -> bool:
    """True for a run of the fifth revision or later. An earlier one waits to the end of the pause."""
    return seen.run is not None and await revision_of(temporal, seen.dossier.code, seen.run) >= Revision.FIFTH


async def cause_of(temporal: Client, seen: PresentState) -> FoundCause | None:
    """The first of `causes_of`; None when the dossier goes on by itself."""
    return next(iter(await causes_of(temporal, seen)), None)


async def _of_the_executor(temporal: Client, seen: PresentState) -> FoundCause | None:
    running = seen.running
    if running is None:
        if seen.dossier.closed:
            return None
        code = code_of_ended(seen.executor)
        return FoundCause(cause_named(code), code)
    task = running.raw_description.pending_workflow_task
    # Temporal counts the tries of a task from one again after some events, and forgets a task that only an update
    # wanted: the last task that ended tells more.
    end = await history_end(temporal, running.id, running.run_id or "")
    if end.failed is not None or task.attempt >= ATTEMPTS:
        code = _why(end.failed)
        return FoundCause(cause_named(code), code)
    if seen.pinned_to is not None and seen.pinned_to not in seen.builds:
        return FoundCause(Cause.NO_WORKER, seen.pinned_to)
    if task.attempt:
        untaken = task.state == PendingWorkflowTaskState.PENDING_WORKFLOW_TASK_STATE_SCHEDULED
        waits_since = task.scheduled_time.ToDatetime(tzinfo=UTC)
        lost = untaken and datetime.now(UTC) - waits_since > TAKEN_WITHIN
        return FoundCause(Cause.NO_WORKER) if lost else None
    if not await _replays(temporal, seen, end):
        return FoundCause(Cause.DOES_NOT_REPLAY, NOT_REPLAYED)
    return FoundCause(Cause.BEHIND_ITS_LEDGER) if await _is_behind(temporal, seen, end) else None


def _why(failed: FailedTask | None) -> str:
    """The code of the refusal that made the last task fail, else Temporal's own cause."""
    if failed is None:
        return Cause.TASK_FAILS
    return NOT_REPLAYED if failed.cause == NOT_REPLAYED else failed.refusal or failed.cause


async def _replays(temporal: Client, seen: PresentState, end: HistoryEnd) -> bool:
    """False when a worker says that the history of the run does not replay. True when no worker answers.

    The build that did the last task replays the history. Of another build nothing in the history tells it before its
    first task, so a worker is asked: to answer, one that does not know the run replays its history.
    """
    next_ones = seen.builds if seen.pinned_to is None else seen.builds & {seen.pinned_to}
    if not next_ones - {end.build}:
        return True
    handle = temporal.get_workflow_handle(seen.dossier.code, run_id=seen.run)
    try:
        await handle.query("dossier", rpc_timeout=ANSWERS_WITHIN)
    except WorkflowQueryFailedError as unanswered:
        return NOT_REPLAYED_CODE not in str(unanswered)
    except RPCError as failed:
        if failed.status not in UNANSWERED:
            raise
    return True


async def _is_behind(temporal: Client, seen: PresentState, end: HistoryEnd) -> bool:
    """True when the workflow lacks acts of the ledger, also a moment later. False when it is at a task then."""
    if await end.known(temporal) >= seen.dossier.version:
        return False
    await asyncio.sleep(CATCHES_UP_WITHIN)
    later = await described(temporal, seen.dossier.code)
    if later is None or later.run_id != seen.run or later.raw_description.HasField("pending_workflow_task"):
        return False
    known = await known_by(temporal, seen.dossier.code, later.run_id)
    return known is not None and known.version < seen.dossier.version


def _of_the_calls(seen: PresentState, *, failing: bool) -> list[FoundCause]:
    """The open incidents of the dossier. `failing`: its workflow does not go on, and its calls neither."""
    calls = {call.system: call for call in seen.waiting_calls()}
    wanted = {effect.id for effect in seen.wanted}
    found = []
    for incident in seen.dossier.incidents:
        if incident.final:
            found.append(FoundCause(cause_of_call(incident.code, final=True), incident.code))
        elif incident.effect in wanted and not failing:
            found.append(_of_the_call(calls.get(incident.system), incident.code))
    return found


def _of_the_call(call: WaitingCall | None, code: str) -> FoundCause:
    """A breaker that holds the call back is told by the code: it opens and closes while the cause stays."""
    if call is None:
        return FoundCause(Cause.CALL_NOT_ANSWERED, ENDED_BY_HAND)
    return FoundCause(Cause.CALL_NOT_ANSWERED, call.failed or code)
