"""When the outside calls of a dossier are tried next: Temporal knows, because it makes the tries."""

from __future__ import annotations

from datetime import UTC, timedelta

from temporalio.api.workflow.v1 import PendingActivityInfo
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from domain.messages.dossier import DossierRefusal
from domain.values import Instant, Value
from gateway.client.engine_errors import EngineUnavailable

PATIENT = "outside.patient"
WITHIN = timedelta(seconds=3)
"""The longest time that one question to Temporal takes."""


class NextTry(Value):
    """A call that is tried again by itself."""

    system: str
    tries: int
    """How often the patient call was tried."""
    next_at: Instant | None
    """None: it is being tried now, or waits for a place."""
    code: str
    """Why the last try failed; empty when none did."""


async def next_tries(temporal: Client, code: str, task_queue: str) -> tuple[NextTry, ...]:
    """The calls of a dossier that are tried again. Empty when no workflow runs. Raises EngineUnavailable."""
    try:
        described = await temporal.get_workflow_handle(code).describe(rpc_timeout=WITHIN)
    except RPCError as failed:
        if failed.status is RPCStatusCode.NOT_FOUND:
            return ()
        raise EngineUnavailable(DossierRefusal.TEMPORAL_UNAVAILABLE, problem=failed.status.name) from failed
    pending = described.raw_description.pending_activities
    return tuple(_next(one, task_queue) for one in pending if one.activity_type.name == PATIENT)


def _next(one: PendingActivityInfo, task_queue: str) -> NextTry:
    waits = one.HasField("next_attempt_schedule_time")
    return NextTry(
        system=one.activity_options.task_queue.name.removeprefix(f"{task_queue}-"),
        tries=one.attempt,
        next_at=one.next_attempt_schedule_time.ToDatetime(tzinfo=UTC) if waits else None,
        code=one.last_failure.application_failure_info.type,
    )
