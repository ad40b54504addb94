"""The fortnight on a real Temporal that skips over waits, with a real worker and a real ledger."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from temporalio.testing import WorkflowEnvironment

from activities.ledger.pool import open_pool
from activities.ledger.rules_store import RulesStore
from tests.support.databases import Database
from tests.support.ninh_binh import FOLDER, ninh_binh
from tools.fortnight.days import ahead_of
from tools.fortnight.on_server import LATE_BY, play_all, with_outside
from tools.fortnight.stage import rules_of, set_stage
from tools.fortnight.verdict import Verdict

pytestmark = pytest.mark.stack


async def test_the_ladder_does_the_same_on_a_server(database: Database, temporal_env: WorkflowEnvironment) -> None:
    """Each rung fires after its instant, once, to the people whom the independent reading names; the explanation, the
    next level, the take-over and the merger follow. `province-fortnight --on-server` plays 520 dossiers."""
    stage = set_stage(FOLDER, ninh_binh(), ahead_of(datetime.now(UTC), ninh_binh()), 10, 6)
    of_swamped, of_closing = next(one for one in stage.plans if one.number == 5), stage.plans[-1]
    assert of_closing.merged is not None
    verdict = Verdict(late_by=LATE_BY)
    async with await open_pool(database.url, 8) as pool, with_outside(temporal_env, pool) as servers:
        with rules_of(stage):
            await RulesStore(pool).publish(stage.rules)
            await play_all(servers, stage, (of_swamped, of_closing), verdict, lambda _done: None)
    assert verdict.wrong == []
    assert verdict.dossiers == 2
    assert verdict.fired.total() == len(verdict.delays) > 0
    assert verdict.followed["dossier_escalated: taken over"] > 0
    assert verdict.followed["moved_to_successor"] == 1
