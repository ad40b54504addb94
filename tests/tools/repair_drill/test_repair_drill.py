"""The drill of a repair, with a few dossiers, on a stack of its own."""

from __future__ import annotations

import pytest

from tools.repair_drill.running import DrillOptions, drill

pytestmark = [pytest.mark.stack, pytest.mark.slow]


async def test_dossiers_that_a_bad_release_left_stuck_are_repaired_and_all_finish() -> None:
    """Two of each kind. One plan of two persons gives each the repair that its cause calls for, nothing outside is
    doubled, and the ledgers tell which repair was done."""
    result = await drill(DrillOptions(dossiers=8), lambda *_: None)
    assert result.wrong == ()
    ways = {"bad_data": 1, "does_not_replay": 2, "gives_up": 1, "pauses": 1, "raises": 2, "refused": 1}
    assert (result.finished, result.ways) == (8, ways)
    repairs = {"bad_data": "restart", "gives_up": "fast_forward", "pauses": "fast_forward", "refused": "retry"}
    assert {way: result.by_way[way] for way in repairs} == {way: {f"done {one}": 1} for way, one in repairs.items()}
    assert result.by_way["does_not_replay"] == {"done restart": 2}
    assert result.outcomes.get("done", 0) >= 6, "what raises may go on by itself under the fix"
    assert result.noted == result.outcomes["done"]
    assert result.planned_by != result.approved_by
    assert result.sound
