"""The size of the workflow histories of some dossiers."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

from temporalio.client import Client

from tools.benchmark.driving.deadlines import Limits, NotInTime, within
from tools.benchmark.driving.driven_dossier import FAILURES, Driven


@dataclass
class HistorySizes:
    """The events and bytes of the histories of some dossiers."""

    events: list[int] = field(default_factory=list)
    bytes: list[int] = field(default_factory=list)

    @property
    def median_events(self) -> float | None:
        """The median number of events. None without any history."""
        return statistics.median(self.events) if self.events else None

    @property
    def median_bytes(self) -> float | None:
        """The median size. None without any history."""
        return statistics.median(self.bytes) if self.bytes else None


async def history_sizes(client: Client, dossiers: Sequence[Driven], limits: Limits) -> HistorySizes:
    """Reads the histories of these dossiers. A workflow that does not end in time becomes the dossier's problem."""
    sizes = HistorySizes()
    for driven in dossiers:
        try:
            events, length = await within(limits.call, _size(client, driven.code))
        except (NotInTime, *FAILURES) as problem:
            driven.problem = f"end: {problem}"
        else:
            sizes.events.append(events)
            sizes.bytes.append(length)
    return sizes


async def _size(client: Client, code: str) -> tuple[int, int]:
    """The events and bytes of a dossier's history, after its end."""
    handle = client.get_workflow_handle(code)
    await handle.result()
    info = (await handle.describe()).raw_description.workflow_execution_info
    return info.history_length, info.history_size_bytes
