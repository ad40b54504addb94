"""Read models that an older release wrote: what a reader makes of them, and how all of them are written again.

The register has the form of each row (`FORM` in `domain.dossier.view`). In an older form a field may be missing whose
value only the events tell. So a reader evolves the dossier from its events; `renew` writes the row again, page by page,
and may be interrupted and repeated. Until then both are right.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import structlog

from activities.ledger.contracts import Fold, Progress, no_progress
from activities.ledger.integrity_report import Finding
from activities.ledger.pool import Connection, Pool, unavailable_as_answer
from activities.ledger.rebuild import EVENTS, PAGE, folded
from activities.ledger.rows import Row, event_of
from activities.ledger.tracing import sql_span
from domain.dossier.evolve import evolve_all
from domain.dossier.state import NotSubmitted, snapshot_of
from domain.dossier.view import FORM, DossierView
from domain.errors import DomainError
from domain.values import Value

log = structlog.get_logger(__name__)

OLDER = "select count(*) from dossier where form < $1"
OLDER_CODES = """
select code from dossier where form < $1 and (ended_at is null) = $2 and code > $3 order by code limit $4
"""


class Renewed(Value):
    """What was written again. `older`: how many rows had an older form."""

    older: int
    written: int
    problems: tuple[Finding, ...]


async def older(pool: Pool) -> int:
    """How many dossiers have read models of an older form. Raises DatabaseUnavailable."""
    with sql_span("ledger.older"), unavailable_as_answer():
        count: int = await pool.fetchval(OLDER, FORM)
    return count


async def renew(pool: Pool, fold: Fold, *, progress: Progress = no_progress, page: int = PAGE) -> Renewed:
    """Writes the read models of an older form again, those of open dossiers first, `page` in one transaction.

    A dossier whose events cannot be read keeps its row and is among the problems. Raises DatabaseUnavailable.
    """
    seen = written = 0
    problems: list[Finding] = []
    with sql_span("ledger.renew"), unavailable_as_answer():
        async with pool.acquire() as db:
            for still_open in (True, False):
                last = ""
                while codes := [row["code"] for row in await db.fetch(OLDER_CODES, FORM, still_open, last, page)]:
                    views, failed = await folded(db, codes, fold)
                    written += await _write(db, views)
                    problems += failed.values()
                    seen += len(codes)
                    progress(seen)
                    last = codes[-1]
    return Renewed(older=seen, written=written, problems=tuple(problems))


async def _write(db: Connection, views: Sequence[DossierView]) -> int:
    """Writes views in one transaction; returns how many. A view of a newer command stays."""
    rows = await db.fetch(
        "select put_view(view::jsonb) as written from unnest($1::text[]) as view",
        [view.model_dump_json() for view in views],
    )
    return sum(row["written"] for row in rows)


async def in_this_form(pool: Pool, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The rows, which have `code`, `version`, `form` and `snapshot`, with the snapshot as this release writes it.

    A snapshot is left as it is when its events cannot be read, and when it is of this form or of a newer one: fields
    that this release does not know are ignored. Raises DatabaseUnavailable.
    """
    found = [dict(row) for row in rows]
    old = {row["code"]: row for row in found if row["form"] < FORM}
    if not old:
        return found
    with sql_span("ledger.in_this_form", dossiers=len(old)), unavailable_as_answer():
        events = await pool.fetch(EVENTS, list(old))
    for code, recorded in groupby(events, key=lambda event: event["dossier"]):
        snapshot = _evolved(code, [event for event in recorded if event["version"] <= old[code]["version"]])
        if snapshot is not None and snapshot["version"] == old[code]["version"]:
            old[code]["snapshot"] = snapshot
    return found


def _evolved(code: str, rows: Sequence[Row]) -> dict[str, Any] | None:
    try:
        return snapshot_of(evolve_all(NotSubmitted(code), [event_of(row).event for row in rows]))
    except DomainError as unreadable:
        log.warning("snapshot_not_renewed", dossier=code, code=unreadable.code)
        return None
