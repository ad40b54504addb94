"""Checks the register of servers: it must be consistent, and one of its servers must have given out each number."""

from __future__ import annotations

from itertools import pairwise

from activities.ledger.integrity_report import Finding, finding
from activities.ledger.pool import Connection
from activities.ledger.servers import NUMBERED
from domain.messages.findings import RecordFinding

SERVERS = "select number, shift, newest, xid from ledger_server order by number"
BETWEEN = " union all ".join(
    f"select '{table}' as table, {'dossier' if table == 'event' else 'null'} as dossier, "  # noqa: S608  our own tables
    f"{'version' if table == 'event' else 'null::int'} as version, xid "
    f"from {table} where xid > $1 and xid <= $2"
    for table in NUMBERED
)
FUTURE = """
select dossier, version, xid, (
    select pg_snapshot_xmax(pg_current_snapshot())::text::bigint + shift from ledger_server order by number desc limit 1
) as next
from event order by xid desc, "position" desc limit 1
"""


async def server_problems(db: Connection, patience: float) -> list[Finding]:
    """Rows of the register that contradict each other, and rows with numbers that no server has given out."""
    rows = await db.fetch(SERVERS)
    if not rows:
        return [finding(RecordFinding.SERVER_ALTERED, table="ledger_server", expected=1)]
    problems = [
        finding(RecordFinding.SERVER_ALTERED, table="ledger_server", expected=place, found=row["number"])
        for place, row in enumerate(rows, start=1)
        if row["number"] != place or row["xid"] <= row["shift"] or (row["shift"] and row["newest"] > row["shift"])
    ]
    for before, after in pairwise(rows):
        if not before["xid"] <= after["newest"] <= after["shift"]:
            problems.append(finding(RecordFinding.SERVER_ALTERED, table="ledger_server", found=after["number"]))
    for row in rows:
        found = await db.fetch(BETWEEN, row["newest"], row["shift"], timeout=patience)
        expected = f"≤ {row['newest']}, > {row['shift']}"
        problems += [
            finding(
                RecordFinding.SERVER_UNRECORDED, one["dossier"], one["version"], table=one["table"], column="xid",
                expected=expected, found=one["xid"],
            )
            for one in found
        ]  # fmt: skip
    return [*problems, *await _from_the_future(db)]


async def _from_the_future(db: Connection) -> list[Finding]:
    newest = await db.fetchrow(FUTURE)
    if newest is None or newest["xid"] < newest["next"]:
        return []
    place = (newest["dossier"], newest["version"])
    expected = f"< {newest['next']}"
    return [
        finding(RecordFinding.TRANSACTION_FROM_FUTURE, *place, table="event", expected=expected, found=newest["xid"])
    ]
