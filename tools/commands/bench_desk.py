"""`python -m tools bench-desk`: measures the operators' desk with a large ledger."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter

from gateway.cli.inputs import validated

bench_desk = App(name="bench-desk")

Json = Annotated[bool, Parameter(negative="", help="Trả lời bằng JSON (answer in JSON)")]


@bench_desk.default
async def measure(
    *,
    dossiers: Annotated[int, Parameter(help="Số hồ sơ trong sổ cái (dossiers in the ledger)")] = 100_000,
    open: Annotated[int, Parameter(help="Trong đó đang mở (of them open)")] = 40_000,
    workflows: Annotated[int, Parameter(help="Số hồ sơ có quy trình đang chạy (dossiers with a workflow)")] = 10_000,
    exports: Annotated[bool, Parameter(help="Đo cả ops export (measure ops export too)")] = True,
    json: Json = False,
) -> int:
    """Đo bàn vận hành: kế hoạch sửa, đối chiếu, ops export; ghi build/bench-desk.json (plans, comparisons, exports).

    Quy trình ở đây chỉ đứng chờ (the workflows only stand there). Cần khoảng 3 GB đĩa (about 3 GB of disk).
    """
    from tools.benchmark.desk.run import DeskOptions, run
    from workers.telemetry import set_up_logs

    set_up_logs("tools", "error")
    given = {"dossiers": dossiers, "open": open, "workflows": workflows, "exports": exports, "json": json}
    return await run(validated(DeskOptions, given))
