"""The list of what a relay could not hand on, for a person to mend: nothing on it holds the rest up."""

from __future__ import annotations

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from domain.values import Instant, Value


class SetAside(Value):
    """One event that a relay set aside: why, and when."""

    relay: str
    dossier: str
    version: int
    code: str
    at: Instant


class SetAsideList:
    """The open entries. Everything raises DatabaseUnavailable where the database is not there."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def put(self, relay: str, dossier: str, version: int, code: str) -> None:
        """An event goes on the list, or is on it again."""
        with sql_span("relay.set_aside", dossier=dossier), unavailable_as_answer():
            await self._pool.execute(
                "insert into relay_problem (reader, dossier, version, code) values ($1, $2, $3, $4)"
                " on conflict (reader, dossier, version) do update set code = $4, mended_at = null",
                relay,
                dossier,
                version,
                code,
            )

    async def open(self, limit: int = 1_000) -> list[SetAside]:
        """What nobody has mended yet, the oldest first."""
        with sql_span("relay.set_aside"), unavailable_as_answer():
            rows = await self._pool.fetch(
                "select reader as relay, dossier, version, code, at from relay_problem"
                " where mended_at is null order by at limit $1",
                limit,
            )
        return [SetAside.model_validate(dict(row)) for row in rows]
