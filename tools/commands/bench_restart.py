"""`python -m tools bench-restart`: measures a worker's memory and its restart."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter

from gateway.cli.inputs import validated

bench_restart = App(name="bench-restart")

Json = Annotated[bool, Parameter(negative="", help="Trả lời bằng JSON (answer in JSON)")]


@bench_restart.default
def measure(
    *,
    open: Annotated[int, Parameter(help="Số hồ sơ đang mở (open dossiers)")] = 2_000,
    cached: Annotated[int, Parameter(help="Số hồ sơ giữ trong bộ nhớ (how many the worker keeps in memory)")] = 500,
    rate: Annotated[float, Parameter(help="Số lệnh mỗi giây (commands a second)")] = 5.0,
    seconds: Annotated[float, Parameter(help="Số giây đo trước và sau (seconds before and after)")] = 60.0,
    json: Json = False,
) -> int:
    """Đo bộ nhớ của tiến trình xử lý và lúc khởi động lại nó (a worker's memory, and its restart while dossiers wait).

    Ghi build/bench-restart.json; mã thoát 1 nếu chưa đạt một mục tiêu. Mở 10.000 hồ sơ mất khoảng 15 phút.
    (Writes build/bench-restart.json; exit code 1 when an aim is not reached. To open 10,000 takes about 15 minutes.)
    """
    import uvloop

    from tools.benchmark.restart.bench import run
    from tools.benchmark.restart.options import RestartOptions
    from workers.telemetry import set_up_logs

    set_up_logs("tools", "error")
    given = {"open": open, "cached": cached, "rate": rate, "seconds": seconds, "json": json}
    return uvloop.run(run(validated(RestartOptions, given)))
