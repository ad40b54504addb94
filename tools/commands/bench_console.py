"""`make bench-console`: measures the pages of the console."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter

from gateway.cli.inputs import validated

bench_console = App(name="bench-console")

Json = Annotated[bool, Parameter(negative="", help="Trả lời bằng JSON (answer in JSON)")]


@bench_console.default
def measure(
    *,
    dossiers: Annotated[int, Parameter(help="Số hồ sơ trong sổ cái (dossiers in the ledger)")] = 100_000,
    repeats: Annotated[int, Parameter(help="Số lần mở mỗi trang (how often each page is opened)")] = 60,
    json: Json = False,
) -> int:
    """Đo từng trang web trên sổ lớn; ghi build/bench-console.json (each page of the console on a full register).

    Mã thoát 1 nếu một trang chưa đạt (exit code 1 when a page misses an aim).
    """
    import uvloop

    from tools.benchmark.console.bench import run
    from tools.benchmark.console.options import ConsoleBenchOptions
    from workers.telemetry import set_up_logs

    set_up_logs("tools", "error")
    return uvloop.run(run(validated(ConsoleBenchOptions, {"dossiers": dossiers, "repeats": repeats, "json": json})))
