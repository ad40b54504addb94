"""Prints the result for people: Vietnamese first, then English, at most 100 columns wide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from tools.benchmark.driving.standard_dossier import Command
from tools.benchmark.measuring.latency import CommandLatency, Latencies
from tools.benchmark.measuring.measurement import NAMES
from tools.benchmark.measuring.rounds import Side
from tools.benchmark.measuring.spread import Spread
from tools.benchmark.peers.peer import Peer
from tools.benchmark.reporting.comparison import BeforeAndNow, Comparison
from tools.benchmark.reporting.publishing import WIDTH
from tools.benchmark.reporting.result import BenchResult, PeerResult, SideResult

SHOWN_DOSSIERS = 5
"""How many of the dossiers that did not finish are shown. The file has all."""
ENOUGH_PAIRS = 5
MOST_FOR_OTHERS = 0.05
"""The share of the machine that other processes may use before the page warns."""
SMALL = 10
"""Below this, a compared figure is shown with two digits."""
COMMANDS = {
    Command.SUBMIT: "nộp (submit)",
    Command.ACCEPT: "tiếp nhận (accept)",
    Command.STEP: "xong bước (step)",
    Command.SIGN: "ký (sign)",
    Command.RETURN: "trả kết quả (return)",
}


def show(result: BenchResult, console: Console) -> None:
    """Prints the whole result."""
    for part in page(result):
        console.print(part, width=min(WIDTH, console.width))


def page(result: BenchResult) -> Iterator[RenderableType]:
    """The parts of the page from top to bottom."""
    yield _sides(result)
    yield from _ratio(result)
    if result.peers is not None:
        yield Text()
        yield from _peers(result.peers)
    if result.latency_ms is not None:
        yield Text()
        yield _latencies(result.latency_ms)
        yield from _others(result.latency_ms.others)
    yield from _not_finished(result)
    if result.comparison is not None:
        yield Text()
        yield from _comparison(result.comparison)
    yield Text()
    yield from _where(result)


def _sides(result: BenchResult) -> Table:
    amounts = result.measured.amounts
    table = _table(
        f"Hồ sơ chuẩn (the standard dossier): {amounts.pairs} × {amounts.dossiers} mỗi bên (each side)",
        *("", "Bộ máy (engine)", "Mức sàn (baseline)"),
    )
    for label, ours, theirs in zip(_LABELS, _cells(result.engine), _cells(result.baseline), strict=True):
        table.add_row(label, ours, theirs)
    return table


_LABELS = (
    "hồ sơ/giây: nhỏ – giữa – lớn (dossiers/s)",
    "phần máy đã dùng (share of the machine used)",
    "phần máy việc khác dùng (used by others)",
    "CPU Temporal, ms/hồ sơ (ms a dossier)",
    "CPU PostgreSQL",
    "CPU tiến trình xử lý (worker)",
    "CPU hệ thống ngoài mô phỏng (simulator)",
    "CPU bên gọi (driver)",
    "sự kiện, hồ sơ chạy một mình (events, alone)",
    "sự kiện khi tải cao (events, under load)",
    "byte lịch sử, chạy một mình (bytes, alone)",
)


def _cells(side: SideResult) -> tuple[str, ...]:
    cpu = side.cpu_ms
    return (
        _spread(side.dossiers_per_s),
        f"{side.busy:.0%}",
        f"{side.others:.0%}",
        *(_number(value, 1) for value in (cpu.temporal, cpu.postgres, cpu.worker, cpu.simulator, cpu.driver)),
        _number(side.history_events, 0),
        _number(side.history_events_under_load, 0),
        _number(side.history_bytes, 0),
    )


def _ratio(result: BenchResult) -> Iterator[RenderableType]:
    ratio, aims = result.ratio, result.aims
    pairs = ", ".join(f"{pair:.2f}" for pair in ratio.pairs)
    yield Text.assemble(
        ("Tỷ lệ (ratio) ", "bold"),
        (f"{ratio.median:.2f}", "bold"),
        f"  cần (aim) ≥ {aims.least_ratio} ",
        _mark(aims.ratio),
        f"   từng cặp (pairs): {pairs}",
    )
    interval = ratio.interval
    sure = f"{interval.low:.2f} – {interval.high:.2f}, {interval.confidence:.0%}"
    yield Text(f"  khoảng tin cậy của trung vị (confidence interval of the median): {sure}", style="dim")
    if len(ratio.pairs) < ENOUGH_PAIRS:
        yield Text(
            f"  ít hơn {ENOUGH_PAIRS} cặp: chỉ để xem nhanh (fewer pairs: a quick look, no proof)", style="yellow"
        )
    yield from _others(max(result.engine.others, result.baseline.others))
    yield Text.assemble(f"Sự kiện (events) ≤ {aims.most_events} ", _mark(aims.events))


def _peers(peers: Mapping[Peer, PeerResult]) -> Iterator[RenderableType]:
    """The table of the peers, and the engine's speed in that of each."""
    table = _table("Phần mềm cùng loại (peers)", "", *(NAMES[Side(peer.value)] for peer in peers))
    cells = [_peer_cells(peer) for peer in peers.values()]
    for label, *row in zip(_PEER_LABELS, *cells, strict=True):
        table.add_row(label, *row)
    yield table
    for name, peer in peers.items():
        ratio = peer.ratio
        pairs = ", ".join(f"{pair:.2f}" for pair in ratio.pairs)
        yield Text.assemble(
            f"Bộ máy so với (engine ÷) {NAMES[Side(name.value)]} ",
            (f"{ratio.median:.2f}", "bold"),
            f"  cần (aim) ≥ {peer.least_ratio:g} ",
            _mark(peer.reached),
        )
        yield Text(f"  từng cặp (pairs): {pairs}", style="dim")
        yield Text(f"  {', '.join(f'{part} {version}' for part, version in peer.versions.items())}", style="dim")
    yield from _others(max(peer.others for peer in peers.values()))


