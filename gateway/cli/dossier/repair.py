"""`luongxanh dossier restart`: restarts a dossier from the ledger."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from gateway.cli.dependencies import dependencies
from gateway.cli.inputs import dossier_code
from gateway.cli.output import PLAIN, Output, print_json, show
from gateway.client.operators import this_machine
from gateway.i18n.wording import standing_name


async def restart(
    code: Annotated[str, Parameter(help="Mã hồ sơ (a dossier's code)")],
    /,
    *,
    by: Annotated[str, Parameter(help="Mã nội bộ người thực hiện (who orders it)")],
    reason: Annotated[str, Parameter(help="Lý do, được ghi lại (why; it is recorded)")],
    although_sound: Annotated[
        bool, Parameter(negative="", help="Kể cả khi quy trình vẫn chạy tốt (although it goes on by itself)")
    ] = False,
    output: Output = PLAIN,
) -> None:
    """Khởi động lại quy trình bị kẹt của một hồ sơ từ sổ cái (restart a stuck dossier from the ledger).

    Dừng lượt chạy bị kẹt, rồi chạy lại hồ sơ từ trạng thái trong sổ cái: không mất sự kiện nào, không việc nào làm hai
    lần; ai, vì sao, lúc nào đều được ghi. Hồ sơ đang chạy tốt thì từ chối. (Ends the run that is stuck and goes on from
    the ledger; nothing is lost or done twice, who and why are recorded; refused for one that goes on by itself.)

    Ví dụ (example):
      luongxanh dossier restart H42.101-250805-0001 --by cb.TTPVHCC.operator.1 --reason "Kẹt từ 09:10, sự cố 12"
    """
    wanted = dossier_code(code)
    async with dependencies().open_engine() as engine:
        done = await engine.restart(this_machine(), wanted, who=by, why=reason, although_sound=although_sound)
    if output.json:
        print_json(done.model_dump(mode="json"))
        return
    ended, found = done.run or output.say("không có", "none"), output.of(standing_name(done.found))
    show(
        output.say(
            f"Hồ sơ {code}: đã chạy lại từ phiên bản {done.version} của sổ cái. "
            f"Tình trạng trước đó: {found}; lượt đã dừng: {ended}.",
            f"Dossier {code}: started anew from version {done.version} of the ledger. "
            f"Found before: {found}; ended run: {ended}.",
        )
    )
