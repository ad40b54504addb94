"""Tests that the engine and the independent oracle give the same dates."""

from __future__ import annotations

import pytest

from domain.deadlines.limits import LimitUnit
from tests.domain.deadlines.comparison import compare_all


@pytest.mark.slow
def test_engine_agrees_with_the_oracle_on_60_000_cases() -> None:
    """For every unit, method, pause, Green rule and calendar, engine and oracle give the same date."""
    found, kinds = compare_all(60_000, processes=2)
    assert not found, "\n".join(str(one) for one in found[:5])
    assert sum(kinds[unit] for unit in LimitUnit) == 60_000
    assert min(kinds[kind] for kind in (*LimitUnit, "paused", "green")) > 6_000
    assert kinds["exhausted"] < 3_000, "nearly every case must have a date to compare"
