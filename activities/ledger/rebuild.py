"""Writes the read models again from the events while work goes on. It never overwrites the view of a newer command.

The register of numbers in use is written again too. Release 0.1 did not reserve numbers, so two dossiers may have the
same number; the register then gives it to the earlier dossier.
"""

from __future__ import annotations

from itertools import groupby

from activities.ledger.contracts import Fold, Progress, no_progress
from activities.ledger.integrity_report import Finding, Rebuilt, finding
from activities.ledger.pool import Connection, Pool, unavailable_as_answer
from activities.ledger.rows import EVENT_COLUMNS, event_of
from activities.ledger.tracing import sql_span
from activities.ledger.verification.walk import WHOLE_TABLE
from domain.dossier.view import DossierView
from domain.messages.findings import RecordFinding

PAGE = 200
"""Dossiers written in one transaction."""

CODES = "select distinct dossier from event where dossier > $1 order by dossier limit $2"
EVENTS = f"select {EVENT_COLUMNS} from event where dossier = any ($1) order by dossier, version"  # noqa: S608
UNFOUNDED = """
delete from dossier
where not exists (select from event where event.dossier = dossier.code and event.version >= dossier.version)
returning code
"""
NUMBERS_STAND_STILL = "lock table number_in_use in share row exclusive mode"
"""While it is held nobody reserves or releases a number between the reading of the events and the writing."""
UNFOUNDED_NUMBERS = """
delete from number_in_use held
where dossier = any ($1) and not exists (
    select from numbers_of($1) claimed
    where (claimed.kind, claimed.register, claimed.number, claimed.dossier)
        = (held.kind, held.register, held.number, held.dossier)
)
"""
CLAIMED_NUMBERS = """
with claimed as (
    select distinct on (kind, register, number) claim.*, xid, position
    from numbers_of($1) claim join event using (dossier, version)
    order by kind, register, number, xid, position
),
of_holder as (
    select claim.*, xid, position
    from numbers_of(array(
        select held.dossier from number_in_use held join claimed using (kind, register, number)
    )) claim join event using (dossier, version)
)
insert into number_in_use as held
select kind, register, number, dossier, settled from claimed
on conflict (kind, register, number) do update set dossier = excluded.dossier, settled = excluded.settled
where (held.dossier, held.settled) <> (excluded.dossier, excluded.settled) and not exists (
    select from of_holder join claimed using (kind, register, number)
    where (of_holder.kind, of_holder.register, of_holder.number, of_holder.dossier)
        = (held.kind, held.register, held.number, held.dossier)
      and (of_holder.xid, of_holder.position) < (claimed.xid, claimed.position)
)
"""
NUMBERS_OF_NOBODY = """
delete from number_in_use where not exists (select from event where event.dossier = number_in_use.dossier)
"""
STRAY = "delete from work_item where not exists (select from dossier where dossier.code = work_item.dossier)"


async def rebuild(pool: Pool, fold: Fold, *, progress: Progress = no_progress, page: int = PAGE) -> Rebuilt:
    """Writes the read models of every dossier from its events, and corrects the register of numbers.

    A read model whose version has no event is removed. A dossier whose events cannot be read keeps its old view and is
    among the problems; the others go on. It may be interrupted and repeated. `page` dossiers are written in one
    transaction. Raises DatabaseUnavailable.
    """
    dossiers = written = numbers = 0
    problems: list[Finding] = []
    with sql_span("ledger.rebuild"), unavailable_as_answer():
        async with pool.acquire() as db:
            removed = len(await db.fetch(UNFOUNDED, timeout=WHOLE_TABLE))
            last = ""
            while codes := [row["dossier"] for row in await db.fetch(CODES, last, page)]:
                views, failed = await folded(db, codes, fold)
                written += await write(db, views)
                numbers += await _claim(db, codes)
                problems += failed
                dossiers += len(codes)
                progress(dossiers)
                last = codes[-1]
            await db.execute(STRAY, timeout=WHOLE_TABLE)
            numbers += _rows(await db.execute(NUMBERS_OF_NOBODY, timeout=WHOLE_TABLE))
    overtaken = dossiers - len(problems) - written
    return Rebuilt(
        dossiers=dossiers,
        written=written,
        overtaken=overtaken,
        removed=removed,
        numbers=numbers,
        problems=tuple(problems),
    )


async def folded(db: Connection, codes: list[str], fold: Fold) -> tuple[list[DossierView], list[Finding]]:
    """The views of these dossiers, and those whose events cannot be read."""
    views, failed = [], []
    for code, rows in groupby(await db.fetch(EVENTS, codes), key=lambda row: row["dossier"]):
        try:
            views.append(fold([event_of(row) for row in rows]))
        except Exception as failure:
            failed.append(finding(RecordFinding.CANNOT_BE_FOLDED, code, found=type(failure).__name__))
    return views, failed


async def write(db: Connection, views: list[DossierView]) -> int:
    """Writes views in one transaction; returns how many. A view of a newer command stays."""
    rows = await db.fetch(
        "select put_view(view::jsonb) as written from unnest($1::text[]) as view",
        [view.model_dump_json() for view in views],
    )
    return sum(row["written"] for row in rows)


async def _claim(db: Connection, codes: list[str]) -> int:
    """Corrects the numbers of these dossiers; returns how many rows were changed."""
    async with db.transaction():
        await db.execute(NUMBERS_STAND_STILL)
        return sum([_rows(await db.execute(statement, codes)) for statement in (UNFOUNDED_NUMBERS, CLAIMED_NUMBERS)])


def _rows(status: str) -> int:
    """How many rows a statement changed, from PostgreSQL's status (`DELETE 3`)."""
    return int(status.rpartition(" ")[2])
