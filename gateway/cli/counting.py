"""A progress bar for long work on dossiers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from gateway.cli.output import Output, console


@contextmanager
def counting_dossiers(what: str, output: Output) -> Iterator[Callable[[int], None]]:
    """A progress bar on standard error that counts dossiers, on a terminal only."""
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:,.0f}"))
    unit = TextColumn(output.say("hồ sơ", "dossiers"))
    screen = console(stderr=True)
    with Progress(
        *columns, unit, TimeElapsedColumn(), console=screen, disable=output.json or not screen.is_terminal
    ) as bar:
        task = bar.add_task(what, total=None)

        def progress(done: int) -> None:
            bar.update(task, completed=done)

        yield progress
