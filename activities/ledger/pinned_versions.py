"""The version of a procedure that each open dossier has pinned."""

from __future__ import annotations

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from domain.dossier.state import TERMINAL, State
from domain.values import Code, Hash, Instant, Value


class Pinned(Value):
    """One open dossier and the hash of the procedure it pinned."""

    code: Code
    state: State
    pinned: Hash
    received_at: Instant | None = None
    responsible: Code | None = None


async def open_dossiers_of(pool: Pool, procedure: str, *, after: str | None = None, limit: int = 1_000) -> list[Pinned]:
    """The open dossiers of a procedure in order of code, a page at a time. Raises DatabaseUnavailable."""
    with sql_span("ledger.pinned_versions", limit=limit), unavailable_as_answer():
        rows = await pool.fetch(
            "select code, state, snapshot -> 'pins' ->> 'procedure' as pinned, received_at, responsible from dossier "
            "where procedure = $1 and state <> all($2::text[]) "
            "and ($3::text is null or code_order(code) > code_order($3)) order by code_order(code) limit $4",
            procedure, sorted(TERMINAL), after, limit,
        )  # fmt: skip
    return [Pinned.model_validate(dict(row)) for row in rows]
