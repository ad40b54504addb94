"""Measures how many histories a second are replayed, by one process and by several in turn. Writes
build/bench-replay.json.

The histories are those of standard dossiers, which are driven first, one after another, on a stack that then ends; or
those of the replay gate, which need no stack.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field
from rich.console import Console
from temporalio.api.history.v1 import History
from temporalio.client import WorkflowHistory

from domain.rules.rulebook import StoredRule
from domain.values import Strict
from tools.benchmark.bench_stack import BenchStack, answered, bench_stack
from tools.benchmark.driving.closed_loop import drive_now
from tools.benchmark.driving.deadlines import Limits
from tools.benchmark.measuring.machine import Machine, load, this_machine
from tools.benchmark.measuring.processor_time import seconds_of_tree
from tools.benchmark.measuring.spread import Spread
from tools.benchmark.messages import BenchError, BenchRefusal
from tools.benchmark.reporting.publishing import publish
from tools.benchmark.rules import standard_province
from workers.checkout import CHECKOUT
from workers.histories import history_files, rules_in
from workers.kept_histories import KeptHistory, Replayed
from workers.replaying import ReplayProcesses

FILE = CHECKOUT / "build" / "bench-replay.json"
CORPUS = CHECKOUT / "tests" / "histories"
DOSSIERS = 3
"""How many dossiers are driven. Their histories are replayed again and again."""
LIMITS = Limits()


class ReplayBenchOptions(Strict):
    """How many processes replay how many histories, and how often. `processes`: one for each core by default."""

    processes: Annotated[int, Field(ge=1, le=64)] = len(os.sched_getaffinity(0))
    histories: Annotated[int, Field(ge=1, le=100_000)] = 240
    repeats: Annotated[int, Field(ge=1, le=50)] = 5
    corpus: bool = False
    json_only: Annotated[bool, Field(alias="json")] = False
    file: Path = FILE


class ReplayFigures(BaseModel):
    """The rounds with one number of processes. `cpu_ms`: processor time for a history, of all processes together.

    `sandboxed`: in the sandbox, with traces and a thread for each task, as a worker runs.
    """

    processes: int
    sandboxed: bool
    histories_per_s: Spread
    cpu_ms: Spread


class ReplayBenchResult(BaseModel):
    """`events`: of each history that was replayed. `histories`: of a round. `load`: of the machine, before."""

    events: list[int]
    histories: int
    rounds: list[ReplayFigures]
    load: list[float]
    machine: Machine


async def run(options: ReplayBenchOptions, limits: Limits = LIMITS) -> int:
    """Measures, prints the result and writes it to the file. Returns 0. Raises StackError, BenchError, ReplayError."""
    if options.corpus:
        recorded, rules = _corpus()
    else:
        async with bench_stack(limits) as stack:
            recorded = [await _history_of(stack, f"replayed-{number}", limits) for number in range(DOSSIERS)]
        rules = tuple(standard_province().rulebook().stored())
    before = load()
    events, rounds = await _rounds(recorded, rules, options)
    result = ReplayBenchResult(
        events=events,
        histories=options.histories,
        rounds=rounds,
        load=before,
        machine=this_machine(),
    )
    value = {"replay": result.model_dump(mode="json")}
    publish(value, options.file, partial(_show, result), json_only=options.json_only)
    return 0


async def _history_of(stack: BenchStack, key: str, limits: Limits) -> KeptHistory:
    """The history of one standard dossier that was driven alone. Raises BenchError `nothing_measured`."""
    driven = await drive_now(stack.engine_dossier, key, limits)
    if driven.problem is not None:
        raise BenchError(BenchRefusal.NOTHING_MEASURED, not_finished=1, key=key, problem=driven.problem)
    handle = stack.client.get_workflow_handle(driven.code)
    await answered(limits, handle.result())
    history = await answered(limits, handle.fetch_history())
    return KeptHistory(driven.code, History(events=history.events).SerializeToString())


def _corpus() -> tuple[list[KeptHistory], tuple[StoredRule, ...]]:
    """The recorded histories of the replay gate, as bytes, and their rules."""
    rules, kept = CORPUS / "rules.json", []
    for file in history_files([CORPUS], without=rules):
        history = WorkflowHistory.from_json(file.stem, file.read_text(encoding="utf-8"))
        kept.append(KeptHistory(file.stem, History(events=history.events).SerializeToString()))
    return kept, rules_in(rules)


async def _rounds(
    recorded: Sequence[KeptHistory], rules: tuple[StoredRule, ...], options: ReplayBenchOptions
) -> tuple[list[int], list[ReplayFigures]]:
    """The events of the histories, and the figures of one process, of all, and of all with the sandbox.

    They take turns: the machine's speed changes during the run. The first round of each is not counted, because its
    processes start.
    """
    with ExitStack() as stack:
        ways = [*((number, False) for number in sorted({1, options.processes})), (options.processes, True)]
        pools = {way: stack.enter_context(ReplayProcesses(way[0], rules, sandboxed=way[1])) for way in ways}
        first, *_ = [await _replayed(pool, recorded, options.histories) for pool in pools.values()]
        took: dict[tuple[int, bool], list[tuple[float, float]]] = {way: [] for way in ways}
        for _ in range(options.repeats):
            for way, pool in pools.items():
                began, used = time.perf_counter(), seconds_of_tree(os.getpid())
                await _replayed(pool, recorded, options.histories)
                took[way].append((time.perf_counter() - began, seconds_of_tree(os.getpid()) - used))
    figures = [
        ReplayFigures(
            processes=way[0],
            sandboxed=way[1],
            histories_per_s=Spread.of([options.histories / seconds for seconds, _ in took[way]]),
            cpu_ms=Spread.of([used * 1_000 / options.histories for _, used in took[way]]),
        )
        for way in ways
    ]
    return [result.events for result in first[: len(recorded)]], figures


async def _replayed(pool: ReplayProcesses, recorded: Sequence[KeptHistory], number: int) -> list[Replayed]:
    """Raises BenchError `nothing_measured` when a history does not replay."""
    results: list[Replayed] = []

    async def histories() -> AsyncIterator[KeptHistory]:
        for place in range(number):
            yield recorded[place % len(recorded)]
            await asyncio.sleep(0)

    await pool.replay(histories(), results.append)
    failed = [result for result in results if result.failure is not None]
    if failed:
        key, failure = failed[0].workflow, failed[0].failure
        said = "" if failure is None else failure.said
        raise BenchError(BenchRefusal.NOTHING_MEASURED, not_finished=len(failed), key=key, problem=said)
    return results


def _show(result: ReplayBenchResult, console: Console) -> None:
    events = ", ".join(str(number) for number in result.events)
    console.print(f"Các lịch sử (the histories): {events} sự kiện (events)", soft_wrap=True)
    for one in result.rounds:
        speed, how = one.histories_per_s, ", sandbox" if one.sandboxed else ""
        console.print(
            f"{one.processes} tiến trình (processes){how}: {speed.median:.1f} lịch sử mỗi giây (histories a second),"
            f" {speed.min:.1f} – {speed.max:.1f}; {one.cpu_ms.median:.1f} ms CPU mỗi lịch sử (for each)",
            soft_wrap=True,
        )
