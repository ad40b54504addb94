"""`luongxanh dossier wake`: starts the workflow of a dossier again from the ledger."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from domain.text.sentences import many
from gateway.cli.dependencies import dependencies
from gateway.cli.inputs import dossier_code
from gateway.cli.messages import CommandLineRefusal
from gateway.cli.output import PLAIN, Output, print_json, tell
from gateway.cli.problems import CommandLineProblem

AT_ONCE = 200


async def wake(
    code: Annotated[str | None, Parameter(help="Mã hồ sơ (a dossier's code)")] = None,
    /,
    *,
    every: Annotated[
        bool, Parameter(name="--all", negative="", help="Mọi hồ sơ chưa kết thúc (every dossier that has not ended)")
    ] = False,
    output: Output = PLAIN,
) -> int:
    """Khởi động lại quy trình của hồ sơ từ sổ cái (start a dossier's workflow again from the ledger).

    Dùng khi quy trình bị mất, kể cả khi mất toàn bộ dữ liệu Temporal: sổ cái là bản ghi, Temporal chỉ thực thi.
    Hồ sơ đang chạy thì giữ nguyên; chạy lại lệnh này luôn an toàn. (For a workflow that was lost, or all of them; one
    that runs is left alone, and repeating the command is safe.)
    """
    if (code is None) == (not every):
        raise CommandLineProblem(
            CommandLineRefusal.MISSING_OPTION, options="CODE, --all", command="luongxanh dossier wake"
        )
    woken, seen, last = 0, 0, None
    async with dependencies().open_engine() as engine:
        if code is not None:
            woken, seen = int(await engine.wake(dossier_code(code))), 1
        while every and (page := await engine.reader.codes(limit=AT_ONCE, after=last)):
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
    return 0
