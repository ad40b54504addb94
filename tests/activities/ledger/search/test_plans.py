"""Tests that open dossiers are found quickly in a register in which almost all have ended."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from activities.ledger.pool import Pool, open_pool
from activities.ledger.search.conditions import UNANSWERED
from activities.ledger.search.order import SearchOrder, SortKey
from domain.dossier.state import OPEN
from tests.support.databases import Database
from tests.support.drawn_register import analyse
from tests.support.register_pages import plan_of

pytestmark = pytest.mark.stack

MANY = 8_000
FILL = """
insert into dossier (code, version, state, portal_code, procedure, channel, received_by, crossing, received_at,
    statutory_due, promised_due, overdue_statutory_from, overdue_promised_from, ended_at, updated_at, snapshot)
select 'H42.1-250701-' || lpad(n::text, 4, '0'), 1, case when ended then 'returned'
    else (array['processing', 'accepted', 'submitted'])[1 + n % 3] end,
    4, '1.001193', 'online', '13285', false, at, at, at, case when not ended then at end,
    case when not ended then at end, case when ended then at end, at, jsonb_build_object('text', repeat('x', 1500))
from (select n, n % 10 > 0 as ended, now() - n * interval '1 hour' as at from generate_series(1, $1) n) as drawn
"""


@pytest.fixture(scope="module")
async def mostly_ended(module_database: Database) -> AsyncIterator[Pool]:
    """A register in which one dossier of ten is open."""
    pool = await open_pool(module_database.url, 1)
    await pool.execute(FILL, MANY)
    await analyse(module_database.admin_url)
    yield pool
    await pool.close()


OF_ALL = {
    SortKey.RECEIVED_AT: "dossier_by_receipt",
    SortKey.STATUTORY_DUE: "dossier_by_statute",
    SortKey.PROMISED_DUE: "dossier_by_promise",
}
OF_OPEN_DOSSIERS = {
    "dossier_open_by_receipt", "dossier_open_by_statute", "dossier_open_by_promise", "dossier_overdue_promise",
}  # fmt: skip
OF_OPEN: dict[str, dict[str, Any]] = {
    "an open state": {"states": ["processing"]},
    "every open state": {"states": [state.value for state in OPEN]},
    "what is overdue": {"late": {"clock": "promised", "ended": False}},
}


@pytest.mark.parametrize("what", OF_OPEN)
@pytest.mark.parametrize("by", OF_ALL)
async def test_open_dossiers_are_read_from_their_own_indexes(mostly_ended: Pool, by: SortKey, what: str) -> None:
    """A page of open dossiers does not walk past all that have ended, whose dates are older."""
    steps = await plan_of(mostly_ended, OF_OPEN[what], SearchOrder(by=by))
    assert OF_OPEN_DOSSIERS & {step.rpartition(" ")[2] for step in steps}, steps
    assert not any(step == "Seq Scan" or step.endswith(f"Scan {OF_ALL[by]}") for step in steps), steps


async def test_handovers_that_nobody_answered_are_read_from_their_own_index(mostly_ended: Pool) -> None:
    """The counts of causes and the list of incidents do not look into the snapshot of every open dossier."""
    rows = await mostly_ended.fetch(f"explain select code from dossier where {UNANSWERED}")  # noqa: S608  our own words
    plan = "\n".join(row[0] for row in rows)
    assert "dossier_handover_overdue" in plan, plan
