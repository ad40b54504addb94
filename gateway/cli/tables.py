"""Tables on a terminal."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table


def headed(title: str, *columns: str, whole: Collection[int] = ()) -> Table:
    """A table with a title. Long texts are wrapped and not cut; the columns with the numbers `whole` never wrap."""
    from rich import box
    from rich.table import Table

    table = Table(*columns, title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for number, column in enumerate(table.columns):
        column.overflow, column.no_wrap = "fold", number in whole
    return table
