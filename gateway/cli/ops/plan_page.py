"""A plan of a repair as a person reads it, and as a program does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from domain.text.sentences import many
from gateway.cli.output import Output, called, one_line, show, to_copy
from gateway.cli.tables import headed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from domain.repairs.findings import Finding
    from domain.repairs.plans import RepairPlan, SecondPersonBecause

FEW = 5
"""So many dossiers that need nothing are listed one by one also in a plan by a filter."""
ROWS = 60
"""How many dossiers are shown of each list; the file has all of them."""


def as_json(plan: RepairPlan, because: Sequence[SecondPersonBecause], file: Path | None) -> dict[str, Any]:
    """The plan with its hash and what follows from it."""
    return {
        "hash": plan.hash,
        "file": None if file is None else str(file),
        "to_do": len(plan.to_do),
        "repairs": {kind.value: count for kind, count in plan.repairs.items()},
        "refused": len(plan.refused),
        "calls_again": plan.calls_again,
        "lasts_seconds": plan.lasts.total_seconds(),
        "second_person": [one.value for one in because],
        "plan": plan.model_dump(mode="json"),
    }


def show_plan(plan: RepairPlan, because: Sequence[SecondPersonBecause], file: Path | None, output: Output) -> None:
    """The exact list, what would be asked outside again, size, time, and what to do next."""
    from gateway.i18n import repair_wording
    from gateway.i18n.wording import at

    kind = output.of(plan.order.kind.words)
    show(one_line(output.say(f"Kế hoạch sửa: {kind}", f"Plan of a repair: {kind}"), "bold"))
    show(one_line(f"  {output.say('Mã', 'Hash')}: {plan.hash}"))
    show(one_line(f"  {plan.made_by}, {at(plan.made_at)}: {plan.why}"))
    show(one_line(f"  {output.say('Chọn', 'Chosen')}: {output.of(repair_wording.selected(plan))}"))
    _show_order(plan, output)
    if plan.to_do:
        show(_to_do(plan.to_do, output))
    needless, refused = _needless(plan)
    if needless:
        count = len(needless)
        show(
            output.say(
                f"{count} hồ sơ khác khớp điều kiện nhưng không cần sửa (tệp ghi rõ từng hồ sơ).",
                f"{many(count, 'other dossier')} matched and need nothing (each is in the file).",
            )
        )
    if refused:
        show(_refused(refused, output))
    chosen = output.of(repair_wording.repairs(plan))
    show(*([chosen] if chosen else []), *(output.of(one) for one in repair_wording.calls_again(plan)))
    show(output.of(repair_wording.size(plan)))
    _show_next(plan, because, file, output)


def _needless(plan: RepairPlan) -> tuple[list[Finding], list[Finding]]:
    """The refused dossiers that need nothing, where there are many that nobody named one by one; and all others."""
    from domain.repairs.plans import ByCodes

    needless = [one for one in plan.refused if one.cause is None]
    if isinstance(plan.selected, ByCodes) or len(needless) <= FEW:
        return [], list(plan.refused)
    return needless, [one for one in plan.refused if one.cause is not None]


def _show_order(plan: RepairPlan, output: Output) -> None:
    given = plan.order.model_dump(mode="json", exclude={"kind"}, exclude_defaults=True)
    for name, value in given.items():
        show(one_line(f"  {output.say('Tham số', 'Parameter')} {name}: {value}"))


def _to_do(findings: Sequence[Finding], output: Output) -> Table:
    from gateway.i18n import repair_wording

    title = output.say(f"Sẽ sửa {len(findings)} hồ sơ", f"{many(len(findings), 'dossier')} to repair")
    columns: tuple[str, ...] = (output.say("Hồ sơ", "Dossier"), output.say("Nguyên nhân", "Cause"))
    calls = output.say("Gọi lại ra ngoài", "Asked again outside")
    chosen = any(one.chosen for one in findings)
    columns = (*columns, output.say("Việc sửa", "Repair")) if chosen else columns
    table = headed(title, *columns, output.say("Phiên bản", "Version"), calls, whole=(0, len(columns)))
    for one in findings[:ROWS]:
        again = ", ".join(call.effect for call in one.again) or "–"
        repair = (output.of(repair_wording.chosen(one)),) if chosen else ()
        table.add_row(one.dossier, output.of(repair_wording.cause_of(one)), *repair, str(one.version), again)
    _add_rest(table, len(findings), output)
    return table


def _refused(findings: Sequence[Finding], output: Output) -> Table:
    from gateway.i18n import repair_wording

    title = output.say(f"Không sửa {len(findings)} hồ sơ", f"{many(len(findings), 'dossier')} left alone")
    table = headed(title, output.say("Hồ sơ", "Dossier"), output.say("Vì sao", "Why"), whole=(0,))
    for one in findings[:ROWS]:
        table.add_row(one.dossier, output.of(repair_wording.refusal(one)))
    _add_rest(table, len(findings), output)
    return table


def _add_rest(table: Table, count: int, output: Output) -> None:
    if count > ROWS:
        more = count - ROWS
        table.add_row(output.say(f"… và {more} hồ sơ nữa (xem tệp)", f"… and {more} more (in the file)"))


def _show_next(plan: RepairPlan, because: Sequence[SecondPersonBecause], file: Path | None, output: Output) -> None:
    named = plan.hash[:12] if file is None else str(file)
    if because:
        why = ", ".join(output.of(one.words) for one in because)
        show(
            one_line(output.say(f"Cần người thứ hai duyệt: {why}.", f"A second person must approve: {why}."), "yellow")
        )
        show(to_copy(f"{called()} ops approve {named} --by … --reason …"))
    if file is not None:
        show(output.say(f"Đã ghi {file}. Chưa sửa gì. Để chạy:", f"Wrote {file}. Nothing is repaired yet. To run it:"))
    if plan.to_do:
        show(to_copy(f"{called()} ops run {named} --by …"))
