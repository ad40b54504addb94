"""`luongxanh ledger rebuild`: makes the read models again beside the live ones, compares them, and swaps them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from domain.text.sentences import many
from gateway.cli.dependencies import dependencies
from gateway.cli.findings_page import show_problems
from gateway.cli.messages import CommandLineRefusal
from gateway.cli.operators import ordered
from gateway.cli.output import PLAIN, Output, console, one_line, print_json, show, tell
from gateway.cli.problems import CommandLineProblem, Exit

if TYPE_CHECKING:
    from activities.ledger.integrity_report import Rebuilt, TableDifferences
    from activities.ledger.rebuild import SwapOrder

MOST_COLUMNS = 20
"""How many differing columns of a table are shown; `--json` has all of them."""


async def rebuild(
    *,
    swap: Annotated[
        bool, Parameter(negative="", help="Thay các bảng đang dùng bằng các bảng mới (let them take their place)")
    ] = False,
    by: Annotated[str | None, Parameter(help="Mã nội bộ người vận hành, khi thay (an operator, for a swap)")] = None,
    reason: Annotated[str | None, Parameter(help="Lý do, được ghi lại, khi thay (why, for a swap)")] = None,
    output: Output = PLAIN,
) -> int:
    """Dựng lại bảng tra cứu bên cạnh bảng đang dùng, nêu chỗ khác (rebuild the read models beside the live ones).

    Không có --swap thì chỉ nêu chỗ khác, không thay đổi gì; mã thoát 1 nếu có. Với --swap, các bảng mới thay các bảng
    đang dùng trong một giao dịch ngắn; việc được ghi trong lúc dựng cũng có trong đó. Người đọc, người ghi không bao
    giờ thấy bảng dở dang. Dừng giữa chừng thì bảng đang dùng vẫn như cũ. (Without --swap it only reports; exit code 1
    if they differ. With it the new tables take the place of the live ones in one short transaction, with all that was
    written meanwhile. Nobody sees a half-built table; interrupted anywhere, nothing has changed.)

    Cả sổ số đang dùng: số kết quả, biên lai, mã hồ sơ cũ. (The register of numbers in use, too.)

    Ví dụ (example):
      luongxanh ledger rebuild
      luongxanh ledger rebuild --swap --by cb.TTPVHCC.operator.1 --reason "Sau khi nâng cấp 0.2"
    """
    from activities.ledger.pool import open_pool
    from activities.ledger.rebuild import how_many
    from activities.ledger.rebuild import rebuild as rebuild_read_models
    from gateway.views.projection import fold_under_published_rules

    order = _order(by, reason) if swap else None
    owner = await open_pool(dependencies().owner_address(), 1, name="luongxanh-cli")
    try:
        fold = await fold_under_published_rules(owner)
        with _progress(output, await how_many(owner)) as progress:
            done = await rebuild_read_models(owner, fold, swap=order, progress=progress)
    finally:
        await owner.close()
    if output.json:
        print_json({**done.model_dump(mode="json"), "agree": done.agree})
    else:
        _show(done, output)
    return Exit.DONE if not done.problems and (done.agree or done.swapped) else Exit.FAILED


def _order(by: str | None, reason: str | None) -> SwapOrder:
    from activities.ledger.rebuild import SwapOrder

    missing = [name for name, given in (("--by", by), ("--reason", reason)) if not given]
    if missing or by is None or reason is None:
        raise CommandLineProblem(
            CommandLineRefusal.MISSING_OPTION, options=", ".join(missing), command="luongxanh ledger rebuild"
        )
    return SwapOrder(who=ordered(by, reason), why=reason)


@contextmanager
def _progress(output: Output, dossiers: int) -> Iterator[Callable[[int], None]]:
    """A progress bar on standard error with the rate and the time left, on a terminal only."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    rate = TextColumn(output.say("{task.speed:,.0f} hồ sơ/giây", "{task.speed:,.0f} dossiers/s"))
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), rate, TimeRemainingColumn())
    screen = console(stderr=True)
    with Progress(*columns, console=screen, disable=output.json or not screen.is_terminal) as bar:
        task = bar.add_task(output.say("Dựng lại bảng tra cứu", "Rebuilding the read models"), total=dossiers)

        def progress(done: int) -> None:
            bar.update(task, completed=done, total=max(done, dossiers))

        yield progress


def _show(done: Rebuilt, output: Output) -> None:
    show(
        output.say(
            f"Đã dựng lại {done.dossiers:,} hồ sơ từ sổ cái; {done.meanwhile:,} hồ sơ được ghi trong lúc đó.",
            f"Rebuilt {many(done.dossiers, 'dossier')} from the ledger; written meanwhile: {done.meanwhile:,}.",
        )
    )
    for one in done.tables:
        _show_table(one, output)
    if done.agree:
        show(output.say("✓ Các bảng đang dùng khớp với sổ cái.", "✓ The live tables are as the ledger says."))
    if done.swapped:
        show(output.say("✓ Các bảng mới đã thay các bảng cũ.", "✓ The new tables have taken their place."))
    elif not done.agree:
        tell(
            output.say(
                "Để thay: ledger rebuild --swap --by … --reason …", "Then: ledger rebuild --swap --by … --reason …"
            )
        )
    show_problems(done.problems, output)


def _show_table(one: TableDifferences, output: Output) -> None:
    if not one.rows:
        return
    facts = output.say(
        f"✗ {one.table}: {one.changed:,} dòng khác, {one.missing:,} dòng thiếu, {one.unfounded:,} dòng thừa",
        f"✗ {one.table}: changed {one.changed:,}, missing {one.missing:,}, without events {one.unfounded:,}",
    )
    console().print(facts, style="bold red", soft_wrap=True)
    for column in one.columns[:MOST_COLUMNS]:
        show(one_line(f"    {column.column}: {column.rows:,}  {', '.join(column.examples)}"))
    show(one_line(f"    {output.say('ví dụ', 'for example')}: {', '.join(one.examples)}"))
