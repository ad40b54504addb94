"""`luongxanh`: the gateway's commands, wired to this machine, and those that need the stack itself."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from gateway.cli.app import build, run
from gateway.cli.surroundings import Surroundings

if TYPE_CHECKING:
    from cyclopts import App

STACK_GROUPS = (
    ("dev", "dev_commands:app", "Chạy thử trên máy này: up, down, status, reset (the stack on this machine)"),
    ("demo", "play_commands:demo", "Một ngày làm việc của tỉnh, từ đầu đến cuối (a working day, played)"),
    ("bench", "play_commands:bench", "Đo tốc độ so với mức sàn (measure against the floor)"),
    ("worker", "process_commands:worker", "Chạy một tiến trình xử lý (run a worker in the foreground)"),
    ("api", "process_commands:api", "Chạy cổng HTTP (serve the HTTP side in the foreground)"),
)
FIRST_PLACE = 100
"""After the gateway's own groups in `--help`."""


def application() -> App:
    """Everything that `luongxanh` can do."""
    app = build()
    for place, (name, where, summary) in enumerate(STACK_GROUPS, start=FIRST_PLACE):
        app.command(f"workers.cli.{where}", name=name, help=summary, sort_key=place)
    return app


def surroundings() -> Surroundings:
    """The connections that commands open; what makes them is loaded when the first is asked for."""

    def open_engine():  # type: ignore[no-untyped-def]
        from workers.cli.connecting import open_engine

        return open_engine()

    return Surroundings(open_engine=open_engine, open_ledger=open_engine, province_folder=open_engine)


def main(arguments: Sequence[str] | None = None) -> None:
    """The entry point; ends the process with the command's exit code."""
    sys.exit(run(application(), sys.argv[1:] if arguments is None else arguments, surroundings()))
