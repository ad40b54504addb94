"""Compares the register of numbers in use with the events: numbers of results and receipts, codes of older systems.

The SQL function `numbers_of` reads the numbers from the events; the append uses it too. `ledger rebuild` repairs every
finding except a number that two dossiers have: events cannot be changed, so a person must decide.
"""

from __future__ import annotations

from collections.abc import Sequence

from activities.ledger.integrity_report import Finding, finding
from activities.ledger.pool import Connection
from activities.ledger.rows import Row
from domain.messages.findings import RecordFinding

TABLE = "number_in_use"

CLAIMS = "select * from numbers_of($1) order by dossier, version, kind, register, number"
HELD = """
select kind, register, number, dossier, settled from number_in_use held
where dossier = any ($1)
   or exists (
       select from unnest($2::text[], $3::text[], $4::text[]) as claimed (kind, register, number)
       where (claimed.kind, claimed.register, claimed.number) = (held.kind, held.register, held.number)
   )
order by dossier, kind, register, number
"""
WITHOUT_EVENTS = """
select kind, register, number, dossier, settled from number_in_use held
where ($1::text is null or dossier = $1) and not exists (select from event where event.dossier = held.dossier)
order by dossier, kind, register, number
"""

Number = tuple[str, str, str]
"""The kind, the register, and the number in the form for comparison."""


async def compare_numbers(db: Connection, dossiers: Sequence[str]) -> list[Finding]:
    """Numbers that these dossiers claim and the register lacks, and numbers of the register that they do not claim."""
    claims = await db.fetch(CLAIMS, dossiers)
    columns = ([claim[name] for claim in claims] for name in ("kind", "register", "number"))
    held = await db.fetch(HELD, dossiers, *columns)
    holders = {_number(row): row for row in held}
    others = [row["dossier"] for row in held if row["dossier"] not in dossiers]
    claimed = {(_number(row), row["dossier"]) for row in [*claims, *(await db.fetch(CLAIMS, others) if others else [])]}
    problems = []
    for claim in claims:
        problems += _of_a_claim(claim, holders.get(_number(claim)), claimed)
    problems += [
        finding(RecordFinding.NUMBER_UNFOUNDED, row["dossier"], table=TABLE, found=_as_text(row))
        for row in held
        if row["dossier"] in dossiers and (_number(row), row["dossier"]) not in claimed
    ]
    return problems


async def numbers_without_events(db: Connection, code: str | None, patience: float) -> list[Finding]:
    """Numbers of dossiers that have no event."""
    return [
        finding(RecordFinding.NUMBER_UNFOUNDED, row["dossier"], table=TABLE, found=_as_text(row))
        for row in await db.fetch(WITHOUT_EVENTS, code, timeout=patience)
    ]


def _of_a_claim(claim: Row, held: Row | None, claimed: set[tuple[Number, str]]) -> list[Finding]:
    dossier, version, expected = claim["dossier"], claim["version"], _as_text(claim)
    if held is None:
        return [finding(RecordFinding.NUMBER_MISSING, dossier, version, table=TABLE, expected=expected)]
    if held["dossier"] != dossier:
        doubled = (_number(claim), held["dossier"]) in claimed
        code = RecordFinding.NUMBER_DOUBLED if doubled else RecordFinding.NUMBER_OF_ANOTHER
        return [finding(code, dossier, version, table=TABLE, column="dossier", expected=expected, found=_as_text(held))]
    if held["settled"] != claim["settled"]:
        facts = {"expected": f"{expected} {claim['settled']}", "found": f"{_as_text(held)} {held['settled']}"}
        return [finding(RecordFinding.NUMBER_DIFFERS, dossier, version, table=TABLE, column="settled", **facts)]
    return []


def _number(row: Row) -> Number:
    return row["kind"], row["register"], row["number"]


def _as_text(row: Row) -> str:
    """The kind, the register (with its year if numbers begin again each year), the number, and its dossier."""
    return f"{row['kind']} {row['register']}: {row['number']} ({row['dossier']})"
