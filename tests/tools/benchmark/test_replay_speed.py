"""Tests of the measurement of replay. No test judges speed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools.benchmark.replay_speed import ReplayBenchOptions, run

pytestmark = [pytest.mark.stack, pytest.mark.slow]


async def test_the_standard_dossier_is_replayed_by_one_process_and_by_two(tmp_path: Path) -> None:
    """Its histories replay, and the figures of both are written."""
    file = tmp_path / "bench-replay.json"
    assert await run(ReplayBenchOptions(processes=2, histories=2, repeats=1, file=file)) == 0
    replay = json.loads(file.read_text(encoding="utf-8"))["replay"]
    assert all(events > 40 for events in replay["events"])
    assert [(one["processes"], one["sandboxed"]) for one in replay["rounds"]] == [(1, False), (2, False), (2, True)]
    assert all(one["histories_per_s"]["median"] > 0 for one in replay["rounds"])
    assert all(one["cpu_ms"]["median"] > 0 for one in replay["rounds"])
