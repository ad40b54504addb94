"""Opens dossiers, kills the only worker, starts it again, and measures. Writes build/bench-restart.json."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial

from pydantic import BaseModel
from rich.console import Console

from gateway.cli.terminal import Terminal
from tools.benchmark.driving.deadlines import Limits
from tools.benchmark.measuring.machine import Machine, load, this_machine
from tools.benchmark.measuring.spread import percentile
from tools.benchmark.messages import BenchError, BenchRefusal
from tools.benchmark.reporting.publishing import publish
from tools.benchmark.restart.open_dossiers import OpenDossiers, Sent
from tools.benchmark.restart.options import RestartOptions
from tools.benchmark.restart.worker_stack import WorkerStack, worker_stack
from tools.benchmark.restart.worker_state import Work, WorkerMemory, memory_of, work_so_far

LIMITS = Limits()
CALM = 3.0
"""Seconds before memory is measured, in which payments and answers arrive."""
MOST_SECONDS_TO_FIRST_ANSWER = 5.0
SLOW = 1.0
MOST_MEGABYTES = 400.0
"""With `PROVINCE_CACHED` dossiers in memory."""
PROVINCE_CACHED = 2_000
MOST_TIMES_THE_TASKS = 1.5
"""So many times the workflow tasks of the period before may be in the period after the restart: commands that came
while no worker ran are in it twice. A worker that replayed what nobody asked for would have more."""


class Period(BaseModel):
    """The answers to the commands of a period, in milliseconds, and the work that it took."""

    commands: int
    unanswered: int
    p50: float | None
    p99: float | None
    work: Work


class RestartResult(BaseModel):
    """`ready_s`, `first_answer_s`, `slow_until_s`: seconds after the start of the new process."""

    open: int
    cached: int
    memory: list[WorkerMemory]
    before: Period
    ready_s: float
    first_answer_s: float
    after: Period
    """Its percentiles are of the commands that were due after the first answer."""
    slow: int
    """How many commands after the restart were answered after more than `SLOW` seconds."""
    slow_until_s: float
    """When the last one of them was due."""
    memory_after: WorkerMemory
    load: list[float]
    machine: Machine
    reached: dict[str, bool]


async def run(options: RestartOptions, limits: Limits = LIMITS) -> int:
    """Measures, prints the result and writes it to the file. Returns 0 when every aim was reached, else 1.

    Raises StackError; BenchError `server_silent`, `nothing_measured`.
    """
    console = Terminal(stderr=True)
    if 2 * options.commands > options.open:
        options = options.model_copy(update={"rate": options.open / 2 / options.seconds})
    async with worker_stack(options.cached, limits) as stack:
        result = await _measured(stack, options, limits, console)
    value = {"restart": result.model_dump(mode="json")}
    publish(value, options.file, partial(_show, result), json_only=options.json_only)
    return 0 if all(result.reached.values()) else 1


async def _measured(stack: WorkerStack, options: RestartOptions, limits: Limits, console: Console) -> RestartResult:
    dossiers, memory = OpenDossiers(stack, limits), list[WorkerMemory]()
    for count in options.counts:
        with console.status(f"{count:,} hồ sơ đang mở (open dossiers)"):
            await dossiers.open(count, lambda _: None)
            await asyncio.sleep(CALM)
        memory.append(memory_of(stack, count))
        console.print(f"{count:,}: {memory[-1].resident:.0f} MB", style="dim")
    clock, began = asyncio.get_running_loop().time, await work_so_far(stack)
    sent = await dossiers.ask(options.commands, options.rate, clock())
    before = _period(sent, sent, (await work_so_far(stack)).since(began))

    began, killed_with = await work_so_far(stack), load()
    await asyncio.to_thread(stack.stack.kill, "worker")
    beginning = clock()
    started = asyncio.create_task(_start_worker(stack))
    sent = await dossiers.ask(options.commands, options.rate, beginning)
    ready = await started - beginning
    work = (await work_so_far(stack)).since(began, new_worker=True)
    first = min((one.due + one.latency for one in sent if one.latency is not None), default=None)
    if first is None:
        raise BenchError(BenchRefusal.NOTHING_MEASURED, not_finished=len(sent), key="–", problem=sent[0].driven.problem)
    after = _period(sent, [one for one in sent if one.due >= first], work)
    slow = [one.due - beginning for one in sent if one.latency is None or one.latency > SLOW]
    result = RestartResult(
        open=options.open,
        cached=options.cached,
        memory=memory,
        before=before,
        ready_s=round(ready, 2),
        first_answer_s=round(first - beginning, 2),
        after=after,
        slow=len(slow),
        slow_until_s=round(max(slow, default=0.0), 1),
        memory_after=memory_of(stack, options.open),
        load=killed_with,
        machine=this_machine(),
        reached={},
    )
    return result.model_copy(update={"reached": _reached(result)})


async def _start_worker(stack: WorkerStack) -> float:
    """Starts the worker. Returns when it was ready, in seconds of the loop's clock."""
    await asyncio.to_thread(stack.stack.start, "worker")
    return asyncio.get_running_loop().time()


