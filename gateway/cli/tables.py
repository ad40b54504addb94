"""Tables on a terminal."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from gateway.cli.output import one_line

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

TABLE_FROM = 110
"""Columns of the narrowest terminal on which a list with long codes is a table."""


def headed(title: str, *columns: str, whole: Collection[int] = ()) -> Table:
    """A table with a title. Long texts are wrapped and not cut; the columns with the numbers `whole` never wrap."""
    from rich import box
    from rich.table import Table

    table = Table(*columns, title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for number, column in enumerate(table.columns):
        column.overflow, column.no_wrap = "fold", number in whole
    return table


def paragraph(head: str, *lines: str) -> Iterator[RenderableType]:
    """An entry of a list whose codes leave a table no room: its name, which is copied, and lines below it."""
    from rich.padding import Padding

    yield one_line(head, "bold")
    for line in lines:
        yield Padding(one_line(line), (0, 0, 0, 2), expand=False)


def dotted(parts: Iterable[str]) -> str:
    """What there is of the parts, as one line."""
    return " · ".join(filter(None, parts))
