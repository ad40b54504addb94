"""The dossiers that were open at some time of a period, a page at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span

PAGE = 500
OPEN_BETWEEN = """
select code from dossier
where (ended_at is null or ended_at >= $1) and (received_at is null or received_at < $2) and code > $3
order by code limit $4
"""


async def dossiers_between(pool: Pool, since: datetime, until: datetime) -> AsyncIterator[str]:
    """The codes of dossiers received before `until` that had not ended before `since`. Raises DatabaseUnavailable."""
    after = ""
    while True:
        with sql_span("ledger.dossiers_between"), unavailable_as_answer():
            rows = await pool.fetch(OPEN_BETWEEN, since, until, after, PAGE)
        for row in rows:
            yield row["code"]
        if len(rows) < PAGE:
            return
        after = rows[-1]["code"]
