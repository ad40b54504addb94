"""Tests of the benchmark itself. No test judges speed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools.benchmark.run import BenchOptions, run

pytestmark = [pytest.mark.stack, pytest.mark.slow]


async def test_engine_and_baseline_are_measured_side_by_side(tmp_path: Path) -> None:
    """Every dossier of both sides runs to its end, and the figures of both are written."""
    file = tmp_path / "bench.json"
    code = await run(BenchOptions(repeats=1, dossiers=3, at_once=3, file=file))
    assert code in (0, 1)
    results = json.loads(file.read_text(encoding="utf-8"))
    for side in ("engine", "baseline"):
        assert results[side]["dossiers_per_s"]["median"] > 0
        assert results[side]["history_events"] > 0
    assert results["ratio"]["median"] > 0
