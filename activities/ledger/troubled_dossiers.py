"""Reads the dossiers that are in trouble: a call to an outside system failed, or the workflow does not go on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from pydantic import ValidationError

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.search.conditions import WITH_INCIDENT, Condition, of_scope, written
from activities.ledger.search.query import SearchScope
from activities.ledger.tracing import sql_span
from domain.values import Code, Instant, Value

log = structlog.get_logger(__name__)

COLUMNS = (
    "found.code, procedure, state, received_by, responsible, coalesce(snapshot -> 'incidents', '[]') as incidents, "
    "stuck.code as stuck_because, stuck.since as stuck_since"
)
TROUBLED = f"code in (select code from dossier where {WITH_INCIDENT} union all select dossier from stuck_dossier)"  # noqa: S608
"""Each part is read by an index of its own."""
OF_SYSTEM = f"{WITH_INCIDENT} and incident_systems ? {{}}"


class OpenIncident(Value):
    """A call to an outside system that failed and has not succeeded yet. `final`: it is not retried by itself."""

    effect: str
    system: str
    code: str
    since: Instant
    failures: int
    final: bool


class TroubledDossier(Value):
    """A dossier with its open incidents, and why and since when its workflow is stuck, if it is."""

    code: Code
    procedure: Code
    state: str
    received_by: Code
    responsible: Code | None
    incidents: tuple[OpenIncident, ...]
    stuck_because: str | None
    stuck_since: Instant | None


class TroubledDossiers:
    """Finds them. It raises DatabaseUnavailable when the database does not answer."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def of(
        self,
        scope: SearchScope,
        *,
        system: str | None = None,
        stuck: bool = False,
        code: str | None = None,
        place: tuple[str, bool] | None = None,
        limit: int,
    ) -> list[TroubledDossier]:
        """Up to `limit` troubled dossiers in the order of their codes, from a place on, the nearest first.

        `system`: only those with an incident of this system. `stuck`: only those whose workflow is stuck. `code`:
        only this dossier. `place`: after this code, or (True) before it.
        Incidents that cannot be read are left out and logged.
        """
        after, back = place or ("", False)
        conditions = [*of_scope(scope), _troubled(system)]
        if code is not None:
            conditions.append(Condition("code = {}", (code,)))
        if stuck:
            conditions.append(Condition("code in (select dossier from stuck_dossier)"))
        if place is not None:
            conditions.append(Condition("code < {}" if back else "code > {}", (after,)))
        where, arguments = written(conditions)
        direction = "desc" if back else "asc"
        with sql_span("ledger.troubled_dossiers"), unavailable_as_answer():
            rows = await self._pool.fetch(
                f"select {COLUMNS} from ("  # noqa: S608  our own columns
                f" select * from dossier where {where} order by code {direction} limit {limit:d}"
                ") as found left join stuck_dossier as stuck on stuck.dossier = found.code "
                f"order by found.code {direction}",
                *arguments,
            )
        return [_read(row) for row in rows]


def _troubled(system: str | None) -> Condition:
    return Condition(TROUBLED) if system is None else Condition(OF_SYSTEM, (system,))


def _read(row: Mapping[str, Any]) -> TroubledDossier:
    try:
        return TroubledDossier.model_validate(dict(row))
    except ValidationError as problem:
        log.error("register_unreadable", dossier=row["code"], problems=problem.error_count())
        return TroubledDossier.model_validate({**row, "incidents": ()})