def _period(sent: Sequence[Sent], counted: Sequence[Sent], work: Work) -> Period:
    """The figures of a period: all its commands, and the latencies of those that count."""
    seconds = [one.latency for one in counted if one.latency is not None]
    p50, p99 = (round(percentile(seconds, p) * 1_000, 1) if seconds else None for p in (50, 99))
    unanswered = sum(one.latency is None for one in sent)
    return Period(commands=len(sent), unanswered=unanswered, p50=p50, p99=p99, work=work)


def _reached(result: RestartResult) -> dict[str, bool]:
    """Whether each aim is reached. The aim for memory is judged only with the cache of a province, and a full one."""
    tasks = result.after.work.requests["workflow_tasks"] / max(1, result.before.work.requests["workflow_tasks"])
    reached = {
        "first_answer": result.first_answer_s <= MOST_SECONDS_TO_FIRST_ANSWER,
        "all_answered": result.before.unanswered + result.after.unanswered == 0,
        "no_storm": tasks <= MOST_TIMES_THE_TASKS,
    }
    if result.cached == PROVINCE_CACHED <= result.open:
        reached["memory"] = max(one.resident for one in result.memory) <= MOST_MEGABYTES
    return reached


def _show(result: RestartResult, console: Console) -> None:
    say = console.print
    say(f"Hồ sơ đang mở (open): {result.open:,}; giữ trong bộ nhớ (kept in memory): {result.cached:,}", soft_wrap=True)
    for one in result.memory:
        say(f"  {one.open:>8,} đang mở (open): {one.resident:.0f} MB, riêng (own) {one.own:.0f} MB", soft_wrap=True)
    say(
        f"Khởi động lại (restart): sẵn sàng (ready) {result.ready_s:.1f} s, trả lời đầu tiên (first answer)"
        f" {result.first_answer_s:.1f} s; bộ nhớ sau đó (memory then) {result.memory_after.resident:.0f} MB",
        soft_wrap=True,
    )
    say(
        f"Chậm hơn {SLOW:.0f} s (slower): {result.slow} lệnh (commands), lệnh cuối đến lúc (the last one was due at)"
        f" {result.slow_until_s:.1f} s",
        soft_wrap=True,
    )
    for name, period in (("trước (before)", result.before), ("sau (after)", result.after)):
        cpu = ", ".join(f"{part} {seconds:.1f}" for part, seconds in period.work.cpu_s.items())
        requests = ", ".join(f"{kind} {number:,}" for kind, number in period.work.requests.items())
        say(
            f"{name}: {period.commands} lệnh (commands), p50 {period.p50} ms, p99 {period.p99} ms;"
            f" CPU s: {cpu}; {requests}",
            soft_wrap=True,
        )
    missed = [aim for aim, is_reached in result.reached.items() if not is_reached]
    say("✓ đạt mọi mục tiêu (every aim is reached)" if not missed else f"✗ chưa đạt (missed): {', '.join(missed)}")
