"""What `luongxanh ops reconcile` shows: a bar while it compares, then the differences with what to do about them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from domain.text.sentences import many
from gateway.cli.hints import AFTER_DIFFERENCES
from gateway.cli.output import Output, called, console, one_line, show, tell, to_copy

if TYPE_CHECKING:
    from activities.ledger.reconciliations import Reconciled
    from domain.repairs.differences import Different
    from gateway.client.reconciling.reconciliation import Progress as Compared


@contextmanager
def progress_bar(output: Output) -> Iterator[Compared]:
    """A progress bar on standard error that counts workflows, on a terminal only."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    screen = console(stderr=True)
    what = output.say("So Temporal với sổ cái", "Comparing Temporal with the ledger")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=screen, disable=output.json or not screen.is_terminal) as bar:
        task = bar.add_task(what, total=None)

        def progress(done: int, whole: int) -> None:
            bar.update(task, completed=done, total=whole)

        yield progress


def show_result(result: Reconciled, out: Path | None, output: Output) -> None:
    """Shows what was compared, and each kind of difference with examples and its remedy."""
    _show_size(result, output)
    if result.agree:
        console().print(output.say("✓ Khớp nhau.", "✓ They agree."), style="bold green")
        return
    for difference, count in result.by_kind:
        console().print(f"✗ {count:,}  {output.of(difference.words)} ({difference})", style="bold red")
        show(*(one_line(f"    {_example(one, output)}") for one in result.examples if one.difference is difference))
        show(one_line(f"  → {output.of(difference.remedy)}"))
        show(*(to_copy(f"    {called()} {command}") for command in AFTER_DIFFERENCES.get(difference, ())))
    if out is not None:
        tell(output.say(f"Danh sách đầy đủ: {out}", f"All of them: {out}"))


def _show_size(result: Reconciled, output: Output) -> None:
    workflows, dossiers = many(result.workflows, "running workflow"), many(result.dossiers, "open dossier")
    show(
        output.say(
            f"Đã so {result.workflows:,} quy trình đang chạy với {result.dossiers:,} hồ sơ đang mở.",
            f"Compared {workflows} with {dossiers}.",
        )
    )
    if not result.whole:
        show(output.say("Chỉ so danh sách, chưa so phiên bản.", "Only the lists: no versions were compared."))
    if result.moving:
        show(
            output.say(
                f"{result.moving:,} hồ sơ thay đổi ở mỗi lần xem: hãy chạy lại lúc khác.",
                f"Changed at every look, so nothing is said of them: {result.moving:,}. Run it again later.",
            )
        )


def _example(one: Different, output: Output) -> str:
    ledger, workflow = output.say("sổ cái", "ledger"), output.say("quy trình", "workflow")
    facts = [f"{ledger} {one.version}" if one.version is not None else None]
    facts += [f"{workflow} {one.known}" if one.known is not None else None, one.detail]
    return "  ".join([one.name, *(fact for fact in facts if fact)])
