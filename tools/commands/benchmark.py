"""`make bench`: measures the engine against its baseline."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter

from gateway.cli.inputs import validated

bench = App(name="bench")

Json = Annotated[bool, Parameter(negative="", help="Trả lời bằng JSON (answer in JSON)")]


@bench.default
async def measure(
    *,
    repeats: Annotated[int, Parameter(help="Số lần đo mỗi bên (how often each side is measured)")] = 5,
    dossiers: Annotated[int, Parameter(help="Số hồ sơ mỗi lần (dossiers each time)")] = 200,
    json: Json = False,
) -> int:
    """Đo tốc độ so với mức nền, xen kẽ; ghi build/bench.json (measure the engine against its baseline, interleaved)."""
    from tools.benchmark.run import BenchOptions, run
    from workers.telemetry import set_up_logs

    set_up_logs("tools", "error")
    return await run(validated(BenchOptions, {"repeats": repeats, "dossiers": dossiers, "json": json}))
