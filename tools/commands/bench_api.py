"""`make bench-api`: measures the HTTP API beside the client library."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter

from gateway.cli.inputs import validated

bench_api = App(name="bench-api")

Json = Annotated[bool, Parameter(negative="", help="Trả lời bằng JSON (answer in JSON)")]


@bench_api.default
def measure(
    *,
    dossiers: Annotated[int, Parameter(help="Số hồ sơ trong sổ cái (dossiers in the ledger)")] = 100_000,
    repeats: Annotated[int, Parameter(help="Số lần mỗi việc, mỗi đường (how often each operation, each way)")] = 200,
    clients: Annotated[int, Parameter(help="Số người gọi cùng lúc (clients at once)")] = 16,
    requests: Annotated[
        int, Parameter(help="Số lần gọi mỗi lượt khi gọi cùng lúc; 0: không đo (requests at once in a round; 0: none)")
    ] = 800,
    json: Json = False,
) -> int:
    """Đo giao diện HTTP bên cạnh thư viện trong cùng lượt; ghi build/bench-api.json (the HTTP API beside the library).

    Mã thoát 1 nếu chưa đạt một mục tiêu (exit code 1 when an aim is not reached).
    """
    import uvloop

    from tools.benchmark.http_api.bench import run
    from tools.benchmark.http_api.options import ApiBenchOptions
    from workers.telemetry import set_up_logs

    set_up_logs("tools", "error")
    given = {"dossiers": dossiers, "repeats": repeats, "clients": clients, "requests": requests, "json": json}
    return uvloop.run(run(validated(ApiBenchOptions, given)))
