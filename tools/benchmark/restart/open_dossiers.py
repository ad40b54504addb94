"""Opens standard dossiers that wait for a person, and sends some of them the command that they wait for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tools.benchmark.driving.deadlines import Limits
from tools.benchmark.driving.driven_dossier import Driven, drive, sleep_until
from tools.benchmark.driving.engine_driver import EngineDossier
from tools.benchmark.driving.standard_dossier import Command
from tools.benchmark.messages import BenchError, BenchRefusal
from tools.benchmark.restart.worker_stack import WorkerStack

AT_ONCE = 16
"""How many dossiers are opened at the same time."""
QUIET = 1_700.0
"""A dossier is received as one that is accepted this many seconds later, so its warning is due in half an hour."""
SEED = 2025


@dataclass(frozen=True)
class Sent:
    """A command with the instant at which it was due, in seconds of the loop's clock."""

    due: float
    driven: Driven

    @property
    def latency(self) -> float | None:
        """Seconds from that instant to the answer. None without an answer."""
        answered = self.driven.answered.get(Command.STEP)
        return None if answered is None else answered - self.due


class OpenDossiers:
    """Dossiers that are submitted, accepted and paid, and wait until a specialist completes the step."""

    def __init__(self, stack: WorkerStack, limits: Limits) -> None:
        self._stack = stack
        self._limits = limits
        self._waiting: list[EngineDossier] = []
        self._opened = 0
        self._random = Random(SEED)  # noqa: S311  which dossier is asked next

    async def open(self, number: int, opened: Callable[[int], None]) -> None:
        """Opens dossiers until there are so many. Raises BenchError `nothing_measured`."""
        slots = asyncio.Semaphore(AT_ONCE)

        async def open_one(key: str) -> None:
            async with slots:
                now = asyncio.get_running_loop().time()
                dossier = self._stack.dossier(key, QUIET)
                driven = await drive(dossier, {Command.SUBMIT: now, Command.ACCEPT: now}, self._limits)
            if driven.problem is not None:
                raise BenchError(BenchRefusal.NOTHING_MEASURED, not_finished=1, key=key, problem=driven.problem)
            self._waiting.append(dossier)
            opened(len(self._waiting))

        await asyncio.gather(*(open_one(f"open-{place}") for place in range(self._opened, number)))
        self._opened = number

    async def ask(self, commands: int, rate: float, beginning: float) -> list[Sent]:
        """Completes the step of so many dossiers, chosen by chance, at `rate` a second from `beginning` on."""
        chosen = [self._waiting.pop(self._random.randrange(len(self._waiting))) for _ in range(commands)]

        async def ask_one(dossier: EngineDossier, due: float) -> Sent:
            await sleep_until(due)
            return Sent(due, await drive(dossier, {Command.STEP: due}, self._limits))

        return await asyncio.gather(
            *(ask_one(dossier, beginning + place / rate) for place, dossier in enumerate(chosen))
        )
