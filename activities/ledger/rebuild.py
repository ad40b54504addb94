"""Writes the read models anew from the ledger, while work goes on: a newer command's view is never overwritten."""

from __future__ import annotations

from itertools import groupby

from activities.ledger.findings import Problem, Rebuilt, problem
from activities.ledger.interface import Fold, Progress, no_progress
from activities.ledger.pool import Connection, Pool, unavailable_as_answer
from activities.ledger.rows import EVENT_COLUMNS, event_of
from activities.ledger.tracing import sql_span
from activities.ledger.verification import WHOLE_TABLE
from domain.dossier.view import DossierView

PAGE = 200
"""Dossiers written in one transaction."""

CODES = "select distinct dossier from event where dossier > $1 order by dossier limit $2"
EVENTS = f"select {EVENT_COLUMNS} from event where dossier = any ($1) order by dossier, version"  # noqa: S608
UNFOUNDED = """
delete from dossier
where not exists (select from event where event.dossier = dossier.code and event.version >= dossier.version)
returning code
"""
STRAY = "delete from work_item where not exists (select from dossier where dossier.code = work_item.dossier)"


async def rebuild(pool: Pool, fold: Fold, *, progress: Progress = no_progress) -> Rebuilt:
    """Folds every dossier again and puts its read models in that state; removes those that no event bears
    out.

    A dossier that cannot be folded keeps its old view and is named among the problems; the others go on. Safe to
    interrupt and to repeat. Raises DatabaseUnavailable.
    """
    dossiers = written = 0
    problems: list[Problem] = []
    with sql_span("ledger.rebuild"), unavailable_as_answer():
        async with pool.acquire() as db:
            removed = len(await db.fetch(UNFOUNDED, timeout=WHOLE_TABLE))
            last = ""
            while codes := [row["dossier"] for row in await db.fetch(CODES, last, PAGE)]:
                views, failed = await _folded(db, codes, fold)
                written += await _write(db, views)
                problems += failed
                dossiers += len(codes)
                progress(dossiers)
                last = codes[-1]
            await db.execute(STRAY, timeout=WHOLE_TABLE)
    overtaken = dossiers - len(problems) - written
    return Rebuilt(dossiers=dossiers, written=written, overtaken=overtaken, removed=removed, problems=tuple(problems))


async def _folded(db: Connection, codes: list[str], fold: Fold) -> tuple[list[DossierView], list[Problem]]:
    views, failed = [], []
    for code, rows in groupby(await db.fetch(EVENTS, codes), key=lambda row: row["dossier"]):
        try:
            views.append(fold([event_of(row) for row in rows]))
        except Exception as failure:
            failed.append(problem("cannot_be_folded", code, found=type(failure).__name__))
    return views, failed


async def _write(db: Connection, views: list[DossierView]) -> int:
    rows = await db.fetch(
        "select put_view(view::jsonb) as written from unnest($1::text[]) as view",
        [view.model_dump_json() for view in views],
    )
    return sum(row["written"] for row in rows)
