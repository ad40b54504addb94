"""Checks the tables beside the events: commands, positions in the feed, cursors, codes, and rules."""

from __future__ import annotations

from activities.ledger.dossier_codes import submission_of
from activities.ledger.feed import FeedReader
from activities.ledger.integrity_report import Finding, finding
from activities.ledger.pool import Connection
from domain.messages.findings import RecordFinding
from domain.rules.rulebook import RuleKind

COMMANDS = """
select coalesce(said.dossier, kept.dossier) as dossier, coalesce(said.command_id, kept.command_id) as command_id,
       said.first_version, said.last_version,
       kept.first_version as kept_first, kept.last_version as kept_last
from (
    select dossier, command_id, min(version) as first_version, max(version) as last_version, count(*) as rows
    from event where $1::text is null or dossier = $1 group by dossier, command_id
) as said
full join (select * from command where $1::text is null or dossier = $1) as kept using (dossier, command_id)
where (said.first_version, said.last_version) is distinct from (kept.first_version, kept.last_version)
   or said.rows <> said.last_version - said.first_version + 1
"""
DOUBLED = """
select dossier, version, event.position from event
join (select position from event group by position having count(*) > 1) as doubled using (position)
order by event.position, dossier, version
"""
CURSORS = """
select reader, xid, position, passed,
       not exists (select from event where (event.xid, event.position) >= (cursor.xid, cursor.position))
           and (xid, position) <> ('0'::xid8, 0) as ahead
from cursor order by reader
"""
READERS = """
select coalesce(kept.reader, cursor.reader) as reader, cursor.reader is null as gone
from feed_reader kept full join cursor using (reader)
where kept.reader is null or cursor.reader is null or kept.reader <> all ($1) order by 1
"""
PLACE = "select xid, position from event order by xid, position offset $1 - 1 limit 1"
CODES = """
select opened.dossier, opened.command_id, entry.key
from (
    select dossier, command_id from event
    where version = 1 and kind = 'dossier_submitted' and ($1::text is null or dossier = $1)
) as opened
left join dossier_code entry on entry.code = opened.dossier
"""
SEQUENCES = """
select coalesce(most.authority, counter.authority) as authority,
       coalesce(most.day, to_char(counter.day, 'YYMMDD')) as day,
       coalesce(most.number, 0) as number, coalesce(counter.last, 0) as last
from (
    select part[1] as authority, part[2] as day, max(part[3]::bigint) as number
    from (select regexp_match(code, '^(.*)-([0-9]{6})-([0-9]{1,18})$') as part from dossier_code) as given
    where part is not null group by 1, 2
) as most
full join dossier_sequence counter on counter.authority = most.authority and to_char(counter.day, 'YYMMDD') = most.day
where coalesce(counter.last, 0) <> coalesce(most.number, 0)
"""
RULES = """
select hash, kind from rule
where hash <> encode(sha256(convert_to(body, 'UTF8')), 'hex') or kind <> all ($1) order by hash
"""


async def rule_problems(db: Connection, patience: float) -> list[Finding]:
    """Rules whose text does not have its hash, or of an unknown kind.

    Dossiers that pin such a rule would be decided in another way, or not at all.
    """
    return [
        finding(RecordFinding.RULE_ALTERED, table="rule", found=f"{row['kind']} {row['hash']}")
        for row in await db.fetch(RULES, [kind.value for kind in RuleKind], timeout=patience)
    ]


async def command_problems(db: Connection, code: str | None, patience: float) -> list[Finding]:
    """Commands without their events, and events without their commands."""
    return [
        finding(
            RecordFinding.COMMAND_DISAGREES,
            row["dossier"],
            row["first_version"] or row["kept_first"],
            table="command",
            expected=f"{row['command_id']}: {row['first_version']}-{row['last_version']}",
            found=f"{row['command_id']}: {row['kept_first']}-{row['kept_last']}",
        )
        for row in await db.fetch(COMMANDS, code, timeout=patience)
    ]


async def feed_problems(db: Connection, patience: float) -> list[Finding]:
    """Positions given twice; cursors after the last event or not at the place of their count; readers without a cursor,
    and cursors without a reader."""
    problems = [
        finding(RecordFinding.POSITION_DOUBLED, row["dossier"], row["version"], table="event", found=row["position"])
        for row in await db.fetch(DOUBLED, timeout=patience)
    ]
    for row in await db.fetch(CURSORS, timeout=patience):
        found = f"{row['reader']}: {row['xid']} {row['position']}"
        if row["ahead"]:
            problems.append(finding(RecordFinding.CURSOR_AHEAD, table="cursor", found=found))
            continue
        place = await db.fetchrow(PLACE, row["passed"]) if row["passed"] > 0 else None
        expected = (place["xid"], place["position"]) if place else (0, 0)
        if (row["xid"], row["position"]) != expected:
            place_text = "{} {}".format(*expected)
            problems.append(finding(RecordFinding.CURSOR_MOVED, table="cursor", expected=place_text, found=found))
    for row in await db.fetch(READERS, [reader.value for reader in FeedReader]):
        if row["gone"]:
            problems.append(finding(RecordFinding.CURSOR_MISSING, table="cursor", expected=row["reader"]))
        else:
            problems.append(finding(RecordFinding.CURSOR_UNKNOWN, table="cursor", column="reader", found=row["reader"]))
    return problems


async def code_problems(db: Connection, code: str | None, patience: float) -> list[Finding]:
    """Dossiers whose code is not in the register or belongs to another submission; counters that differ from the last
    number."""
    problems = []
    for row in await db.fetch(CODES, code, timeout=patience):
        if row["key"] is None:
            problems.append(finding(RecordFinding.CODE_MISSING, row["dossier"], 1, table="dossier_code"))
        elif submission_of(row["key"]) != row["command_id"]:
            facts = {"expected": row["command_id"], "found": submission_of(row["key"])}
            problems.append(finding(RecordFinding.CODE_DIFFERS, row["dossier"], 1, table="dossier_code", **facts))
    if code is None:
        for row in await db.fetch(SEQUENCES, timeout=patience):
            facts = {"expected": row["number"], "found": f"{row['authority']} {row['day']}: {row['last']}"}
            problem = RecordFinding.SEQUENCE_BEHIND if row["last"] < row["number"] else RecordFinding.SEQUENCE_AHEAD
            problems.append(finding(problem, table="dossier_sequence", **facts))
    return problems
