"""`python -m tools repair-drill`: a bad release leaves dossiers stuck in four ways, and one repair lets all go on."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter

from gateway.cli.inputs import validated

repair_drill = App(name="repair-drill")

Json = Annotated[bool, Parameter(negative="", help="Trả lời bằng JSON (answer in JSON)")]


@repair_drill.default
async def drill(
    *,
    dossiers: Annotated[int, Parameter(help="Số hồ sơ bị kẹt (how many dossiers get stuck)")] = 200,
    seed: Annotated[int, Parameter(help="Cùng số này, cùng hồ sơ (the same seed, the same dossiers)")] = 2025,
    per_minute: Annotated[int, Parameter(help="Số hồ sơ sửa mỗi phút (dossiers repaired a minute)")] = 1_200,
    json: Json = False,
) -> int:
    """Diễn tập sửa hồ sơ kẹt vì một bản lỗi, trên hệ thống riêng (a bad release and its repair, rehearsed).

    Bản lỗi làm kẹt hồ sơ theo bốn cách; cài bản đúng, lập kế hoạch, người thứ hai duyệt, chạy, rồi mọi hồ sơ đi tiếp
    đến khi trả kết quả; mã thoát 1 nếu có gì sai.
    (A release with planted mistakes leaves dossiers stuck in four ways. The fix is installed; one plan is made,
    approved by a second person, and run; every dossier is played to its end. Exit code 1 if anything is wrong.)
    """
    from tools.repair_drill.page import run
    from tools.repair_drill.running import DrillOptions
    from workers.telemetry import set_up_logs

    set_up_logs("tools", "error")
    given = {"dossiers": dossiers, "seed": seed, "per_minute": per_minute, "json": json}
    return await run(validated(DrillOptions, given))
