"""A working day of the province, played on a real stack of its own, and what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field
from rich.console import Console

from domain.values import VIETNAM, Bilingual, Strict
from gateway.cli.output import print_json
from gateway.cli.terminal import Terminal
from tools.demo import page, plan, progress, working_day
from tools.demo.outside_world import visit
from tools.demo.report import Report
from tools.demo.reporting import reported
from tools.local_stack import prepared_stack
from tools.local_stack.prepared_stack import PreparedStack
from workers.connections import connect_database, connect_temporal

WIDTH_OF_A_PIPE = 100


class DemoOptions(Strict):
    """How large a day, from which seed; `keep` leaves the stack running, `json` answers with one JSON value."""

    dossiers: Annotated[int, Field(ge=1, le=10_000)] = 300
    seed: int = 2025
    keep: bool = False
    as_json: bool = Field(default=False, alias="json")


async def run(options: DemoOptions) -> int:
    """Plays the day and prints the report on standard output; 0 when all went as planned and every figure agrees.

    Raises `StackError` when the stack does not come up, ConfigurationErrors when the province does not load.
    """
    console = _console(stderr=True)
    async with prepared_stack.set_up(keep=options.keep, announce=progress.announcer(console)) as set_up:
        report = await _played(options, set_up, console)
    progress.clear(console)
    if options.as_json:
        print_json({**report.model_dump(mode="json"), "sound": report.sound})
    else:
        page.show(report, _console())
    if options.keep:
        _tell_kept(set_up, console)
    return 0 if report.sound else 1


async def _played(options: DemoOptions, stage: PreparedStack, console: Console) -> Report:
    drawn = plan.draw(stage.province, options.dossiers, options.seed, datetime.now(VIETNAM))
    pool = await connect_database(stage.settings, name="luongxanh-demo")
    try:
        client = await connect_temporal(stage.settings)
        async with visit(stage.simulator_url) as outside:
            with progress.day(console, len(drawn.cases)) as told:
                played = await working_day.play(drawn, stage.engine, stage.province, outside, told)
            progress.tell(console, Bilingual(vi="Đang tổng hợp và kiểm tra sổ cái …", en="Counting and verifying …"))
            return await reported(drawn, played, stage.province, pool, client, outside)
    finally:
        await pool.close()


def _tell_kept(stage: PreparedStack, console: Console) -> None:
    """How to look at what was left running, and how to end it."""
    look = f"LUONGXANH_STACK={stage.stack.folder} luongxanh"
    for vi, en, what in (
        ("Xem hồ sơ", "look at the dossiers", f"{look} dossier list"),
        ("Dừng và xóa", "stop and erase", f"{look} dev reset; rm -r {stage.stack.folder}"),
    ):
        console.print(f"{vi} ({en}): {what}", soft_wrap=True)


def _console(*, stderr: bool = False) -> Console:
    """For people; a pipe gets 100 columns."""
    made = Terminal(stderr=stderr)
    return made if made.is_terminal else Terminal(stderr=stderr, width=WIDTH_OF_A_PIPE)
