"""`make chaos`: dossiers are played while everything fails, and every effect is counted outside."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter

from gateway.cli.inputs import validated

chaos = App(name="chaos")

Json = Annotated[bool, Parameter(negative="", help="Trả lời bằng JSON (answer in JSON)")]


@chaos.default
async def run_chaos(
    *,
    dossiers: Annotated[int, Parameter(help="Số hồ sơ (how many dossiers)")] = 2_000,
    minutes: Annotated[float, Parameter(help="Gây lỗi trong bao nhiêu phút (how long everything fails)")] = 15.0,
    seed: Annotated[int, Parameter(help="Cùng số này, cùng lỗi (the same seed, the same plan of faults)")] = 2026,
    share: Annotated[float, Parameter(help="Phần cuộc gọi ra ngoài bị lỗi (share of outside calls that fail)")] = 0.1,
    workers: Annotated[int, Parameter(help="Số tiến trình xử lý (worker processes)")] = 3,
    settle_minutes: Annotated[float, Parameter(help="Chờ yên tối đa (how long it may take to come to rest)")] = 15.0,
    json: Json = False,
) -> int:
    """Thử mọi sự cố: hệ thống ngoài, tiến trình, đường truyền, ổ đĩa (everything fails, nothing is lost or doubled).

    Tự khởi động một hệ thống riêng, chạy hồ sơ trong khi mọi thứ hỏng, rồi đối chiếu số đếm của bên ngoài với sổ cái;
    ghi build/chaos.json; mã thoát 1 nếu có gì mất, trùng hay trễ.
    (Starts a stack of its own, plays dossiers while everything fails, then compares the outside systems' own counts
    with the ledger. Writes build/chaos.json. Exit code 1 if anything was lost, doubled or made late.)
    """
    from tools.chaos.page import run
    from tools.chaos.running import ChaosOptions
    from workers.telemetry import set_up_logs

    set_up_logs("tools", "error")
    given = {"dossiers": dossiers, "minutes": minutes, "seed": seed, "share": share, "workers": workers}
    return await run(validated(ChaosOptions, {**given, "settle_minutes": settle_minutes, "json": json}))
