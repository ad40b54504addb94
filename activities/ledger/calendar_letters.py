"""By which letters the calendar of open dossiers changed: the lists tell it beside the dates."""

from __future__ import annotations

from collections.abc import Sequence

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from domain.values import Instant, Value


class ChangedBy(Value):
    """A letter that changed the calendar of an open dossier. The version of the calendar's file does not tell of it."""

    at: Instant
    letter: str


async def letters_of(pool: Pool, codes: Sequence[str]) -> dict[str, tuple[ChangedBy, ...]]:
    """The letters of those of these dossiers that met one, in order of time. Raises DatabaseUnavailable."""
    with sql_span("ledger.letters", dossiers=len(codes)), unavailable_as_answer():
        rows = await pool.fetch(
            "select dossier, at, body ->> 'letter' as letter from event "
            "where dossier = any($1::text[]) and kind = 'calendar_changed' order by dossier, version",
            list(codes),
        )
    found: dict[str, tuple[ChangedBy, ...]] = {}
    for row in rows:
        named = ChangedBy(at=row["at"], letter=str(row["letter"]))
        found[row["dossier"]] = (*found.get(row["dossier"], ()), named)
    return found
