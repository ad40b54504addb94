"""`luongxanh ops failed`: what does not go on, by its cause."""

from __future__ import annotations

from typing import Annotated, Any

from cyclopts import Parameter

from activities.ledger.search.query import ALL_DOSSIERS, SearchScope
from domain.repairs.causes import Cause
from gateway.cli.choices import choice
from gateway.cli.dependencies import dependencies
from gateway.cli.hints import hints_after
from gateway.cli.ops.failed_page import show_causes
from gateway.cli.output import PLAIN, Output, called, print_json_lines, show, to_copy
from gateway.client.repairs.behind_the_ledger import NEWEST
from gateway.i18n.cause_wording import looked_at
from gateway.i18n.remedies import what_to_do


async def failed(
    *,
    cause: Annotated[Cause | None, choice("Chỉ nguyên nhân này (only this cause)", Cause)] = None,
    unit: Annotated[
        str | None, Parameter(help="Chỉ hồ sơ mà đơn vị này tham gia (only dossiers in which this unit takes part)")
    ] = None,
    limit: Annotated[int, Parameter(help="Mỗi nguyên nhân nêu mấy hồ sơ (dossiers shown of each cause)")] = 3,
    output: Output = PLAIN,
) -> None:
    """Hồ sơ nào đang kẹt, vì sao, nơi lỗi, và làm gì tiếp (what is stuck, why, where it failed, what to do).

    Hỏi Temporal và sổ cái ngay lúc này, nên đúng cả khi không có tiến trình nào chạy. Mỗi nguyên nhân: bao nhiêu hồ sơ,
    từ lúc nào, phiên bản nào của tiến trình đã chạy lần cuối, vài hồ sơ cũ nhất, dòng chương trình gây lỗi (không có
    lời nhắn lỗi, vì có thể lặp lại dữ liệu cá nhân). (Asks Temporal and the ledger now. For each cause: how many
    dossiers, since when, which build ran them last, the oldest ones, and the lines of the program that failed; never
    the messages of errors.)

    --json: mỗi nguyên nhân một dòng (one cause a line).

    Ví dụ (examples):
      luongxanh ops failed
      luongxanh ops failed --cause does_not_replay --limit 20
      luongxanh ops failed --unit 13366 --json
    """
    scope = ALL_DOSSIERS if unit is None else SearchScope(units=(unit,))
    async with dependencies().open_engine() as engine:
        found = await engine.failed.find(scope, cause=cause, examples=max(0, min(limit, 1_000)))
        acts, compared = await engine.failed.acts_compared(), await engine.failed.compared()
    if not output.json:
        show_causes(found, output)
        if cause in (None, Cause.BEHIND_ITS_LEDGER):
            show(output.of(looked_at(acts, NEWEST, compared)), to_copy(f"  {called()} ops reconcile"))
        return
    print_json_lines({**one.model_dump(mode="json"), "next": _next(one.cause, one.oldest)} for one in found)


def _next(cause: Cause, oldest: Any) -> dict[str, Any]:
    commands = hints_after(cause, oldest[0].dossier if oldest else None)
    return {"what": what_to_do(cause).model_dump(), "commands": [f"luongxanh {one}" for one in commands]}
