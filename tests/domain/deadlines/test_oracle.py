"""Tests that the engine and the independent oracle give the same dates."""

from __future__ import annotations

import pytest

from domain.deadlines.limits import LimitUnit
from tests.domain.deadlines.comparison import compare_all, differences

UNITS = tuple(LimitUnit)


def _report(found: list[object]) -> str:
    return "\n".join(str(one) for one in found[:5])


def test_engine_agrees_with_the_oracle() -> None:
    """For every unit, method, pause, Green rule and calendar, engine and oracle give the same date."""
    found, kinds = differences(seed=20_250_701, number=20_000)
    assert not found, _report(list(found))
    assert min(kinds[kind] for kind in (*UNITS, "paused", "green")) > 2_000
    assert kinds["exhausted"] < 1_000, "nearly every case must have a date to compare"


@pytest.mark.slow
def test_engine_agrees_with_the_oracle_on_200_000_cases() -> None:
    """Engine and oracle agree on 200,000 cases, on two processes."""
    found, kinds = compare_all(200_000, processes=2)
    assert not found, _report(list(found))
    assert sum(kinds[unit] for unit in UNITS) == 200_000
