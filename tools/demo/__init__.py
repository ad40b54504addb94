"""Plays a working day of the province on its own stack, and reports the result."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field
from rich.console import Console

from domain.values import VIETNAM, Bilingual, Strict
from gateway.cli.output import print_json
from gateway.cli.terminal import Terminal
from tools.demo import page, plan, progress, working_day
from tools.demo.outside_world import open_outside_world
from tools.demo.report import Report
from tools.demo.reporting import make_report
from tools.local_stack import prepared_stack
from tools.local_stack.prepared_stack import PreparedStack
from workers.connections import connect_database, connect_temporal

WIDTH_OF_A_PIPE = 100


class DemoOptions(Strict):
    """How many dossiers, and from which seed. `keep` leaves the stack running; `json` prints one JSON value."""

    dossiers: Annotated[int, Field(ge=1, le=10_000)] = 300
    seed: int = 2025
    keep: bool = False
    as_json: bool = Field(default=False, alias="json")


async def run(options: DemoOptions) -> int:
    """Plays the day and prints the report on standard output. Returns 0 when everything agrees, else 1.

    Raises `StackError` when the stack does not start, ConfigurationErrors when the province does not load.
    """
    console = _console(stderr=True)
    async with prepared_stack.set_up(keep=options.keep, announce=progress.announcer(console)) as set_up:
        report = await play_day(options, set_up, console)
    progress.clear(console)
    if options.as_json:
        print_json({**report.model_dump(mode="json"), "sound": report.sound})
    else:
        page.show(report, _console())
    if options.keep:
        _tell_kept(set_up, console)
    return 0 if report.sound else 1


async def play_day(options: DemoOptions, prepared: PreparedStack, console: Console) -> Report:
    """Plays the day on a stack that runs, and reports what came of it."""
    drawn = plan.draw(prepared.province, options.dossiers, options.seed, datetime.now(VIETNAM))
    pool = await connect_database(prepared.settings, name="luongxanh-demo")
    try:
        client = await connect_temporal(prepared.settings)
        async with open_outside_world(prepared.simulator_url) as outside:
            with progress.day(console, len(drawn.cases)) as report_progress:
                played = await working_day.play(drawn, prepared.engine, prepared.province, outside, report_progress)
            progress.tell(console, Bilingual(vi="Đang tổng hợp và kiểm tra sổ cái …", en="Counting and verifying …"))
            return await make_report(drawn, played, prepared.province, pool, client, outside)
    finally:
        await pool.close()


def _tell_kept(prepared: PreparedStack, console: Console) -> None:
    """Prints how to look at the stack that is left running, and how to erase it."""
    folder = prepared.stack.folder
    for vi, en, command in (
        ("Xem trên web", "look at the day in a browser", f"{prepared.stack.running('api').urls['http']}/console/"),
        ("Xem hồ sơ", "look at the dossiers", f"LUONGXANH_STACK={folder} .venv/bin/luongxanh dossier list"),
        ("Dừng và xóa", "stop and erase", f".venv/bin/python -m tools reset --folder {folder}; rm -r {folder}"),
    ):
        console.print(f"{vi} ({en}): {command}", soft_wrap=True)


def _console(*, stderr: bool = False) -> Console:
    """A console as wide as the terminal; in a pipe it has 100 columns."""
    console = Terminal(stderr=stderr)
    return console if console.is_terminal else Terminal(stderr=stderr, width=WIDTH_OF_A_PIPE)
