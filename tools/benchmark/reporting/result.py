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
from tools.benchmark.reporting.comparison import Comparison

LEAST_RATIO, MOST_EVENTS = 0.85, 50
"""The aims: the engine's speed in that of the baseline, and the history events of a dossier that runs alone."""


class ProcessorTimes(ProcessorTime):
    """Milliseconds for each dossier. `server` is Temporal and PostgreSQL together."""

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
    """What the two rounds of a pair have measured."""

    engine: SteadyFigures
    baseline: SteadyFigures


class Ratio(Spread):
    """The speed of the engine divided by that of the baseline, for each pair of rounds."""

    pairs: list[float]
    interval: Interval


class Aims(BaseModel):
    """Whether the aims were reached. `latencies`: None when they were not measured."""

    least_ratio: float = LEAST_RATIO
    ratio: bool
    most_events: int = MOST_EVENTS
    events: bool
    latencies: bool | None


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
    comparison: Comparison | None = None

    @property
    def reached(self) -> bool:
        """True when every aim was reached and every dossier finished."""
        aims = self.aims
        return aims.ratio and aims.events and aims.latencies is not False and not self.not_finished


def result_of(measurement: Measurement) -> BenchResult | None:
    """The result. None when not one pair of rounds was measured on both sides."""
    pairs = pairs_of(measurement.rounds)
    if not pairs:
        return None
    ratio, latencies = _ratio(pairs), measurement.latencies
    engine = _side(Side.ENGINE, [pair.engine for pair in pairs], measurement)
    return BenchResult(
        engine=engine,
        baseline=_side(Side.BASELINE, [pair.baseline for pair in pairs], measurement),
        ratio=ratio,
        latency_ms=latencies,
        aims=Aims(
            ratio=ratio.median >= LEAST_RATIO,
            events=engine.history_events is not None and engine.history_events <= MOST_EVENTS,
            latencies=None if latencies is None else latencies.reached,
        ),
        not_finished=measurement.not_finished,
        runs=measurement.rounds,
        measured=measurement.measured,
        machine=measurement.machine,
        versions=measurement.versions,
    )


def pairs_of(rounds: Sequence[Round]) -> list[Pair]:
    """The figures of the engine and of the baseline, for each pair that was measured on both sides."""
    steady = {(one.side, one.pair): one.steady for one in rounds if one.steady is not None}
    return [
        Pair(steady[Side.ENGINE, pair], steady[Side.BASELINE, pair])
        for pair in sorted({pair for _, pair in steady})
        if (Side.ENGINE, pair) in steady and (Side.BASELINE, pair) in steady
    ]


def _side(side: Side, figures: Sequence[SteadyFigures], measurement: Measurement) -> SideResult:
    alone = next(one for one in measurement.alone if one.side is side)
    rounds = [one for one in measurement.rounds if one.side is side]
    return SideResult(
        dossiers_per_s=Spread.of([one.dossiers_per_s for one in figures]),
        cpu_ms=_processor_times([one.cpu_ms for one in figures]),
        busy=median(one.busy for one in figures),
        others=median(one.others for one in figures),
        history_events=alone.history_events,
        history_bytes=alone.history_bytes,
        history_events_under_load=_median([one.history_events for one in rounds]),
    )


def _processor_times(rounds: Sequence[ProcessorTime]) -> ProcessorTimes:
    def middle(value: Callable[[ProcessorTime], float]) -> float:
        return round(median(value(one) for one in rounds), 1)

    return ProcessorTimes(
        server=middle(lambda one: one.servers),
        temporal=middle(lambda one: one.temporal),
        postgres=middle(lambda one: one.postgres),
        worker=middle(lambda one: one.worker),
        simulator=middle(lambda one: one.simulator),
        driver=middle(lambda one: one.driver),
    )


def _median(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None


def _ratio(pairs: Sequence[Pair]) -> Ratio:
    """The ratio of each pair of rounds, since the machine's speed changes during the run."""
    ratios = [pair.engine.dossiers_per_s / pair.baseline.dossiers_per_s for pair in pairs]
    spread = Spread.of(ratios)
    return Ratio(**spread.model_dump(), pairs=[round(ratio, 3) for ratio in ratios], interval=median_interval(ratios))
