"""Compares the register and the work-lists with the events, column by column. `ledger rebuild` repairs them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from activities.ledger.contracts import Fold
from activities.ledger.integrity_report import Finding, finding
from activities.ledger.pool import Connection
from activities.ledger.rows import SUMMARY_COLUMNS, WORK_COLUMNS, Row
from activities.ledger.verification.chains import Chain
from domain.dossier.view import DossierSummary, DossierView, WorkItem
from domain.messages.findings import RecordFinding

LONGEST_SHOWN = 120
"""The most characters of a value in a finding."""

REGISTER = f"select {SUMMARY_COLUMNS}, snapshot from dossier where code = any ($1)"  # noqa: S608  our own columns
WORK = f"select {WORK_COLUMNS} from work_item where dossier = any ($1)"  # noqa: S608
WITHOUT_EVENTS = """
select code, version from dossier
where ($1::text is null or code = $1) and not exists (select from event where event.dossier = dossier.code)
"""
WORK_WITHOUT_EVENTS = """
select dossier, act, unit from work_item
where ($1::text is null or dossier = $1) and not exists (select from event where event.dossier = work_item.dossier)
"""


async def compare_read_models(db: Connection, chains: Sequence[Chain], fold: Fold | None) -> list[Finding]:
    """The differences for these dossiers. Without `fold` only the version in the register is compared."""
    codes = [chain.dossier for chain in chains]
    register = {row["code"]: row for row in await db.fetch(REGISTER, codes)}
    work: dict[str, list[Row]] = {code: [] for code in codes}
    for row in await db.fetch(WORK, codes):
        work[row["dossier"]].append(row)
    problems = []
    for chain in chains:
        row = register.get(chain.dossier)
        if row is None or row["version"] != chain.version:
            found = None if row is None else row["version"]
            problems.append(_of(chain, RecordFinding.VIEW_BEHIND, "dossier", "version", chain.version, found))
        elif fold is not None and chain.whole:
            problems += _differences(chain, row, work[chain.dossier], fold)
    return problems


async def read_models_without_events(db: Connection, code: str | None, patience: float) -> list[Finding]:
    """Rows of dossiers that have no event."""
    problems = [
        finding(RecordFinding.VIEW_WITHOUT_EVENTS, row["code"], row["version"], table="dossier")
        for row in await db.fetch(WITHOUT_EVENTS, code, timeout=patience)
    ]
    problems += [
        finding(RecordFinding.WORK_UNFOUNDED, row["dossier"], table="work_item", found=f"{row['act']} {row['unit']}")
        for row in await db.fetch(WORK_WITHOUT_EVENTS, code, timeout=patience)
    ]
    return problems


def _differences(chain: Chain, row: Row, work: list[Row], fold: Fold) -> list[Finding]:
    try:
        view = fold(chain.events)
    except Exception as failure:
        return [finding(RecordFinding.CANNOT_BE_FOLDED, chain.dossier, chain.version, found=type(failure).__name__)]
    return [*_of_the_register(chain, row, view), *_of_the_work(chain, work, view)]


def _of_the_register(chain: Chain, row: Row, view: DossierView) -> list[Finding]:
    wanted = [(name, _as_stored(getattr(view, name)), row[name]) for name in DossierSummary.model_fields]
    stored = row["snapshot"] if isinstance(row["snapshot"], dict) else {}
    rebuilt = view.model_dump(mode="json", include={"snapshot"})["snapshot"]
    names = sorted({*rebuilt, *stored})
    wanted += [(f"snapshot.{name}", rebuilt.get(name, ...), stored.get(name, ...)) for name in names]
    return [
        _of(chain, RecordFinding.VIEW_DIFFERS, "dossier", column, expected, found)
        for column, expected, found in wanted
        if expected != found
    ]


def _as_stored(value: Any) -> Any:
    """A value of the view as the row has it: the members of a list are JSON there."""
    return [one.model_dump(mode="json") for one in value] if isinstance(value, tuple) else value


def _of_the_work(chain: Chain, rows: list[Row], view: DossierView) -> list[Finding]:
    there = {(row["act"], row["unit"]): row for row in rows}
    wanted = {(item.act, item.unit): item for item in view.work}
    problems = []
    for key in sorted({*there, *wanted}):
        if key not in there:
            problems.append(_of(chain, RecordFinding.WORK_MISSING, "work_item", None, " ".join(key), None))
        elif key not in wanted:
            problems.append(_of(chain, RecordFinding.WORK_UNFOUNDED, "work_item", None, None, " ".join(key)))
        else:
            problems += _of_one_item(chain, there[key], wanted[key])
    return problems


def _of_one_item(chain: Chain, row: Row, item: WorkItem) -> list[Finding]:
    return [
        _of(chain, RecordFinding.WORK_DIFFERS, "work_item", name, getattr(item, name), row[name])
        for name in WorkItem.model_fields
        if getattr(item, name) != row[name]
    ]


def _of(chain: Chain, code: RecordFinding, table: str, column: str | None, expected: Any, found: Any) -> Finding:
    return finding(
        code,
        chain.dossier,
        chain.version,
        table=table,
        column=column,
        expected=_as_text(expected),
        found=_as_text(found),
    )


def _as_text(value: Any) -> str | None:
    return None if value is None or value is ... else str(value)[:LONGEST_SHOWN]
