"""Compares a result with that of an earlier measurement."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from pydantic import BaseModel, ValidationError

from domain.values import Bilingual, Value
from gateway.cli.inputs import read_object
from gateway.cli.problems import CommandLineProblem
from tools.benchmark.driving.standard_dossier import Command
from tools.benchmark.measuring.machine import Machine, Versions
from tools.benchmark.measuring.spread import Spread
from tools.benchmark.messages import BenchRefusal

PARTS = {
    "temporal": "Temporal",
    "postgres": "PostgreSQL",
    "server": "hai máy chủ",
    "worker": "xử lý",
    "simulator": "mô phỏng",
    "driver": "bên gọi",
}
"""The names of the parts whose processor time is compared. `server` is Temporal and PostgreSQL together."""


class _Side(Value):
    dossiers_per_s: Spread
    cpu_ms: dict[str, float]
    history_events: float | None = None
    history_events_under_load: float | None = None


class _CommandLatency(Value):
    p50: float | None
    p99: float | None


class _Latencies(Value):
    rate: float
    commands: dict[Command, _CommandLatency]


class _Measured(Value):
    amounts: dict[str, int]
    at_once: int
    rate: float


class Figures(Value):
    """What is compared, of any release's `bench.json`. Earlier releases did not have the last four."""

    engine: _Side
    baseline: _Side
    ratio: Spread
    latency_ms: _Latencies | None = None
    measured: _Measured | None = None
    machine: Machine | None = None
    versions: Versions | None = None


class BeforeAndNow(BaseModel):
    """One figure before and now. `factor` is now divided by before."""

    before: float | None
    now: float | None
    factor: float | None


class Compared(BaseModel):
    """One figure of both sides. None where a side does not have the figure, as latencies of the baseline."""

    what: Bilingual
    engine: BeforeAndNow
    baseline: BeforeAndNow | None


class Comparison(BaseModel):
    """All figures before and now, and what makes them hard to compare."""

    before: str
    """The file of the earlier measurement."""
    rows: list[Compared]
    differences: list[Bilingual]


def read_figures(path: str) -> Figures:
    """The figures of an earlier measurement.

    Raises CommandLineProblem `not_a_bench`, and the errors of `read_object` for a file that is no JSON object.
    """
    figures = _figures(read_object(path), path)
    if figures.measured is not None:
        return figures
    sides = {"engine": _events_under_load(figures.engine), "baseline": _events_under_load(figures.baseline)}
    return figures.model_copy(update=sides)


def _events_under_load(side: _Side) -> _Side:
    """The side of a file of an earlier release, which counted events under load only."""
    return side.model_copy(update={"history_events": None, "history_events_under_load": side.history_events})


def compare(path: str, before: Figures, result: dict[str, Any]) -> Comparison:
    """Compares the figures of the earlier file with those of a result, given as its JSON."""
    now = _figures(result, "now")
    return Comparison(before=path, rows=list(_rows(before, now)), differences=list(_differences(before, now)))


def _figures(given: dict[str, Any], path: str) -> Figures:
    try:
        return Figures.model_validate(given)
    except ValidationError as wrong:
        place = ".".join(str(part) for part in wrong.errors()[0]["loc"])
        raise CommandLineProblem(
            BenchRefusal.NOT_A_BENCH,
            path=path,
            problem_vi=f"thiếu hoặc sai “{place}”",
            problem_en=f"`{place}` is missing or wrong",
        ) from None


def _rows(before: Figures, now: Figures) -> Iterator[Compared]:
    yield _one("tỷ lệ", "ratio", before.ratio.median, now.ratio.median)
    yield _both("hồ sơ/giây", "dossiers/s", before, now, lambda side: side.dossiers_per_s.median)
    for part, vi in PARTS.items():
        yield _both(f"CPU {vi}", f"{part}, ms", before, now, partial(_cpu, part))
    yield _both("sự kiện", "events, alone", before, now, lambda side: side.history_events)
    yield _both("sự kiện, tải cao", "under load", before, now, lambda side: side.history_events_under_load)
    yield from _latency_rows(before.latency_ms, now.latency_ms)


def _latency_rows(before: _Latencies | None, now: _Latencies | None) -> Iterator[Compared]:
    for command in Command:
        old = before.commands.get(command) if before else None
        new = now.commands.get(command) if now else None
        if old or new:
            for name in ("p50", "p99"):
                yield _one(f"độ trễ {name}", f"{command}, ms", getattr(old, name, None), getattr(new, name, None))


def _cpu(part: str, side: _Side) -> float | None:
    return side.cpu_ms.get(part)


def _both(vi: str, en: str, before: Figures, now: Figures, figure: Callable[[_Side], float | None]) -> Compared:
    return Compared(
        what=Bilingual(vi=vi, en=en),
        engine=_before_and_now(figure(before.engine), figure(now.engine)),
        baseline=_before_and_now(figure(before.baseline), figure(now.baseline)),
    )


def _one(vi: str, en: str, before: float | None, now: float | None) -> Compared:
    return Compared(what=Bilingual(vi=vi, en=en), engine=_before_and_now(before, now), baseline=None)


def _before_and_now(before: float | None, now: float | None) -> BeforeAndNow:
    factor = round(now / before, 3) if before and now is not None else None
    return BeforeAndNow(before=before, now=now, factor=factor)


def _differences(before: Figures, now: Figures) -> Iterator[Bilingual]:
    """Sentences about another machine, other versions, other amounts."""
    if before.machine is None or before.measured is None or before.versions is None:
        yield Bilingual(
            vi="Tệp trước không ghi máy, phiên bản, cỡ đo; số đo của nó tính cả lúc khởi động và lúc cạn dần.",
            en="The earlier file names no machine, version or size; it measured start and end of a round too.",
        )
        return
    assert now.machine is not None
    assert now.measured is not None
    assert now.versions is not None
    yield from _other("Máy khác", "Another machine", before.machine, now.machine)
    yield from _other("Phiên bản khác", "Other versions", before.versions, now.versions, ignored=("commit",))
    yield from _other("Cỡ đo khác", "Another size", before.measured, now.measured)


def _other(vi: str, en: str, before: BaseModel, now: BaseModel, ignored: tuple[str, ...] = ()) -> Iterator[Bilingual]:
    old, new = _flat(before), _flat(now)
    changes = [
        f"{name} {old.get(name)} → {new[name]}" for name in new if name not in ignored and old.get(name) != new[name]
    ]
    if changes:
        listed = "; ".join(changes)
        yield Bilingual(vi=f"{vi}: {listed}", en=f"{en}: {listed}")


def _flat(value: BaseModel) -> dict[str, Any]:
    """The fields of a value, with those of its inner values beside them."""
    flat: dict[str, Any] = {}
    for name, field in value.model_dump().items():
        flat.update(field if isinstance(field, dict) else {name: field})
    return flat
