"""Which dossiers came from the national interconnection software, and under which identifier there."""

from __future__ import annotations

from collections.abc import Collection

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from domain.values import Code, Instant, Value

KEY_PREFIX = "lien-thong."
"""Begins the key of a submission that was taken from the software; its identifier there follows."""

APPLICATIONS = """
select whole.code as dossier, whole.whole, substr(key, length($2) + 1) as application
from (
    select code, coalesce(snapshot #>> '{parent,dossier}', code) as whole from dossier where code = any ($1)
    union select code, code from dossier_code where code = any ($1)
) as whole join dossier_code on dossier_code.code = whole.whole where starts_with(key, $2)
"""
"""A child has the application of its whole. The code is given before the first event, so a relay never misses it."""


def key_of(application: str) -> str:
    """The key of the submission of an application. The same application is always the same dossier."""
    return f"{KEY_PREFIX}{application}"


async def applications_of(pool: Pool, dossiers: Collection[Code]) -> dict[Code, str]:
    """The identifier of the application of each dossier that has one, also for the children of its whole.

    Raises DatabaseUnavailable when the database does not answer.
    """
    with sql_span("ledger.interconnected"), unavailable_as_answer():
        rows = await pool.fetch(APPLICATIONS, list(dossiers), KEY_PREFIX)
    return {row["dossier"]: row["application"] for row in rows}


class HeldStatus(Value):
    """An entry that a relay set aside, with the place of its event in the order of the ledger."""

    dossier: Code
    version: int
    code: str
    again_at: Instant | None
    xid: int
    position: int

    @property
    def place(self) -> tuple[int, int]:
        """The place in the order."""
        return self.xid, self.position


HELD = """
select entry.dossier, entry.version, entry.code, entry.again_at, event.xid, event.position
from relay_problem as entry join event using (dossier, version)
where reader = $1 and mended_at is null order by event.xid, event.position limit $2
"""


async def held_statuses(pool: Pool, relay: str, limit: int) -> list[tuple[str, HeldStatus]]:
    """What the relay set aside, in the order of the ledger, each with the identifier of its application."""
    with sql_span("ledger.held_statuses"), unavailable_as_answer():
        rows = await pool.fetch(HELD, relay, limit)
    held = [HeldStatus.model_validate(dict(row)) for row in rows]
    known = await applications_of(pool, {one.dossier for one in held}) if held else {}
    return [(known[one.dossier], one) for one in held if one.dossier in known]
