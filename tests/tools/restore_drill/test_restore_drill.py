"""The drill of a disaster, with a few dossiers, on a stack of its own."""

from __future__ import annotations

import pytest

from tools.restore_drill.running import RestoreDrillOptions, drill
from tools.restore_drill.temporal_then import TemporalThen

pytestmark = [pytest.mark.stack, pytest.mark.slow]


async def test_temporal_kept_what_the_ledger_lost() -> None:
    """It is later than the ledger: both are brought together, and nothing is done twice.

    `make restore-drill TEMPORAL=earlier` plays the other case. There workers bring workflows that are behind up to the
    ledger by themselves, often before they are compared.
    """
    result = await drill(RestoreDrillOptions(dossiers=4, temporal=TemporalThen.KEPT), lambda *_: None)
    assert result.wrong == ()
    assert (result.finished, result.temporal.left) == (4, 0)
    assert result.temporal.found["workflow_ahead"] >= 1
    assert result.temporal.restarted >= 1
    assert result.temporal.ended == 1, "of the dossier that was lost as a whole"


async def test_all_servers_are_lost_and_every_dossier_is_finished() -> None:
    """The database comes back to a moment in the middle of the run, Temporal begins empty. What others know is named,
    nobody pays twice, no code is given out twice, and every dossier is finished."""
    result = await drill(RestoreDrillOptions(dossiers=4), lambda *_: None)
    assert result.wrong == ()
    assert (result.dossiers, result.finished, result.lost_dossiers) == (4, 4, 1)
    assert result.events_after < result.events_before
    assert result.woken >= 2
    assert result.temporal_differences == 0
    assert {"dossier_unknown", "order_unknown"} <= set(result.outside)
    assert result.rto_seconds >= sum(result.rto_parts.values()) - 1
    assert result.sound
