"""Plays a small working day and some trouble, and pictures the pages that they leave."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from gateway.cli.terminal import Terminal
from tools.console_pictures.pages import OF_TROUBLE, PICTURES
from tools.console_pictures.taking import chromium, chromium_program, take
from tools.console_pictures.trouble import trouble
from tools.demo import DemoOptions, play_day
from tools.demo import progress as demo_progress
from tools.local_stack import prepared_stack
from tools.local_stack.components import API

SEED = 2025
SHOWN = (
    "select code from dossier where version >= 12 order by late_promised_minutes desc nulls last, version desc limit 1"
)
"""A dossier with something to see: late if there is one, and with a long story."""

BUSY = "select unit from work_item where role = 'head_of_unit' group by unit order by count(*) desc, unit limit 1"


async def run(folder: Path, dossiers: int) -> tuple[str, ...]:
    """Writes the pictures, and returns their names. Raises NoChromiumError, StackError."""
    console = Terminal(stderr=True)
    async with (
        chromium(chromium_program()) as browser,
        prepared_stack.set_up(announce=demo_progress.announcer(console)) as day,
    ):
        await play_day(DemoOptions(dossiers=dossiers, seed=SEED), day, console)
        demo_progress.clear(console)
        code, unit = await day.engine.pool.fetchval(SHOWN), await day.engine.pool.fetchval(BUSY)
        url = day.stack.running(API.name).urls["http"]
        await take(browser, url, PICTURES, folder, {"code": str(code), "unit": str(unit)})
        async with trouble(day) as left:
            await take(browser, url, OF_TROUBLE, folder, dataclasses.asdict(left))
    return tuple(one.name for one in (*PICTURES, *OF_TROUBLE))
