"""Reads events of the ledger for a workflow that lacks them: after a reset, a restart, or another writer."""

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
    """Asks for all events of a dossier after a version."""

    dossier: Code
    after_version: int


class Past(Value):
    """These events in order, and the commands that wrote them with their first and last versions."""

    events: tuple[Event, ...]
    acted: dict[UUID, tuple[int, int]] = Field(default_factory=dict)
    fingerprints: dict[UUID, str] = Field(default_factory=dict)
    """The fingerprints of these commands. The first release wrote none."""


class HistoryReader:
    """Reads events of the ledger for workflows."""

    def __init__(self, pool: Pool) -> None:
        self._reader = LedgerReader(pool)

    @activity.defn(name="ledger.since")
    async def since(self, request: Since) -> Past:
        """The events after `after_version`. Temporal retries `database_unavailable`."""
        with as_application_error(request.dossier):
            rows = await self._reader.history(request.dossier, request.after_version)
            fingerprints = await self._reader.fingerprints(request.dossier, request.after_version)
        versions: dict[UUID, tuple[int, int]] = {}
        for row in rows:
            first, _ = versions.get(row.command_id, (row.version, row.version))
            versions[row.command_id] = (first, row.version)
        return Past(events=tuple(row.event for row in rows), acted=versions, fingerprints=fingerprints)
