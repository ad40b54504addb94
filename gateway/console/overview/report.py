"""A report: some tables with a title and notes, which is written as CSV, as an Excel workbook, and on paper."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.views.exports import columns

Cell = columns.Cell | float


@dataclass(frozen=True)
class Sheet:
    """A table with a title. A cell without a value is None.

    `widths`: of its columns in characters; empty: the first is wide, the others as a number needs. `note`: a sentence
    below the title.
    """

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[int, ...] = ()
    note: str = ""

    @property
    def columns(self) -> tuple[int, ...]:
        """The width of every column."""
        return self.widths or (FIRST_WIDTH, *(OTHER_WIDTH for _ in self.headings[1:]))


FIRST_WIDTH, OTHER_WIDTH = 40, 12


@dataclass(frozen=True)
class Report:
    """Tables below each other. `notes`: of what, of which period, made when and by whom; each a line."""

    title: str
    notes: tuple[str, ...]
    sheets: tuple[Sheet, ...]


def with_share(part: int, of: int) -> tuple[Cell, Cell, Cell]:
    """The cells of a number that is a part: the number, its whole, and the share in percent (None: the whole is 0)."""
    return part, of, round(100 * part / of, 2) if of else None
