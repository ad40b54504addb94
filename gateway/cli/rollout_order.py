"""The common part of `calendar apply` and `organisation apply`: dry run, order, progress, and result."""

from __future__ import annotations

import asyncio
import errno
import os
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from cyclopts import Parameter

from domain.machine_errors import machine_says
from domain.rollouts.plans import Item, ItemState, RolloutKind, RolloutProgress
from domain.text.sentences import many
from domain.values import VIETNAM
from gateway.cli.dependencies import dependencies
from gateway.cli.messages import CommandLineRefusal
from gateway.cli.output import Output, called, print_json, show, tell, to_copy
from gateway.cli.problems import CommandLineProblem, Exit
from gateway.client.admitting.operators import this_machine

if TYPE_CHECKING:
    from rich.table import Table

    from activities.rollouts.register import Rollout
    from gateway.client import Engine
    from gateway.client.rollouts import RolloutOrders
    from gateway.client.rule_changes import RuleChange

ROWS = 40
"""How many dossiers a table shows; `--json` has all of them."""
SLOWEST, FASTEST = 0.1, 1_000.0
"""Dossiers a second."""
LOOK_EVERY = 0.5
"""Seconds."""
NOBODY_WORKS_AFTER = 30.0
"""Seconds without progress, after which the person is told that perhaps no worker is running."""

Rate = Annotated[float, Parameter(help="Số hồ sơ mỗi giây, nhiều nhất (dossiers a second, at most)")]
By = Annotated[str | None, Parameter(help="Mã nội bộ người thực hiện; mặc định tài khoản máy (who orders it)")]

Rows = Callable[[list[Item]], "Table"]


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Options:
    """What is to be done with the file of a letter or of a merger."""

    dry_run: Annotated[bool, Parameter(negative="", help="Chỉ xem: liệt kê hồ sơ, không ghi gì (write nothing)")] = (
        False
    )
    rate: Rate = 20.0
    by: By = None
    stop: Annotated[
        bool, Parameter(negative="", help="Dừng đợt đang chạy của tệp này (stop the rollout of this file)")
    ] = False
    abandon: Annotated[
        str | None, Parameter(help="Bỏ đợt của tệp này, kèm lý do (abandon the rollout of this file; says why)")
    ] = None
    no_wait: Annotated[bool, Parameter(negative="", help="Không chờ đến khi xong (do not wait for the end)")] = False

    @property
    def end(self) -> bool:
        """True: the rollout of the file is stopped or abandoned, and not begun."""
        return self.stop or self.abandon is not None


BEGIN = Options()
"""Without options: the rollout is begun, and waited for."""


async def _dry_run(engine: Engine, change: RuleChange, table: Rows, output: Output) -> None:
    """Shows every open dossier that the file would change, with its outcome. It writes nothing."""
    now = datetime.now(VIETNAM)
    items = [item async for item in engine.rollouts.preview(change.plan, change.rules, now)]
    if output.json:
        listed = [item.model_dump(mode="json") for item in items]
        print_json({"dry_run": True, "dossiers": len(items), "counts": _counts(items), "items": listed})
        return
    _show_items(items, table, output)
    show(output.say("Chỉ xem thử: chưa ghi gì.", "A dry run: nothing was written."))


async def apply(engine: Engine, change: RuleChange, table: Rows, output: Output, options: Options) -> int:
    """Orders the rollout, writes the rule into the province's folder, and waits for the end; or a dry run."""
    if options.dry_run:
        await _dry_run(engine, change, table, output)
        return Exit.DONE
    require_rate(options.rate)
    _require_writable(change.folder)
    orders = engine.rollouts
    rollout = await orders.begin(
        this_machine(), change.plan, change.file_hash, change.rules, who=options.by, why=change.why,
        per_second=options.rate,
    )  # fmt: skip
    written = [str(path) for path in change.keep()]
    from gateway.client.rollouts import begins_at

    later = (begins_at(rollout.plan) or datetime.now(VIETNAM)) > datetime.now(VIETNAM)
    if not options.no_wait and not later and rollout.finished_at is None:
        try:
            await watch(orders, rollout, output)
        except asyncio.CancelledError:
            _tell_that_it_goes_on(rollout.id, written, output)
            raise
    code = await _result(orders, rollout, written, table, output, later=later)
    if written and change.advice is not None:
        tell(output.of(change.advice))
    return code


