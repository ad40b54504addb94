"""The closed loop: a fixed number of dossiers at a time; the next one starts when one has ended. It finds the most that
the system can do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from tools.benchmark.driving.deadlines import Limits
from tools.benchmark.driving.driven_dossier import Driven, DrivenDossier, drive
from tools.benchmark.driving.standard_dossier import Command

STARTS_A_SECOND = 20.0
"""How fast the first dossiers start, so that they do not start at once. Later ones start when others have ended."""
COURSE = {Command.SUBMIT: 0.0, Command.ACCEPT: 0.0, Command.STEP: 2.0, Command.SIGN: 3.6, Command.RETURN: 0.0}
"""Seconds after its start at which a command is due. By 2.0 the fee is paid, by 3.6 the warning was given."""

OpenDossier = Callable[[str, float], DrivenDossier]
"""Makes the dossier of this key, which is accepted this many seconds after its start."""
Ended = Callable[[Driven], None]
"""Is called with each dossier when it has ended."""


async def closed_loop(
    open_dossier: OpenDossier, keys: Sequence[str], at_once: int, limits: Limits, ended: Ended
) -> list[Driven]:
    """Drives all dossiers, at most `at_once` at a time."""
    slots = asyncio.Semaphore(at_once)

    async def drive_one(number: int, key: str) -> Driven:
        if number < at_once:
            await asyncio.sleep(number / STARTS_A_SECOND)
        async with slots:
            driven = await drive_now(open_dossier, key, limits)
        ended(driven)
        return driven

    return await asyncio.gather(*(drive_one(number, key) for number, key in enumerate(keys)))


async def drive_now(open_dossier: OpenDossier, key: str, limits: Limits) -> Driven:
    """Drives one dossier that starts now."""
    started = asyncio.get_running_loop().time()
    due = {command: started + after for command, after in COURSE.items()}
    return await drive(open_dossier(key, COURSE[Command.ACCEPT]), due, limits)
