"""`luongxanh ops plan`: makes the plan of a repair. Nothing is repaired yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from domain.deadlines.limits import WhichClock
from domain.dossier.state import State
from domain.repairs.causes import Cause
from gateway.cli import rollout_order
from gateway.cli.choices import choice
from gateway.cli.dependencies import dependencies
from gateway.cli.inputs import dossier_code, parse_object, read_text, validated
from gateway.cli.messages import CommandLineRefusal
from gateway.cli.output import PLAIN, Output, console, print_json
from gateway.cli.problems import CommandLineProblem
from gateway.client.admitting.operators import this_machine

if TYPE_CHECKING:
    from activities.ledger.search.query import SearchFilter
    from domain.repairs.orders import RepairOrder

app = App(
    name="plan", help="Lập kế hoạch sửa: xem trước, chưa sửa gì (plan a repair: nothing is done yet)", sort_key=20
)

Codes = Annotated[str, Parameter(help="Mã các hồ sơ (codes of dossiers); thay cho điều kiện (instead of conditions)")]
System = Annotated[str | None, Parameter(help="Chỉ lời gọi tới hệ thống này (only calls to this system)")]


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which dossiers, by the register's own filter, and what every plan says."""

    by: Annotated[str, Parameter(help="Mã nội bộ người lập kế hoạch (who makes the plan)")]
    reason: Annotated[str, Parameter(help="Lý do, được ghi lại (why; it is recorded)")]
    out: Annotated[Path | None, Parameter(help="Tệp kế hoạch; mặc định ke-hoach-MÃ.json (the plan's file)")] = None
    rate: rollout_order.Rate = 20.0
    every: Annotated[
        bool, Parameter(name="--all", negative="", help="Mọi hồ sơ trong sổ (every dossier of the register)")
    ] = False
    cause: Annotated[Cause | None, choice("Mọi hồ sơ kẹt vì điều này (all that ops failed counts under it)", Cause)] = (
        None
    )
    stuck: Annotated[bool, Parameter(negative="", help="Mọi hồ sơ kẹt mà sửa được (everything that is stuck)")] = False
    from_file: Annotated[
        Path | None, Parameter(help="Tệp của ops reconcile --out, hoặc mỗi dòng một mã (a file with the codes)")
    ] = None
    state: Annotated[State | None, choice("Trạng thái (state)", State)] = None
    unit: Annotated[str | None, Parameter(help="Đơn vị chịu trách nhiệm (the unit that answers for it)")] = None
    procedure: Annotated[str | None, Parameter(help="Mã thủ tục (procedure)")] = None
    overdue: Annotated[WhichClock | None, choice("Đã quá hạn này (this date has passed)", WhichClock)] = None
    text: Annotated[str | None, Parameter(help="Như ở dossier list (as for dossier list)")] = None

    def chosen(self, codes: tuple[str, ...]) -> tuple[str, ...] | SearchFilter:
        """The codes, given or from the file, or the filter of these options.

        Raises InvalidInput `repair_codes_or_filter`, `invalid_request`, and `repair_matches_nothing` for a file without
        a code; the errors of `read_text`.
        """
        from domain.errors import InvalidInput
        from domain.messages.repairs import RepairRefusal
        from gateway.cli.dossier.lists import searched

        if self.from_file is not None:
            codes = (*codes, *codes_in(read_text(str(self.from_file))))
        conditions = (self.cause, self.state, self.unit, self.procedure, self.overdue, self.text)
        if not codes and self.from_file is None:
            return searched(
                state=self.state, unit=self.unit, procedure=self.procedure, overdue=self.overdue, text=self.text
            ).wanted
        if self.every or self.stuck or any(condition is not None for condition in conditions):
            raise InvalidInput(RepairRefusal.REPAIR_CODES_OR_FILTER)
        if not codes:  # a comparison that found nothing, for one: it never means every dossier
            raise InvalidInput(RepairRefusal.REPAIR_MATCHES_NOTHING)
        return tuple(dossier_code(code) for code in codes)


