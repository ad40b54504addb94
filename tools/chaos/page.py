"""Shows a run while it goes on, and its table afterwards."""

from __future__ import annotations

import json
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from gateway.cli.output import print_json
from gateway.cli.terminal import Terminal
from tools.chaos.result import ChaosResult
from tools.chaos.running import ChaosOptions, run_chaos
from workers.checkout import CHECKOUT

FILE = CHECKOUT / "build" / "chaos.json"
SHOWN = 8
PROGRESS_EVERY = 5.0


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
        show(result, Terminal(width=140))
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
    """Prints the faults, the table and the verdict."""
    console.print(_faults(result))
    console.print(_table(result))
    for line in result.lines:
        for name in ("lost", "doubled", "late", "wrong", "lied"):
            mark = "·" if name == "lied" else "✗"
            for one in getattr(line, name)[:SHOWN]:
                console.print(f"{mark} {line.what.en}, {name}: {one}", soft_wrap=True, highlight=False)
    told = {
        "waits for a person": result.waiting,
        "people did": result.people,
        "people were refused": result.people_refused,
        "ended by itself": result.ended,
        "errors in the logs": result.errors,
    }
    for what, said in told.items():
        for name, count in said.items():
            console.print(f"· {what}: {name} × {count}", soft_wrap=True, highlight=False)
    for one in (*result.not_struck, *result.not_done):
        console.print(f"· {one}", soft_wrap=True, highlight=False)
    console.print(_verdict(result), soft_wrap=True, highlight=False)


def _faults(result: ChaosResult) -> Table:
    table = Table(title=f"Lỗi đã gây ra (faults injected): {result.faults}")
    table.add_column("")
    table.add_column("")
    for system, kinds in result.calls.items():
        table.add_row(system, " ".join(f"{kind} {count}" for kind, count in kinds.items()))
    table.add_row("strikes", " ".join(f"{kind} {count}" for kind, count in result.strikes.items()))
    table.add_row("connections", str(result.connections))
    return table


def _table(result: ChaosResult) -> Table:
    table = Table(title=f"{result.dossiers} hồ sơ (dossiers), seed {result.seed}")
    table.add_column("")
    for heading in ("bên ngoài đếm (outside)", "sổ cái (ledger)", "mất (lost)", "trùng (doubled)", "trễ", "sai", ""):
        table.add_column(heading, justify="right")
    for line in result.lines:
        counts = (line.outside, line.ledger, len(line.lost), len(line.doubled), len(line.late), len(line.wrong))
        table.add_row(f"{line.what.vi} ({line.what.en})", *map(str, counts), "✓" if line.holds else "✗")
    return table


def _verdict(result: ChaosResult) -> str:
    """The last line."""
    word = "ĐẠT (pass)" if result.passed else "KHÔNG ĐẠT (fail)"
    dossiers = f"{result.faults} faults, {result.dossiers} dossiers"
    return (
        f"{word}: {dossiers}, {result.lost} lost, {result.doubled} doubled, "
        f"{result.late} late, "
        f"{result.wrong} wrong, {result.lied_about} lied about; seed {result.seed}, {result.seconds}"
    )
