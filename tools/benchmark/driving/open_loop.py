"""The open loop: commands are due by the clock, at a given rate, whether or not earlier ones were answered.

A latency counts from the instant at which the command was due. A caller who waits for a slow answer would send fewer
commands and would not see that others wait too (coordinated omission).
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tools.benchmark.driving.closed_loop import Ended, OpenDossier
from tools.benchmark.driving.deadlines import Limits
from tools.benchmark.driving.driven_dossier import Driven, drive, sleep_until
from tools.benchmark.driving.standard_dossier import Command

COURSE = {Command.SUBMIT: 0.0, Command.ACCEPT: 1.5, Command.STEP: 4.5, Command.SIGN: 6.5, Command.RETURN: 8.5}
"""Seconds after its start at which a command is due, before the jitter. The gaps are so long that a dossier takes
each command at once if nothing is slow: the fee is paid 0.9 s before the step at the latest, the warning is given a
second before the signature, and the result has a second to be signed, sealed and registered before its return."""
JITTER = 1.0
"""Each command is due up to this many seconds later, by chance, so that commands and timers do not meet in step."""
SEED = 2025


@dataclass(frozen=True)
class Scheduled:
    """A dossier with the instants at which its commands were due, in seconds of the loop's clock."""

    driven: Driven
    due: Mapping[Command, float]

    def latency(self, command: Command) -> float | None:
        """Seconds from when the command was due to its answer. None without an answer."""
        answered = self.driven.answered.get(command)
        return None if answered is None else answered - self.due[command]


def schedule(dossiers: int, rate: float) -> Iterator[dict[Command, float]]:
    """For each dossier, when its commands are due, in seconds after the beginning. `rate`: commands a second."""
    draw = random.Random(SEED)  # noqa: S311  a schedule, not a secret
    for number in range(dossiers):
        start = number * len(Command) / rate
        yield {command: start + after + draw.uniform(0, JITTER) for command, after in COURSE.items()}


async def open_loop(
    open_dossier: OpenDossier, prefix: str, dossiers: int, rate: float, limits: Limits, ended: Ended
) -> list[Scheduled]:
    """Drives that many dossiers so that commands come at `rate` a second. Calls `ended` after each."""
    beginning = asyncio.get_running_loop().time()

    async def drive_one(key: str, due: Mapping[Command, float]) -> Scheduled:
        await sleep_until(due[Command.SUBMIT])
        dossier = open_dossier(key, due[Command.ACCEPT] - due[Command.SUBMIT])
        driven = await drive(dossier, due, limits)
        ended(driven)
        return Scheduled(driven, due)

    plan = [{command: beginning + at for command, at in one.items()} for one in schedule(dossiers, rate)]
    return await asyncio.gather(*(drive_one(f"{prefix}-{number}", due) for number, due in enumerate(plan)))