@app.command
async def mend(*codes: Codes, wanted: Wanted, output: Output = PLAIN) -> None:
    """Kế hoạch sửa mỗi hồ sơ theo nguyên nhân của nó (plan to mend each dossier by its cause).

    Hồ sơ kẹt: khởi động lại từ sổ cái. Hệ thống ngoài chưa trả lời: gọi lại ngay. Bị từ chối hẳn: gọi lại với mã mới.
    Kế hoạch ghi rõ đã chọn việc gì cho từng hồ sơ. (Stuck: restart. No answer: try now. Refused for good: ask again
    under a new id. The plan says what was chosen for each dossier.)

    Ví dụ (examples):
      luongxanh ops plan mend --stuck --by … --reason "Sự cố 12"
      luongxanh ops plan mend --state processing --by … --reason …
      luongxanh ops plan mend --cause task_fails --by … --reason …
    """
    from domain.repairs.orders import MendOrder

    await _plan(MendOrder(), codes, wanted, output)


@app.command
async def restart(
    *codes: Codes,
    wanted: Wanted,
    although_sound: Annotated[
        bool, Parameter(negative="", help="Kể cả khi quy trình vẫn chạy tốt (although it goes on by itself)")
    ] = False,
    output: Output = PLAIN,
) -> None:
    """Kế hoạch khởi động lại từ sổ cái (plan to restart stuck dossiers from the ledger).

    Chỉ lập kế hoạch: liệt kê đúng từng hồ sơ, nguyên nhân, việc gì sẽ gọi lại ra ngoài; chưa sửa gì. Xem rồi chạy bằng
    luongxanh ops run. (Only plans: each dossier, its cause, what would be asked outside again. `ops run` does it.)

    Ví dụ (examples):
      luongxanh ops plan restart H42.101-250805-0001 --by cb.TTPVHCC.operator.1 --reason "Sự cố 12" --out sua.json
      luongxanh ops plan restart --cause task_fails --unit 13366 --by … --reason …
      luongxanh ops plan restart --from-file sai-khac.jsonl --by … --reason …
    """
    from domain.repairs.orders import RestartOrder

    await _plan(RestartOrder(although_sound=although_sound), codes, wanted, output)


@app.command
async def reset(
    *codes: Codes,
    wanted: Wanted,
    to_event: Annotated[int | None, Parameter(help="Số sự kiện trong lịch sử Temporal (an event's number)")] = None,
    to_time: Annotated[datetime | None, Parameter(help="Thời điểm, giờ Việt Nam (an instant)")] = None,
    to_build: Annotated[str | None, Parameter(help="Bước đầu tiên của bản cài này (the first task of a build)")] = None,
    output: Output = PLAIN,
) -> None:
    """Kế hoạch lùi quy trình về một điểm trong lịch sử (plan to reset workflows to a point of their histories).

    Sổ cái không lùi; quy trình đọc lại sổ cái. (The ledger is not reset; the workflow reads it again.)

    Ví dụ (example):
      luongxanh ops plan reset --to-build 1.4.0 --state processing --by … --reason …
    """
    from domain.repairs.orders import ResetOrder
    from gateway.cli.inputs import instant

    points: list[dict[str, Any]] = [
        point
        for point, given in (
            ({"point": "event", "event": to_event}, to_event),
            ({"point": "time", "at": instant(to_time) if to_time else None}, to_time),
            ({"point": "build", "build": to_build}, to_build),
        )
        if given is not None
    ]
    if len(points) != 1:
        command, options = "luongxanh ops plan reset", "--to-event | --to-time | --to-build"
        raise CommandLineProblem(CommandLineRefusal.MISSING_OPTION, options=options, command=command)
    await _plan(validated(ResetOrder, {"to": points[0]}), codes, wanted, output)


@app.command
async def retry(*codes: Codes, wanted: Wanted, system: System = None, output: Output = PLAIN) -> None:
    """Kế hoạch thử lại việc hệ thống ngoài từ chối hẳn (plan to ask again for what was refused for good).

    Ví dụ (example):
      luongxanh ops plan retry --system signing --state processing --by … --reason …
    """
    from domain.repairs.orders import RetryOrder

    await _plan(validated(RetryOrder, {"system": system}), codes, wanted, output)


