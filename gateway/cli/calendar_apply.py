"""`luongxanh calendar apply`: changes the calendar by a letter, and the dates of every open dossier."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from domain.rollouts.plans import RolloutKind
from gateway.cli import rollout_order
from gateway.cli.dependencies import dependencies
from gateway.cli.inputs import existing_file
from gateway.cli.output import PLAIN, Output

if TYPE_CHECKING:
    from rich.table import Table

    from domain.rollouts.plans import Item


async def apply(
    file: Annotated[Path, Parameter(help="Tệp YAML như overrides.yaml (a file like overrides.yaml)")],
    /,
    *,
    options: rollout_order.Options = rollout_order.BEGIN,
    output: Output = PLAIN,
) -> int:
    """Áp dụng văn bản đổi lịch cho mọi hồ sơ đang mở (apply a letter that changes the calendar).

    Tính lại cả hai hạn, ghi vào từng hồ sơ; ngày hẹn đã in vẫn giữ và vẫn ràng buộc, trừ khi keeps_promise: false.
    Chạy lại cùng tệp: làm tiếp phần còn lại, không làm hai lần. Mã thoát 1 nếu có hồ sơ bị từ chối.
    (Both dates are computed anew and recorded; the printed promise stands and binds unless the letter says no.
    The same file again goes on where it stopped and does nothing twice.)

    Tệp (the file):
      letter: Công điện 12/CĐ-UBND
      exceptions:
        - {day: 2026-12-01, kind: closure, name: {vi: Bão, en: Storm}, source: Công điện 12/CĐ-UBND}

    Kéo dài lịch (to extend the calendar): chạy calendar build 2029, sửa last_day và seasons trong calendars/*.yaml, rồi
    áp dụng tệp (then apply a file):
      letter: Lịch làm việc năm 2029
      extends_to: 2029-12-31

    Ví dụ (examples):
      luongxanh calendar apply bao.yaml --dry-run
      luongxanh calendar apply bao.yaml --rate 20
    """
    from gateway.client.rule_changes import letter_of

    def table(items: list[Item]) -> Table:
        return _table(items, output)

    path = existing_file(str(file))
    if options.end:
        return await rollout_order.end(path, RolloutKind.CALENDAR, output, options)
    async with dependencies().open_engine() as engine:
        change = await letter_of(path, dependencies().province_folder(), engine.rollouts.register)
        return await rollout_order.apply(engine, change, table, output, options)


def _table(items: list[Item], output: Output) -> Table:
    from rich.table import Table

    table = Table(box=None)
    headings = "Hồ sơ|Hạn theo quy định|Hẹn trả|Ghi chú", "Dossier|Statutory date|Promised date|Note"
    for heading in output.say(*headings).split("|"):
        table.add_column(heading, overflow="fold")
    for item in items:
        before, due = item.detail.get("before", {}), item.detail.get("due", {})
        beyond = output.say("ngoài lịch", "beyond calendar")
        dates = (
            beyond if which in due.get("beyond", ()) else _moved(before.get(which), due.get(which))
            for which in ("statutory", "promised")
        )
        table.add_row(rollout_order.dossier_of(item, output), *dates, rollout_order.refusal(item, output))
    return table


def _moved(before: str | None, due: str | None) -> str:
    return "–" if due is None else f"{_day(before)} → {_day(due)}" if before != due else _day(due)


def _day(instant: str | None) -> str:
    from gateway.i18n.wording import at

    return at(datetime.fromisoformat(instant)) if instant else "–"
