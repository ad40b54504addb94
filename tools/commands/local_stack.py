"""`make up`, `down`, `status`, `reset`: run the whole system on this machine, without root or Docker, on free ports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from gateway.cli.output import PLAIN, Output, called, print_json, show, tell
from gateway.cli.problems import Exit

if TYPE_CHECKING:
    from rich.table import Table

    from tools.local_stack import StackStatus
    from tools.local_stack.control import Started
    from workers.settings import Settings

up = App(name="up")
down = App(name="down")
status = App(name="status")
reset = App(name="reset")

Folder = Annotated[
    Path | None,
    Parameter(help="Thư mục của hệ thống; mặc định .stack, hoặc LUONGXANH_STACK (the stack's folder)"),
]

NAMES = {
    "postgres": "PostgreSQL (sổ cái)",
    "temporal": "Temporal (quy trình)",
    "simulator": "Hệ thống ngoài mô phỏng",
    "issuer": "Nơi đăng nhập để phát triển",
    "api": "Cổng HTTP (giao diện lập trình)",
    "worker": "Tiến trình xử lý hồ sơ",
}
SHOWN_ADDRESSES = {"frontend": "gRPC", "http": "HTTP", "luongxanh_app": "SQL"}
"""The addresses that the table shows, with the word after each, in this order."""


@up.default
def start(*, folder: Folder = None, output: Output = PLAIN) -> None:
    """Khởi động tất cả và in địa chỉ; chạy lại thì chỉ bật phần chưa chạy.

    PostgreSQL, Temporal, hệ thống ngoài mô phỏng, nơi đăng nhập, cổng HTTP và một tiến trình xử lý.
    (Start PostgreSQL, Temporal, the simulator, the development issuer, the API and a worker, and print
    the addresses; run again to start only what does not run.)
    """
    from tools.local_stack import control
    from tools.local_stack.messages import silently, to_standard_error
    from workers.telemetry import set_up_logs

    set_up_logs("tools", "error")
    started = control.up(_settings(folder), announce=silently if output.json else to_standard_error)
    if output.json:
        print_json(started.model_dump(mode="json"))
    else:
        _show_started(started, output)


@down.default
def stop(*, folder: Folder = None, output: Output = PLAIN) -> None:
    """Dừng tất cả; dữ liệu còn nguyên. (Stop everything; the data stays.)"""
    from tools.local_stack import control
    from tools.local_stack.messages import silently, to_standard_error

    left = control.down(_settings(folder).stack_folder, announce=silently if output.json else to_standard_error)
    if output.json:
        print_json(left.model_dump(mode="json"))
    else:
        tell(output.say("Đã dừng; dữ liệu còn trong", "Stopped; the data is in") + f" {left.folder}")


@status.default
def look(*, folder: Folder = None, output: Output = PLAIN) -> int:
    """Phần nào đang chạy, ở đâu, nhật ký nào. Mã thoát 5 nếu không chạy đủ.

    (What runs, where, and its log. Exit code 5 unless all of it runs.)
    """
    from tools.local_stack import control

    found = control.status(_settings(folder).stack_folder)
    if output.json:
        print_json(found.model_dump(mode="json"))
    elif found.running or found.components:
        show(_table(found, output))
        tell_console(found, output)
        _tell_what_is_wrong(found, output)
    else:
        tell(output.say("Hệ thống chưa chạy. Hãy chạy: make up", "Nothing runs. Start it: make up"))
    _tell_calendars(_settings(folder), output)
    return Exit.DONE if found.complete else Exit.UNAVAILABLE


@reset.default
def erase(*, folder: Folder = None, output: Output = PLAIN) -> None:
    """Dừng tất cả và XÓA dữ liệu chạy thử của thư mục này. (Stop everything and ERASE its trial data.)"""
    from tools.local_stack import control
    from tools.local_stack.messages import silently, to_standard_error

    where = _settings(folder).stack_folder
    control.reset(where, announce=silently if output.json else to_standard_error)
    if output.json:
        print_json({"folder": str(where), "erased": True})
    else:
        tell(output.say("Đã xóa dữ liệu của", "Erased the data of") + f" {where}")


def _settings(folder: Path | None) -> Settings:
    from workers.settings import Mode, load_settings

    return load_settings(stack_folder=folder, mode=Mode.EMBEDDED)


def _tell_calendars(settings: Settings, output: Output) -> None:
    """Prints a warning for each calendar that ends within a year, or what is wrong with the province's files."""
    from datetime import datetime

    from activities.province import ConfigurationErrors, load_province
    from domain.deadlines.calendar_end import ending_soon
    from domain.values import VIETNAM
    from gateway.cli.calendar_ends import calendar_ends

    try:
        calendars = load_province(settings.province()).calendars
    except ConfigurationErrors as errors:
        tell(output.of(errors.message))
        return
    for end in ending_soon(calendars, datetime.now(VIETNAM).date()):
        tell(calendar_ends(end, output))


def _show_started(started: Started, output: Output) -> None:
    show(_table(started.status, output))
    ran, added = len(started.migrations), started.rules_added
    tell_console(started.status, output)
    tell(
        output.say(
            f"{started.province}: {ran} bản nâng cấp cơ sở dữ liệu vừa chạy, {added} quy tắc mới.",
            f"{started.province}: {ran} migrations ran now, {added} rules are new.",
        ),
        output.say(
            f"Thử: {called()} dossier list    Dừng: make down",
            f"Try: {called()} dossier list    Stop: make down",
        ),
    )


def tell_console(status: StackStatus, output: Output) -> None:
    """Prints where the web console is, if the API runs."""
    address = next((one.addresses.get("http") for one in status.components if one.name == "api"), None)
    if address is not None:
        tell(
            output.say(
                f"Giao diện web: {address}/console/  (mở bằng trình duyệt, chọn một người để đăng nhập)",
                f"Web console: {address}/console/  (open it in a browser, and pick a person to sign in)",
            )
        )


def _tell_what_is_wrong(found: StackStatus, output: Output) -> None:
    if found.missing:
        names = ", ".join(found.missing)
        tell(
            output.say(
                f"Chưa khởi động: {names}. Hãy chạy: make up",
                f"Not started: {names}. Run: make up",
            )
        )
    if found.forgotten:
        names = ", ".join(found.forgotten)
        tell(
            output.say(
                f"Đang chạy nhưng tệp trạng thái không ghi: {names}. make up hoặc make down sẽ xử lý.",
                f"Running, but the state file does not say so: {names}. make up or make down deals with it.",
            )
        )


def _table(status: StackStatus, output: Output) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(title=f"{output.say('Hệ thống', 'The stack')} {status.folder}", title_justify="left", box=None)
    for heading in output.say("Thành phần|Trạng thái|Địa chỉ|Nhật ký", "Component|Condition|Addresses|Log").split("|"):
        table.add_column(heading, overflow="fold")
    for component in status.components:
        runs = component.condition == "running"
        condition = output.say("đang chạy" if runs else "đã dừng bất thường", component.condition)
        shown = [
            f"{address} ({word})"
            for name, word in SHOWN_ADDRESSES.items()
            if (address := component.addresses.get(name))
        ]
        log = component.log.relative_to(status.folder) if component.log.is_relative_to(status.folder) else component.log
        name = output.say(NAMES.get(component.name, component.name), component.name)
        table.add_row(name, Text(condition, "green" if runs else "bold red"), Text("\n".join(shown) or "–"), str(log))
    return table
