"""`python -m tools bench-scale`: measures a ledger of the size of a province."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter

from gateway.cli.inputs import validated

bench_scale = App(name="bench-scale")

Json = Annotated[bool, Parameter(negative="", help="Trả lời bằng JSON (answer in JSON)")]


@bench_scale.default
async def measure(
    *,
    dossiers: Annotated[int, Parameter(help="Số hồ sơ trong sổ cái (dossiers in the ledger)")] = 250_000,
    open: Annotated[int, Parameter(help="Trong đó đang mở (of them open)")] = 100_000,
    repeats: Annotated[int, Parameter(help="Số lần đọc mỗi danh sách (how often each read is repeated)")] = 30,
    json: Json = False,
) -> int:
    """Đo sổ cái cỡ một tỉnh: đọc, ghi, dung lượng; ghi build/bench-scale.json (a ledger of the size of a province).

    Cần khoảng 5 GB đĩa và ba phút (about 5 GB of disk and three minutes).
    """
    from tools.benchmark.scale import ScaleOptions, run
    from workers.telemetry import set_up_logs

    set_up_logs("tools", "error")
    given = {"dossiers": dossiers, "open": open, "repeats": repeats, "json": json}
    return await run(validated(ScaleOptions, given))
