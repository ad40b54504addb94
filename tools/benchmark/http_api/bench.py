"""Measures the HTTP API beside the client library, and writes build/bench-api.json."""

from __future__ import annotations

from functools import partial

from pydantic import BaseModel
from rich.console import Console
from rich.table import Table

from gateway.cli.terminal import Terminal
from tools.benchmark.http_api.measuring import (
    ApiMeasuring,
    AtOnce,
    Milliseconds,
    Operation,
    ProcessorMs,
    Timed,
    WholeExport,
)
from tools.benchmark.http_api.options import ApiBenchOptions
from tools.benchmark.http_api.stack import api_stack
from tools.benchmark.http_api.work import InProcess, TableForm, over_http
from tools.benchmark.measuring.machine import Machine, load, this_machine
from tools.benchmark.reporting.publishing import publish

MOST_MS_MORE = 15.0
"""The aim: by how much the median of an operation over HTTP may be above that in the process."""
MOST_MB_MORE = 64.0
"""The aim: by how much the memory of the API may grow while it writes a table of every dossier."""
NAMES = {
    Operation.SUBMIT: "nộp hồ sơ (submit)",
    Operation.ACCEPT: "tiếp nhận (accept)",
    Operation.READ: "xem hồ sơ (read)",
    Operation.READ_OLDER: "xem, quy tắc cũ (older rules)",
    Operation.SEARCH: "tìm, trang đầu (first page)",
    Operation.SEARCH_MIDDLE: "tìm, trang giữa (middle page)",
    Operation.EXPORT: "bảng CSV một đơn vị (one unit)",
}


class OperationFigures(BaseModel):
    """Milliseconds of an operation both ways, and what it cost more over HTTP at the median."""

    http: Milliseconds
    in_process: Milliseconds
    more: float
    cpu_ms: ProcessorMs
    reached: bool

    @classmethod
    def of(cls, timed: Timed) -> OperationFigures:
        """The figures of the measurements of one operation."""
        http, in_process = Milliseconds.of(timed.http), Milliseconds.of(timed.in_process)
        more = round(http.p50 - in_process.p50, 2)
        return cls(http=http, in_process=in_process, more=more, cpu_ms=timed.cpu_ms, reached=more <= MOST_MS_MORE)


class ApiBenchResult(BaseModel):
    """What was measured. `load`: of the machine, before and after."""

    dossiers: int
    repeats: int
    clients: int
    operations: dict[Operation, OperationFigures]
    exports: list[WholeExport]
    at_once: dict[Operation, AtOnce]
    load: list[list[float]]
    machine: Machine
    reached: bool


async def run(options: ApiBenchOptions) -> int:
    """Measures, prints the result and writes it to the file. Returns 0 when every aim is reached, else 1.

    Raises StackError, BenchError `request_refused`.
    """
    result = await _measured(options, Terminal(stderr=True))
    publish({"api": result.model_dump(mode="json")}, options.file, partial(_show, result), json_only=options.json_only)
    return 0 if result.reached else 1


async def _measured(options: ApiBenchOptions, console: Console) -> ApiBenchResult:
    console.print(f"{options.dossiers:,} hồ sơ vào sổ (dossiers into the ledger) …", style="dim")
    async with api_stack(options) as stack, over_http(stack) as (http,):
        before, measuring = load(), ApiMeasuring(stack, options, InProcess(stack))
        console.print(f"{options.repeats} lần mỗi việc, xen kẽ (times each, in turn) …", style="dim")
        timed = await measuring.latencies(http)
        console.print("bảng mọi hồ sơ (tables of all dossiers) …", style="dim")
        exports = [await measuring.whole_export(http, form) for form in (TableForm.CSV, TableForm.XLSX)]
        at_once = await measuring.at_once() if options.requests else {}
    operations = {operation: OperationFigures.of(one) for operation, one in timed.items()}
    return ApiBenchResult(
        dossiers=options.dossiers,
        repeats=options.repeats,
        clients=options.clients,
        operations=operations,
        exports=exports,
        at_once=at_once,
        load=[before, load()],
        machine=this_machine(),
        reached=all(one.reached for one in operations.values()) and all(map(_is_bounded, exports)),
    )


def _is_bounded(export: WholeExport) -> bool:
    return export.growth <= MOST_MB_MORE


def _show(result: ApiBenchResult, console: Console) -> None:
    console.print(_latencies(result))
    for export in result.exports:
        console.print(
            f"{_mark(_is_bounded(export))} bảng mọi hồ sơ (all dossiers), {export.form}: {export.bytes / 1e6:.1f} MB,"
            f" {export.seconds:.1f} s (in process {export.in_process_seconds:.1f} s); bộ nhớ (memory)"
            f" {export.memory_before:.0f} → {export.memory_peak:.0f} MB, cần (aim) ≤ +{MOST_MB_MORE:.0f}",
            soft_wrap=True,
        )
    for operation, one in result.at_once.items():
        console.print(
            f"{result.clients} người gọi cùng lúc (clients at once), {NAMES[operation]}: HTTP {one.http_per_s:.0f}/s,"
            f" trong tiến trình (in process) {one.in_process_per_s:.0f}/s",
            soft_wrap=True,
        )


def _latencies(result: ApiBenchResult) -> Table:
    table = Table(
        title=f"{result.dossiers:,} hồ sơ (dossiers) · {result.repeats} lần (times) · ms",
        caption="¹ thư viện trong cùng tiến trình (the client library in the same process)",
    )
    headings = ("HTTP p50", "p95", "p99", "¹ p50", "p95", "p99")
    table.add_column("")
    for heading in (*headings, f"hơn (more), ≤ {MOST_MS_MORE:.0f}", "CPU API"):
        table.add_column(heading, justify="right")
    for operation, one in result.operations.items():
        times = [f"{getattr(way, p):.1f}" for way in (one.http, one.in_process) for p in ("p50", "p95", "p99")]
        table.add_row(NAMES[operation], *times, f"{_mark(one.reached)} {one.more:+.1f}", f"{one.cpu_ms.api:.1f}")
    return table


def _mark(reached: bool) -> str:
    return "✓" if reached else "✗"
