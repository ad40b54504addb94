"""What the record already says, for a workflow that finds it was ahead: after a reset, a wakening, another writer."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field
from temporalio import activity

from activities.ledger.pool import Pool
from activities.ledger.reading import LedgerReader
from activities.ledger.temporal_errors import as_application_error
from domain.dossier.events import Event
from domain.values import Code, Value


class Since(Value):
    """The events of a dossier after a version, to the last."""

    dossier: Code
    after_version: int


class Past(Value):
    """Those events, in order; and the commands that wrote them, each with its first and last version."""

    events: tuple[Event, ...]
    acted: dict[UUID, tuple[int, int]] = Field(default_factory=dict)
    fingerprints: dict[UUID, str] = Field(default_factory=dict)
    """What they said, where that was written."""


class HistoryReader:
    """Reads the record back for workflows."""

    def __init__(self, pool: Pool) -> None:
        self._reader = LedgerReader(pool)

    @activity.defn(name="ledger.since")
    async def since(self, request: Since) -> Past:
        """The events after `after_version`; `database_unavailable` is retried."""
        with as_application_error(request.dossier):
            rows = await self._reader.history(request.dossier, request.after_version)
            fingerprints = await self._reader.fingerprints(request.dossier, request.after_version)
        acted: dict[UUID, tuple[int, int]] = {}
        for row in rows:
            first, _ = acted.get(row.command_id, (row.version, row.version))
            acted[row.command_id] = (first, row.version)
        return Past(events=tuple(row.event for row in rows), acted=acted, fingerprints=fingerprints)
