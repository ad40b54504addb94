"""`luongxanh dossier wake --all`: starts every dossier without a workflow from the ledger, after a loss at Temporal."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from domain.text.sentences import many
from gateway.cli.dependencies import dependencies
from gateway.cli.messages import CommandLineRefusal
from gateway.cli.output import PLAIN, Output, print_json, tell
from gateway.cli.problems import CommandLineProblem

AT_ONCE = 200
"""Codes that are read at once."""


async def wake(
    *,
    every: Annotated[
        bool, Parameter(name="--all", negative="", help="Mọi hồ sơ chưa kết thúc (every dossier that has not ended)")
    ] = False,
    output: Output = PLAIN,
) -> None:
    """Khởi động lại từ sổ cái mọi hồ sơ không có quy trình (start every dossier without a workflow from the ledger).

    Dùng khi mất dữ liệu Temporal: sổ cái là bản ghi, Temporal chỉ thực thi. Hồ sơ đang chạy thì giữ nguyên; chạy lại
    lệnh này luôn an toàn. Một hay vài hồ sơ kẹt thì lập kế hoạch: luongxanh ops plan restart MÃ_HỒ_SƠ. (After the loss
    of Temporal's data. One that runs is left alone, and repeating the command is safe. A stuck dossier is repaired by a
    plan.)

    Ví dụ (example):
      luongxanh dossier wake --all
    """
    if not every:
        raise CommandLineProblem(CommandLineRefusal.MISSING_OPTION, options="--all", command="luongxanh dossier wake")
    woken, seen, last = 0, 0, None
    async with dependencies().open_engine() as engine:
        while page := await engine.reader.codes(limit=AT_ONCE, after=last):
            last = page[-1]
            for one in page:
                woken += await engine.wake(one)
            seen += len(page)
            tell(
                output.say(
                    f"… {seen} hồ sơ, {woken} khởi động lại", f"… {many(seen, 'dossier')}, {woken} started again"
                )
            )
    if output.json:
        print_json({"dossiers": seen, "woken": woken})
    else:
        tell(
            output.say(
                f"Đã xem {seen} hồ sơ, khởi động lại {woken}; số còn lại đang chạy hoặc đã kết thúc.",
                f"Looked at {many(seen, 'dossier')}, started {woken} again; the others run, or have ended.",
            )
        )
