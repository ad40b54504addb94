"""The result of a benchmark, as `build/bench.json` has it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median
from typing import NamedTuple

from pydantic import BaseModel

from tools.benchmark.measuring.latency import Latencies
from tools.benchmark.measuring.machine import Machine, Versions
from tools.benchmark.measuring.measurement import Measured, Measurement
from tools.benchmark.measuring.processor_time import ProcessorTime
from tools.benchmark.measuring.rounds import NotFinished, Round, Side, SteadyFigures
from tools.benchmark.measuring.spread import Interval, Spread, median_interval
from tools.benchmark.peers.peer import Peer
from tools.benchmark.reporting.comparison import Comparison

LEAST_RATIO, MOST_EVENTS, LEAST_OF_PEERS = 0.85, 50, 1.0
"""The aims: the engine's speed in that of the baseline, the history events of a dossier that runs alone, and the
engine's speed in that of each peer."""


class ProcessorTimes(ProcessorTime):
    """Milliseconds for each dossier. `server` is Temporal and PostgreSQL together, with Restate for its peer."""

    server: float


class SideResult(BaseModel):
    """The figures of one side: medians over the steady windows of its rounds.

    Histories are those of dossiers that run alone, or of a sample of the rounds (`under_load`). `busy` and `others` are
    shares of the machine, see `SteadyFigures`.
    """

    dossiers_per_s: Spread
    cpu_ms: ProcessorTimes
    busy: float
    others: float
    history_events: float | None
    history_bytes: float | None
    history_events_under_load: float | None


class Pair(NamedTuple):
    """What the engine's round of a pair and the round of another side have measured."""

    engine: SteadyFigures
    other: SteadyFigures


class Ratio(Spread):
    """The speed of the engine divided by that of another side, for each pair of rounds."""

    pairs: list[float]
    interval: Interval


class PeerResult(BaseModel):
    """The figures of a peer: medians over its rounds. `versions`: of its packages and of its own server."""

    dossiers_per_s: Spread
    cpu_ms: ProcessorTimes
    busy: float
    others: float
    ratio: Ratio
    least_ratio: float = LEAST_OF_PEERS
    reached: bool
    versions: dict[str, str]


class Aims(BaseModel):
    """Whether the aims were reached. `latencies`, `peers`: None when they were not measured."""

    least_ratio: float = LEAST_RATIO
    ratio: bool
    most_events: int = MOST_EVENTS
    events: bool
    latencies: bool | None
    peers: bool | None = None


class BenchResult(BaseModel):
    """The whole result. `runs`: every round. `not_finished`: the dossiers of all parts that did not end."""

    engine: SideResult
    baseline: SideResult
    ratio: Ratio
    latency_ms: Latencies | None
    aims: Aims
    not_finished: list[NotFinished]
    runs: list[Round]
    measured: Measured
    machine: Machine
    versions: Versions
    peers: dict[Peer, PeerResult] | None = None
    comparison: Comparison | None = None

    @property
    def reached(self) -> bool:
        """True when every aim was reached and every dossier finished."""
        aims = self.aims
        measured = (aims.ratio, aims.events, aims.latencies, aims.peers)
        return False not in measured and not self.not_finished


def result_of(measurement: Measurement) -> BenchResult | None:
    """The result. None when not one pair of rounds was measured on both sides."""
    pairs = pairs_of(measurement.rounds)
    if not pairs:
        return None
    ratio, latencies, peers = _ratio(pairs), measurement.latencies, _peers(measurement)
    engine = _side(Side.ENGINE, [pair.engine for pair in pairs], measurement)
    return BenchResult(
        engine=engine,
        baseline=_side(Side.BASELINE, [pair.other for pair in pairs], measurement),
        ratio=ratio,
        latency_ms=latencies,
        aims=Aims(
            ratio=ratio.median >= LEAST_RATIO,
            events=engine.history_events is not None and engine.history_events <= MOST_EVENTS,
            latencies=None if latencies is None else latencies.reached,
            peers=_peers_reached(peers, measurement),
        ),
        not_finished=measurement.not_finished,
        runs=measurement.rounds,
        measured=measurement.measured,
        machine=measurement.machine,
        versions=measurement.versions,
        peers=peers or None,
    )


def _peers(measurement: Measurement) -> dict[Peer, PeerResult]:
    """The results of the peers that have at least one pair of rounds with a figure."""
    results = {}
    for peer, versions in measurement.peers.items():
        if pairs := pairs_of(measurement.rounds, Side(peer.value)):
            results[peer] = _peer(pairs, versions)
    return results


def _peer(pairs: Sequence[Pair], versions: dict[str, str]) -> PeerResult:
    ratio, figures = _ratio(pairs), [pair.other for pair in pairs]
    return PeerResult(
        dossiers_per_s=Spread.of([one.dossiers_per_s for one in figures]),
        cpu_ms=median_times([one.cpu_ms for one in figures]),
        busy=median(one.busy for one in figures),
        others=median(one.others for one in figures),
        ratio=ratio,
        reached=ratio.median >= LEAST_OF_PEERS,
        versions=versions,
    )


def _peers_reached(peers: dict[Peer, PeerResult], measurement: Measurement) -> bool | None:
    """Whether the aim was reached with every peer that was asked for."""
    if not measurement.peers:
        return None
    return len(peers) == len(measurement.peers) and all(peer.reached for peer in peers.values())


def pairs_of(rounds: Sequence[Round], other: Side = Side.BASELINE) -> list[Pair]:
    """The figures of the engine and of another side, for each pair that was measured on both sides."""
    steady = {(one.side, one.pair): one.steady for one in rounds if one.steady is not None}
    return [
        Pair(steady[Side.ENGINE, pair], steady[other, pair])
        for pair in sorted({pair for _, pair in steady})
        if (Side.ENGINE, pair) in steady and (other, pair) in steady
    ]


def _side(side: Side, figures: Sequence[SteadyFigures], measurement: Measurement) -> SideResult:
    alone = next(one for one in measurement.alone if one.side is side)
    rounds = [one for one in measurement.rounds if one.side is side]
    return SideResult(
        dossiers_per_s=Spread.of([one.dossiers_per_s for one in figures]),
        cpu_ms=median_times([one.cpu_ms for one in figures]),
        busy=median(one.busy for one in figures),
        others=median(one.others for one in figures),
        history_events=alone.history_events,
        history_bytes=alone.history_bytes,
        history_events_under_load=_median([one.history_events for one in rounds]),
    )


def median_times(rounds: Sequence[ProcessorTime]) -> ProcessorTimes:
    """The median of each part over the rounds."""

    def middle(value: Callable[[ProcessorTime], float]) -> float:
        return round(median(value(one) for one in rounds), 1)

    restate = [one.restate for one in rounds if one.restate is not None]
    return ProcessorTimes(
        server=middle(lambda one: one.servers),
        temporal=middle(lambda one: one.temporal),
        postgres=middle(lambda one: one.postgres),
        worker=middle(lambda one: one.worker),
        simulator=middle(lambda one: one.simulator),
        driver=middle(lambda one: one.driver),
        restate=round(median(restate), 1) if restate else None,
    )


def _median(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None


def _ratio(pairs: Sequence[Pair]) -> Ratio:
    """The ratio of each pair of rounds, since the machine's speed changes during the run."""
    ratios = [pair.engine.dossiers_per_s / pair.other.dossiers_per_s for pair in pairs]
    spread = Spread.of(ratios)
    return Ratio(**spread.model_dump(), pairs=[round(ratio, 3) for ratio in ratios], interval=median_interval(ratios))
