"""`luongxanh ops reconcile`: compares Temporal with the ledger both ways, and writes the list for repairs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

from cyclopts import Parameter

from domain.repairs.differences import Difference, Different
from domain.text.printable import json_text
from gateway.cli.choices import choice
from gateway.cli.dependencies import dependencies
from gateway.cli.ops.reconcile_page import progress_bar, show_result
from gateway.cli.output import PLAIN, Output, print_json
from gateway.cli.problems import Exit
from gateway.client.admitting.operators import this_machine

if TYPE_CHECKING:
    from domain.organisation.staff import Staff
    from gateway.client.reconciling.orders import ReconciliationOrders

NO_DOSSIER = (Difference.CURSOR_AHEAD, Difference.UNIQUENESS_MISSING)
"""Differences of the whole ledger: no dossier has them, so they are not in the file."""
SHOWN = ("who", "workflows", "dossiers", "moving", "whole", "counts", "examples")
"""What `--json` prints of a comparison, beside its number."""

ListsOnly: TypeAlias = Annotated[
    bool, Parameter(negative="", help="Chỉ so hai danh sách, không so phiên bản (compare the lists, not the versions)")
]
Out: TypeAlias = Annotated[
    Path | None, Parameter(help="Ghi mọi hồ sơ sai khác vào tệp, mỗi dòng một JSON (write all of them to a file)")
]
Kinds: TypeAlias = Annotated[
    tuple[Difference, ...],
    choice("Chỉ ghi các loại này vào tệp (only these kinds in the file)", Difference),
    Parameter(negative=""),
]


async def reconcile(*, lists_only: ListsOnly = False, out: Out = None, kind: Kinds = (), output: Output = PLAIN) -> int:
    """So Temporal với sổ cái cả hai chiều; mã thoát 1 nếu sai khác (compare both ways; exit code 1 if they differ).

    Chạy được trong khi hệ thống đang làm việc: mỗi nghi vấn được xem lại hai lần, cách nhau vài giây, rồi mới được nêu.
    Phiên bản mà một quy trình đã biết được đọc từ cuối lịch sử của nó, không hỏi tiến trình xử lý. Mỗi lúc chỉ một lần
    đối chiếu. (Safe while work goes on: each suspect is looked at twice before it is reported. What a workflow knows is
    read from the end of its history; no worker is asked. One comparison at a time.)

    Tệp --out dùng được cho `ops plan restart --from-file`. (The file is what `ops plan restart --from-file` takes.)

    Ví dụ (example):
      luongxanh ops reconcile --out sai-khac.jsonl --kind without_workflow --kind workflow_behind
    """
    async with open_orders() as orders:
        begun = await orders.begin(this_machine(), versions=not lists_only)
        with _written(out, kind) as found, progress_bar(output) as progress:
            result = await orders.carry_out(begun, progress=progress, found=found)
    if output.json:
        told = {"number": result.number, **result.model_dump(mode="json", include=set(SHOWN)), "agree": result.agree}
        print_json({**told, "file": str(out) if out else None})
    else:
        show_result(result, out, output)
    return Exit.DONE if result.agree else Exit.FAILED


@asynccontextmanager
async def open_orders() -> AsyncIterator[ReconciliationOrders]:
    """The orders on connections of its own: a ledger that was restored, and is not in order yet, is compared too."""
    from activities.province import load_province
    from gateway.client.reconciling.orders import ReconciliationOrders

    def staff() -> Staff:
        return load_province(dependencies().province_folder()).staff

    async with dependencies().open_ledger() as pool, dependencies().open_temporal() as temporal:
        yield ReconciliationOrders(temporal, pool, staff)


@contextmanager
def _written(out: Path | None, kinds: tuple[Difference, ...]) -> Iterator[Callable[[Different], None]]:
    """Writes each difference of these kinds to the file, if there is one."""
    if out is None:
        yield lambda _one: None
        return
    with out.open("w", encoding="utf-8") as file:

        def found(one: Different) -> None:
            if one.difference not in NO_DOSSIER and (not kinds or one.difference in kinds):
                file.write(_line(one))

        yield found


def _line(one: Different) -> str:
    """One line of the file. `code` is the dossier's, or the workflow's id where there is no dossier."""
    facts = {"code": one.name, "difference": one.difference, "version": one.version, "run": one.run}
    return json_text({**facts, "known": one.known, "detail": one.detail}) + "\n"
