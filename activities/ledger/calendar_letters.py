"""The letters that changed the calendars of dossiers. Lists show them beside the dates."""

from __future__ import annotations

from collections.abc import Sequence

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from domain.values import Instant, Value


class ChangedBy(Value):
    """A letter that changed the calendar of an open dossier."""

    at: Instant
    letter: str


async def letters_of(pool: Pool, codes: Sequence[str]) -> dict[str, tuple[ChangedBy, ...]]:
    """The letters by dossier, in order of time. A dossier without a letter is left out. Raises DatabaseUnavailable."""
    with sql_span("ledger.letters", dossiers=len(codes)), unavailable_as_answer():
        rows = await pool.fetch(
            "select dossier, at, body ->> 'letter' as letter from event "
            "where dossier = any($1::text[]) and kind = 'calendar_changed' order by dossier, version",
            list(codes),
        )
    found: dict[str, tuple[ChangedBy, ...]] = {}
    for row in rows:
        letter = ChangedBy(at=row["at"], letter=str(row["letter"]))
        found[row["dossier"]] = (*found.get(row["dossier"], ()), letter)
    return found
