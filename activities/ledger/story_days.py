"""Counts the events of one dossier by day and kind, for who wants to see a long story as a whole."""

from __future__ import annotations

from datetime import datetime

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from domain.values import VIETNAM, Code, Day, Value

BY_DAY = """
select date_trunc('day', at, 'Asia/Ho_Chi_Minh') as midnight, kind, count(*) as events,
       min(at) as first, max(at) as last, max(version) as newest
from event where dossier = $1 group by 1, 2 order by 1 desc, newest desc limit $2
"""


class DayOfKind(Value):
    """The events of one kind on one day: how many, from when to when, and the newest of them."""

    day: Day
    kind: str
    events: int
    first: datetime
    last: datetime
    newest: int


async def story_days(pool: Pool, code: Code, *, limit: int) -> list[DayOfKind]:
    """The newest `limit` days of kinds, the newest day first. Raises DatabaseUnavailable."""
    with sql_span("ledger.story_days", dossier=code), unavailable_as_answer():
        rows = await pool.fetch(BY_DAY, code, limit)
    return [DayOfKind(day=row["midnight"].astimezone(VIETNAM).date(), **dict(list(row.items())[1:])) for row in rows]
