"""The drill of a repair, with a few dossiers, on a stack of its own."""

from __future__ import annotations

import pytest

from tools.repair_drill.running import DrillOptions, drill

pytestmark = [pytest.mark.stack, pytest.mark.slow]


async def test_dossiers_that_a_bad_release_left_stuck_are_repaired_and_all_finish() -> None:
    """Two of each way. One plan of two persons repairs them, nothing outside is doubled, the ledgers tell of it."""
    result = await drill(DrillOptions(dossiers=8), lambda *_: None)
    assert result.wrong == ()
    assert (result.finished, result.ways) == (8, {"bad_data": 2, "does_not_replay": 2, "gives_up": 2, "raises": 2})
    assert result.outcomes.get("done", 0) >= 6, "what raises may go on by itself under the fix"
    assert result.noted == result.outcomes["done"]
    assert result.planned_by != result.approved_by
    assert result.sound
