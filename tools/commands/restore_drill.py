"""`python -m tools restore-drill`: all servers are lost, and the database comes back to an earlier moment."""

from __future__ import annotations

from typing import Annotated, Literal

from cyclopts import App, Parameter

from gateway.cli.inputs import validated

restore_drill = App(name="restore-drill")

Json = Annotated[bool, Parameter(negative="", help="Trả lời bằng JSON (answer in JSON)")]


@restore_drill.default
async def drill(
    *,
    dossiers: Annotated[int, Parameter(help="Số hồ sơ (how many dossiers)")] = 100,
    seed: Annotated[int, Parameter(help="Cùng số này, cùng hồ sơ (the same seed, the same dossiers)")] = 2026,
    temporal: Annotated[
        Literal["empty", "kept", "earlier"],
        Parameter(help="Temporal rỗng, còn nguyên dữ liệu về sau, hay bản sao trước đó (what Temporal has then)"),
    ] = "empty",
    json: Json = False,
) -> int:
    """Diễn tập mất toàn bộ máy chủ, trên hệ thống riêng; in RPO và RTO (all servers lost, rehearsed).

    Hồ sơ đang chạy thì mọi máy chủ bị giết và mất dữ liệu; cơ sở dữ liệu về một thời điểm trước đó từ bản sao lưu và
    nhật ký, Temporal rỗng hoặc như --temporal nêu; đối chiếu với bên ngoài rồi làm mọi hồ sơ đến khi trả kết quả; mã
    thoát 1 nếu có gì sai.
    (In the middle of a run all servers are killed and their data is gone. The database comes back to an earlier moment
    from a base backup and the log, Temporal is empty, or as --temporal says. The outside world is compared, and every
    dossier is played to its end. Exit code 1 if anything is wrong.)
    """
    from tools.restore_drill.page import run
    from tools.restore_drill.running import RestoreDrillOptions
    from tools.restore_drill.temporal_then import TemporalThen
    from workers.telemetry import set_up_logs

    set_up_logs("tools", "error")
    given = {"dossiers": dossiers, "seed": seed, "temporal": TemporalThen(temporal), "json": json}
    return await run(validated(RestoreDrillOptions, given))
