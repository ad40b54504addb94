"""Shows the progress of the demo: a bar on a terminal, some lines elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.control import Control
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.segment import ControlType

from domain.values import Bilingual
from tools.local_stack.messages import Announce

LINES = 5
"""How many lines show the progress of the day without a terminal."""


def announcer(console: Console) -> Announce:
    """A function that prints each wait of the stack."""
    return lambda text: tell(console, text)


def tell(console: Console, text: Bilingual) -> None:
    """Prints what is being done. On a terminal the next call replaces the line."""
    line = f"{text.vi}  ({text.en})"
    if not console.is_terminal:
        console.print(line, soft_wrap=True)
        return
    clear(console)
    console.print(line[: console.width - 1], end="", style="dim", soft_wrap=True)


def clear(console: Console) -> None:
    """Removes the line of `tell`."""
    if console.is_terminal:
        console.control(Control((ControlType.CARRIAGE_RETURN,), (ControlType.ERASE_IN_LINE, 2)))


@contextmanager
def day(console: Console, count: int) -> Iterator[Callable[[int], None]]:
    """Shows the progress of the day. The given function is called with the number of finished dossiers."""
    if not console.is_terminal:
        yield _in_lines(console, count)
        return
    clear(console)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("Một ngày làm việc (a working day)", total=count)
        yield lambda done: progress.update(task, completed=done)


def _in_lines(console: Console, count: int) -> Callable[[int], None]:
    every = max(1, count // LINES)

    def report(done: int) -> None:
        if done % every == 0 or done == count:
            tell(console, Bilingual(vi=f"Đã xong {done}/{count} hồ sơ", en=f"{done} of {count} dossiers done"))

    return report
