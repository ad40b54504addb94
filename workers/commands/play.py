"""`luongxanh demo` and `luongxanh bench`: the working day of the province, and the measurements."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Any

from cyclopts import App, Parameter

from gateway.cli.inputs import validated
from gateway.cli.problems import CommandLineProblem

demo = App(name="demo")
bench = App(name="bench")

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
    from workers.demo import DemoOptions, run

    return await run(validated(DemoOptions, {"dossiers": dossiers, "seed": seed, "keep": keep, "json": json}))


@bench.default
async def measure(
    *,
    repeats: Annotated[int, Parameter(help="Số lần đo mỗi bên (how often each side is measured)")] = 5,
    dossiers: Annotated[int, Parameter(help="Số hồ sơ mỗi lần (dossiers each time)")] = 200,
    json: Json = False,
) -> int:
    """Đo tốc độ so với mức sàn, xen kẽ; ghi build/bench.json (measure the engine against its floor, interleaved)."""
    module = _part("bench.run")
    options = validated(module.BenchOptions, {"repeats": repeats, "dossiers": dossiers, "json": json})
    code: int = await module.run(options)
    return code


def _part(name: str) -> Any:
    """A part of `workers` that a lean installation may leave out."""
    try:
        return import_module(f"workers.{name}")
    except ModuleNotFoundError as missing:
        raise CommandLineProblem("not_installed", part=missing.name) from None
