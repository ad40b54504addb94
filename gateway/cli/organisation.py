"""`luongxanh organisation`: merges and splits units, and moves their open dossiers to the successors."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from domain.rollouts.plans import RolloutKind
from gateway.cli import rollout_order
from gateway.cli.dependencies import dependencies
from gateway.cli.inputs import existing_file
from gateway.cli.output import PLAIN, Output

if TYPE_CHECKING:
    from rich.table import Table

    from domain.rollouts.plans import Item
    from gateway.client.rule_changes import RuleChange
    from gateway.views.names import Names

app = App(name="organisation")


@app.command
async def apply(
    file: Annotated[Path, Parameter(help="Tệp YAML về việc sắp xếp (a merger file)")],
    /,
    *,
    options: rollout_order.Options = rollout_order.BEGIN,
    output: Output = PLAIN,
) -> int:
    """Sắp xếp đơn vị: hồ sơ đang mở chuyển sang đơn vị kế thừa, thời hạn không đổi (merge or split units).

    Nguyên đơn vị, theo địa chỉ, hoặc vào hàng chờ điều phối nếu đơn vị bị chia mà địa chỉ không cho biết. Cán bộ của
    đơn vị cũ được rút khỏi hồ sơ: đơn vị mới phân công lại. Ngày hiệu lực ở tương lai: đến ngày đó mới chuyển.
    (Whole, by address, or into the coordination queue where a divided unit's address does not decide. Officers of a
    closed unit are taken off: the new unit assigns anew. The same file again goes on and does nothing twice.)

    Tệp (the file):
      effective: 2027-01-01
      source: Nghị quyết 1/NQ
      closed:
        - {code: "13291", successors: [{code: "13285"}]}
      opened: []

    Ví dụ (example):
      luongxanh organisation apply sap-xep.yaml --dry-run
    """
    from gateway.client.rule_changes import merger_of

    path = existing_file(str(file))
    if options.end:
        return await rollout_order.end(path, RolloutKind.ORGANISATION, output, options)
    change = merger_of(path, dependencies().province_folder())
    names = _names(change)

    def table(items: list[Item]) -> Table:
        return _table(items, names, output)

    async with dependencies().open_engine() as engine:
        return await rollout_order.apply(engine, change, table, output, options)


def _names(change: RuleChange) -> Names:
    from domain.rollouts.plans import MergerPlan
    from domain.rules.rulebook import Rulebook
    from gateway.views.names import Names

    assert isinstance(change.plan, MergerPlan)
    organisation = Rulebook().adding(*change.rules).organisation(change.plan.organisation)
    return Names(on=change.plan.effective, organisation=organisation)


def _table(items: list[Item], names: Names, output: Output) -> Table:
    from rich.table import Table

    table = Table(box=None)
    headings = "Hồ sơ|Đơn vị cũ → mới|Giải quyết|Cách chuyển|Ghi chú", "Dossier|Old unit → new|Resolved by|How|Note"
    for heading in output.say(*headings).split("|"):
        table.add_column(heading, overflow="fold")
    for item in items:
        moves = "; ".join(f"{one['old_name']} → {names.unit(one['new'])}" for one in item.detail.get("moves", ()))
        where = names.unit(item.detail.get("competent") or item.detail.get("queue"))
        note = rollout_order.refusal(item, output)
        if item.detail.get("assignee_cleared"):
            note = output.say("cần phân công lại", "to be assigned anew")
        table.add_row(rollout_order.dossier_of(item, output), moves or "–", where, _how_moved(item, output), note)
    return table


def _how_moved(item: Item, output: Output) -> str:
    match item.detail.get("by"):
        case "address":
            return output.say("theo địa chỉ", "by address")
        case "queue":
            return output.say("chờ điều phối", "waiting")
        case "whole":
            return output.say("nguyên đơn vị", "whole")
        case _:
            return "–"
