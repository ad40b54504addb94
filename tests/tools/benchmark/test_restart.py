"""Tests of the measurement of a restart. No test judges speed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools.benchmark.restart.bench import run
from tools.benchmark.restart.options import RestartOptions


@pytest.mark.parametrize(
    ("opened", "cached", "counts"),
    [(2_000, 500, [0, 250, 500, 1_000, 2_000]), (6, 2, [0, 1, 2, 4, 6]), (10, 40, [0, 10]), (3, 1, [0, 1, 2, 3])],
)
def test_memory_is_measured_on_the_way_to_a_full_cache_and_far_beyond(
    opened: int, cached: int, counts: list[int]
) -> None:
    """None open, half of the cache, the whole, multiples of it, all."""
    assert RestartOptions(open=opened, cached=cached).counts == counts


@pytest.mark.stack
@pytest.mark.slow
async def test_the_only_worker_is_killed_and_started_while_dossiers_wait(tmp_path: Path) -> None:
    """All commands are answered before and after it, and memory, work and latencies are written."""
    file = tmp_path / "bench-restart.json"
    assert await run(RestartOptions(open=6, cached=2, rate=1.0, seconds=3, file=file)) in (0, 1)
    restart = json.loads(file.read_text(encoding="utf-8"))["restart"]
    assert [one["open"] for one in restart["memory"]] == [0, 1, 2, 4, 6]
    assert all(one["resident"] > one["own"] > 0 for one in [*restart["memory"], restart["memory_after"]])
    assert restart["ready_s"] > 0
    assert restart["first_answer_s"] > 0
    assert 0 <= restart["slow"] <= 3
    for period in (restart["before"], restart["after"]):
        assert (period["commands"], period["unanswered"]) == (3, 0)
        assert period["work"]["requests"]["updates"] >= 3
        assert period["work"]["requests"]["workflow_tasks"] >= 3
        assert period["work"]["cpu_s"]["worker"] > 0
    assert restart["reached"]["all_answered"]
