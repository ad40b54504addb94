"""Finds rollouts that do not go on, although they are neither finished nor stopped: dossiers keep the old rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from temporalio.api.failure.v1 import Failure
from temporalio.api.workflow.v1 import PendingActivityInfo
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError

from activities.rollouts.register import RolloutRegister
from domain.messages.dossier import DossierRefusal
from domain.messages.record import RecordRefusal
from domain.messages.repairs import RepairRefusal
from domain.messages.rollouts import RolloutRefusal
from gateway.client.engine_errors import EngineUnavailable
from gateway.client.watching.lost_executors import ATTEMPTS, code_of_ended, described
from workflows.rollout import workflow_id

REFUSED = (
    RecordRefusal.DATABASE_REFUSED,
    RecordRefusal.LEDGER_REFUSED,
    RolloutRefusal.ROLLOUT_UNREADABLE,
    RepairRefusal.REPAIR_PLAN_UNREADABLE,
)
"""Refusals that another try does not overcome."""


async def stuck_rollouts(temporal: Client, register: RolloutRegister) -> dict[UUID, str]:
    """The stuck rollouts, each with the code of its cause. Raises EngineUnavailable, DatabaseUnavailable."""
    found: dict[UUID, str] = {}
    for head in await register.heads():
        if head.finished_at is not None or head.abandoned_at is not None:
            continue
        acts = await register.acts(head.id)
        if acts and acts[-1].act == "stopped":
            continue
        try:
            problem = await _problem(temporal, head.id)
        except RPCError as failed:
            raise EngineUnavailable(DossierRefusal.TEMPORAL_UNAVAILABLE, problem=failed.status.name) from failed
        if problem is not None:
            found[head.id] = problem
    return found


async def _problem(temporal: Client, rollout: UUID) -> str | None:
    executor = await described(temporal, workflow_id(rollout))
    if executor is None or executor.status is not WorkflowExecutionStatus.RUNNING:
        return code_of_ended(executor)
    if executor.raw_description.pending_workflow_task.attempt >= ATTEMPTS:
        return "task_fails"
    return next(_refused(executor.raw_description.pending_activities), None)


def _refused(activities: Iterable[PendingActivityInfo]) -> Iterator[str]:
    """The codes by which activities are refused at every try; only a person can change that."""
    for one in activities:
        if one.attempt >= ATTEMPTS:
            yield from (code for code in _codes(one.last_failure) if code in REFUSED)


def _codes(failure: Failure) -> Iterator[str]:
    """The error types of a failure and its causes, the outermost first. Temporal wraps a long failure in its own."""
    yield failure.application_failure_info.type
    if failure.HasField("cause"):
        yield from _codes(failure.cause)
