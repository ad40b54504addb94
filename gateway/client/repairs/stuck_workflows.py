"""The workflows of dossiers that do not go on, as Temporal lists them now. Thousands are listed by their pages.

`gateway.client.watching.executors` keeps the register of them, also of those that Temporal has forgotten; this asks at
once.
"""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from temporalio.api.common.v1 import WorkflowExecution as WorkflowExecutionIds
from temporalio.api.enums.v1 import WorkflowTaskFailedCause
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflowservice.v1 import GetWorkflowExecutionHistoryReverseRequest
from temporalio.client import Client, WorkflowExecution
from temporalio.service import RPCError, RPCStatusCode

from activities.ledger.found_causes import CausesInRegisters
from activities.ledger.pool import Pool
from activities.ledger.search.query import SearchScope
from activities.ledger.stuck_dossiers import StuckDossiers
from domain.repairs.causes import Cause
from domain.repairs.stuck_codes import cause_named
from gateway.client.repairs.failure_traces import FailureTrace, event_in, lines_in, types_in
from gateway.client.watching.executors import ENDED_BADLY, FAILING, problem_of
from gateway.client.watching.failed_tasks import LAST_EVENTS
from gateway.client.watching.lost_executors import code_of_ended, described
from gateway.client.watching.next_tries import PATIENT

LISTED = 10_000
"""The most workflows of one list of Temporal."""
AT_ONCE = 200
"""How many workflows one question to Temporal names."""
LOOKED_BACK = timedelta(days=2)
"""Workflows that ended in this time are asked of Temporal. The register has those that ended earlier."""
WITHIN = timedelta(seconds=5)
BUILDS = "BuildIds"
"""The search attribute with the builds of the workers that completed tasks of a workflow, the last one last."""
VERSION = "TemporalWorkerDeploymentVersion"
"""The search attribute with the version of a worker deployment, where workers are versioned."""


@dataclass(frozen=True)
class StuckWorkflow:
    """One dossier whose workflow does not go on. `since` None: no watch has seen it yet."""

    dossier: str
    cause: Cause
    code: str
    since: datetime | None
    version: str | None
    run: str | None


@dataclass(frozen=True)
class StuckWorkflows:
    """Those that were found. `or_more`: Temporal has more of them than were listed."""

    found: tuple[StuckWorkflow, ...]
    or_more: bool


async def stuck_workflows(temporal: Client, pool: Pool, scope: SearchScope) -> StuckWorkflows:
    """Every open dossier of the scope whose workflow does not go on. Raises RPCError, DatabaseUnavailable."""
    since = (datetime.now(UTC) - LOOKED_BACK).strftime("%Y-%m-%dT%H:%M:%SZ")
    failing = await _listed(temporal, FAILING)
    runs = await _listed(temporal, f'{ENDED_BADLY} and CloseTime > "{since}"')
    ended = {one.id: one for one in sorted(runs, key=lambda one: one.start_time)}  # the last run of each counts
    rows = {row.dossier: row for row in await StuckDossiers(pool).all(LISTED)}
    gone = {code: row for code, row in rows.items() if cause_named(row.code) is Cause.ENDED_EARLY}
    candidates = {**dict.fromkeys(gone), **ended}
    running = await running_among(temporal, candidates)
    open_ = await CausesInRegisters(pool).open_among([*candidates, *(one.id for one in failing)], scope)
    found = {one.id: _of_execution(one, problem_of(one), open_[one.id]) for one in failing if one.id in open_}
    for code, one in candidates.items():
        if code in open_ and code not in running and code not in found:
            found[code] = _ended(code, one, gone[code].code if code in gone else None, open_[code])
    return StuckWorkflows(tuple(found.values()), or_more=LISTED in (len(failing), len(runs)))


async def _listed(temporal: Client, query: str) -> list[WorkflowExecution]:
    return [one async for one in temporal.list_workflows(query, limit=LISTED)]


def _of_execution(one: WorkflowExecution, code: str, since: datetime | None) -> StuckWorkflow:
    return StuckWorkflow(one.id, cause_named(code), code, since, version_of(one), one.run_id)


