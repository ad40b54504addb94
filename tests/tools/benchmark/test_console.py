"""Tests of the measurement of the console. No test judges speed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools.benchmark.console.bench import MOST_KB, MOST_MS, PageFigures, run
from tools.benchmark.console.options import ConsoleBenchOptions
from tools.benchmark.console.pages import PAGES
from tools.benchmark.console.visitors import Opened


@pytest.mark.parametrize(
    ("ms", "kb", "judged", "reached"),
    [(150.0, 40, True, True), (150.1, 40, True, False), (10.0, 40.1, True, False), (900.0, 90, False, True)],
)
def test_a_page_is_judged_by_its_slowest_and_its_first_bytes(ms: float, kb: float, judged: bool, reached: bool) -> None:
    """The first opening is told beside the others; a file is told and not judged."""
    first = Opened(ms=1_000, bytes=50_000, more=60_000)
    others = [Opened(ms=ms, bytes=int(kb * 1_000), more=60_000) for _ in range(5)]
    figures = PageFigures.of([first.model_copy(update={"bytes": 0}), others[0], *others], judged=judged)
    assert (figures.first, figures.p95, figures.reached) == (1_000, ms, reached)


def test_no_page_is_named_twice() -> None:
    """The figures are kept by the names of the pages."""
    assert len({page.name for page in PAGES}) == len(PAGES)


@pytest.mark.stack
@pytest.mark.slow
async def test_every_page_answers(tmp_path: Path) -> None:
    """Every page is opened by somebody who may open it, on a small register with a dossier of many events."""
    file = tmp_path / "bench-console.json"
    code = await run(ConsoleBenchOptions(dossiers=300, repeats=2, long=400, file=file))
    console = json.loads(file.read_text(encoding="utf-8"))["console"]
    assert list(console["pages"]) == [page.name for page in PAGES]
    for page in PAGES:
        one = console["pages"][page.name]
        assert min(one["first"], one["p50"], one["kb"]) > 0
        assert one["kb_first"] >= one["kb"]
        good = one["p95"] <= MOST_MS and one["kb_first"] <= MOST_KB
        assert one["reached"] is (good or not page.judged)
    assert console["events"] > 400
    assert console["reached"] is all(one["reached"] for one in console["pages"].values())
    assert code == (0 if console["reached"] else 1)
