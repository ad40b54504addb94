"""A run of a repair and its dossiers as a person reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.cli.output import Output
from gateway.cli.tables import headed

if TYPE_CHECKING:
    from rich.table import Table

    from activities.rollouts.register import RolloutHead
    from domain.rollouts.plans import Item
    from domain.values import Bilingual

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
    columns = (output.say("Hồ sơ", "Dossier"), output.say("Kết quả", "Outcome"), output.say("Ghi chú", "Note"))
    table = headed(output.say("Từng hồ sơ", "Each dossier"), *columns, whole=(0,))
    for item in items[:ROWS]:
        table.add_row(item.dossier, output.of(_outcome(item)), _note(item, output))
    if len(items) > ROWS:
        more = len(items) - ROWS
        table.add_row(output.say(f"… và {more} hồ sơ nữa (--json để xem hết)", f"… and {more} more (--json for all)"))
    return table


def _outcome(item: Item) -> Bilingual:
    from domain.rollouts.plans import ItemState
    from gateway.i18n.wording import say

    return {
        ItemState.PENDING: say("còn lại", "left"),
        ItemState.DONE: say("đã sửa, chạy tiếp", "repaired, goes on"),
        ItemState.NOT_CURED: say("chưa hết nguyên nhân", "not cured"),
        ItemState.MOVED_ON: say("đã khác kế hoạch, để yên", "not as planned, left alone"),
        ItemState.REFUSED: say("không sửa được", "refused"),
        ItemState.ABANDONED: say("bỏ lại", "abandoned"),
    }.get(item.state, say(item.state, item.state))


def _note(item: Item, output: Output) -> str:
    from domain.repairs.causes import Cause
    from gateway.cli.ops.plan_page import refusal_words

    names = {
        "version": output.say("phiên bản", "version"),
        "run": output.say("lượt chạy", "run"),
        "cause": output.say("nguyên nhân", "cause"),
    }
    changes = [
        f"{names[one['what']]}: {_value(one['planned'], output)} → {_value(one['now'], output)}"
        for one in item.detail.get("changes", ())
    ]
    if changes:
        return "; ".join(changes)
    noted = item.detail.get("noted", True)
    unnoted = "" if noted else output.say("; chưa ghi được vào sổ cái", "; not in its ledger")
    if item.code in tuple(Cause):
        return output.of(Cause(item.code).words) + unnoted
    sentence = str(item.detail.get(output.lang, ""))
    return (f"{item.code}: {sentence}" if sentence else refusal_words(item.code, output) if item.code else "") + unnoted


def _value(value: str | None, output: Output) -> str:
    from domain.repairs.causes import Cause

    if value is None:
        return output.say("không có", "none")
    return output.of(Cause(value).words) if value in tuple(Cause) else value[:8]