def _tell_that_it_goes_on(rollout: UUID, written: list[str], output: Output) -> None:
    """The message after Ctrl-C: it ends the command and does not stop the rollout."""
    for path in written:
        tell(output.say(f"Đã ghi {path}: hãy lưu vào kho cấu hình.", f"Wrote {path}: commit it."))
    tell(
        output.say(
            f"Đợt {rollout} vẫn chạy tiếp. Xem, hoặc dừng hẳn:",
            f"Rollout {rollout} goes on. To look at it, or to stop it:",
        ),
        f"{called()} rollout show {rollout}",
        f"{called()} rollout stop {rollout}",
    )


async def end(path: Path, kind: RolloutKind, output: Output, options: Options) -> int:
    """Stops the rollout of a file, or abandons it if the options give a reason for that."""
    from gateway.client.rule_changes import rollout_of

    rollout = rollout_of(path, kind)
    async with dependencies().open_engine() as engine:
        if options.abandon is None:
            await stop(engine, rollout, options.by, output)
        else:
            await give_up(engine, rollout, options.abandon, options.by, output)
    return Exit.DONE


async def stop(engine: Engine, rollout: UUID, by: str | None, output: Output) -> None:
    """Stops a rollout between two dossiers. Raises the errors of `RolloutOrders.stop`."""
    head = await engine.rollouts.stop(this_machine(), rollout, who=by)
    progress = await engine.rollouts.register.progress(rollout)
    if output.json:
        print_json({"rollout": str(rollout), "stopped": True, "progress": progress.model_dump()})
        return
    show(
        output.say("Đã dừng. Muốn chạy tiếp, chạy lại cùng tệp, hoặc:", "Stopped. To go on, apply the same file, or:"),
        to_copy(f"{called()} rollout resume {rollout}"),
        line(progress, output, head.kind),
    )


async def give_up(engine: Engine, rollout: UUID, reason: str, by: str | None, output: Output) -> None:
    """Ends a rollout with a reason. Raises the errors of `RolloutOrders.abandon`."""
    await engine.rollouts.abandon(this_machine(), rollout, who=by, why=reason)
    progress = await engine.rollouts.register.progress(rollout)
    if output.json:
        print_json({"rollout": str(rollout), "abandoned": True, "progress": progress.model_dump()})
        return
    show(
        output.say(
            f"Đã bỏ đợt {rollout}. Hồ sơ đã chuyển giữ quy định mới; hồ sơ chưa hỏi đến giữ quy định cũ. Nếu văn bản "
            "sai, hãy xóa phần đã ghi trong thư mục cấu hình.",
            f"Rollout {rollout} is abandoned. Dossiers that were changed keep the new rule, those not yet asked the "
            "old one. If the letter was wrong, take what it wrote out of the province's folder.",
        )
    )
    show(line(progress, output))


async def watch(orders: RolloutOrders, rollout: Rollout, output: Output) -> None:
    """Shows the progress on a terminal until the rollout is finished."""
    register = orders.register
    waited, warned, seen = 0.0, False, RolloutProgress()
    while (await register.rollout(rollout.id)).finished_at is None:
        progress = await register.progress(rollout.id)
        waited = 0.0 if progress != seen else waited + LOOK_EVERY
        seen = progress
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{bar(progress)} {line(progress, output, rollout.kind)}   ")
        if waited >= NOBODY_WORKS_AFTER and not warned:
            warned = True
            tell(output.say("Chưa thấy tiến trình nào làm việc: luongxanh worker?", "Is a worker running?"))
        await asyncio.sleep(LOOK_EVERY)
    if sys.stderr.isatty():
        sys.stderr.write("\n")


async def _result(
    orders: RolloutOrders, rollout: Rollout, written: list[str], table: Rows, output: Output, *, later: bool
) -> int:
    rollout = await orders.register.rollout(rollout.id)
    items = await orders.register.items(rollout.id)
    finished = rollout.finished_at is not None
    code = Exit.FAILED if finished and any(item.state is ItemState.REFUSED for item in items) else Exit.DONE
    if output.json:
        print_json(
            {
                "rollout": str(rollout.id),
                "finished_at": rollout.finished_at.isoformat() if rollout.finished_at else None,
                "dossiers": len(items),
                "counts": _counts(items),
                "written": written,
                "items": [item.model_dump(mode="json") for item in items],
            }
        )
        return code
    _show_items(items, table, output)
    for path in written:
        show(output.say(f"Đã ghi {path}: hãy lưu vào kho cấu hình.", f"Wrote {path}: commit it."))
    if written:
        show(
            output.say(
                "Khởi động lại cổng HTTP để hồ sơ mới theo quy định mới; hồ sơ mở trước lúc đó: chạy lại tệp này.",
                "Restart the API so that new dossiers take the new rule; for any opened before that, apply again.",
            )
        )
    show(_ending(rollout, output, later=later))
    return code


