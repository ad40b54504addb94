"""`luongxanh dossier take-in`, `taken-in`: applications filed in the national interconnection software."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from domain.roles import Actor, Role
from gateway.cli.dependencies import dependencies
from gateway.cli.output import PLAIN, Output, print_json, print_json_lines, show, tell
from gateway.i18n.wording import at

if TYPE_CHECKING:
    from rich.table import Table

    from activities.ledger.taken_in import TakenIn


async def take_in(
    application: Annotated[str, Parameter(help="Mã hồ sơ ở phần mềm liên thông (the application's identifier)")],
    /,
    *,
    person: Annotated[str, Parameter(help="Mã nội bộ cán bộ một cửa (the desk officer)")],
    unit: Annotated[str, Parameter(help="Mã nơi tiếp nhận (the receiving unit)")],
    output: Output = PLAIN,
) -> None:
    """Lấy một hồ sơ nộp ở phần mềm liên thông về thành một hồ sơ (take an application of the national software in).

    Cùng một mã luôn là cùng một hồ sơ. Lệnh ghi yêu cầu lại; tiến trình xử lý lấy hồ sơ về, cũng sau khi phần mềm liên
    thông gián đoạn. Hồ sơ chưa lấy được: xem lý do bằng luongxanh dossier taken-in, lấy lại bằng chính lệnh này. (The
    same identifier is always the same dossier. The order is written down, and a worker carries it out, also after an
    outage of the software. Why one was not taken in: dossier taken-in; the same command tries it again.)

    Ví dụ (example):
      luongxanh dossier take-in LT-2026-000123 --person cb.13366.reception.1 --unit 13366
    """
    from gateway.client.admitting.operators import this_machine
    from gateway.client.taking_in import order_intake

    actor = Actor(person=person, role=Role.RECEPTION, unit=unit)
    async with dependencies().open_engine() as engine:
        found = await order_intake(engine, this_machine(), actor, application)
    if output.json:
        print_json(found.model_dump(mode="json"))
    else:
        show(_line(found, output))


async def taken_in(
    *,
    refused: Annotated[bool, Parameter(negative="", help="Chỉ hồ sơ chưa lấy được (only those not taken in)")] = False,
    output: Output = PLAIN,
) -> None:
    """Các hồ sơ liên thông đã yêu cầu lấy về, mới nhất trước (the applications ordered to be taken in).

    --json: mỗi hồ sơ một dòng (one a line).
    """
    from activities.ledger.taken_in import IntakeState, TakenInList

    async with dependencies().open_ledger() as pool:
        rows = await TakenInList(pool).listed(IntakeState.REFUSED if refused else None)
    if output.json:
        print_json_lines(one.model_dump(mode="json") for one in rows)
    elif rows:
        show(_table(rows, output))
    else:
        tell(output.say("Không có hồ sơ liên thông nào.", "There are none."))


def _line(one: TakenIn, output: Output) -> str:
    why = f": {output.of(one.sentence)}" if one.sentence else ""
    return f"{one.application}  {output.of(one.state.words)}{why}{'' if one.dossier is None else f'  {one.dossier}'}"


def _table(rows: list[TakenIn], output: Output) -> Table:
    from gateway.cli.tables import headed

    title = output.say("Hồ sơ từ phần mềm liên thông", "Applications of the interconnection software")
    columns = (
        output.say("Mã ở phần mềm", "Identifier there"),
        output.say("Yêu cầu, thử gần nhất", "Ordered, last try"),
    )
    more = (output.say("Tình trạng", "State"), output.say("Hồ sơ, hoặc lý do", "Dossier, or why not"))
    table = headed(title, *columns, *more, whole=(0,))
    for one in rows:
        why = output.of(one.sentence) if one.sentence else ""
        tried = f", {at(one.tried_at)}" if one.tried_at else ""
        table.add_row(one.application, f"{at(one.asked_at)}{tried}", output.of(one.state.words), one.dossier or why)
    return table
