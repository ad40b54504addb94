"""`luongxanh dev`: the whole system on this machine, without root, without Docker, on free ports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from gateway.cli.output import PLAIN, Output, called, print_json, show, tell
from gateway.cli.problems import Exit

if TYPE_CHECKING:
    from rich.table import Table

    from workers.dev import Started
    from workers.settings import Settings
    from workers.stack import StackStatus

app = App(name="dev")

Folder = Annotated[
    Path | None,
    Parameter(help="Thư mục của hệ thống; mặc định .stack, hoặc LUONGXANH_STACK (the stack's folder)"),
]

NAMES = {
    "postgres": "PostgreSQL (sổ cái)",
    "temporal": "Temporal (quy trình)",
    "simulator": "Hệ thống ngoài mô phỏng",
    "api": "Cổng HTTP (nhận báo thanh toán)",
    "worker": "Tiến trình xử lý hồ sơ",
}
PLACES = {"frontend": "gRPC", "http": "HTTP", "luongxanh_app": "SQL"}
"""The addresses worth showing, in this order of words."""


@app.command(
    help="Khởi động tất cả và in địa chỉ; chạy lại thì chỉ bật phần chưa chạy.\n"
    "(Start everything and print the addresses; run again to start only what does not run.)"
)
def up(*, folder: Folder = None, output: Output = PLAIN) -> None:
    """PostgreSQL, Temporal, the simulator, the API and a worker."""
    from workers import dev
    from workers.stack.messages import silently, to_standard_error

    started = dev.up(_settings(folder), announce=silently if output.json else to_standard_error)
    if output.json:
        print_json(started.model_dump(mode="json"))
    else:
        _show_started(started, output)


@app.command(help="Dừng tất cả; dữ liệu còn nguyên. (Stop everything; the data stays.)")
def down(*, folder: Folder = None, output: Output = PLAIN) -> None:
    """The last started first."""
    from workers import dev
    from workers.stack.messages import silently, to_standard_error

    status = dev.down(_settings(folder).stack_folder, announce=silently if output.json else to_standard_error)
    if output.json:
        print_json(status.model_dump(mode="json"))
    else:
        tell(output.say("Đã dừng; dữ liệu còn trong", "Stopped; the data is in") + f" {status.folder}")


@app.command(
    help="Phần nào đang chạy, ở đâu, nhật ký nào. Mã thoát 5 nếu không chạy đủ.\n"
    "(What runs, where, and its log. Exit code 5 unless all of it runs.)"
)
def status(*, folder: Folder = None, output: Output = PLAIN) -> int:
    """Read from the stack's state and the machine's processes."""
    from workers import dev

    found = dev.status(_settings(folder).stack_folder)
    if output.json:
        print_json(found.model_dump(mode="json"))
    elif found.running or found.components:
        show(_table(found, output))
        _tell_what_is_wrong(found, output)
    else:
        start = f"{called()} dev up"
        tell(output.say(f"Hệ thống chưa chạy. Hãy chạy: {start}", f"Nothing runs. Start it: {start}"))
    _tell_calendars(_settings(folder), output)
    return Exit.DONE if found.complete else Exit.UNAVAILABLE


@app.command(help="Dừng tất cả và XÓA dữ liệu chạy thử. (Stop everything and ERASE the trial data.)")
def reset(*, folder: Folder = None, output: Output = PLAIN) -> None:
    """Of this folder, and nothing else."""
    from workers import dev
    from workers.stack.messages import silently, to_standard_error

    where = _settings(folder).stack_folder
    dev.reset(where, announce=silently if output.json else to_standard_error)
    if output.json:
        print_json({"folder": str(where), "erased": True})
    else:
        tell(output.say("Đã xóa dữ liệu của", "Erased the data of") + f" {where}")


def _settings(folder: Path | None) -> Settings:
    from workers.settings import load_settings

    return load_settings(stack_folder=folder)


def _tell_calendars(settings: Settings, output: Output) -> None:
    """The alarm of a calendar that ends within a year; what is wrong with the province's files is told as well."""
    from datetime import datetime

    from activities.province import ConfigurationErrors, load_province
    from domain.deadlines.calendar_end import ending_soon
    from domain.values import VIETNAM
    from gateway.cli.calendar_ends import calendar_ends

    try:
        calendars = load_province(settings.province_folder).calendars
    except ConfigurationErrors as wrong:
        tell(output.of(wrong.message))
        return
    for one in ending_soon(calendars, datetime.now(VIETNAM).date()):
        tell(calendar_ends(one, output))


def _show_started(started: Started, output: Output) -> None:
    show(_table(started.status, output))
    ran, added = len(started.migrations), started.rules_added
    tell(
        output.say(
            f"{started.province}: {ran} bản nâng cấp cơ sở dữ liệu vừa chạy, {added} quy tắc mới.",
            f"{started.province}: {ran} migrations ran now, {added} rules are new.",
        ),
        output.say(
            f"Thử: {called()} dossier list    Dừng: {called()} dev down",
            f"Try: {called()} dossier list    Stop: {called()} dev down",
        ),
    )


def _tell_what_is_wrong(found: StackStatus, output: Output) -> None:
    if found.missing:
        names = ", ".join(found.missing)
        tell(
            output.say(
                f"Chưa khởi động: {names}. Hãy chạy: luongxanh dev up",
                f"Not started: {names}. Run: luongxanh dev up",
            )
        )
    if found.forgotten:
        names = ", ".join(found.forgotten)
        tell(
            output.say(
                f"Đang chạy nhưng tệp trạng thái không ghi: {names}. luongxanh dev up hoặc dev down sẽ xử lý.",
                f"Running, but the state file does not say so: {names}. luongxanh dev up or dev down deals with it.",
            )
        )


def _table(status: StackStatus, output: Output) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(title=f"{output.say('Hệ thống', 'The stack')} {status.folder}", title_justify="left", box=None)
    for heading in output.say("Thành phần|Trạng thái|Địa chỉ|Nhật ký", "Component|Condition|Addresses|Log").split("|"):
        table.add_column(heading, overflow="fold")
    for one in status.components:
        runs = one.condition == "running"
        condition = output.say("đang chạy" if runs else "đã dừng bất thường", one.condition)
        shown = [f"{address} ({word})" for place, word in PLACES.items() if (address := one.addresses.get(place))]
        log = one.log.relative_to(status.folder) if one.log.is_relative_to(status.folder) else one.log
        name = output.say(NAMES.get(one.name, one.name), one.name)
        table.add_row(name, Text(condition, "green" if runs else "bold red"), Text("\n".join(shown) or "–"), str(log))
    return table
