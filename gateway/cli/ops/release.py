"""`luongxanh ops release`: which build of the worker gets how much of the work, in steps, and back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from domain.messages.releases import ReleaseRefusal
from gateway.cli.dependencies import dependencies
from gateway.cli.ops.release_page import acts_lines, releases_table, stopped_lines, summary_lines
from gateway.cli.output import PLAIN, Output, called, print_json, show, tell, to_copy
from gateway.cli.problems import CommandLineProblem, Exit
from gateway.client.admitting.operators import this_machine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.client import Engine
    from gateway.client.releases.shares import StuckByCause

app = App(
    name="release",
    help="Bản chạy của tiến trình xử lý: giao việc từng bước, quay lại (builds of the worker, in steps and back)",
    sort_key=30,
)

BuildName = Annotated[str, Parameter(help="Bản chạy, như list in ra (the build, as list prints it)")]
Reason = Annotated[str, Parameter(help="Lý do, được ghi lại (why; it is written down)")]
By = Annotated[str | None, Parameter(help="Mã nội bộ người thực hiện; mặc định tài khoản máy (who orders it)")]
WithoutReplay = Annotated[
    str, Parameter(help="Vì sao giao việc dù chưa phát lại; được ghi lại (why it gets work unreplayed; written down)")
]
LOOK_EVERY = 5.0
"""Seconds between two looks for stuck dossiers during a pause."""


@app.command(name="list")
async def list_releases(*, output: Output = PLAIN) -> None:
    """Mọi bản: phần việc, hồ sơ đang mở, tiến trình, hồ sơ kẹt, lệnh đã ra (every build with its share, and orders).

    Ví dụ (example): luongxanh ops release list --json
    """
    async with dependencies().open_engine() as engine:
        now = await engine.releases.now()
    if output.json:
        print_json(now.model_dump(mode="json"))
        return
    show(releases_table(now, output), *summary_lines(now, output), *acts_lines(now, output))


@app.command
async def ramp(
    build: BuildName,
    /,
    *percent: Annotated[int, Parameter(help="Các bước, phần trăm tăng dần (the steps, in per cent)")],
    reason: Reason,
    pause: Annotated[float, Parameter(help="Giây giữa hai bước (seconds between two steps)")] = 600.0,
    without_replay: WithoutReplay = "",
    by: By = None,
    output: Output = PLAIN,
) -> int:
    """Giao dần một phần hồ sơ cho bản mới, kiểm tra giữa các bước (give a build a growing part of the dossiers).

    Bản mới phải phát lại được mọi hồ sơ đang mở trước: luongxanh ops replay --on-build. Sau mỗi bước, lệnh chờ và tìm
    hồ sơ kẹt vì bản mới (bước chạy lỗi, quy trình dừng, lời gọi chỉ bản ấy làm hỏng); có thì trả hết việc về bản cũ, mã
    thoát 1. (The build must have replayed the open dossiers before. After each step it waits and looks for dossiers
    that are stuck because of the build; if there are any, all work goes back and the exit code is 1.)

    Ví dụ (example): luongxanh ops release ramp 0.2.0+3f2a9c01d4e7 5 25 50 --pause 900 --reason "Bản tháng 12"
    """
    steps = list(percent)
    if not steps or steps != sorted(set(steps)) or not 1 <= steps[0] <= steps[-1] <= 100:
        given = " ".join(map(str, steps)) or "–"
        raise CommandLineProblem(ReleaseRefusal.PERCENT_OUT_OF_RANGE, given=given)
    async with dependencies().open_engine() as engine:
        for step in steps:
            await engine.releases.ramp(this_machine(), build, step, who=by, why=reason, without_replay=without_replay)
            if not output.json:
                show(output.say(f"{build}: {step} % hồ sơ.", f"{build}: {step} % of the dossiers."))
            stuck = await _stuck_within(engine, build, pause)
            if stuck:
                why = f"{len(stuck)} stuck at {step} %, such as {stuck[0].dossier} ({stuck[0].cause})"
                await engine.releases.ramp(this_machine(), build, 0, who=by, why=why)
                return _stopped(build, step, stuck, output)
    if output.json:
        print_json({"build": build, "percent": steps[-1], "stopped": False, "stuck": []})
        return Exit.DONE
    show(
        output.say("Không có hồ sơ kẹt. Để giao toàn bộ việc:", "No dossier is stuck. To give it all work:"),
        to_copy(f'{called()} ops release promote {build} --reason "{reason}"'),
    )
    return Exit.DONE


async def _stuck_within(engine: Engine, build: str, seconds: float) -> tuple[StuckByCause, ...]:
    """What is stuck because of the build, as soon as anything is; empty when nothing is after so many seconds."""
    left = seconds
    while True:
        stuck = await engine.releases.stuck(build)
        if stuck or left <= 0:
            return stuck
        await asyncio.sleep(min(LOOK_EVERY, left))
        left -= LOOK_EVERY


def _stopped(build: str, step: int, stuck: Sequence[StuckByCause], output: Output) -> int:
    if output.json:
        told = [one.dossier for one in stuck]
        causes = [one.model_dump(mode="json") for one in stuck]
        print_json({"build": build, "percent": 0, "stopped": True, "stuck": told, "causes": causes})
    else:
        tell(*stopped_lines(build, step, stuck, output))
    return Exit.FAILED


@app.command
async def promote(
    build: BuildName,
    /,
    *,
    reason: Reason,
    without_replay: WithoutReplay = "",
    by: By = None,
    output: Output = PLAIN,
) -> None:
    """Giao toàn bộ việc cho một bản; bản cũ còn đó để quay lại (give a build all work; the other stays for a rollback).

    Bản ấy phải phát lại được mọi hồ sơ đang mở trước (it must have replayed the open dossiers before): luongxanh ops
    replay --on-build.

    Ví dụ (example): luongxanh ops release promote 0.2.0+3f2a9c01d4e7 --reason "Bản tháng 12"
    """
    async with dependencies().open_engine() as engine:
        before = await engine.releases.promote(this_machine(), build, who=by, why=reason, without_replay=without_replay)
    if output.json:
        print_json({"build": build, "instead": before})
        return
    show(output.say(f"✓ Bản {build} nhận toàn bộ việc.", f"✓ The build {build} gets all work."))
    if before is not None:
        show(
            output.say(
                f"Giữ tiến trình của {before} chạy cho đến khi chắc chắn, rồi:",
                f"Keep workers of {before} running until you are sure, then:",
            ),
            to_copy(f'{called()} ops release retire {before} --reason "…"'),
        )


@app.command
async def rollback(*, reason: Reason, by: By = None, output: Output = PLAIN) -> None:
    """Trả việc về bản trước: bỏ bước đang giao, hoặc bản hiện tại (back to the build before: at once, all dossiers).

    Ví dụ (example): luongxanh ops release rollback --reason "Hồ sơ kẹt ở bước ký"
    """
    async with dependencies().open_engine() as engine:
        build = await engine.releases.roll_back(this_machine(), who=by, why=reason)
    if output.json:
        print_json({"build": build})
        return
    show(output.say(f"✓ Bản {build} lại nhận toàn bộ việc.", f"✓ The build {build} gets all work again."))


@app.command
async def retire(build: BuildName, /, *, reason: Reason, by: By = None, output: Output = PLAIN) -> None:
    """Cho một bản nghỉ hẳn: không quay lại được nữa, hồ sơ mới theo quy tắc mới (no rollback to it any more).

    Ví dụ (example): luongxanh ops release retire 0.1.0+a04b1c22f9d0 --reason "Bản mới chạy tốt hai tuần"
    """
    async with dependencies().open_engine() as engine:
        workers = await engine.releases.retire(this_machine(), build, who=by, why=reason)
    if output.json:
        print_json({"build": build, "workers": list(workers)})
        return
    show(output.say(f"✓ Bản {build} đã nghỉ.", f"✓ The build {build} is retired."))
    for worker in workers:
        show(output.say(f"  Dừng được: {worker}", f"  May be stopped: {worker}"))
