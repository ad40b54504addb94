"""Shows a run while it goes on, and its table afterwards."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from domain.text.sentences import with_dots
from domain.values import Bilingual
from gateway.cli.output import console as page_console
from gateway.cli.output import print_json
from gateway.cli.terminal import Terminal
from tools.chaos.invariants import Line
from tools.chaos.result import ChaosResult
from tools.chaos.running import ChaosOptions, run_chaos
from workers.checkout import CHECKOUT

FILE = CHECKOUT / "build" / "chaos.json"
SHOWN = 8
PROGRESS_EVERY = 5.0


@dataclass(frozen=True)
class Off:
    """A way in which a line of the table may differ: the field of `Line`, and its words."""

    field: str
    words: Bilingual


OFF = (
    Off("lost", Bilingual(vi="mất", en="lost")),
    Off("doubled", Bilingual(vi="trùng", en="doubled")),
    Off("late", Bilingual(vi="trễ", en="late")),
    Off("wrong", Bilingual(vi="sai", en="wrong")),
    Off("lied", Bilingual(vi="báo khống", en="lied about")),
)


async def run(options: ChaosOptions, file: Path = FILE) -> int:
    """Runs, prints the table and writes the report. Returns 0 when everything holds, else 1. Raises StackError."""
    console = Terminal(stderr=True)
    result = (await run_chaos(options, _Progress(console))).result
    told = {**result.model_dump(mode="json"), "faults": result.faults, "passed": result.passed}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(told, ensure_ascii=False, indent=2), encoding="utf-8")
    if options.as_json:
        print_json(told)
    else:
        show(result, page_console())
    return 0 if result.passed else 1


class _Progress:
    """Tells on standard error how far the run is, every few seconds."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._next = 0.0
        self._began = time.monotonic()

    def __call__(self, what: str, done: int, of: int) -> None:
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + PROGRESS_EVERY
        self._console.print(f"{now - self._began:5.0f} s  {what}: {done}/{of}", style="dim", highlight=False)


def show(result: ChaosResult, console: Console) -> None:
    """Prints the faults, the table, what is named in it, and the verdict."""
    console.print(_faults(result))
    console.print(_table(result))
    for line in result.lines:
        for off in OFF:
            for one in getattr(line, off.field)[:SHOWN]:
                mark = "·" if off.field == "lied" else "✗"
                said = f"{line.what.vi} ({line.what.en}), {off.words.vi} ({off.words.en}): {one}"
                console.print(f"{mark} {said}", soft_wrap=True, highlight=False)
    told = {
        "chờ người (waits for a person)": result.waiting,
        "người đã làm (people did)": result.people,
        "người bị từ chối (people were refused)": result.people_refused,
        "tự dừng (ended by itself)": result.ended,
        "lỗi trong nhật ký (errors in the logs)": result.errors,
        "không làm được (could not be struck)": dict.fromkeys(result.not_struck, 1),
        "không thử (left out)": dict.fromkeys(result.not_done, 1),
    }
    for what, counts in told.items():
        for name, count in counts.items():
            times = f" × {count}" if count > 1 else ""
            console.print(f"· {what}: {name}{times}", soft_wrap=True, highlight=False)
    console.print(_verdict(result), soft_wrap=True, highlight=False)


def _faults(result: ChaosResult) -> Table:
    table = _page_table("Ở đâu\nwhere", "Loại và số lần\nkinds, and how often")
    table.title = f"Lỗi đã gây ra (faults injected): {with_dots(result.faults)}"
    for system, kinds in result.calls.items():
        if kinds:
            table.add_row(system, _counted(kinds))
    table.add_row(Text("máy chủ, đường truyền\nservers and links"), _counted(result.strikes))
    table.add_row(Text("kết nối bị cắt\nconnections"), with_dots(result.connections))
    return table


def _page_table(*headings: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, title_justify="left", pad_edge=False, padding=(0, 1, 0, 0))
    for heading in headings:
        table.add_column(Text(heading))
    return table


def _counted(kinds: Mapping[str, int]) -> str:
    return ", ".join(f"{kind} {count}" for kind, count in kinds.items()) or "–"


def _table(result: ChaosResult) -> Table:
    """One line for each invariant. It fits 80 columns."""
    table = _page_table("")
    table.title = f"{with_dots(result.dossiers)} hồ sơ (dossiers), seed {result.seed}"
    for heading in ("bên ngoài\noutside", "sổ cái\nledger"):
        table.add_column(Text(heading), justify="right", no_wrap=True)
    table.add_column(Text("khác ở\nwhat is off"))
    table.add_column(Text("đạt\nholds"), justify="center", no_wrap=True)
    for line in result.lines:
        counts = (with_dots(line.outside), with_dots(line.ledger))
        mark = "✓" if line.holds else "✗"
        table.add_row(Text(f"{line.what.vi}\n{line.what.en}"), *counts, _off(line), mark)
    return table


def _off(line: Line) -> Text:
    """What differs, by its kind."""
    found = ((off, len(getattr(line, off.field))) for off in OFF)
    return Text("\n".join(f"{off.words.vi} {count} ({off.words.en})" for off, count in found if count) or "–")


def _verdict(result: ChaosResult) -> str:
    """The last line."""
    word = "ĐẠT (pass)" if result.passed else "KHÔNG ĐẠT (fail)"
    counts = {off.field: sum(len(getattr(line, off.field)) for line in result.lines) for off in OFF}
    told = ", ".join(f"{off.words.vi} ({off.words.en}) {counts[off.field]}" for off in OFF)
    seconds = ", ".join(f"{part} {took:.0f} s" for part, took in result.seconds.items())
    faults, dossiers = with_dots(result.faults), with_dots(result.dossiers)
    return f"{word}: lỗi (faults) {faults}, hồ sơ (dossiers) {dossiers}, {told}; seed {result.seed}; {seconds}"
