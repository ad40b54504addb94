"""The program `luongxanh`: the gateway's commands, connected to the configured servers, and those of this package."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TextIO

from gateway.cli.app import build, run
from gateway.cli.dependencies import Dependencies
from workers.checkout import is_checkout, let_tools_be_found
from workers.collector import collect_rarely

if TYPE_CHECKING:
    from cyclopts import App
    from temporalio.client import Client

    from activities.adapters.systems import Outside
    from activities.ledger.checkpoints.places import CheckpointPlaces
    from activities.ledger.pool import Pool
    from gateway.client import Engine
    from gateway.client.doctor.checks import Check

BACKUP_IN_A_CHECKOUT = "tools.commands.backup:app"
"""The group `backup` of a checkout, which can copy the stack of `make up` as well. Loaded by its name only: the wheel
has no tools."""
COMMANDS = (
    ("backup", "backup:app", "Sao lưu và phục hồi (backup and restore)"),
    ("worker", "processes:worker", "Chạy một tiến trình xử lý (run a worker in the foreground)"),
    ("api", "processes:api", "Chạy cổng HTTP (serve the HTTP side in the foreground)"),
    (
        "simulate",
        "simulate:simulate",
        "Chơi lại nhật ký theo chính sách hiện nay và chính sách khác (play a log, what if)",
    ),
)
IN_A_CHECKOUT = ("dev", "dev:app", "Khi phát triển: mã truy cập của hệ thống chạy thử (tokens of the trial stack)")
"""The command of a checkout. An installed program has no stack of its own, and does not have it."""
IN_PLACE_OF = {"ops": "workers.commands.operators:app"}
"""Groups of the gateway to which this package adds commands."""
AFTER_THE_GATEWAY = 100
"""The sort key of these commands in `--help`: after all commands of the gateway."""


def application() -> App:
    """Every command of `luongxanh`. A command's module is loaded only when the command is called."""
    app = build(IN_PLACE_OF)
    if is_checkout():
        let_tools_be_found()
    commands = (*COMMANDS, IN_A_CHECKOUT) if is_checkout() else COMMANDS
    for sort_key, (name, function, summary) in enumerate(commands, start=AFTER_THE_GATEWAY):
        where = BACKUP_IN_A_CHECKOUT if name == "backup" and is_checkout() else f"workers.commands.{function}"
        app.command(where, name=name, help=summary, sort_key=sort_key)
    return app


def _open_engine() -> AbstractAsyncContextManager[Engine]:
    from workers.commands.connecting import open_engine

    return open_engine()


def _open_temporal() -> AbstractAsyncContextManager[Client]:
    from workers.commands.connecting import open_temporal_client

    return open_temporal_client()


def _open_ledger() -> AbstractAsyncContextManager[Pool]:
    from workers.commands.connecting import open_ledger

    return open_ledger()


def _province_folder() -> Path:
    from workers.settings import load_settings

    return load_settings().province()


def _checkpoints() -> CheckpointPlaces:
    from workers.policies import checkpoint_places
    from workers.settings import load_settings

    return checkpoint_places(load_settings())


def _open_owner() -> AbstractAsyncContextManager[Pool | None]:
    from workers.commands.connecting import open_owner

    return open_owner()


def _owner_address() -> str:
    from workers.settings import load_settings

    return load_settings().need("database_admin_url")


def _open_doctor() -> AbstractAsyncContextManager[list[Check]]:
    from workers.doctor import open_doctor

    return open_doctor()


def _open_outside() -> AbstractAsyncContextManager[Outside]:
    from workers.commands.connecting import open_outside_systems

    return open_outside_systems()


def main(arguments: Sequence[str] | None = None) -> None:
    """The entry point. It ends the process with the command's exit code."""
    run_and_exit(application(), sys.argv[1:] if arguments is None else arguments)


def run_and_exit(app: App, arguments: Sequence[str]) -> NoReturn:
    """Runs one command of the application and ends the process with its exit code."""
    collect_rarely()
    _open_closed_streams()
    dependencies = Dependencies(
        _open_engine,
        _open_temporal,
        _open_ledger,
        _province_folder,
        _checkpoints,
        _open_owner,
        _owner_address,
        _open_doctor,
        _open_outside,
    )
    exit_with(run(app, arguments, dependencies))


def exit_with(code: int) -> NoReturn:
    """Ends the process with this code.

    Threads of Temporal's client may still run when a short command is done. Python's normal shutdown then crashes in
    about five of a hundred runs. So when that client was loaded, `os._exit` skips the shutdown. Output was flushed and
    our connections were closed before.
    """
    for stream in (sys.stdout, sys.stderr):
        _flush(stream)
    if "temporalio.bridge.runtime" not in sys.modules:
        sys.exit(code)
    os._exit(code)


def _flush(stream: TextIO) -> None:
    """Flushes the stream. When its reader is gone, the rest is discarded: else Python prints an error at exit and
    changes the exit code."""
    try:
        stream.flush()
    except OSError:
        null_device = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null_device, stream.fileno())
        os.close(null_device)


def _open_closed_streams() -> None:
    """Connects a closed standard input, output or error (`<&-`, `>&-`, `2>&-`) to the null device.

    Else the next file or connection that is opened would get its number, and would receive our output.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            _open_null_device(number)
            mode = "r" if number == 0 else "w"
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115  open to the end


def _open_null_device(number: int) -> None:
    try:
        os.fstat(number)
    except OSError:
        null_device = os.open(os.devnull, os.O_RDWR)
        if null_device != number:
            os.dup2(null_device, number)
            os.close(null_device)
        os.set_inheritable(number, True)
