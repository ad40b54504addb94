"""`python -m tools bench-workers`: measures a worker of several processes."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter

from gateway.cli.inputs import validated

bench_workers = App(name="bench-workers")

Json = Annotated[bool, Parameter(negative="", help="Trả lời bằng JSON (answer in JSON)")]


@bench_workers.default
def measure(
    *,
    processes: Annotated[
        tuple[int, ...], Parameter(help="Các số tiến trình (numbers of processes)", consume_multiple=True)
    ] = (1, 2, 4),
    repeats: Annotated[int, Parameter(help="Số lượt, xen kẽ nhau (rounds, in turn)")] = 3,
    dossiers: Annotated[int, Parameter(help="Số hồ sơ mỗi lượt (dossiers in a round)")] = 200,
    at_once: Annotated[int, Parameter(help="Số hồ sơ cùng lúc (dossiers at once)")] = 100,
    json: Json = False,
) -> int:
    """Đo `luongxanh worker --processes N`; ghi build/bench-workers.json (a dossier's CPU with N processes).

    Khoảng mười phút (about ten minutes).
    """
    import uvloop

    from tools.benchmark.worker_processes import WorkersOptions, run
    from workers.telemetry import set_up_logs

    set_up_logs("tools", "error")
    given = {
        "processes": processes, "repeats": repeats, "dossiers": dossiers, "at_once": at_once, "json": json
    }  # fmt: skip
    return uvloop.run(run(validated(WorkersOptions, given)))
