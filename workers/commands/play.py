"""`luongxanh demo` and `luongxanh bench`: the working day of the province, and the measurements."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter

demo = App(name="demo")
bench = App(name="bench")

Json = Annotated[bool, Parameter(name="--json", negative="", help="Trả lời bằng JSON (answer in JSON)")]


@demo.default
async def play(
    *,
    dossiers: Annotated[int, Parameter(help="Số hồ sơ (how many dossiers)")] = 300,
    seed: Annotated[int, Parameter(help="Cùng số này, cùng kịch bản (the same seed, the same mix)")] = 2025,
    keep: Annotated[bool, Parameter(negative="", help="Để hệ thống chạy tiếp sau khi xong (leave it running)")] = False,
    json: Json = False,
) -> int:
    """Starts a stack of its own, plays a working day, prints what happened, and stops everything."""
    from workers.demo import DemoOptions, run

    return await run(DemoOptions(dossiers=dossiers, seed=seed, keep=keep, json=json))
