"""A run of a repair and its dossiers as a person reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.cli.output import Output
from gateway.cli.tables import headed

if TYPE_CHECKING:
    from rich.table import Table

    from activities.rollouts.register import RolloutHead
    from domain.rollouts.plans import Item

ROWS = 60
"""How many dossiers a table shows; `--json` has all of them."""


def head_lines(head: RolloutHead, output: Output) -> tuple[str, str]:
    """Two lines about a run."""
    from gateway.i18n.wording import at

    ended = output.say("đã bỏ", "abandoned") if head.abandoned_at else output.say("đã xong", "finished")
    state = ended if head.finished_at else output.say("chưa xong", "unfinished")
    plan = output.say("kế hoạch", "plan")
    return f"{head.id}  {state}  {plan} {head.file_hash[:12]}", f"    {at(head.begun_at)}  {head.who}  {head.why}"


def items_table(items: list[Item], output: Output) -> Table:
    """Each dossier with its outcome."""
    from gateway.i18n.repair_wording import note, outcome

    columns = (output.say("Hồ sơ", "Dossier"), output.say("Kết quả", "Outcome"), output.say("Ghi chú", "Note"))
    table = headed(output.say("Từng hồ sơ", "Each dossier"), *columns, whole=(0,))
    for item in items[:ROWS]:
        table.add_row(item.dossier, output.of(outcome(item.state)), output.of(note(item)))
    if len(items) > ROWS:
        more = len(items) - ROWS
        table.add_row(output.say(f"… và {more} hồ sơ nữa (--json để xem hết)", f"… and {more} more (--json for all)"))
    return table
