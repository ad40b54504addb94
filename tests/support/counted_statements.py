"""The statements that a pool sends to PostgreSQL."""

from __future__ import annotations

from activities.ledger.pool import Pool


async def counted_statements(pool: Pool) -> list[str]:
    """A list to which the texts of all statements are added from now on. The pool must have one connection."""
    assert pool.get_max_size() == 1
    sent: list[str] = []
    async with pool.acquire() as db:
        db.add_query_logger(lambda record: sent.append(record.query))
    return sent
