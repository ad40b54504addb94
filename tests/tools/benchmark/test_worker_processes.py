"""Tests of the measurement of several worker processes. No test judges speed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools.benchmark.worker_processes import MOST_TIMES_THE_CHEAPEST, WorkersOptions, run

pytestmark = [pytest.mark.stack, pytest.mark.slow]


async def test_dossiers_are_driven_with_one_process_and_with_two(tmp_path: Path) -> None:
    """Each number of processes has its own figures. The exit code says whether the aim is reached."""
    file = tmp_path / "bench-workers.json"
    code = await run(WorkersOptions(processes=(1, 2), repeats=1, dossiers=10, at_once=5, file=file))
    found = json.loads(file.read_text(encoding="utf-8"))["workers"]
    assert [one["processes"] for one in found["workers"]] == [1, 2]
    assert all(one["cpu_ms"]["worker"] > 0 for one in found["workers"])
    assert all(one["rounds"][0]["finished"] >= 10 for one in found["workers"])
    assert found["reached"] is (found["ratio"] <= MOST_TIMES_THE_CHEAPEST)
    assert code == (0 if found["reached"] else 1)
