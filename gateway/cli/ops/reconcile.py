"""`luongxanh ops reconcile`: compares Temporal with the ledger both ways, and writes the list for repairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

from cyclopts import Parameter

from domain.repairs.differences import Difference, Different
from domain.text.printable import json_text
from domain.text.sentences import many
from gateway.cli.choices import choice
from gateway.cli.dependencies import dependencies
from gateway.cli.output import PLAIN, Output, console, one_line, print_json, show, tell
from gateway.cli.problems import Exit
from gateway.client.operators import this_account

if TYPE_CHECKING:
    from activities.ledger.reconciliations import Reconciled
    from gateway.client.reconciling.reconciliation import Progress as Compared

EXAMPLES = 5
"""Differences of each kind that are shown and kept; a file has all of them."""
NO_DOSSIER = (Difference.CURSOR_AHEAD, Difference.UNIQUENESS_MISSING)
"""Differences of the whole ledger: no dossier has them, so they are not in the file."""


async def reconcile(
    *,
    lists_only: Annotated[
        bool,
        Parameter(negative="", help="Chỉ so hai danh sách, không so phiên bản (compare the lists, not the versions)"),
    ] = False,
    out: Annotated[
        Path | None, Parameter(help="Ghi mọi hồ sơ sai khác vào tệp, mỗi dòng một JSON (write all of them to a file)")
    ] = None,
    kind: Annotated[
        tuple[Difference, ...],
        choice("Chỉ ghi các loại này vào tệp (only these kinds in the file)", Difference),
        Parameter(negative=""),
    ] = (),
    output: Output = PLAIN,
) -> int:
    """So Temporal với sổ cái cả hai chiều; mã thoát 1 nếu sai khác (compare both ways; exit code 1 if they differ).

    Chạy được trong khi hệ thống đang làm việc: mỗi nghi vấn được xem lại hai lần, cách nhau vài giây, rồi mới được nêu.
    Phiên bản mà một quy trình đã biết được đọc từ cuối lịch sử của nó, không hỏi tiến trình xử lý. (Safe while work
    goes on: each suspect is looked at twice before it is reported. What a workflow knows is read from the end of its
    history; no worker is asked.)

    Tệp --out dùng được cho `ops plan restart --from-file`. (The file is what `ops plan restart --from-file` takes.)

    Ví dụ (example):
      luongxanh ops reconcile --out sai-khac.jsonl --kind without_workflow --kind workflow_behind
    """
    from activities.ledger.reconciliations import Reconciled, Reconciliations
    from gateway.client.reconciling.reconciliation import Reconciliation

    found = _Found()
    async with dependencies().open_ledger() as pool, dependencies().open_temporal() as temporal:
        comparison = Reconciliation(temporal, pool)
        with _opened(out) as file, _progress(output) as progress:
            async for one in comparison.differences(versions=not lists_only, progress=progress):
                found.add(one)
                if file is not None and one.difference not in NO_DOSSIER and (not kind or one.difference in kind):
                    file.write(_line(one))
        looked = comparison.looked
        result = Reconciled(
            who=this_account(),
            workflows=looked.workflows,
            dossiers=looked.dossiers,
            moving=looked.moving,
            whole=not lists_only,
            counts=dict(found.counts),
            examples=tuple(found.examples),
        )
        await Reconciliations(pool).keep(result)
    if output.json:
        print_json({**result.model_dump(mode="json"), "agree": result.agree, "file": str(out) if out else None})
    else:
        _show(result, out, output)
    return Exit.DONE if result.agree else Exit.FAILED


@dataclass
class _Found:
    """How many differences of each kind there are, and some of each."""

    counts: Counter[Difference] = field(default_factory=Counter)
    examples: list[Different] = field(default_factory=list)

    def add(self, one: Different) -> None:
        self.counts[one.difference] += 1
        if self.counts[one.difference] <= EXAMPLES:
            self.examples.append(one)


def _line(one: Different) -> str:
    """One line of the file. `code` is the dossier's, or the workflow's id where there is no dossier."""
    facts = {"code": one.name, "difference": one.difference, "version": one.version, "run": one.run}
    return json_text({**facts, "known": one.known, "detail": one.detail}) + "\n"


@contextmanager
def _opened(out: Path | None) -> Iterator[IO[str] | None]:
    with nullcontext() if out is None else out.open("w", encoding="utf-8") as file:
        yield file


@contextmanager
def _progress(output: Output) -> Iterator[Compared]:
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


def _show(result: Reconciled, out: Path | None, output: Output) -> None:
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
    if result.agree:
        console().print(output.say("✓ Khớp nhau.", "✓ They agree."), style="bold green")
        return
    for difference, count in result.counts.items():
        console().print(f"✗ {count:,}  {output.of(difference.words)} ({difference})", style="bold red")
        show(*(one_line(f"    {_example(one, output)}") for one in result.examples if one.difference is difference))
        show(one_line(f"  → {output.of(difference.remedy)}"))
    if out is not None:
        tell(output.say(f"Danh sách đầy đủ: {out}", f"All of them: {out}"))


def _example(one: Different, output: Output) -> str:
    ledger, workflow = output.say("sổ cái", "ledger"), output.say("quy trình", "workflow")
    facts = [f"{ledger} {one.version}" if one.version is not None else None]
    facts += [f"{workflow} {one.known}" if one.known is not None else None, one.detail]
    return "  ".join([one.name, *(fact for fact in facts if fact)])
