"""Shows the progress of the benchmark on standard error: a bar on a terminal, and a line after each part."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from tools.benchmark.driving.closed_loop import Ended


class BenchProgress:
    """Tells what is being done and what came out of it."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def tell(self, line: str) -> None:
        """Prints one line."""
        self._console.print(line, style="dim", soft_wrap=True)

    @contextmanager
    def part(self, name: str, dossiers: int) -> Iterator[Ended]:
        """Shows a bar while a part is measured. The given function is called after each dossier."""
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        off = not self._console.is_terminal
        with Progress(*columns, console=self._console, transient=True, disable=off, refresh_per_second=1) as bar:
            task = bar.add_task(name, total=dossiers)
            yield lambda _: bar.advance(task)
