"""Measures the latency of each command at a given rate, and compares it with the aims."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel

from tools.benchmark.bench_stack import BenchStack
from tools.benchmark.driving.closed_loop import Ended
from tools.benchmark.driving.deadlines import Limits
from tools.benchmark.driving.open_loop import Scheduled, open_loop
from tools.benchmark.driving.standard_dossier import Command
from tools.benchmark.measuring.processor_time import Reading, read
from tools.benchmark.measuring.rounds import NotFinished, Side, not_finished, opener
from tools.benchmark.measuring.spread import percentile


class LatencyAim(BaseModel):
    """The most milliseconds that the median and the 99th percentile may have."""

    p50: float
    p99: float


AIMS = {
    Command.SUBMIT: LatencyAim(p50=30, p99=60),
    Command.ACCEPT: LatencyAim(p50=35, p99=70),
    Command.STEP: LatencyAim(p50=20, p99=45),
    Command.SIGN: LatencyAim(p50=60, p99=110),
}
"""Two cores, five commands a second."""


class CommandLatency(BaseModel):
    """The latencies of one command, in milliseconds. `unanswered`: how many of them had no answer."""

    count: int
    unanswered: int
    p50: float | None
    p90: float | None
    p99: float | None
    aim: LatencyAim | None
    reached: bool | None
    """None without an aim."""


class Latencies(BaseModel):
    """The latencies of the engine's commands.

    `rate`: commands a second. `busy`, `others`: the shares of the machine's processor time that our parts together and
    other processes have used, from 0 to 1.
    """

    rate: float
    dossiers: int
    commands: dict[Command, CommandLatency]
    reached: bool
    """True when every command that has an aim reaches it."""
    busy: float
    others: float
    sent_again: int
    not_finished: list[NotFinished]


async def measure_latencies(stack: BenchStack, dossiers: int, rate: float, limits: Limits, ended: Ended) -> Latencies:
    """Drives that many dossiers of the engine so that commands come at `rate` a second."""
    before = read(stack.stack)
    scheduled = await open_loop(opener(stack, Side.ENGINE), "latency", dossiers, rate, limits, ended)
    return latencies_of(scheduled, rate, read(stack.stack).since(before))


def latencies_of(scheduled: Sequence[Scheduled], rate: float, took: Reading) -> Latencies:
    """The figures of the dossiers of an open loop, which took these seconds and this processor time."""
    commands = {command: _of_command(command, scheduled) for command in Command}
    return Latencies(
        rate=rate,
        dossiers=len(scheduled),
        commands=commands,
        reached=all(one.reached is not False for one in commands.values()),
        busy=took.share(took.used.total),
        others=took.share(took.used_by_others),
        sent_again=sum(one.driven.sent_again for one in scheduled),
        not_finished=not_finished([one.driven for one in scheduled]),
    )


def _of_command(command: Command, scheduled: Sequence[Scheduled]) -> CommandLatency:
    seconds = [latency for one in scheduled if (latency := one.latency(command)) is not None]
    unanswered = len(scheduled) - len(seconds)
    p50, p90, p99 = (round(percentile(seconds, p) * 1_000, 1) if seconds else None for p in (50, 90, 99))
    aim = AIMS.get(command)
    reached = None if aim is None else unanswered == 0 and _reaches(p50, aim.p50) and _reaches(p99, aim.p99)
    return CommandLatency(
        count=len(seconds), unanswered=unanswered, p50=p50, p90=p90, p99=p99, aim=aim, reached=reached
    )


def _reaches(milliseconds: float | None, most: float) -> bool:
    return milliseconds is not None and milliseconds <= most
