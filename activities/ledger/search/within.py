"""Which of these dossiers are within a caller's scope."""

from __future__ import annotations

from collections.abc import Collection

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.search.conditions import Condition, of_scope, written
from activities.ledger.search.query import SearchScope
from activities.ledger.tracing import sql_span


async def within(pool: Pool, codes: Collection[str], scope: SearchScope) -> frozenset[str]:
    """Those of the codes whose dossier exists and is within the scope. Raises DatabaseUnavailable."""
    where, arguments = written([Condition("code = any({}::text[])", (list(codes),)), *of_scope(scope)])
    with sql_span("dossiers.within"), unavailable_as_answer():
        rows = await pool.fetch(f"select code from dossier where {where}", *arguments)  # noqa: S608  our conditions
    return frozenset(str(row["code"]) for row in rows)