def _ended(code: str, one: WorkflowExecution | None, told: str | None, since: datetime | None) -> StuckWorkflow:
    if one is None:
        return StuckWorkflow(code, Cause.ENDED_EARLY, told or "", since, None, None)
    return _of_execution(one, code_of_ended(one), one.close_time)


async def running_among(temporal: Client, codes: Collection[str]) -> dict[str, WorkflowExecution]:
    """The running workflow of each of these dossiers that has one. Raises RPCError."""
    found: dict[str, WorkflowExecution] = {}
    for some in _batches(codes):
        names = ", ".join(f'"{code}"' for code in some)
        query = f'WorkflowType = "Dossier" and ExecutionStatus = "Running" and WorkflowId in ({names})'
        found |= {one.id: one async for one in temporal.list_workflows(query)}
    return found


def _batches(codes: Iterable[str]) -> Iterable[list[str]]:
    left = iter(codes)
    while some := list(itertools.islice(left, AT_ONCE)):
        yield some


async def trace_of_task(temporal: Client, one: StuckWorkflow) -> FailureTrace | None:
    """Where the last workflow task of a dossier failed; None when its last events have no failure. Raises RPCError."""
    async for event in _last_events(temporal, one):
        if event.HasField("workflow_task_failed_event_attributes"):
            failed = event.workflow_task_failed_event_attributes
            return FailureTrace(
                dossier=one.dossier,
                at=event.event_time.ToDatetime(tzinfo=UTC),
                worker=failed.identity or None,
                build=failed.worker_version.build_id or None,
                types=types_in(failed.failure) or (_cause_name(failed.cause),),
                event=event_in(failed.failure),
                lines=lines_in(failed.failure),
            )
    return None


def _cause_name(cause: WorkflowTaskFailedCause.ValueType) -> str:
    """`non_deterministic_error`"""
    return WorkflowTaskFailedCause.Name(cause).removeprefix("WORKFLOW_TASK_FAILED_CAUSE_").lower()


async def trace_of_call(temporal: Client, dossier: str) -> FailureTrace | None:
    """Where the last try of a dossier's waiting call failed; None when none waits. Raises RPCError."""
    now = await described(temporal, dossier)
    pending = now.raw_description.pending_activities if now else ()
    for one in pending:
        if one.activity_type.name == PATIENT and one.HasField("last_failure"):
            at = one.last_attempt_complete_time if one.HasField("last_attempt_complete_time") else None
            return FailureTrace(
                dossier=dossier,
                at=at.ToDatetime(tzinfo=UTC) if at else None,
                worker=one.last_worker_identity or None,
                build=None,
                types=types_in(one.last_failure),
                lines=lines_in(one.last_failure),
            )
    return None


async def _last_events(temporal: Client, one: StuckWorkflow) -> AsyncIterator[HistoryEvent]:
    request = GetWorkflowExecutionHistoryReverseRequest(
        namespace=temporal.namespace,
        execution=WorkflowExecutionIds(workflow_id=one.dossier, run_id=one.run or ""),
        maximum_page_size=LAST_EVENTS,
    )
    try:
        answer = await temporal.workflow_service.get_workflow_execution_history_reverse(
            request, retry=True, timeout=WITHIN
        )
    except RPCError as failed:
        if failed.status is not RPCStatusCode.NOT_FOUND:
            raise
        return
    for event in answer.history.events:
        yield event


def counted_versions(versions: Mapping[str, str | None]) -> dict[str | None, int]:
    """How many dossiers each version of a worker ran last, the most first."""
    counts: dict[str | None, int] = {}
    for version in versions.values():
        counts[version] = counts.get(version, 0) + 1
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0] or "")))


def version_of(one: WorkflowExecution) -> str | None:
    """The version of the worker that completed the workflow's last task; None when none did.

    The name of the deployment and its build where workers are versioned, else the build alone.
    """
    for name in (VERSION, BUILDS):
        named = one.search_attributes.get(name) or ()
        if named:
            return str(named[-1]).rpartition("unversioned:")[2].removeprefix("versioned:")
    return None
