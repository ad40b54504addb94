"""Tests of the benchmark on its real stack. No test judges speed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools.benchmark.bench_stack import bench_stack
from tools.benchmark.driving.deadlines import Limits
from tools.benchmark.measuring.rounds import Side, warm_up
from tools.benchmark.messages import BenchError
from tools.benchmark.options import BenchOptions
from tools.benchmark.peers.peer import Peer
from tools.benchmark.run import run
from tools.benchmark.sizes import Size

pytestmark = [pytest.mark.stack, pytest.mark.slow]


async def test_engine_baseline_and_a_peer_are_measured_side_by_side(tmp_path: Path) -> None:
    """Every dossier of all sides runs to its end, and the figures of all are written."""
    file = tmp_path / "bench.json"
    options = BenchOptions(
        size=Size.S, repeats=1, dossiers=3, latency_dossiers=1, at_once=3, peers=(Peer.DBOS,), file=file
    )
    code = await run(options)
    assert code in (0, 1)
    results = json.loads(file.read_text(encoding="utf-8"))
    assert results["not_finished"] == []
    for side in ("engine", "baseline"):
        assert results[side]["dossiers_per_s"]["median"] > 0
        assert results[side]["history_events"] > 0
        assert results[side]["history_events_under_load"] > 0
        cpu = results[side]["cpu_ms"]
        assert all(cpu[part] > 0 for part in ("temporal", "postgres", "worker", "simulator", "driver"))
    assert results["ratio"]["median"] > 0
    assert [one["side"] for one in results["runs"]] == ["engine", "baseline", "dbos"]
    peer = results["peers"]["dbos"]
    assert peer["ratio"]["median"] > 0
    assert peer["reached"] is (peer["ratio"]["median"] >= 1)
    assert all(peer["cpu_ms"][part] > 0 for part in ("postgres", "worker", "simulator", "driver"))
    submit = results["latency_ms"]["commands"]["submit"]
    assert submit["count"] == 1
    assert 0 < submit["p50"] == submit["p99"]
    assert results["machine"]["cores"] >= 1
    assert results["versions"]["temporal"]
    assert results["measured"]["started"] < results["measured"]["ended"]


async def test_a_stack_that_stops_answering_loses_dossiers_and_not_the_benchmark() -> None:
    """Without a worker nothing is answered: every dossier is named with the command that it waited for."""
    async with bench_stack(Limits()) as stack:
        stack.stack.kill("worker")
        lost = await warm_up(stack, Side.BASELINE, 2, Limits(call=0.5, dossier=1), lambda _: None)
    assert [one.key for one in lost] == ["baseline-warm-up-0", "baseline-warm-up-1"]
    assert all(one.problem.startswith("submit: given up") for one in lost)


async def test_a_stack_that_is_too_slow_for_one_dossier_measures_nothing(tmp_path: Path) -> None:
    """When not even the first dossier finishes in time, a coded error says so, and no result is written."""
    file = tmp_path / "bench.json"
    with pytest.raises(BenchError) as failed:
        await run(BenchOptions(size=Size.S, file=file), Limits(dossier=0.3))
    assert failed.value.code == "nothing_measured"
    assert "the-baseline-repeats-this" in failed.value.message.en
    assert not file.exists()
