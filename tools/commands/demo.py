"""`make demo`: plays a working day of the province."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter

from gateway.cli.inputs import validated

demo = App(name="demo")

Json = Annotated[bool, Parameter(negative="", help="Trả lời bằng JSON (answer in JSON)")]


@demo.default
async def play(
    *,
    dossiers: Annotated[int, Parameter(help="Số hồ sơ (how many dossiers)")] = 300,
    seed: Annotated[int, Parameter(help="Cùng số này, cùng kịch bản (the same seed, the same mix)")] = 2025,
    keep: Annotated[bool, Parameter(negative="", help="Để hệ thống chạy tiếp sau khi xong (leave it running)")] = False,
    json: Json = False,
) -> int:
    """Một ngày làm việc của tỉnh, từ đầu đến cuối (a working day of the province, played).

    Tự khởi động một hệ thống riêng, chạy, in kết quả, rồi dừng tất cả; mã thoát 1 nếu có con số không khớp.
    (Starts a stack of its own, plays, prints what came of it, stops everything; exit code 1 if figures disagree.)
    """
    from tools.demo import DemoOptions, run
    from workers.telemetry import set_up_logs

    set_up_logs("tools", "error")
    return await run(validated(DemoOptions, {"dossiers": dossiers, "seed": seed, "keep": keep, "json": json}))