def _ending(rollout: Rollout, output: Output, *, later: bool) -> str:
    if rollout.finished_at is not None:
        return output.say(f"✓ Xong đợt {rollout.id}.", f"✓ Rollout {rollout.id} is finished.")
    if later:
        return output.say(f"Đợt {rollout.id} tự chạy vào ngày có hiệu lực.", f"Rollout {rollout.id} begins on its day.")
    return output.say(f"Đợt {rollout.id} đang chạy tiếp.", f"Rollout {rollout.id} goes on by itself.")


def _show_items(items: list[Item], table: Rows, output: Output) -> None:
    changed = [item for item in items if item.state is not ItemState.UNCHANGED]
    if changed:
        show(table(changed[:ROWS]))
    if len(changed) > ROWS:
        more = len(changed) - ROWS
        show(output.say(f"… và {more} hồ sơ nữa (--json để xem hết)", f"… and {more} more (--json for all)"))
    show(line(RolloutProgress.model_validate(_counts(items)), output))


def _counts(items: list[Item]) -> dict[str, int]:
    counted: Counter[str] = Counter(item.state.value for item in items)
    return {state.value: counted[state.value] for state in ItemState}


CELLS = 20
"""The width of the bar."""


def bar(progress: RolloutProgress) -> str:
    """How much of the list has its outcome, as a bar."""
    full = CELLS * (progress.total - progress.pending) // max(1, progress.total)
    return f"[{'█' * full}{'░' * (CELLS - full)}]"


def line(progress: RolloutProgress, output: Output, kind: RolloutKind = RolloutKind.CALENDAR) -> str:
    """How many dossiers are in each state, in one line, in the words of this kind."""
    one = progress
    if kind is RolloutKind.REPAIR:
        return _line_of_repair(one, output)
    return output.say(
        f"{one.total} hồ sơ: {one.done} thay đổi, {one.unchanged} không đổi, {one.waiting} chờ điều phối, "
        f"{one.refused} từ chối, {one.pending} còn lại" + (f", {one.abandoned} bỏ lại" if one.abandoned else ""),
        f"{many(one.total, 'dossier')}: {one.done} changed, {one.unchanged} unchanged, "
        f"{one.waiting} waiting for coordination, {one.refused} refused, {one.pending} left"
        + (f", {one.abandoned} abandoned" if one.abandoned else ""),
    )


def _line_of_repair(one: RolloutProgress, output: Output) -> str:
    return output.say(
        f"{one.total} hồ sơ: {one.done} đã sửa, {one.not_cured} chưa hết nguyên nhân, {one.moved_on} đã khác kế hoạch, "
        f"{one.refused} không sửa được, {one.pending} còn lại, {one.abandoned} bỏ lại",
        f"{many(one.total, 'dossier')}: {one.done} repaired, {one.not_cured} not cured, {one.moved_on} not as planned, "
        f"{one.refused} refused, {one.pending} left, {one.abandoned} abandoned",
    )


def refusal(item: Item, output: Output) -> str:
    """Why a dossier refused the change, for the last column of a table; empty when it did not refuse."""
    if item.state is not ItemState.REFUSED:
        return ""
    sentences: dict[str, Any] = item.detail
    return f"{item.code}: {sentences.get(output.lang, '')}"


def dossier_of(item: Item, output: Output) -> str:
    """The dossier, for the first column of a table; a child is shown with the interconnected dossier it belongs to."""
    whole = item.detail.get("whole")
    if whole is None:
        return item.dossier
    return output.say(f"{item.dossier} (cùng hồ sơ liên thông {whole})", f"{item.dossier} (with its parent {whole})")


def require_rate(rate: float) -> None:
    """Raises CommandLineProblem `out_of_range`. With a rate of zero the rollout would never end."""
    if not SLOWEST <= rate <= FASTEST:
        raise CommandLineProblem(
            CommandLineRefusal.OUT_OF_RANGE, option="--rate", low=SLOWEST, high=FASTEST, value=rate
        )


def _require_writable(folder: Path) -> None:
    """Raises CommandLineProblem `machine_refused` before the order: the rule must also be written into the folder."""
    if not os.access(folder, os.W_OK):
        raise CommandLineProblem(
            CommandLineRefusal.MACHINE_REFUSED,
            path=folder,
            problem=machine_says(PermissionError(errno.EACCES, os.strerror(errno.EACCES))),
        )
