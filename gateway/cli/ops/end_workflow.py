"""`luongxanh ops end-workflow`: ends a workflow that no dossier needs, as `ops reconcile` found it."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from gateway.cli.confirming import Yes, require_confirmed
from gateway.cli.operators import ordered
from gateway.cli.ops.reconcile import open_orders
from gateway.cli.output import PLAIN, Output, print_json, show, tell
from gateway.client.admitting.operators import this_machine


async def end_workflow(
    workflow: Annotated[str, Parameter(help="Mã quy trình, như ops reconcile nêu (the id, as reconcile names it)")],
    /,
    *,
    by: Annotated[str, Parameter(help="Mã nội bộ người vận hành (an operator)")],
    reason: Annotated[str, Parameter(help="Lý do, được ghi lại (why; it is recorded)")],
    yes: Yes = False,
    output: Output = PLAIN,
) -> None:
    """Dừng một quy trình không có hồ sơ, bị trùng, hoặc hồ sơ đã kết thúc (end a workflow that no dossier needs).

    Trước khi dừng, lệnh xem lại hai lần; quy trình mà hồ sơ còn cần thì từ chối. Sổ cái không thay đổi. Ai, vì sao được
    ghi trước khi làm. (It is looked at twice; refused for one that its dossier needs. The events do not change. Who and
    why are recorded before it is done.)

    Ví dụ (example):
      luongxanh ops end-workflow thu-nghiem-01 --by cb.TTPVHCC.operator.1 --reason "Chạy thử, không có hồ sơ"
    """
    who = ordered(by, reason)
    async with open_orders() as orders:
        if not yes:
            found = await orders.look_twice(workflow)
            tell(f"{workflow}: {output.of(found.difference.words)}")
        require_confirmed(yes, output)
        done = await orders.end(this_machine(), workflow, who=who, why=reason)
    if output.json:
        shown = done.model_dump(mode="json", include={"workflow", "run", "found", "who", "why"})
        print_json({**shown, "ended": True})
    else:
        words = output.of(done.found.words)
        show(output.say(f"Đã dừng quy trình {workflow} ({words}).", f"Ended the workflow {workflow} ({words})."))
