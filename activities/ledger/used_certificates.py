"""The certificates with which results were signed and sealed lately, as the events name them."""

from __future__ import annotations

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span

LATELY = 20_000
"""So many of the newest events are read: some minutes or hours of a province's work."""
USED = """
select body ->> 'certificate' as certificate from (
    select kind, body from event order by xid desc, "position" desc limit $1
) as newest where kind in ('result_signed', 'result_sealed') and body ? 'certificate'
group by 1 order by count(*) desc, 1 limit $2
"""


async def used_certificates(pool: Pool, most: int) -> list[str]:
    """The ids of the certificates, those that signed most first. Raises DatabaseUnavailable."""
    with sql_span("ledger.used_certificates"), unavailable_as_answer():
        rows = await pool.fetch(USED, LATELY, most)
    return [row["certificate"] for row in rows]
