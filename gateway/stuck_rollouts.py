"""Rollouts that nobody carries on, though they are neither finished nor stopped: dossiers wait under the old rule."""

from __future__ import annotations

from uuid import UUID

from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError

from activities.rollout_register import RolloutRegister
from gateway.lost_executors import ATTEMPTS, FORGOTTEN, described
from gateway.refused import EngineUnavailable
from workflows.rollout import workflow_id


async def stuck_rollouts(temporal: Client, register: RolloutRegister) -> dict[UUID, str]:
    """Each with what Temporal says of it. Raises EngineUnavailable, DatabaseUnavailable."""
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
            raise EngineUnavailable("temporal_unavailable", problem=failed.status.name) from failed
        if problem is not None:
            found[head.id] = problem
    return found


async def _problem(temporal: Client, rollout: UUID) -> str | None:
    executor = await described(temporal, workflow_id(rollout))
    if executor is None or executor.status is None:
        return FORGOTTEN
    if executor.status is not WorkflowExecutionStatus.RUNNING:
        return f"ended_{executor.status.name.lower()}"
    return "task_fails" if executor.raw_description.pending_workflow_task.attempt >= ATTEMPTS else None
