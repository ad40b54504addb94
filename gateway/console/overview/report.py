"""A report: some tables with a title and notes, which is written as CSV, as an Excel workbook, and on paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.values import VIETNAM

Cell = str | int | float | datetime | None
"""An instant is in Vietnam's time, without its zone: tables of offices know none."""


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


def local(at: datetime | None) -> datetime | None:
    """An instant as a cell has it."""
    return None if at is None else at.astimezone(VIETNAM).replace(tzinfo=None, second=0, microsecond=0)