@app.command(name="fast-forward")
async def fast_forward(*codes: Codes, wanted: Wanted, system: System = None, output: Output = PLAIN) -> None:
    """Kế hoạch gọi lại ngay, không đợi đến lượt (plan to make the next try of waiting calls now).

    Không bao giờ đổi thời hạn theo luật. (It never changes a clock of the law.)

    Ví dụ (example):
      luongxanh ops plan fast-forward --system payments --state payment_requested --by … --reason …
    """
    from domain.repairs.orders import FastForwardOrder

    await _plan(validated(FastForwardOrder, {"system": system}), codes, wanted, output)


@app.command
async def migrate(
    *codes: Codes,
    wanted: Wanted,
    to_procedure: Annotated[str | None, Parameter(help="Mã băm phiên bản thủ tục (hash of the procedure)")] = None,
    to_escalation: Annotated[str | None, Parameter(help="Mã băm bậc leo thang (hash of the ladder)")] = None,
    output: Output = PLAIN,
) -> None:
    """Kế hoạch chuyển hồ sơ sang quy định khác đã công bố; luôn cần hai người (plan to move dossiers to other rules).

    Ví dụ (example):
      luongxanh ops plan migrate H42.101-250805-0001 --to-procedure 3f2a… --by … --reason …
    """
    from domain.repairs.orders import MigrateOrder

    order = validated(MigrateOrder, {"procedure": to_procedure, "escalation": to_escalation})
    await _plan(order, codes, wanted, output)


@app.command
async def terminate(*codes: Codes, wanted: Wanted, output: Output = PLAIN) -> None:
    """Kế hoạch chấm dứt hồ sơ thử, hồ sơ nhập trùng; luôn cần hai người (plan to end dossiers that must not go on).

    Ví dụ (example):
      luongxanh ops plan terminate H42.101-250805-0001 --by … --reason "Nhập trùng"
    """
    from domain.repairs.orders import TerminateOrder

    await _plan(TerminateOrder(), codes, wanted, output)


def codes_in(text: str) -> tuple[str, ...]:
    """The codes of a list: one a line, alone or as `code` of a JSON object, as `ops reconcile --out` writes them."""
    lines = enumerate((line.strip() for line in text.splitlines()), start=1)
    return tuple(
        str(parse_object(line, f"{number}").get("code", "")) if line.startswith("{") else line
        for number, line in lines
        if line
    )


async def _plan(order: RepairOrder, codes: tuple[str, ...], wanted: Wanted, output: Output) -> None:
    from activities.province.atomic_files import write_whole
    from domain.repairs.plan_files import written_plan
    from gateway.cli.ops.plan_page import as_json, show_plan

    rollout_order.require_rate(wanted.rate)
    chosen = wanted.chosen(codes)
    with _looking(output) as looked:
        async with dependencies().open_engine() as engine:
            plan = await engine.repair_plans.plan(
                this_machine(), order, chosen, who=wanted.by, why=wanted.reason, everything=wanted.every,
                cause=wanted.cause, stuck=wanted.stuck, per_minute=round(wanted.rate * 60), looked=looked,
            )  # fmt: skip
            because = engine.repair_runs.second_person_because(plan)
    file = wanted.out or Path(f"ke-hoach-{plan.hash[:12]}.json")
    write_whole(file, written_plan(plan))
    if output.json:
        print_json(as_json(plan, because, file))
        return
    show_plan(plan, because, file, output)


@contextmanager
def _looking(output: Output) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error that counts the dossiers that were looked at, on a terminal only."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    screen = console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=screen, disable=output.json or not screen.is_terminal, transient=True) as shown:
        task = shown.add_task(output.say("Xem từng hồ sơ", "Looking at each dossier"), total=None)

        def looked(done: int, of: int) -> None:
            shown.update(task, completed=done, total=of)

        yield looked
