"""What the end of a run's history tells: whether its last task failed, which build did it, and what the workflow knows.

One answer of Temporal tells all three, and no worker is asked.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client

from gateway.client.reconciling.known_versions import from_the_end, known_in
from gateway.client.watching.failed_tasks import LAST_EVENTS, FailedTask, failed_task_in


@dataclass
class HistoryEnd:
    """`failed`: the last task failed so. `build`: the worker of the last completed task; None: none is in the part
    that was read, or a task timed out after it."""

    failed: FailedTask | None
    build: str | None
    _read: Sequence[HistoryEvent]
    _rest: AsyncIterator[Sequence[HistoryEvent]] = field(repr=False)

    async def known(self, temporal: Client) -> int:
        """The version of the dossier that the workflow has; 0: none. Raises RPCError."""
        return (await known_in(self._pages(), temporal.data_converter)).version

    async def _pages(self) -> AsyncIterator[Sequence[HistoryEvent]]:
        yield self._read
        async for page in self._rest:
            yield page


async def history_end(temporal: Client, workflow: str, run: str) -> HistoryEnd:
    """Reads it. Raises RPCError."""
    pages = from_the_end(temporal, workflow, run, LAST_EVENTS)
    events = await anext(pages)
    failed = await failed_task_in(events, temporal.data_converter)
    return HistoryEnd(failed, _build(events), events, pages)


def _build(events: Sequence[HistoryEvent]) -> str | None:
    for event in events:
        if event.HasField("workflow_task_completed_event_attributes"):
            done = event.workflow_task_completed_event_attributes
            return done.deployment_version.build_id or done.worker_version.build_id or None
        if event.HasField("workflow_task_timed_out_event_attributes"):
            return None
    return None
