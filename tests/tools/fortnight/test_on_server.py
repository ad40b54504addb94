"""The fortnight on a real Temporal that skips over waits, with a real worker and a real ledger."""

from __future__ import annotations

import pytest
from temporalio.testing import WorkflowEnvironment

from activities.ledger.pool import open_pool
from tests.support.databases import Database
from tests.support.ninh_binh import FOLDER
from tools.fortnight.on_server import play_on, with_outside

pytestmark = pytest.mark.stack

DOSSIERS = 10
"""`python -m tools province-fortnight --on-server` plays 520."""


async def test_the_ladder_does_the_same_on_a_server(database: Database, temporal_env: WorkflowEnvironment) -> None:
    """Each rung fires after its instant, once, to the people whom the independent reading names; the explanation, the
    next level and the take-over follow."""
    async with await open_pool(database.url, 8) as pool, with_outside(temporal_env, pool) as servers:
        verdict = await play_on(servers, FOLDER, DOSSIERS, 6, lambda _done: None)
    assert verdict.wrong == []
    assert verdict.dossiers == DOSSIERS
    assert verdict.fired.total() == len(verdict.delays) > 0
    assert verdict.followed["dossier_escalated: taken over"] > 0
    assert verdict.followed["moved_to_successor"] > 0
