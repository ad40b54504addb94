"""Counts the calls to outside systems that failed in one dossier, by system, day and reason."""

from __future__ import annotations

from datetime import datetime

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.search.conditions import day_of
from activities.ledger.tracing import sql_span
from domain.values import Code, Instant, Value

MOST = 500
FAILED = f"""
select system, code, min(at) as first, max(at) as last, count(*) as times
from (
    select (body ->> 'system') collate "C" as system, (body ->> 'code') collate "C" as code, at
    from event where dossier = $1 and kind = 'outside_call_failed' and at >= $2 and at <= $3
) as failed
group by system, code, {day_of("at")} order by max(at) desc limit $4
"""  # noqa: S608  our own words
"""Codes are compared byte by byte: the order of a language costs half of all the rest."""


class FailedCalls(Value):
    """The failed calls to one system on one day for one reason: how many, and from when to when."""

    system: str
    code: str
    first: Instant
    last: Instant
    times: int


async def failed_calls(pool: Pool, code: Code, first: datetime, end: datetime) -> list[FailedCalls]:
    """The failed calls of a dossier in this time, the oldest first: at most the newest 500 days of systems and reasons.

    Raises DatabaseUnavailable.
    """
    with sql_span("ledger.failed_calls", dossier=code), unavailable_as_answer():
        rows = await pool.fetch(FAILED, code, first, end, MOST)
    return [FailedCalls.model_validate(dict(row)) for row in reversed(rows)]
