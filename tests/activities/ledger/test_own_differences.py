"""Tests of the differences that a restore or a change by hand leaves in the ledger's own database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from activities.ledger.own_differences import SNAPSHOTS, own_differences
from activities.ledger.pool import Pool
from activities.ledger.rules_store import RulesStore
from activities.ledger.store import Ledger
from domain.repairs.differences import Difference
from tests.support.ledger_samples import append, started, submitted
from tests.support.small_province import RULEBOOK

pytestmark = pytest.mark.stack
ONE, TWO = "H42.12-250701-0001", "H42.12-250701-0002"


async def found(pool: Pool) -> list[tuple[Difference, str]]:
    return [(one.difference, one.name) async for one in own_differences(pool)]


async def test_what_was_written_by_acts_agrees(pool: Pool, ledger: Ledger) -> None:
    """Nothing differs in an empty ledger, nor in one whose rules are published."""
    assert await found(pool) == []
    await RulesStore(pool).publish(RULEBOOK.stored())
    await ledger.record(append(ONE, [submitted(ONE), started()]))
    assert await found(pool) == []


async def test_what_a_hand_changed_is_found(pool: Pool, owner: Pool, ledger: Ledger) -> None:
    """A rule that is gone, an order that no event created, a place beyond the end, and a key that is missing."""
    await ledger.record(append(ONE, [submitted(ONE), started()]))
    await RulesStore(pool).publish(RULEBOOK.stored())
    await pool.execute("""update dossier set snapshot = snapshot || '{"pins": {"calendar": "0f"}}'""")
    await ledger.record(append(TWO, [submitted(TWO)]))
    await pool.execute(
        """update dossier set snapshot = snapshot || '{"payment": {"order": "PM-1"}}' where code = $1""", TWO
    )
    await pool.execute("insert into relay_problem (reader, dossier, version, code) values ('portal', $1, 9, 'x')", ONE)
    await pool.execute("insert into cursor (reader, xid, position, passed) values ('notices', '99999999', 1, 1)")
    await owner.execute("alter table command drop constraint command_pkey")
    assert await found(pool) == [
        (Difference.UNIQUENESS_MISSING, "command"),
        (Difference.CURSOR_AHEAD, "notices"),
        (Difference.BEYOND_THE_LEDGER, ONE),
        (Difference.ORDER_UNRECORDED, TWO),
        (Difference.RULES_UNPUBLISHED, ONE),
    ]


async def test_each_snapshot_is_opened_once_and_orders_are_looked_up(pool: Pool) -> None:
    """With 120,000 dossiers it took 17 seconds: four looks into each snapshot, and the orders of all years."""
    async with pool.acquire() as db, db.transaction():
        await db.execute("set local enable_seqscan = off")  # a small table is read whole otherwise
        [found] = json.loads(await db.fetchval(f"explain (format json) {SNAPSHOTS}"))
    scans = [one for one in nodes(found["Plan"]) if "Relation Name" in one or one["Node Type"] == "Function Scan"]
    assert [one["Relation Name"] for one in scans if one.get("Relation Name") == "dossier"] == ["dossier"]
    assert [one.get("Function Name") for one in scans].count("jsonb_to_record") == 1
    events = [one for one in scans if one.get("Relation Name") == "event"]
    assert ["event_by_order" in json.dumps(one) for one in events] == [True]


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The steps of a plan."""
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)
