"""`luongxanh ops release`: which build of the worker gets how much of the work, in steps, and back."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from cyclopts import App, Parameter

from domain.errors import Conflict
from domain.messages.releases import ReleaseRefusal
from domain.ramps import Ramp, RampState
from gateway.cli.dependencies import dependencies
from gateway.cli.ops.release_page import (
    acts_lines,
    ended_lines,
    ramp_as_json,
    ramp_lines,
    releases_table,
    summary_lines,
)
from gateway.cli.output import PLAIN, Output, called, print_json, show, tell, to_copy
from gateway.cli.problems import Exit
from gateway.client.admitting.operators import this_machine

if TYPE_CHECKING:
    from gateway.client.releases.ramps import RampOrders

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
LOOK_EVERY = 1.0
"""Seconds between two looks how far a ramp is."""
WATCHED_WITHIN = 120.0
"""Seconds without a worker that watches, after which nobody waits any longer."""


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
    show(releases_table(now, output), *summary_lines(now, output), *ramp_lines(now, output), *acts_lines(now, output))


@app.command
async def ramp(
    build: BuildName,
    /,
    *percent: Annotated[int, Parameter(help="Các bước, phần trăm tăng dần (the steps, in per cent)")],
    reason: Reason,
    pause: Annotated[int, Parameter(help="Giây giữa hai bước (seconds between two steps)")] = 600,
    without_replay: WithoutReplay = "",
    by: By = None,
    output: Output = PLAIN,
) -> int:
    """Giao dần một phần hồ sơ cho bản mới, kiểm tra giữa các bước (give a build a growing part of the dossiers).

    Bản mới phải phát lại được mọi hồ sơ đang mở trước: luongxanh ops replay --on-build. Các tiến trình xử lý giao từng
    bước và tìm hồ sơ kẹt vì bản mới (bước chạy lỗi, quy trình dừng, lời gọi chỉ bản ấy làm hỏng); có thì trả hết việc
    về bản cũ, mã thoát 1. Ctrl-C không dừng lần giao: luongxanh ops release stop. (The build must have replayed the
    open dossiers before. The workers give each step and look for dossiers that are stuck because of the build; if there
    are any, all work goes back and the exit code is 1. Ctrl-C leaves the ramp going.)

    Ví dụ (example): luongxanh ops release ramp 0.2.0+3f2a9c01d4e7 5 25 50 --pause 900 --reason "Bản tháng 12"
    """
    async with dependencies().open_engine() as engine:
        ramps = engine.releases.ramps
        begun = await ramps.begin(
            this_machine(), build, percent, pause, who=by, why=reason, without_replay=without_replay
        )
        try:
            ended = await _followed(ramps, begun, output)
        except asyncio.CancelledError:
            tell(output.say("Lần giao dần vẫn đi tiếp. Để dừng:", "The ramp goes on. To stop it:"))
            tell(f"{called()} ops release stop {begun.id}")
            raise
    return _result(ended, output)


async def _followed(ramps: RampOrders, ramp: Ramp, output: Output) -> Ramp:
    """The ramp at its end. Raises Conflict `release_ramp_unwatched`, DatabaseUnavailable."""
    given, until = 0, time.monotonic() + WATCHED_WITHIN
    while ramp.ended is None:
        await asyncio.sleep(LOOK_EVERY)
        ramp = await ramps.register.ramp(ramp.id)
        for step in ramp.steps[given : ramp.given]:
            if not output.json:
                show(output.say(f"{ramp.build}: {step} % hồ sơ.", f"{ramp.build}: {step} % of the dossiers."))
        given = ramp.given
        if ramp.state is not RampState.WAITING:
            until = time.monotonic() + WATCHED_WITHIN
        elif time.monotonic() > until:
            facts = {"build": ramp.build, "ramp": ramp.id, "seconds": round(WATCHED_WITHIN)}
            raise Conflict(ReleaseRefusal.RELEASE_RAMP_UNWATCHED, **facts)
    return ramp


def _result(ramp: Ramp, output: Output) -> int:
    finished = ramp.state is RampState.FINISHED
    if output.json:
        print_json(ramp_as_json(ramp))
    elif finished:
        show(
            output.say("Không có hồ sơ kẹt. Để giao toàn bộ việc:", "No dossier is stuck. To give it all work:"),
            to_copy(f'{called()} ops release promote {ramp.build} --reason "{ramp.why}"'),
        )
    else:
        tell(*ended_lines(ramp, output))
    return Exit.DONE if finished else Exit.FAILED


@app.command
async def stop(
    ramp: Annotated[UUID, Parameter(help="Mã lần giao dần, như list in ra (the ramp, as list prints it)")],
    /,
    *,
    by: By = None,
    output: Output = PLAIN,
) -> None:
    """Dừng lần giao dần: bản giữ phần đang có, không ai canh nữa (stop a ramp; the build keeps its part, unwatched).

    Ví dụ (example): luongxanh ops release stop 7b1c2f7e-51a4-4c58-9d84-3a1f0a2b9b11 --by cb.TTPVHCC.operator.1
    """
    async with dependencies().open_engine() as engine:
        stopped = await engine.releases.ramps.stop(this_machine(), ramp, who=by)
    if output.json:
        print_json(ramp_as_json(stopped))
        return
    show(
        output.say(
            f"✓ Đã dừng. Bản {stopped.build} giữ {stopped.percent} % hồ sơ.",
            f"✓ Stopped. The build {stopped.build} keeps {stopped.percent} % of the dossiers.",
        )
    )


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
