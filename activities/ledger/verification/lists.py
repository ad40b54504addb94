"""Checks the lists of work beside the dossiers: rollouts, events that relays set aside, stuck dossiers.

The lists are not the record; the outcomes are in the events. The check covers what an entry states: who ordered a
rollout and why, that a dossier was asked, and that the named event exists.
"""

from __future__ import annotations

import asyncpg

from activities.ledger.feed import FeedReader
from activities.ledger.integrity_report import Finding, finding
from activities.ledger.pool import Connection
from domain.messages.findings import RecordFinding
from domain.rollouts.plans import command_of, rollout_id

ROLLOUTS = """
select id, kind, file_hash, rollout.who, rollout.why, abandoned_at is not null as abandoned, ordered.who as ordered_by,
       ordered.why as ordered_why,
       exists (select from rollout_act act where act.rollout = rollout.id and act.act = 'abandoned') as given_up
from rollout left join lateral (
    select who, why from rollout_act act where act.rollout = rollout.id and act.act = 'ordered' order by number limit 1
) as ordered on true order by id
"""
ASKED = """
select rollout, dossier from rollout_item
where state in ('done', 'waiting') and ($1::text is null or dossier = $1)
  and coalesce((detail ->> 'noted')::boolean, true) order by rollout, dossier
"""
WRITTEN = "select command_id from command where command_id = any ($1)"
UNFOUNDED = """
select 'relay_problem' as table, dossier, version, reader as whose from relay_problem entry
where ($2::text is null or dossier = $2) and (reader <> all ($1) or not exists (
    select from event where (event.dossier, event.version) = (entry.dossier, entry.version)
))
union all
select 'rollout_item', dossier, null, rollout::text from rollout_item entry
where ($2::text is null or dossier = $2) and (
    not exists (select from event where event.dossier = entry.dossier)
    or not exists (select from rollout where rollout.id = entry.rollout)
)
union all
select 'stuck_dossier', dossier, null, run from stuck_dossier entry
where ($2::text is null or dossier = $2) and not exists (select from event where event.dossier = entry.dossier)
union all
select 'act_unknown', dossier, null, null from act_unknown entry
where ($2::text is null or dossier = $2) and not exists (select from event where event.dossier = entry.dossier)
"""


async def list_problems(db: Connection, code: str | None, patience: float) -> list[Finding]:
    """Entries without an event, dossiers that were not asked, and rollouts that differ from their order.

    Returns nothing when a table is missing: the check of the guards reports that.
    """
    try:
        async with db.transaction():
            return await _compared(db, code, patience)
    except asyncpg.UndefinedTableError:
        return []


async def _compared(db: Connection, code: str | None, patience: float) -> list[Finding]:
    readers = [reader.value for reader in FeedReader]
    found = [
        finding(RecordFinding.ENTRY_UNFOUNDED, row["dossier"], row["version"], table=row["table"], found=row["whose"])
        for row in await db.fetch(UNFOUNDED, readers, code, timeout=patience)
    ]
    found += await _not_asked(db, code, patience)
    return found if code is not None else found + await _differing_orders(db)


async def _not_asked(db: Connection, code: str | None, patience: float) -> list[Finding]:
    items = {command_of(row["rollout"], row["dossier"]): row for row in await db.fetch(ASKED, code, timeout=patience)}
    written = {row["command_id"] for row in await db.fetch(WRITTEN, list(items), timeout=patience)}
    return [
        finding(
            RecordFinding.ROLLOUT_ITEM_DIFFERS, row["dossier"], table="rollout_item", column="state", expected=command
        )
        for command, row in items.items()
        if command not in written
    ]


async def _differing_orders(db: Connection) -> list[Finding]:
    """Rollouts that differ from their recorded order. The first release recorded no orders."""
    found = []
    for row in await db.fetch(ROLLOUTS):
        wanted = {
            "id": (rollout_id(row["kind"], row["file_hash"]), row["id"]),
            "who": (row["ordered_by"] or row["who"], row["who"]),
            "why": (row["ordered_why"] or row["why"], row["why"]),
            "abandoned_at": (row["abandoned"] and row["given_up"], row["abandoned"]),
        }
        found += [
            finding(
                RecordFinding.ROLLOUT_DIFFERS,
                table="rollout",
                column=column,
                expected=expected,
                found=f"{row['id']}: {there}",
            )
            for column, (expected, there) in wanted.items()
            if expected != there
        ]
    return found
