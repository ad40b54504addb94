"""`luongxanh`: the gateway's commands, wired to the servers of the settings, and those that run a process."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TextIO

from gateway.cli.app import build, run
from gateway.cli.dependencies import Dependencies

if TYPE_CHECKING:
    from cyclopts import App
    from temporalio.client import Client

    from activities.ledger.checkpoints.places import CheckpointPlaces
    from activities.ledger.pool import Pool
    from gateway.client import Engine

COMMANDS = (
    ("worker", "processes:worker", "Chạy một tiến trình xử lý (run a worker in the foreground)"),
    ("api", "processes:api", "Chạy cổng HTTP (serve the HTTP side in the foreground)"),
)
AFTER_THE_GATEWAY = 100
"""Their place in `--help`."""


def application() -> App:
    """Everything that `luongxanh` can do; a command's module is loaded when it is called."""
    app = build()
    for place, (name, where, summary) in enumerate(COMMANDS, start=AFTER_THE_GATEWAY):
        app.command(f"workers.commands.{where}", name=name, help=summary, sort_key=place)
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
    from workers.settings import checkpoint_places, load_settings

    return checkpoint_places(load_settings())


def _open_owner() -> AbstractAsyncContextManager[Pool | None]:
    from workers.commands.connecting import open_owner

    return open_owner()


def _owner_address() -> str:
    from workers.settings import load_settings

    return load_settings().need("database_admin_url")


def main(arguments: Sequence[str] | None = None) -> None:
    """The entry point; ends the process with the command's exit code."""
    run_and_leave(application(), sys.argv[1:] if arguments is None else arguments)


def run_and_leave(app: App, arguments: Sequence[str]) -> NoReturn:
    """Runs one command of the application and ends the process with its exit code."""
    _open_what_is_closed()
    dependencies = Dependencies(
        _open_engine, _open_temporal, _open_ledger, _province_folder, _checkpoints, _open_owner, _owner_address
    )
    leave(run(app, arguments, dependencies))


def leave(code: int) -> NoReturn:
    """Ends the process with this code.

    The threads of Temporal's client may still be at work when a short command is done, and Python's own farewell then
    crashes in some five of a hundred runs, after everything was said and done. So once that client was loaded, we go
    without a farewell: what we wrote is flushed, and every connection of ours is closed by then.
    """
    for stream in (sys.stdout, sys.stderr):
        _flushed(stream)
    if "temporalio.bridge.runtime" not in sys.modules:
        sys.exit(code)
    os._exit(code)


def _flushed(stream: TextIO) -> None:
    """What was written goes out. Where nobody takes it, it goes nowhere: else Python complains at the end once more,
    and changes the exit code."""
    try:
        stream.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _open_what_is_closed() -> None:
    """Whoever closed our standard input, output or error (`<&-`, `>&-`, `2>&-`) reads and writes nothing.

    Else the next file or connection that is opened would get its number, and our words with it.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            _open_nowhere(number)
            mode = "r" if number == 0 else "w"
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115  open to the end


def _open_nowhere(number: int) -> None:
    try:
        os.fstat(number)
    except OSError:
        nowhere = os.open(os.devnull, os.O_RDWR)
        if nowhere != number:
            os.dup2(nowhere, number)
            os.close(nowhere)
        os.set_inheritable(number, True)
