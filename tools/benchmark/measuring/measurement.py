"""Measures everything, in this order: dossiers alone, the warm-up, pairs of rounds, latencies."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

from pydantic import BaseModel

from domain.values import VIETNAM
from tools.benchmark.bench_stack import BenchStack, answered
from tools.benchmark.driving.deadlines import Limits
from tools.benchmark.measuring.latency import Latencies, measure_latencies
from tools.benchmark.measuring.machine import Machine, Versions, load, this_machine, versions_of
from tools.benchmark.measuring.rounds import (
    ALWAYS,
    Alone,
    NotFinished,
    Round,
    Side,
    measure_alone,
    measure_round,
    warm_up,
)
from tools.benchmark.options import BenchOptions
from tools.benchmark.peers.peer import Peer
from tools.benchmark.progress import BenchProgress
from tools.benchmark.sizes import Amounts, Size

LEAST_FINISHED = 0.9
"""A round in which a smaller share finishes ends the measurement: the next one would wait as long for nothing."""
NAMES = {
    Side.ENGINE: "bộ máy (engine)",
    Side.BASELINE: "mức sàn (baseline)",
    Side.DBOS: "DBOS",
    Side.RESTATE: "Restate",
}


class Measured(BaseModel):
    """What was measured, when, and under which load (processes that ran or waited, in 1, 5 and 15 minutes)."""

    size: Size
    amounts: Amounts
    at_once: int
    rate: float
    started: datetime
    ended: datetime
    load_before: list[float]
    load_after: list[float]


class Measurement(BaseModel):
    """Everything that a run has measured, before it is summed up. `latencies`: None when they were not measured."""

    measured: Measured
    machine: Machine
    versions: Versions
    alone: list[Alone]
    lost_in_warm_up: list[NotFinished]
    rounds: list[Round]
    latencies: Latencies | None
    peers: dict[Peer, dict[str, str]]
    """The peers that were measured, each with the versions of what it consists of."""

    @property
    def not_finished(self) -> list[NotFinished]:
        """The dossiers of all parts that did not finish."""
        parts = [
            *(one.not_finished for one in self.alone),
            self.lost_in_warm_up,
            *(one.not_finished for one in self.rounds),
            self.latencies.not_finished if self.latencies else [],
        ]
        return [one for part in parts for one in part]


class Measuring:
    """Measures on a running stack."""

    def __init__(self, stack: BenchStack, options: BenchOptions, limits: Limits, progress: BenchProgress) -> None:
        self._stack = stack
        self._options = options
        self._amounts = options.amounts
        self._limits = limits
        self._progress = progress
        self._sides = (*ALWAYS, *(Side(peer.value) for peer in options.peers))

    async def everything(self) -> Measurement:
        """Measures all parts. When many dossiers of a part do not finish, the parts after it are left out."""
        started, load_before = datetime.now(VIETNAM), load()
        alone = [await self._alone(side) for side in ALWAYS]
        lost = [one for side in self._sides for one in await self._warm_up(side)]
        sound = len(lost) <= (1 - LEAST_FINISHED) * len(self._sides) * self._options.at_once
        rounds = [one async for one in self._rounds()] if sound else []
        latencies = await self._latencies() if rounds and _sound(rounds[-1]) else None
        return Measurement(
            measured=Measured(
                size=self._options.size,
                amounts=self._amounts,
                at_once=self._options.at_once,
                rate=self._options.rate,
                started=started,
                ended=datetime.now(VIETNAM),
                load_before=load_before,
                load_after=load(),
            ),
            machine=this_machine(),
            versions=await answered(self._limits, versions_of(self._stack.client, self._stack.pool)),
            alone=alone,
            lost_in_warm_up=lost,
            rounds=rounds,
            latencies=latencies,
            peers={peer: running.versions for peer, running in self._stack.peers.items()},
        )

    async def _alone(self, side: Side) -> Alone:
        name = f"{NAMES[side]}, từng hồ sơ một (one dossier at a time)"
        with self._progress.part(name, self._amounts.alone) as ended:
            alone = await measure_alone(self._stack, side, self._amounts.alone, self._limits, ended)
        events = "–" if alone.history_events is None else f"{alone.history_events:.0f}"
        self._progress.tell(f"{name}: {events} sự kiện (history events)")
        return alone

    async def _warm_up(self, side: Side) -> list[NotFinished]:
        with self._progress.part(f"{NAMES[side]}, khởi động (warm-up)", self._options.at_once) as ended:
            return await warm_up(self._stack, side, self._options.at_once, self._limits, ended)

    async def _rounds(self) -> AsyncIterator[Round]:
        """The rounds of all sides in turn, so that all meet the same moods of the machine."""
        for pair in range(1, self._amounts.pairs + 1):
            for side in self._sides:
                measured = await self._round(side, pair)
                yield measured
                if not _sound(measured):
                    return

    async def _round(self, side: Side, pair: int) -> Round:
        name = f"{NAMES[side]} {pair}/{self._amounts.pairs}"
        dossiers, at_once = self._amounts.dossiers, self._options.at_once
        with self._progress.part(name, dossiers + 2 * at_once) as ended:
            measured = await measure_round(self._stack, side, pair, dossiers, at_once, self._limits, ended)
        steady = measured.steady
        found = "–" if steady is None else f"{steady.dossiers_per_s:.1f} hồ sơ/giây (dossiers/s), CPU {steady.busy:.0%}"
        self._progress.tell(f"{name}: {found}")
        return measured

    async def _latencies(self) -> Latencies | None:
        dossiers, rate = self._amounts.latency_dossiers, self._options.rate
        if dossiers == 0:
            return None
        with self._progress.part(f"vòng mở (open loop), {rate:g} lệnh/giây (commands/s)", dossiers) as ended:
            return await measure_latencies(self._stack, dossiers, rate, self._limits, ended)


def _sound(measured: Round) -> bool:
    """True when nearly all dossiers of the round finished."""
    return measured.finished >= LEAST_FINISHED * measured.dossiers
