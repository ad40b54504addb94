"""What is made of the measurements: the result, its aims, the comparison with an earlier file, the page."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from gateway.cli.problems import CommandLineProblem, Exit, exit_code_of
from tests.support.bench_results import MACHINE, a_measurement, a_result
from tools.benchmark.options import BenchOptions
from tools.benchmark.peers.peer import Peer
from tools.benchmark.reporting.comparison import Comparison, compare, read_figures
from tools.benchmark.reporting.page import show
from tools.benchmark.reporting.result import BenchResult, result_of
from tools.benchmark.run import run
from tools.benchmark.sizes import AMOUNTS, Size

OF_AN_EARLIER_RELEASE = {
    "engine": {
        "dossiers_per_s": {"min": 5, "median": 5, "max": 5},
        "cpu_ms": {"server": 100, "worker": 120},
        "history_events": 57.0,
        "history_bytes": 18_000.0,
    },
    "baseline": {
        "dossiers_per_s": {"min": 8, "median": 8, "max": 8},
        "cpu_ms": {"server": 80, "worker": 90},
        "history_events": 56.0,
        "history_bytes": 12_000.0,
    },
    "ratio": {"min": 0.6, "median": 0.625, "max": 0.7},
}


def written(folder: Path, value: Any) -> str:
    """The path of a file with this JSON."""
    file = folder / "before.json"
    file.write_text(json.dumps(value), encoding="utf-8")
    return str(file)


def compared(folder: Path, before: Any, result: BenchResult) -> Comparison:
    """The comparison of a result with an earlier one."""
    path = written(folder, before)
    return compare(path, read_figures(path), result.model_dump(mode="json"))


def row(comparison: Comparison, english: str) -> Any:
    """The row with this English name."""
    return next(one for one in comparison.rows if one.what.en == english)


def shown(result: BenchResult, width: int = 100) -> str:
    """The page as it is printed."""
    stream = io.StringIO()
    show(result, Console(file=stream, width=width))
    return stream.getvalue()


def test_the_ratio_is_that_of_each_pair() -> None:
    """A machine that is slow for one pair slows both rounds, so the ratio of a pair is not disturbed."""
    result = a_result((9, 10), (4.5, 5), (18, 20), (9, 10), (2, 4))
    assert result.ratio.pairs == [0.9, 0.9, 0.9, 0.9, 0.5]
    assert (result.ratio.median, result.ratio.min) == (0.9, 0.5)
    assert (result.ratio.interval.low, result.ratio.interval.high) == (0.5, 0.9)


def test_a_pair_with_one_side_missing_is_no_pair() -> None:
    """A round without a figure leaves its pair out. Without any pair there is no result."""
    assert a_result((9, 10), (9, None)).ratio.pairs == [0.9]
    assert result_of(a_measurement((None, 10), (9, None))) is None


def test_an_aim_is_reached_or_not() -> None:
    """A ratio below 0.85 is not reached. The result as a whole needs every aim."""
    assert a_result((9, 10)).reached
    below = a_result((8, 10))
    assert (below.aims.ratio, below.aims.events, below.reached) == (False, True, False)


def test_a_lost_dossier_is_named_and_no_success() -> None:
    """Speed with lost dossiers is not reached, and the page names them."""
    result = a_result((9, 10), lost=7)
    assert not result.reached
    assert len(result.not_finished) == 7
    page = shown(result)
    assert "engine-1-0" in page
    assert "sign: slow" in page
    assert "7 hồ sơ không chạy hết" in page


def test_the_file_keeps_the_keys_of_earlier_releases() -> None:
    """`engine`, `baseline` and `ratio` can be read as before."""
    value = a_result((9, 10)).model_dump(mode="json", exclude_none=True)
    for side in ("engine", "baseline"):
        assert value[side]["dossiers_per_s"]["median"] > 0
        assert value[side]["cpu_ms"]["server"] == 50
        assert value[side]["cpu_ms"]["worker"] == 60
        assert value[side]["history_events"] == 49
    assert value["ratio"]["median"] == 0.9
    assert "comparison" not in value


def test_a_peer_is_told_with_the_ratio_of_each_pair() -> None:
    """The engine's speed in that of the peer, its aim of 1.0, and its versions. A missed aim is no success."""
    result = a_result((9, 10), (9, 10), peers={Peer.DBOS: (10, 18), Peer.RESTATE: (9, 4.5)})
    assert result.peers is not None
    dbos, restate = result.peers[Peer.DBOS], result.peers[Peer.RESTATE]
    assert (dbos.ratio.pairs, dbos.least_ratio, dbos.reached) == ([0.9, 0.5], 1.0, False)
    assert (restate.ratio.pairs, restate.reached) == ([1.0, 2.0], True)
    assert (result.aims.peers, result.reached) == (False, False)
    value = result.model_dump(mode="json", exclude_none=True)
    assert value["peers"]["dbos"]["versions"] == {"dbos": "1.2.3"}
    assert [one["side"] for one in value["runs"]] == ["engine", "baseline"] * 2 + ["dbos"] * 2 + ["restate"] * 2


def test_a_peer_that_has_no_figure_reaches_no_aim() -> None:
    """A peer that was asked for and never measured is no success, and the page does not hide the others."""
    result = a_result((9, 10), peers={Peer.DBOS: (None,), Peer.RESTATE: (9,)})
    assert result.peers is not None
    assert list(result.peers) == [Peer.RESTATE]
    assert result.aims.peers is False
    assert not result.reached