_PEER_LABELS = (
    "hồ sơ/giây: nhỏ – giữa – lớn (dossiers/s)",
    "phần máy đã dùng (share of the machine used)",
    "phần máy việc khác dùng (used by others)",
    "CPU máy chủ riêng, ms/hồ sơ (own server)",
    "CPU PostgreSQL",
    "CPU tiến trình xử lý (worker)",
    "CPU hệ thống ngoài mô phỏng (simulator)",
    "CPU bên gọi (driver)",
)


def _peer_cells(peer: PeerResult) -> tuple[str, ...]:
    cpu = peer.cpu_ms
    return (
        _spread(peer.dossiers_per_s),
        f"{peer.busy:.0%}",
        f"{peer.others:.0%}",
        *(_number(value, 1) for value in (cpu.restate, cpu.postgres, cpu.worker, cpu.simulator, cpu.driver)),
    )


def _others(share: float) -> Iterator[RenderableType]:
    """A warning when other processes used the machine."""
    if share > MOST_FOR_OTHERS:
        yield Text(
            f"  việc khác đã dùng {share:.0%} của máy: chưa tin được (others used the machine: no proof)", "yellow"
        )


def _latencies(latencies: Latencies) -> Table:
    table = _table(
        f"Độ trễ, ms, vòng mở (latency, open loop): {latencies.rate:g} lệnh/giây (commands/s)",
        *("Lệnh (command)", "p50", "cần (aim)", "p90", "p99", "cần (aim)", "lần (count)", "đạt (reached)"),
    )
    for command, one in latencies.commands.items():
        table.add_row(COMMANDS[command], *_latency_cells(one))
    return table


def _latency_cells(one: CommandLatency) -> tuple[str | Text, ...]:
    return (
        _number(one.p50, 1),
        f"≤ {one.aim.p50:g}" if one.aim else "–",
        _number(one.p90, 1),
        _number(one.p99, 1),
        f"≤ {one.aim.p99:g}" if one.aim else "–",
        f"{one.count}" if not one.unanswered else f"{one.count} (+{one.unanswered} ?)",
        "–" if one.reached is None else Text("đạt (yes)", "green") if one.reached else Text("chưa (no)", "yellow"),
    )


def _not_finished(result: BenchResult) -> Iterator[RenderableType]:
    lost = result.not_finished
    if not lost:
        return
    yield Text()
    yield Text(f"{len(lost)} hồ sơ không chạy hết (dossiers that did not finish):", style="bold red")
    for one in lost[:SHOWN_DOSSIERS]:
        yield Text(f"  {one.key} {one.code}: {one.problem}", style="red")
    if len(lost) > SHOWN_DOSSIERS:
        yield Text(f"  … và {len(lost) - SHOWN_DOSSIERS} hồ sơ nữa (and more, in the file)", style="red")


def _comparison(comparison: Comparison) -> Iterator[RenderableType]:
    yield Text(f"So với (compared with) {comparison.before}", style="bold")
    columns = ("trước\n(before)", "nay\n(now)", "lần\n(factor)")
    sides = ("bộ máy\n(engine)", "mức sàn\n(baseline)")
    table = _table(None, "", *(f"{side}\n{column}" for side in sides for column in columns))
    for row in comparison.rows:
        table.add_row(f"{row.what.vi} ({row.what.en})", *_compared(row.engine), *_compared(row.baseline))
    yield table
    for difference in comparison.differences:
        yield Text(f"! {difference.vi}", style="yellow")
        yield Text(f"  ({difference.en})", style="dim")


def _compared(figures: BeforeAndNow | None) -> tuple[str, ...]:
    if figures is None:
        return "", "", ""
    factor = "–" if figures.factor is None else f"× {figures.factor:.2f}"
    return _compared_number(figures.before), _compared_number(figures.now), factor


def _compared_number(value: float | None) -> str:
    return _number(value, 2 if value is not None and value < SMALL else 1)


def _where(result: BenchResult) -> Iterator[RenderableType]:
    machine, versions, measured = result.machine, result.versions, result.measured
    seconds = (measured.ended - measured.started).total_seconds()
    before, after = measured.load_before[0], measured.load_after[0]
    yield Text(
        f"{machine.usable_cores}/{machine.cores} × {machine.cpu}, {machine.memory_mb} MB, {machine.system}", style="dim"
    )
    yield Text(
        f"Python {versions.python}, temporalio {versions.temporalio}, Temporal {versions.temporal}, "
        f"PostgreSQL {versions.postgres}, {versions.commit or '–'}",
        style="dim",
    )
    yield Text(
        f"{seconds:.0f} giây (seconds); tải của máy trước và sau (load before and after): {before} → {after}",
        style="dim",
    )


def _table(title: str | None, *headings: str) -> Table:
    """A table whose first column holds words, and the others numbers."""
    bold_title = None if title is None else Text(title, style="bold")
    table = Table(title=bold_title, title_justify="left", box=None, padding=(0, 2, 0, 0))
    for place, heading in enumerate(headings):
        table.add_column(Text(heading), justify="right" if place else "left")
    return table


def _mark(reached: bool) -> tuple[str, str]:
    return ("đạt (reached)", "green") if reached else ("chưa đạt (not reached)", "yellow")


def _number(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:,.{digits}f}"


def _spread(spread: Spread) -> str:
    return f"{spread.min:.2f} – {spread.median:.2f} – {spread.max:.2f}"
