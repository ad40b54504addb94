"""Measures one side with the closed loop: a round, several times in turn with the other side."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from pydantic import BaseModel

from tools.benchmark.bench_stack import BenchStack
from tools.benchmark.driving.closed_loop import Ended, OpenDossier, closed_loop, drive_now
from tools.benchmark.driving.deadlines import Limits
from tools.benchmark.driving.driven_dossier import Driven
from tools.benchmark.measuring.history_size import HistorySizes, history_sizes
from tools.benchmark.measuring.processor_time import ProcessorTime, read
from tools.benchmark.measuring.rows_written import require_all_rows
from tools.benchmark.measuring.steady_window import Steady, SteadyWindow
from tools.benchmark.peers.peer import Peer

SAMPLE = 10
"""Of how many dossiers of a round the size of the history is read."""


class Side(StrEnum):
    """What is measured."""

    ENGINE = "engine"
    BASELINE = "baseline"
    DBOS = Peer.DBOS.value
    RESTATE = Peer.RESTATE.value

    @property
    def peer(self) -> Peer | None:
        """The peer that is measured; None for engine and baseline, which are always measured."""
        return None if self in ALWAYS else Peer(self)


ALWAYS = (Side.ENGINE, Side.BASELINE)


class NotFinished(BaseModel):
    """A dossier that did not finish, and why."""

    key: str
    code: str
    problem: str


class SteadyFigures(BaseModel):
    """What a round measured in its steady window.

    `dossiers`: the work, of which each answered command is a fifth. `cpu_ms`: milliseconds of processor time for each
    dossier. `busy`, `others`: the shares of the machine's processor time that all parts together and other processes
    have used, from 0 to 1.
    """

    dossiers: float
    seconds: float
    dossiers_per_s: float
    cpu_ms: ProcessorTime
    busy: float
    others: float


class Round(BaseModel):
    """One round of one side.

    `dossiers`: all that were driven, of which those in the window are measured. `steady`: None when nothing was
    answered in the window. `sent_again`: how often a command was sent again because the dossier did not take it yet, or
    did not answer.
    """

    side: Side
    pair: int
    dossiers: int
    finished: int
    steady: SteadyFigures | None
    history_events: float | None
    history_bytes: float | None
    sent_again: int
    not_finished: list[NotFinished]


class Alone(BaseModel):
    """Dossiers of one side that were driven one after another, so that nothing disturbs them."""

    side: Side
    history_events: float | None
    history_bytes: float | None
    not_finished: list[NotFinished]


async def measure_round(
    stack: BenchStack, side: Side, pair: int, dossiers: int, at_once: int, limits: Limits, ended: Ended
) -> Round:
    """Drives dossiers of one side, always `at_once` at a time while `dossiers` of them end."""
    window = SteadyWindow(at_once, dossiers, lambda: read(stack.stack, side.peer or "worker"))

    def count(one: Driven) -> None:
        window.ended(one)
        ended(one)

    keys = [f"{side}-{pair}-{number}" for number in range(window.number_to_drive)]
    driven = await closed_loop(opener(stack, side), keys, at_once, limits, count)
    steady = window.measured(driven)
    sample = [one for one in driven[at_once:] if one.finished][:SAMPLE]
    sizes = await _ended(stack, side, sample, limits)
    return Round(
        side=side,
        pair=pair,
        dossiers=len(driven),
        finished=sum(one.finished for one in driven),
        steady=None if steady is None else _figures(steady),
        history_events=sizes.median_events,
        history_bytes=sizes.median_bytes,
        sent_again=sum(one.sent_again for one in driven),
        not_finished=not_finished(driven),
    )


async def _ended(stack: BenchStack, side: Side, sample: Sequence[Driven], limits: Limits) -> HistorySizes:
    """Waits until these dossiers have ended. Returns the sizes of their histories; a peer has no such histories."""
    if side.peer is None:
        return await history_sizes(stack.client, sample, limits)
    await require_all_rows(stack.pool, stack.template, sample, limits)
    return HistorySizes()


def _figures(steady: Steady) -> SteadyFigures:
    took = steady.took
    return SteadyFigures(
        dossiers=round(steady.dossiers, 1),
        seconds=round(took.seconds, 2),
        dossiers_per_s=round(steady.dossiers_per_s, 3),
        cpu_ms=took.used.times(1_000 / steady.dossiers),
        busy=took.share(took.used.total),
        others=took.share(took.used_by_others),
    )


async def warm_up(stack: BenchStack, side: Side, at_once: int, limits: Limits, ended: Ended) -> list[NotFinished]:
    """Drives as many dossiers as run at once. Nothing is measured."""
    keys = [f"{side}-warm-up-{number}" for number in range(at_once)]
    return not_finished(await closed_loop(opener(stack, side), keys, at_once, limits, ended))


async def measure_alone(stack: BenchStack, side: Side, dossiers: int, limits: Limits, ended: Ended) -> Alone:
    """Drives that many dossiers one after another, and reads the size of their histories."""
    driven = []
    for number in range(dossiers):
        one = await drive_now(opener(stack, side), f"{side}-alone-{number}", limits)
        driven.append(one)
        ended(one)
    sizes = await history_sizes(stack.client, [one for one in driven if one.finished], limits)
    return Alone(
        side=side,
        history_events=sizes.median_events,
        history_bytes=sizes.median_bytes,
        not_finished=not_finished(driven),
    )


def opener(stack: BenchStack, side: Side) -> OpenDossier:
    """The function that makes a dossier of this side."""
    if side.peer is not None:
        return stack.peers[side.peer].dossier
    return stack.engine_dossier if side is Side.ENGINE else stack.baseline_dossier


def not_finished(dossiers: Sequence[Driven]) -> list[NotFinished]:
    """The dossiers that did not finish, each with its problem."""
    return [NotFinished(key=one.key, code=one.code, problem=one.problem) for one in dossiers if one.problem is not None]