def test_without_peers_the_file_says_nothing_of_them() -> None:
    """Who measures no peer gets the keys of before."""
    value = a_result((9, 10)).model_dump(mode="json", exclude_none=True)
    assert "peers" not in value
    assert "peers" not in value["aims"]
    assert "restate" not in value["engine"]["cpu_ms"]


def test_a_comparison_tells_before_now_and_factor(tmp_path: Path) -> None:
    """Each figure that both files have is compared, side by side."""
    before = a_result((4, 8)).model_dump(mode="json", exclude_none=True)
    comparison = compared(tmp_path, before, a_result((9, 10)))
    speed = row(comparison, "dossiers/s")
    assert (speed.engine.before, speed.engine.now, speed.engine.factor) == (4, 9, 2.25)
    assert (speed.baseline.before, speed.baseline.now, speed.baseline.factor) == (8, 10, 1.25)
    assert row(comparison, "ratio").engine.factor == 1.8
    assert row(comparison, "submit, ms").engine.factor == 1.0
    assert row(comparison, "driver, ms").engine.now == 15
    assert comparison.differences == []


def test_a_file_of_an_earlier_release_can_be_compared(tmp_path: Path) -> None:
    """What it has is compared, what it lacks has no factor, and a sentence says what is unknown."""
    comparison = compared(tmp_path, OF_AN_EARLIER_RELEASE, a_result((9, 10)))
    assert row(comparison, "worker, ms").engine.factor == 0.5
    assert row(comparison, "temporal, ms").engine.factor is None
    assert row(comparison, "submit, ms").engine.before is None
    assert row(comparison, "under load").engine.before == 57
    assert row(comparison, "events, alone").engine.before is None
    assert len(comparison.differences) == 1


def test_another_machine_and_another_size_are_told(tmp_path: Path) -> None:
    """Another machine, version or size is told, with both values. Another commit is what one compares."""
    before = a_result((9, 10)).model_dump(mode="json", exclude_none=True)
    before["machine"]["cpu"] = "Many Cores"
    before["versions"] |= {"python": "3.14.0", "commit": "another"}
    before["measured"]["amounts"]["dossiers"] = 5
    told = " ".join(difference.en for difference in compared(tmp_path, before, a_result((9, 10))).differences)
    assert f"cpu Many Cores → {MACHINE.cpu}" in told
    assert "python 3.14.0 → 3.11.7" in told
    assert "dossiers 5 → 100" in told
    assert "commit" not in told


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, "file_unreadable"),
        ("{", "not_json"),
        ("[1]", "not_an_object"),
        ("{}", "not_a_bench"),
        ('{"engine": {"dossiers_per_s": "fast"}}', "not_a_bench"),
        (json.dumps({**OF_AN_EARLIER_RELEASE, "machine": "mine"}), "not_a_bench"),
    ],
)
async def test_a_file_that_cannot_be_compared_is_refused_before_anything_runs(
    tmp_path: Path, content: str | None, code: str
) -> None:
    """A coded error names the file; nothing is started and no result is written."""
    path, result = tmp_path / "before.json", tmp_path / "bench.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(CommandLineProblem) as refused:
        await run(BenchOptions(compare=str(path), file=result))
    assert refused.value.code == code
    assert str(path) in refused.value.message.en
    assert exit_code_of(refused.value) is Exit.INVALID
    assert not result.exists()


def test_the_page_fits_a_hundred_columns(tmp_path: Path) -> None:
    """No line of the page is wider, and no figure is cut off."""
    peers = {Peer.DBOS: [12_345.67] * 5, Peer.RESTATE: [23_456.78] * 5}
    result = a_result((12_345.67, 23_456.78), (9, 10), (9, 10), (9, 10), (9, 10), lost=6, peers=peers)
    before = a_result((1_234.5, 6_789.1)).model_dump(mode="json", exclude_none=True)
    page = shown(result.model_copy(update={"comparison": compared(tmp_path, before, result)}))
    assert max(len(line.rstrip()) for line in page.splitlines()) <= 100
    assert "…" not in page.replace("… và", "")
    assert "9.00 – 9.00 – 12345.67" in page


def test_the_page_says_when_there_are_too_few_pairs() -> None:
    """Fewer than five pairs are a look and no proof."""
    note = "chỉ để xem nhanh"
    assert note in shown(a_result((9, 10)))
    assert note not in shown(a_result(*[(9.0, 10.0)] * 5))


def test_the_page_says_when_others_used_the_machine() -> None:
    """What others took from one round and not from the next disturbs the ratio."""
    note = "chưa tin được"
    quiet = a_result(*[(9.0, 10.0)] * 5)
    disturbed = quiet.model_copy(update={"baseline": quiet.baseline.model_copy(update={"others": 0.3})})
    assert quiet.latency_ms is not None
    assert note not in shown(quiet)
    assert note in shown(disturbed)
    latencies = quiet.latency_ms.model_copy(update={"others": 0.3})
    assert note in shown(quiet.model_copy(update={"latency_ms": latencies}))


def test_the_default_measures_a_thousand_dossiers_of_each_side_in_five_pairs() -> None:
    """Size M has at least five pairs and a thousand dossiers a side; L has more, S less. Given numbers come first."""
    amounts = BenchOptions().amounts
    assert amounts.pairs >= 5
    assert amounts.pairs * amounts.dossiers >= 1_000
    totals = [AMOUNTS[size].pairs * AMOUNTS[size].dossiers for size in Size]
    assert totals == sorted(totals)
    chosen = BenchOptions(size=Size.L, repeats=2, dossiers=7, latency_dossiers=0).amounts
    assert (chosen.pairs, chosen.dossiers, chosen.latency_dossiers) == (2, 7, 0)
