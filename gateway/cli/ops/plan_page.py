"""A plan of a repair as a person reads it, and as a program does."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, assert_never

from domain.text.sentences import many
from gateway.cli.output import Output, called, one_line, show, to_copy
from gateway.cli.tables import headed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
        "refused": len(plan.refused),
        "calls_again": plan.calls_again,
        "lasts_seconds": plan.lasts.total_seconds(),
        "second_person": [one.value for one in because],
        "plan": plan.model_dump(mode="json"),
    }


def show_plan(plan: RepairPlan, because: Sequence[SecondPersonBecause], file: Path | None, output: Output) -> None:
    """The exact list, what would be asked outside again, size, time, and what to do next."""
    from gateway.i18n.wording import at

    kind = output.of(plan.order.kind.words)
    show(one_line(output.say(f"Kế hoạch sửa: {kind}", f"Plan of a repair: {kind}"), "bold"))
    show(one_line(f"  {output.say('Mã', 'Hash')}: {plan.hash}"))
    show(one_line(f"  {plan.made_by}, {at(plan.made_at)}: {plan.why}"))
    show(one_line(f"  {output.say('Chọn', 'Chosen')}: {_selected(plan, output)}"))
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
    _show_calls(plan, output)
    _show_size(plan, output)
    _show_next(plan, because, file, output)


def _needless(plan: RepairPlan) -> tuple[list[Finding], list[Finding]]:
    """The refused dossiers that need nothing, where there are many that nobody named one by one; and all others."""
    from domain.repairs.plans import ByCodes

    needless = [one for one in plan.refused if one.cause is None]
    if isinstance(plan.selected, ByCodes) or len(needless) <= FEW:
        return [], list(plan.refused)
    return needless, [one for one in plan.refused if one.cause is not None]


def _selected(plan: RepairPlan, output: Output) -> str:
    from domain.repairs.plans import ByCause, ByCodes, ByFilter, Everything

    match plan.selected:
        case ByCodes(codes=codes):
            return output.say(f"{len(codes)} mã hồ sơ", many(len(codes), "code"))
        case ByFilter(wanted=wanted):
            return output.say(f"điều kiện {_conditions(wanted)}", f"conditions {_conditions(wanted)}")
        case ByCause(cause=cause, wanted=wanted):
            named = f"{output.of(cause.words)} ({cause})"
            chosen = output.say(f"mọi hồ sơ kẹt vì {named}", f"every dossier with the cause: {named}")
            return f"{chosen}; {_conditions(wanted)}" if wanted else chosen
        case Everything():
            return output.say("MỌI HỒ SƠ trong sổ", "EVERY DOSSIER of the register")
        case _:
            assert_never(plan.selected)


def _conditions(wanted: Mapping[str, Any]) -> str:
    return "; ".join(f"{name} {json.dumps(value, ensure_ascii=False)}" for name, value in wanted.items())


def _show_order(plan: RepairPlan, output: Output) -> None:
    given = plan.order.model_dump(mode="json", exclude={"kind"}, exclude_defaults=True)
    for name, value in given.items():
        show(one_line(f"  {output.say('Tham số', 'Parameter')} {name}: {value}"))


def _to_do(findings: Sequence[Finding], output: Output) -> Table:
    title = output.say(f"Sẽ sửa {len(findings)} hồ sơ", f"{many(len(findings), 'dossier')} to repair")
    columns = (output.say("Hồ sơ", "Dossier"), output.say("Nguyên nhân", "Cause"))
    calls = output.say("Gọi lại ra ngoài", "Asked again outside")
    table = headed(title, *columns, output.say("Phiên bản", "Version"), calls, whole=(0, 2))
    for one in findings[:ROWS]:
        cause = output.of(one.cause.words) if one.cause else output.say("không có", "none")
        again = ", ".join(call.effect for call in one.again) or "–"
        table.add_row(one.dossier, cause + (f" ({one.code})" if one.code else ""), str(one.version), again)
    _add_rest(table, len(findings), output)
    return table


def _refused(findings: Sequence[Finding], output: Output) -> Table:
    title = output.say(f"Không sửa {len(findings)} hồ sơ", f"{many(len(findings), 'dossier')} left alone")
    table = headed(title, output.say("Hồ sơ", "Dossier"), output.say("Vì sao", "Why"), whole=(0,))
    for one in findings[:ROWS]:
        because = one.refused_because
        table.add_row(one.dossier, output.of(because) if because else refusal_words(one.refused or "", output))
    _add_rest(table, len(findings), output)
    return table


def _add_rest(table: Table, count: int, output: Output) -> None:
    if count > ROWS:
        more = count - ROWS
        table.add_row(output.say(f"… và {more} hồ sơ nữa (xem tệp)", f"… and {more} more (in the file)"))


def refusal_words(code: str, output: Output) -> str:
    """Why a dossier is not repaired, in a few words; the code where there are none."""
    from domain.messages.dossier import DossierRefusal
    from gateway.i18n.wording import say

    needless = say("đang chạy tốt, hoặc đã kết thúc", "it goes on, or has ended")
    words = {DossierRefusal.RESTART_NOT_NEEDED.value: needless}
    return f"{output.of(words[code])} ({code})" if code in words else code


def _show_calls(plan: RepairPlan, output: Output) -> None:
    from gateway.i18n.wording import system_name

    counted = Counter(call.system for one in plan.to_do for call in one.again)
    if not counted:
        show(output.say("Không gọi lại việc gì ra ngoài.", "Nothing is asked outside again."))
        return
    systems = ", ".join(f"{output.of(system_name(system))} {count}" for system, count in counted.most_common())
    show(
        output.say(
            f"Gọi lại ra ngoài {plan.calls_again} lần: {systems}.",
            f"{many(plan.calls_again, 'call')} outside again: {systems}.",
        ),
        _why_harmless(plan, output),
    )


def _why_harmless(plan: RepairPlan, output: Output) -> str:
    from domain.repairs.orders import RepairKind

    if plan.order.kind is RepairKind.RETRY:
        return output.say(
            "Không việc nào làm hai lần: hệ thống đã từ chối nên chưa làm gì, và mỗi lời gọi mang một mã mới.",
            "Nothing is done twice: the system refused and so did nothing, and each call has a new id.",
        )
    return output.say(
        "Không việc nào làm hai lần: mỗi lời gọi mang mã cũ, và hệ thống chỉ làm mỗi mã một lần.",
        "Nothing is done twice: each call has its old id, and a system does each id once.",
    )


def _show_size(plan: RepairPlan, output: Output) -> None:
    seconds, count = round(plan.lasts.total_seconds()), len(plan.to_do)
    rate = f"{plan.per_minute / 60:g}"
    show(
        output.say(
            f"{count} hồ sơ, nhiều nhất {rate} hồ sơ mỗi giây: khoảng {seconds} giây, cộng thời gian kiểm tra lại.",
            f"{many(count, 'dossier')}, at most {rate} a second: about {many(seconds, 'second')}, then verification.",
        )
    )


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
