"""The former units of dossiers whose units have merged. The register shows the old name beside the new one."""

from __future__ import annotations

from collections.abc import Sequence

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from domain.dossier.events import UnitMove


async def former_units(pool: Pool, codes: Sequence[str]) -> dict[str, tuple[UnitMove, ...]]:
    """The moves by dossier, in order. A dossier without a move is left out. Raises DatabaseUnavailable."""
    with sql_span("ledger.former_units", dossiers=len(codes)), unavailable_as_answer():
        rows = await pool.fetch(
            "select code, snapshot -> 'moved_units' as moves from dossier "
            "where code = any($1::text[]) and jsonb_array_length(snapshot -> 'moved_units') > 0",
            list(codes),
        )
    return {row["code"]: tuple(UnitMove.model_validate(move) for move in row["moves"]) for row in rows}
