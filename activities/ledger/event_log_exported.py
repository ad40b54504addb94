"""The register of event logs that were taken through the API or the console."""

from __future__ import annotations

from typing import Any

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from domain.values import Code, Instant, Value


class EventLogTaken(Value):
    """One log. `wanted`: the filter, the span and the scope, as JSON. `dossiers`: how many the filter found."""

    who: Code
    format: str
    wanted: dict[str, Any]
    dossiers: int


class EventLogEntry(EventLogTaken):
    """One log in the register, with the time of its record."""

    at: Instant


class EventLogsExported:
    """Both methods raise DatabaseUnavailable when the database does not answer."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def record(self, taken: EventLogTaken) -> None:
        """Writes down who takes a log, before its first line."""
        with sql_span("ledger.event_log_exported"), unavailable_as_answer():
            await self._pool.execute(
                "insert into event_log_exported (who, format, wanted, dossiers) values ($1, $2, $3, $4)",
                taken.who,
                taken.format,
                taken.wanted,
                taken.dossiers,
            )

    async def latest(self, most: int) -> list[EventLogEntry]:
        """The latest logs, the newest first."""
        with sql_span("ledger.event_logs_exported"), unavailable_as_answer():
            rows = await self._pool.fetch(
                "select who, format, wanted, dossiers, at from event_log_exported order by number desc limit $1", most
            )
        return [EventLogEntry.model_validate(dict(row)) for row in rows]
