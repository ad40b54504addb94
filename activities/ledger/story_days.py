"""Counts the events of one dossier by day and kind, for who wants to see a long story as a whole."""

from __future__ import annotations

from datetime import datetime

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.search.conditions import day_of
from activities.ledger.tracing import sql_span
from domain.values import VIETNAM, Code, Day, Value

BY_DAY = f"""
select {day_of("at")} as day, kind, count(*) as events, min(at) as first, max(at) as last, max(version) as newest
from event where dossier = $1 group by 1, 2 order by 1 desc, newest desc limit $2
"""  # noqa: S608  our own words


class DayOfKind(Value):
    """The events of one kind on one day: how many, from when to when, and the newest of them."""

    day: Day
    kind: str
    events: int
    first: datetime
    last: datetime
    newest: int


async def story_days(pool: Pool, code: Code, *, limit: int) -> tuple[list[DayOfKind], bool]:
    """The newest days, whole, as at most `limit` days of kinds, the newest day first; and whether there are older ones.

    Raises DatabaseUnavailable.
    """
    with sql_span("ledger.story_days", dossier=code), unavailable_as_answer():
        rows = await pool.fetch(BY_DAY, code, limit + 1)
    more = len(rows) > limit
    whole = [row for row in rows if row["day"] != rows[-1]["day"]] if more else rows  # the rest of its day may be cut
    return [DayOfKind.model_validate({**row, "day": row["day"].astimezone(VIETNAM).date()}) for row in whole], more
