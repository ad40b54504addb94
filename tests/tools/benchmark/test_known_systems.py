"""Both loops measure a system whose capacity and latency are known, by a virtual clock."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.bench_results import A_QUIET_MINUTE
from tests.support.virtual_clock import run_in_virtual_time
from tools.benchmark.driving.closed_loop import closed_loop
from tools.benchmark.driving.deadlines import Limits
from tools.benchmark.driving.open_loop import open_loop
from tools.benchmark.driving.standard_dossier import Command
from tools.benchmark.measuring.latency import Latencies, latencies_of
from tools.benchmark.measuring.processor_time import ProcessorTime, Reading
from tools.benchmark.measuring.steady_window import Steady, SteadyWindow
from tools.benchmark.options import BenchOptions
from tools.benchmark.sizes import AMOUNTS, Size

LIMITS = Limits(call=1_000, dossier=1_000)
NOTHING = ProcessorTime(temporal=0, postgres=0, worker=0, simulator=0, driver=0)
WORK = dict(zip(Command, (0.25, 0.3, 0.1, 0.25, 0.1), strict=True))
"""The share of a dossier's work that each command has."""
AT_ONCE = BenchOptions().at_once


class KnownSystem:
    """Works on one command at a time, and takes a known number of seconds for all commands of a dossier."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.server = asyncio.Lock()

    def open(self, key: str, _: float) -> KnownDossier:
        """A new dossier of the system."""
        return KnownDossier(self, key)


class KnownDossier:
    """A dossier whose commands wait for their turn."""

    def __init__(self, system: KnownSystem, key: str) -> None:
        self.key, self.code, self._system = key, key, system

    async def send(self, command: Command) -> None:
        """Waits for its turn, then takes its share of the work."""
        async with self._system.server:
            await asyncio.sleep(WORK[command] * self._system.seconds)


async def measured(capacity: float, dossiers: int) -> Steady:
    """What a round measures of a system that can do `capacity` dossiers a second."""
    loop = asyncio.get_running_loop()
    window = SteadyWindow(AT_ONCE, dossiers, lambda: Reading(loop.time(), NOTHING, 0))
    keys = [str(number) for number in range(window.number_to_drive)]
    system = KnownSystem(1 / capacity)
    steady = window.measured(await closed_loop(system.open, keys, AT_ONCE, LIMITS, window.ended))
    assert steady is not None
    return steady


@pytest.mark.parametrize("size", list(Size))
@pytest.mark.parametrize("capacity", [5, 12, 25])
def test_a_round_of_every_size_measures_what_the_system_can_do(size: Size, capacity: float) -> None:
    """Neither the start nor the end of the round, nor the waves in which dossiers end, change the figure by 1 %."""
    steady = run_in_virtual_time(measured(capacity, AMOUNTS[size].dossiers))
    assert steady.dossiers_per_s == pytest.approx(capacity, rel=0.01)


async def latencies(*, stalls: bool) -> Latencies:
    """The latencies of a system that takes 40 ms for a dossier, and may stand still from second 20 to second 30."""
    system = KnownSystem(0.04)

    async def stall() -> None:
        await asyncio.sleep(20)
        async with system.server:
            await asyncio.sleep(10)

    stalling = asyncio.create_task(stall()) if stalls else None
    scheduled = await open_loop(system.open, "known", 60, 5.0, LIMITS, lambda _: None)
    if stalling is not None:
        await stalling
    return latencies_of(scheduled, 5.0, A_QUIET_MINUTE)


def test_a_quiet_system_has_the_latency_of_its_own_work() -> None:
    """The median of a command that takes 10 ms is 10 ms."""
    quiet = run_in_virtual_time(latencies(stalls=False))
    assert quiet.commands[Command.SUBMIT].p50 == pytest.approx(10, abs=0.1)
    assert quiet.commands[Command.STEP].p50 == pytest.approx(4, abs=0.1)


def test_a_stall_is_seen_by_every_command_that_was_due_in_it() -> None:
    """Of sixty submissions ten were due in the ten seconds, so a tenth waited for seconds.

    A loop that waits for answers would have sent one.
    """
    stalled = run_in_virtual_time(latencies(stalls=True)).commands[Command.SUBMIT]
    assert stalled.p90 is not None
    assert stalled.p99 is not None
    assert stalled.p90 > 1_000
    assert stalled.p99 > 9_000
    assert stalled.p50 == pytest.approx(10, abs=0.1)
