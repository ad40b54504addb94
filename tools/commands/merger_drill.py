"""`python -m tools merger-drill`: plays the merger of 1 July 2025 on its own stack."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter

from gateway.cli.inputs import validated

merger_drill = App(name="merger-drill")

Json = Annotated[bool, Parameter(negative="", help="Trả lời bằng JSON (answer in JSON)")]


@merger_drill.default
async def drill(
    *,
    dossiers: Annotated[int, Parameter(help="Số hồ sơ đang mở hôm trước (open on the day before)")] = 5_000,
    seed: Annotated[int, Parameter(help="Cùng số này, cùng hồ sơ (the same seed, the same dossiers)")] = 2025,
    rate: Annotated[float, Parameter(help="Số hồ sơ chuyển mỗi giây (dossiers moved a second)")] = 100.0,
    json: Json = False,
) -> int:
    """Diễn tập lần sắp xếp 1/7/2025 trên hệ thống riêng, kiểm đếm từng hồ sơ (the real merger, replayed).

    Mở hồ sơ ở 398 xã, phường, thị trấn cũ, áp dụng việc sắp xếp, rồi kê từng hồ sơ; mã thoát 1 nếu không khớp.
    Ngày của các đơn vị được dời để ngày sắp xếp là hôm nay.
    (Dossiers are opened among the 398 old units, the merger is applied, every one is accounted for; the days of the
    units are shifted so that the merger is today. Exit code 1 if anything does not agree.)
    """
    from tools.merger_drill import DrillOptions, run
    from workers.telemetry import set_up_logs

    set_up_logs("tools", "error")
    given = {"dossiers": dossiers, "seed": seed, "rate": rate, "json": json}
    return await run(validated(DrillOptions, given))
