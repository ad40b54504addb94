"""`luongxanh route`: shows the competent authority of a matter, with the reasons."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from domain.messages.organisation import RoutingReason
from gateway.cli.dependencies import dependencies
from gateway.cli.inputs import validated
from gateway.cli.output import PLAIN, Output, print_json, show

if TYPE_CHECKING:
    from domain.organisation.routing import Routing
    from gateway.views.names import Names

app = App(name="route")


@app.command
def explain(
    *,
    procedure: Annotated[str, Parameter(help="Mã thủ tục, như 1.001193 (procedure)")],
    received_by: Annotated[str, Parameter(help="Mã nơi tiếp nhận (receiving unit)")],
    territory: Annotated[str | None, Parameter(help="Mã xã, phường, cũ hay mới (commune or ward)")] = None,
    territory_as_of: Annotated[
        date | None, Parameter(help="Ngày mà mã đó đúng, vì mã được dùng lại (a day on which that code stood)")
    ] = None,
    address: Annotated[str | None, Parameter(help="Hoặc địa chỉ, cả địa chỉ cũ (or an address)")] = None,
    on: Annotated[date | None, Parameter(help="Ngày xét; mặc định hôm nay (as of a day)")] = None,
    output: Output = PLAIN,
) -> None:
    """Cơ quan nào giải quyết, và chuỗi lý do (who is competent, with the chain of reasons).

    Ví dụ (examples):
      luongxanh route explain --procedure 1.001193 --received-by 13285 --territory 13366
      luongxanh route explain --procedure 1.001193 --received-by 13285 --address "xã Tiên Ngoại, Duy Tiên, Hà Nam"
    """
    from datetime import datetime

    from activities.province import load_province
    from domain.organisation.routing import Matter
    from domain.values import VIETNAM
    from gateway.views.routing_calculation import calculated_route

    day = on or datetime.now(VIETNAM).date()
    given = {"territory": territory, "territory_as_of": territory_as_of, "address": address}
    matter = validated(Matter, given)
    province = load_province(dependencies().province_folder())
    calculated = calculated_route(province, procedure, matter, received_by, day)
    found, names = calculated.routing, calculated.names
    if output.json:
        named = names.unit(found.competent or found.queue)
        print_json({**found.model_dump(mode="json"), "name": named, "on": day.isoformat()})
    else:
        _show(found, names, procedure, output)


def _show(found: Routing, names: Names, procedure: str, output: Output) -> None:
    show(f"{procedure}  {names.procedure(procedure)}")
    if found.competent:
        show(output.say("Giải quyết: ", "Resolved by: ") + f"{names.unit(found.competent)} ({found.competent})")
    else:
        queue = f"{names.unit(found.queue)} ({found.queue})"
        show(output.say(f"Chưa xác định: {queue} điều phối", f"Not decided: {queue} coordinates"))
    for reason in found.reasons:
        if reason.code != RoutingReason.TO_COORDINATION:  # printed above
            show(f"  • {output.of(reason.text)}")
