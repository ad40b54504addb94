"""Runs the benchmark on its own stack: engine, baseline and peers in turn, several times. Writes build/bench.json."""

from __future__ import annotations

from functools import partial

from tools.benchmark.bench_stack import bench_stack
from tools.benchmark.driving.deadlines import Limits
from tools.benchmark.measuring.measurement import Measurement, Measuring
from tools.benchmark.messages import BenchError, BenchRefusal
from tools.benchmark.options import BenchOptions
from tools.benchmark.peers.peer import require_peers
from tools.benchmark.progress import BenchProgress
from tools.benchmark.reporting.comparison import compare, read_figures
from tools.benchmark.reporting.page import show
from tools.benchmark.reporting.publishing import publish, wide_console
from tools.benchmark.reporting.result import BenchResult, result_of

LIMITS = Limits()


async def run(options: BenchOptions, limits: Limits = LIMITS) -> int:
    """Runs the benchmark, prints the result and writes it to the file.

    Returns 0 when every aim was reached and every dossier finished, else 1. Raises CommandLineProblem when the file to
    compare with is none, StackError when the stack does not start, BenchError (`require_peers` and others).
    """
    require_peers(options.peers, options.restate_server)
    before = None if options.compare is None else read_figures(options.compare)
    progress = BenchProgress(wide_console(stderr=True))
    async with bench_stack(limits, peers=options.peers, restate_server=options.restate_server) as stack:
        result = _summed_up(await Measuring(stack, options, limits, progress).everything())
    if options.compare is not None and before is not None:
        comparison = compare(options.compare, before, result.model_dump(mode="json"))
        result = result.model_copy(update={"comparison": comparison})
    publish(
        result.model_dump(mode="json", exclude_none=True), options.file, partial(show, result),
        json_only=options.json_only,
    )  # fmt: skip
    return 0 if result.reached else 1


def _summed_up(measurement: Measurement) -> BenchResult:
    result = result_of(measurement)
    if result is not None:
        return result
    lost = measurement.not_finished
    key, problem = (lost[0].key, lost[0].problem) if lost else ("–", "–")
    raise BenchError(BenchRefusal.NOTHING_MEASURED, not_finished=len(lost), key=key, problem=problem)
