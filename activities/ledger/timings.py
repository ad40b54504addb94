"""The times of several dossiers, from which the clocks of each are drawn."""

from __future__ import annotations

from collections.abc import Collection

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from domain.deadlines.clock import Timing
from domain.values import Code, Hash, Value


class PinnedTiming(Value):
    """The times of a dossier, and the calendar by which they are counted."""

    timing: Timing
    calendar: Hash


async def timings(pool: Pool, codes: Collection[Code]) -> dict[Code, PinnedTiming]:
    """The times by dossier. One whose clocks have not begun is left out. Raises DatabaseUnavailable."""
    with sql_span("ledger.timings", dossiers=len(codes)), unavailable_as_answer():
        rows = await pool.fetch(
            "select code, snapshot -> 'timing' as timing, snapshot #>> '{pins,calendar}' as calendar from dossier "
            "where code = any($1::text[]) and jsonb_typeof(snapshot -> 'timing') = 'object'",
            list(codes),
        )
    return {row["code"]: PinnedTiming(timing=row["timing"], calendar=row["calendar"]) for row in rows}
