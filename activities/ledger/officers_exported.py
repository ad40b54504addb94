"""The register of event logs that were written with the internal codes of officers."""

from __future__ import annotations

from typing import Any

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from domain.values import Code, Name, Value


class OfficersExported(Value):
    """One order. `wanted`: the filter and the span, as JSON. `dossiers`: how many the filter found."""

    who: Code
    why: Name
    format: str
    wanted: dict[str, Any]
    dossiers: int


async def record(pool: Pool, order: OfficersExported) -> None:
    """Writes the order down, before the first line of the file. Raises DatabaseUnavailable."""
    with sql_span("ledger.officers_exported"), unavailable_as_answer():
        await pool.execute(
            "insert into officers_exported (who, why, format, wanted, dossiers) values ($1, $2, $3, $4, $5)",
            order.who,
            order.why,
            order.format,
            order.wanted,
            order.dossiers,
        )
