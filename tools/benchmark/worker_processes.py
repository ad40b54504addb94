"""Measures `luongxanh worker --processes N`: a dossier costs the same with one process and with several.

The worker is the one that provinces run, with its relays. Each number of processes gets a stack of its own. Writes
build/bench-workers.json.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from rich.console import Console
from rich.table import Table

from tools.benchmark.bench_stack import answered, bench_stack
from tools.benchmark.by_hand import assigned_by_hand
from tools.benchmark.driving.deadlines import Limits
from tools.benchmark.measuring.machine import Machine, Versions, this_machine, versions_of
from tools.benchmark.measuring.rounds import Round, Side, measure_round, warm_up
from tools.benchmark.messages import BenchError, BenchRefusal
from tools.benchmark.progress import BenchProgress
from tools.benchmark.reporting.publishing import publish
from tools.benchmark.reporting.result import ProcessorTimes, median_times
from tools.local_stack import ProcessSpec
from tools.local_stack.components import WORKER
from workers.checkout import CHECKOUT

FILE = CHECKOUT / "build" / "bench-workers.json"
MOST_TIMES_THE_CHEAPEST = 1.1
"""The aim: the dearest number of processes against the cheapest, by the processor time of the workers for a dossier."""

Processes = Annotated[int, Field(ge=1, le=16)]


class WorkersOptions(BaseModel):
    """Which numbers of worker processes are measured, how often in turn, and with how many dossiers."""

    model_config = ConfigDict(extra="forbid")

    processes: Annotated[tuple[Processes, ...], Field(min_length=2, max_length=8)] = (1, 2, 4)
    repeats: Annotated[int, Field(ge=1, le=20)] = 3
    dossiers: Annotated[int, Field(ge=10, le=10_000)] = 200
    at_once: Annotated[int, Field(ge=1, le=1_000)] = 100
    json_only: Annotated[bool, Field(alias="json")] = False
    file: Path = FILE


class WithProcesses(BaseModel):
    """The medians with one number of processes."""

    processes: int
    dossiers_per_s: float
    cpu_ms: ProcessorTimes
    rounds: list[Round]


class WorkersResult(BaseModel):
    """What was measured. `ratio`: the workers' processor time for a dossier, the dearest against the cheapest."""

    machine: Machine
    versions: Versions
    workers: list[WithProcesses]
    ratio: float
    reached: bool


async def run(options: WorkersOptions, limits: Limits = Limits()) -> int:  # noqa: B008  a frozen value
    """Measures, prints the result and writes it to the file. Returns 0 when the aim is reached, else 1.

    Raises StackError when a stack does not start, and BenchError.
    """
    progress = BenchProgress(Console(stderr=True))
    rounds: dict[int, list[Round]] = {processes: [] for processes in options.processes}
    versions: Versions | None = None
    for repeat in range(1, options.repeats + 1):
        for processes in options.processes:
            one, versions = await _measured(processes, repeat, options, limits, progress)
            rounds[processes].append(one)
    assert versions is not None
    result = _summed_up([_medians(processes, of_it) for processes, of_it in rounds.items()], versions)
    value = {"workers": result.model_dump(mode="json")}
    publish(value, options.file, partial(_show, result), json_only=options.json_only)
    return 0 if result.reached else 1


async def _measured(
    processes: int, repeat: int, options: WorkersOptions, limits: Limits, progress: BenchProgress
) -> tuple[Round, Versions]:
    name = f"{processes} tiến trình (processes) {repeat}/{options.repeats}"
    with assigned_by_hand() as province:
        async with bench_stack(limits, worker=_worker(processes, province)) as stack:
            with progress.part(name, options.dossiers + 3 * options.at_once) as ended:
                await warm_up(stack, Side.ENGINE, options.at_once, limits, ended)
                measured = await measure_round(
                    stack, Side.ENGINE, repeat, options.dossiers, options.at_once, limits, ended
                )
            versions = await answered(limits, versions_of(stack.client, stack.pool))
    if measured.steady is None or measured.not_finished:
        lost = measured.not_finished
        key, problem = (lost[0].key, lost[0].problem) if lost else ("–", "–")
        raise BenchError(BenchRefusal.NOTHING_MEASURED, not_finished=len(lost), key=key, problem=problem)
    steady = measured.steady
    progress.tell(f"{name}: {steady.cpu_ms.worker:.1f} ms CPU, {steady.dossiers_per_s:.1f} hồ sơ/giây (dossiers/s)")
    return measured, versions


def _worker(processes: int, province: dict[str, str]) -> ProcessSpec:
    """The worker, without the API that takes callbacks: the simulator loses those of standard dossiers."""
    environment = {"LUONGXANH_CALLBACK_URL": "http://127.0.0.1:9/callback"}
    argv = (*WORKER.argv, "--processes", str(processes))
    return WORKER.model_copy(update={"argv": argv, "environment": {**WORKER.environment, **environment, **province}})


def _medians(processes: int, rounds: Sequence[Round]) -> WithProcesses:
    steady = [one.steady for one in rounds if one.steady is not None]
    return WithProcesses(
        processes=processes,
        dossiers_per_s=round(statistics.median(one.dossiers_per_s for one in steady), 2),
        cpu_ms=median_times([one.cpu_ms for one in steady]),
        rounds=list(rounds),
    )


def _summed_up(workers: list[WithProcesses], versions: Versions) -> WorkersResult:
    costs = [one.cpu_ms.worker for one in workers]
    ratio = round(max(costs) / min(costs), 3)
    return WorkersResult(
        machine=this_machine(),
        versions=versions,
        workers=workers,
        ratio=ratio,
        reached=ratio <= MOST_TIMES_THE_CHEAPEST,
    )


def _show(result: WorkersResult, console: Console) -> None:
    table = Table(title="CPU cho một hồ sơ, ms (CPU for one dossier)")
    parts = {"worker": "tiến trình xử lý (workers)", "temporal": "Temporal", "postgres": "PostgreSQL"}
    for heading in ("tiến trình (processes)", *parts.values(), "hồ sơ/giây (dossiers/s)"):
        table.add_column(heading, justify="right")
    for one in result.workers:
        cells = [f"{getattr(one.cpu_ms, part):.1f}" for part in parts]
        table.add_row(str(one.processes), *cells, f"{one.dossiers_per_s:.1f}")
    console.print(table)
    mark = "✓" if result.reached else "✗"
    console.print(
        f"{mark} đắt nhất so với rẻ nhất (the dearest against the cheapest): {result.ratio:.2f},"
        f" cần (aim) ≤ {MOST_TIMES_THE_CHEAPEST}"
    )
