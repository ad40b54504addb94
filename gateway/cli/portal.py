"""`luongxanh portal`: compares the National Public Service Portal with the ledger, and has dossiers sent again."""

from __future__ import annotations

from collections import Counter
from contextlib import aclosing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from domain.text.sentences import many
from gateway.cli.confirming import Yes, require_confirmed
from gateway.cli.dependencies import dependencies
from gateway.cli.inputs import dossier_code, existing_file
from gateway.cli.messages import CommandLineRefusal
from gateway.cli.operators import ordered
from gateway.cli.output import PLAIN, Output, one_line, print_json, show, tell
from gateway.cli.problems import CommandLineProblem, Exit

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from activities.relays.portal_differences import DifferenceThere
    from activities.relays.portal_reconciling import Filed, PortalPage
    from gateway.cli.portal_file import Progress

SHOWN = 20
"""Dossiers that are named before an order is confirmed. The file names all."""

app = App(name="portal", help="Cổng Dịch vụ công quốc gia (the National Public Service Portal)")

Day = Annotated[date | None, Parameter(help="Ngày nộp, theo mã hồ sơ (day of filing, as in the code)")]


@app.command
async def reconcile(
    out: Annotated[Path, Parameter(help="Tệp ghi kết quả, mỗi dòng một JSON (the file of the result)")],
    /,
    *,
    since: Annotated[Day, Parameter(name="--from")] = None,
    until: Annotated[Day, Parameter(name="--to")] = None,
    apply: Annotated[
        bool, Parameter(negative="", help="Gửi lại theo tệp đã có (send again what the file says)")
    ] = False,
    overwrite: Annotated[
        tuple[str, ...],
        Parameter(negative="", help="Hồ sơ bị sửa trên Cổng mà vẫn gửi đè (send it over a change there)"),
    ] = (),
    by: Annotated[str, Parameter(help="Mã nội bộ người vận hành (an operator)")] = "",
    reason: Annotated[str, Parameter(help="Lý do, được ghi lại (why; it is recorded)")] = "",
    yes: Yes = False,
    output: Output = PLAIN,
) -> int:
    """So từng hồ sơ với Cổng; mã thoát 1 nếu sai khác (compare with the portal; exit code 1 if they differ).

    Không gửi gì. Mỗi hồ sơ được tra cứu một lần, theo nhịp của Cổng; bị ngắt thì chạy lại cùng lệnh để đi tiếp. Cổng
    không liệt kê được hồ sơ của mình, nên hồ sơ chỉ Cổng có thì không thấy. (Nothing is sent. Each dossier is looked up
    once, at the portal's pace; a comparison that was cut off goes on with the same command. The portal cannot list its
    dossiers: one that only the portal has is not found.)

    Với --apply: hồ sơ mà Cổng thiếu hoặc còn ghi cũ được kênh Cổng gửi lại; hồ sơ người khác đã sửa trên Cổng chỉ gửi
    đè khi nêu trong --overwrite. (With --apply the relay sends again what the portal lacks or shows as it was before;
    what somebody else changed there only when --overwrite names it.)

    Ví dụ (example):
      luongxanh portal reconcile sai-khac.jsonl --from 2026-07-01
      luongxanh portal reconcile sai-khac.jsonl --apply --by cb.TTPVHCC.operator.1 --reason "Cổng phục hồi, sự cố 12"
    """
    if apply:
        return await _apply(out, {dossier_code(one) for one in overwrite}, ordered(by, reason), reason, yes, output)
    return await _compare(out, since, until, output)


async def _compare(out: Path, since: date | None, until: date | None, output: Output) -> int:
    from activities.adapters.errors import OutsideError
    from activities.ledger.rules_store import RulesStore
    from activities.relays.portal_differences import DiffersThere
    from activities.relays.portal_reconciling import Filed, PortalReconciler
    from domain.rules.rulebook import Rulebook
    from gateway.cli import portal_file

    if since and until and since > until:
        raise CommandLineProblem(CommandLineRefusal.PERIOD_REVERSED, first=since, last=until)
    filed = Filed(first=since, last=until)
    before = portal_file.begun_before(out, filed)
    if before is not None and before.until is not None:
        tell(output.say(f"Đi tiếp sau {before.until}.", f"Going on after {before.until}."))
    async with dependencies().open_ledger() as pool, dependencies().open_outside() as outside:
        rules = Rulebook().adding(*await RulesStore(pool).load_all())
        pages = PortalReconciler(outside.portal, pool, lambda: rules).compare(filed, before.until if before else None)
        try:
            done = await _written(pages, out, filed, before)
        except OutsideError:
            again = "Những gì đã so còn trong tệp. Chạy lại cùng lệnh để đi tiếp."
            tell(output.say(again, "What was compared is in the file. The same command goes on from there."))
            raise
    counts = Counter(one.difference for one in portal_file.read(out) if isinstance(one, DiffersThere))
    if output.json:
        print_json({**done.model_dump(mode="json"), "counts": dict(counts), "file": str(out)})
    else:
        _show(done, dict(counts), output)
    return Exit.FAILED if done.differences else Exit.DONE


