"""Results of a benchmark with given figures, for the tests of what is made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from domain.values import VIETNAM
from tools.benchmark.driving.driven_dossier import Driven
from tools.benchmark.driving.open_loop import Scheduled
from tools.benchmark.driving.standard_dossier import Command
from tools.benchmark.measuring.latency import Latencies, latencies_of
from tools.benchmark.measuring.machine import Machine, Versions
from tools.benchmark.measuring.measurement import Measured, Measurement
from tools.benchmark.measuring.processor_time import ProcessorTime, Reading
from tools.benchmark.measuring.rounds import ALWAYS, Alone, NotFinished, Round, Side, SteadyFigures
from tools.benchmark.peers.peer import Peer
from tools.benchmark.reporting.result import BenchResult, result_of
from tools.benchmark.sizes import Amounts, Size

CPU = ProcessorTime(temporal=40, postgres=10, worker=60, simulator=5, driver=15)
A_QUIET_MINUTE = Reading(seconds=60, used=CPU.times(0.1), used_by_machine=13.5)
MACHINE = Machine(cores=2, usable_cores=2, cpu="Two Cores", memory_mb=8_000, system="Linux 6")
VERSIONS = Versions(python="3.11.7", temporalio="1.35.0", temporal="1.32.0", postgres="18.6", commit="0123456789ab")


def a_round(side: Side, pair: int, speed: float | None, lost: int = 0) -> Round:
    """A round with this speed; None: no dossier finished in its window."""
    figures = SteadyFigures(dossiers=100, seconds=10, dossiers_per_s=speed or 0, cpu_ms=CPU, busy=0.97, others=0.01)
    return Round(
        side=side,
        pair=pair,
        dossiers=280,
        finished=280 - lost,
        steady=None if speed is None else figures,
        history_events=52,
        history_bytes=18_000,
        sent_again=0,
        not_finished=[NotFinished(key=f"{side}-{pair}-{n}", code="H42.1", problem="sign: slow") for n in range(lost)],
    )


def a_measurement(
    *pairs: tuple[float | None, float | None], lost: int = 0, peers: Mapping[Peer, Sequence[float | None]] | None = None
) -> Measurement:
    """A measurement whose pairs of rounds had these speeds. `lost`: dossiers of each engine's round that were lost.

    `peers`: the speeds of the peers that were measured, one for each pair.
    """
    rounds = [
        one
        for pair, (ours, theirs) in enumerate(pairs, start=1)
        for one in (a_round(Side.ENGINE, pair, ours, lost), a_round(Side.BASELINE, pair, theirs))
    ]
    for peer, speeds in (peers or {}).items():
        rounds += [a_round(Side(peer.value), pair, speed) for pair, speed in enumerate(speeds, start=1)]
    day = datetime(2026, 11, 26, 9, 0, tzinfo=VIETNAM)
    return Measurement(
        measured=Measured(
            size=Size.M,
            amounts=Amounts(pairs=len(pairs), dossiers=100, latency_dossiers=1, alone=1),
            at_once=150,
            rate=5,
            started=day,
            ended=day.replace(minute=10),
            load_before=[0.1, 0.2, 0.3],
            load_after=[3.1, 2.2, 1.3],
        ),
        machine=MACHINE,
        versions=VERSIONS,
        alone=[Alone(side=side, history_events=49, history_bytes=17_000, not_finished=[]) for side in ALWAYS],
        lost_in_warm_up=[],
        rounds=rounds,
        latencies=latencies_in_seconds(0.01),
        peers={peer: {peer.value: "1.2.3"} for peer in peers or {}},
    )


def a_result(
    *pairs: tuple[float | None, float | None], lost: int = 0, peers: Mapping[Peer, Sequence[float | None]] | None = None
) -> BenchResult:
    """The result of `a_measurement`."""
    result = result_of(a_measurement(*pairs, lost=lost, peers=peers))
    assert result is not None
    return result


def latencies_in_seconds(*dossiers: float | None) -> Latencies:
    """The latencies of dossiers whose commands all took that long. None: they were not answered."""
    due = {command: 100.0 + number for number, command in enumerate(Command)}
    return latencies_of(
        [
            Scheduled(
                Driven(
                    f"latency-{number}",
                    answered={} if seconds is None else {command: at + seconds for command, at in due.items()},
                    problem="submit: no answer" if seconds is None else None,
                ),
                due,
            )
            for number, seconds in enumerate(dossiers)
        ],
        rate=5,
        took=A_QUIET_MINUTE,
    )
