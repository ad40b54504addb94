"""Drives one dossier from its first command to its last, and stops when its time is over."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import asyncpg
from temporalio.exceptions import TemporalError

from domain.errors import DomainError
from tools.benchmark.driving.deadlines import Limits, NotInTime, within
from tools.benchmark.driving.standard_dossier import Command

PATIENCE = 0.25
"""Seconds before a command is sent again."""
FAILURES = (DomainError, TemporalError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError)
"""What a call can fail with when the system under test is at fault. Any other error is a fault of the benchmark."""


class NotYet(Exception):
    """The dossier does not take the command yet. The same command may be sent again. The text says why."""


class GivenUp(Exception):
    """The time of a dossier is over before its last command was answered."""

    def __init__(self, seconds: float, last: Exception) -> None:
        super().__init__(f"given up after {seconds:.0f} s: {last}")


class DrivenDossier(Protocol):
    """A dossier of the engine or of the baseline."""

    key: str
    code: str
    """The id of its workflow. Empty before the answer to the first command."""

    async def send(self, command: Command) -> None:
        """Sends a command and waits for its answer. To send it again is safe: it acts once. Raises NotYet."""


@dataclass
class Driven:
    """What happened to one dossier."""

    key: str
    code: str = ""
    answered: dict[Command, float] = field(default_factory=dict)
    """When each command was answered, in seconds of the loop's clock."""
    sent_again: int = 0
    problem: str | None = None
    """Why the dossier did not finish."""

    @property
    def finished(self) -> bool:
        """True when all commands were answered."""
        return self.problem is None


async def drive(dossier: DrivenDossier, due: Mapping[Command, float], limits: Limits) -> Driven:
    """Sends each command when it is due (in seconds of the loop's clock) and the one before it was answered.

    `due` has all commands of the dossier, or some that follow each other. They are sent in its order.
    A dossier that fails or takes too long is returned with its problem.
    """
    driven, ends = Driven(dossier.key), min(due.values()) + limits.dossier
    for command in due:
        await sleep_until(due[command])
        try:
            await _send_until_answered(dossier, command, ends, limits, driven)
        except (GivenUp, *FAILURES) as problem:
            driven.problem = f"{command}: {problem}"
            break
    driven.code = dossier.code
    return driven


async def _send_until_answered(
    dossier: DrivenDossier, command: Command, ends: float, limits: Limits, driven: Driven
) -> None:
    """Sends the command again, as a caller would, while the dossier does not take it or does not answer."""
    clock = asyncio.get_running_loop().time
    while True:
        try:
            await within(min(limits.call, max(0.0, ends - clock())), dossier.send(command))
        except (NotYet, NotInTime) as problem:
            if clock() + PATIENCE >= ends:
                raise GivenUp(limits.dossier, problem) from problem
            driven.sent_again += 1
            await asyncio.sleep(PATIENCE)
        else:
            driven.answered[command] = clock()
            return


async def sleep_until(instant: float) -> None:
    """Sleeps until this second of the loop's clock."""
    await asyncio.sleep(max(0.0, instant - asyncio.get_running_loop().time()))