async def _written(pages: AsyncGenerator[PortalPage], out: Path, filed: Filed, before: Progress | None) -> Progress:
    """Writes each page as it comes, behind what is there of a comparison that was cut off."""
    from gateway.cli import portal_file

    reached = before or portal_file.Progress(until=None)
    with out.open("a" if before else "w", encoding="utf-8") as file:
        if before is None:
            portal_file.write(file, portal_file.Begun(kind="compared_with_portal", filed=filed))
        async with aclosing(pages):
            async for page in pages:
                reached = reached.after(page)
                portal_file.write(file, *page.found, reached)
        reached = reached.model_copy(update={"done": True})
        portal_file.write(file, reached)
    return reached


def _show(done: Progress, counts: dict[DifferenceThere, int], output: Output) -> None:
    show(
        output.say(
            f"Đã so {done.compared:,} hồ sơ với Cổng; {done.waiting:,} hồ sơ kênh Cổng còn đang gửi.",
            f"{many(done.compared, 'dossier')} compared with the portal; the relay is still sending {done.waiting:,}.",
        )
    )
    if not counts:
        show(output.say("✓ Khớp nhau.", "✓ They agree."))
    for difference, count in counts.items():
        show(one_line(f"✗ {count:,}  {output.of(difference.words)} ({difference})"))
    if any(one.sent_again for one in counts):
        tell(output.say("Gửi lại: thêm --apply --by … --reason …", "To send again: add --apply --by … --reason …"))
    if any(one.overwritten for one in counts):
        tell(
            output.say(
                "Hồ sơ bị sửa trên Cổng: hỏi Cổng trước, rồi --overwrite MÃ nếu ở đây đúng.",
                "What was changed there: ask the portal's people first, then --overwrite CODE if this side is right.",
            )
        )


async def _apply(out: Path, overwrite: set[str], who: str, why: str, yes: bool, output: Output) -> int:
    from activities.relays.portal_differences import DiffersThere
    from activities.relays.portal_reconciling import PortalRepairs
    from gateway.cli import portal_file

    found = (one for one in portal_file.read(existing_file(str(out))) if isinstance(one, DiffersThere))
    chosen: list[DiffersThere] = []
    left: list[DiffersThere] = []
    for one in found:
        sent = one.difference.sent_again or (one.difference.overwritten and one.dossier in overwrite)
        (chosen if sent else left).append(one)
    if strange := overwrite - {one.dossier for one in chosen}:
        raise CommandLineProblem(CommandLineRefusal.NOTHING_TO_OVERWRITE, dossier=min(strange), path=str(out))
    if not output.json:
        tell(*(one_line(f"  {one.dossier}  {output.of(one.difference.words)}").plain for one in chosen[:SHOWN]))
        tell(output.say(f"Sẽ gửi lại {len(chosen):,} hồ sơ.", f"{many(len(chosen), 'dossier')} will be sent again."))
    require_confirmed(yes, output)
    async with dependencies().open_ledger() as pool:
        repairs = PortalRepairs(pool)
        given = [one.dossier for one in chosen if await repairs.order(one, who, why)]
    if output.json:
        print_json({"ordered": len(given), "held": len(chosen) - len(given), "for_a_person": len(left)})
    else:
        show(
            output.say(
                f"Đã lệnh gửi lại {len(given):,}; đã nằm trong relay problems {len(chosen) - len(given):,}; "
                f"chờ người quyết định {len(left):,}.",
                f"Ordered: {len(given):,}; on the list of relay problems already: {len(chosen) - len(given):,}; "
                f"left to a person: {len(left):,}.",
            )
        )
    return Exit.DONE
