"""Found dossiers as an Excel workbook: one sheet, or more for more rows than a sheet can have; notes stand above.

Rows go to a temporary file one by one; texts are always texts, never formulas or links.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from tempfile import TemporaryDirectory
from typing import IO, Any

import xlsxwriter

from activities.ledger.search.reader import FoundDossier
from domain.text.printable import printable
from gateway.i18n.wording import say
from gateway.views.exports.batches import in_batches
from gateway.views.exports.columns import Cell, Wording, cells, headings

MOST_ROWS = 1_000_000
"""Of a sheet. A sheet of Excel has 1,048,576."""
SHEET = say("Hồ sơ", "Dossiers")


async def write_xlsx(
    rows: AsyncIterator[FoundDossier], file: IO[bytes], wording: Wording, most: int = MOST_ROWS
) -> int:
    """Writes the whole workbook into `file`; returns how many dossiers it has. `most`: rows of a sheet."""
    written = 0
    with _Workbook(file, wording, most) as workbook:
        async for batch in in_batches(rows):
            await asyncio.to_thread(workbook.add, batch)
            written += len(batch)
        await asyncio.to_thread(workbook.finish)
    return written


class _Workbook:
    """A workbook to which rows are added at the end."""

    def __init__(self, file: IO[bytes], wording: Wording, most: int) -> None:
        self._wording, self._most = wording, most
        self._folder = TemporaryDirectory(prefix="luongxanh-xlsx-")
        self._book: Any = xlsxwriter.Workbook(file, {"constant_memory": True, "tmpdir": self._folder.name})
        self._heading = self._book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#D9EAD3"})
        self._date = self._book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        self._sheets = 0
        self._begin_sheet()

    def __enter__(self) -> _Workbook:
        return self

    def __exit__(self, *_: object) -> None:
        if not self._book.fileclosed:  # the rows ended with an error; the library would write on
            for sheet in self._book.worksheets():
                sheet._opt_close()
            self._book.fileclosed = True
        self._folder.cleanup()

    def _begin_sheet(self) -> None:
        self._sheets += 1
        name = self._wording.of(SHEET) + ("" if self._sheets == 1 else f" {self._sheets}")
        self._sheet = self._book.add_worksheet(name)
        for number, note in enumerate(self._wording.notes):
            self._sheet.write_string(number, 0, printable(note))
        self._top = len(self._wording.notes)
        self._sheet.freeze_panes(self._top + 1, 1)
        for number, column in enumerate(self._wording.columns):
            self._sheet.set_column(number, number, column.width)
        self._sheet.set_row(self._top, 48)
        for number, heading in enumerate(headings(self._wording)):
            self._sheet.write_string(self._top, number, heading, self._heading)
        self._row = self._top

    def _end_sheet(self) -> None:
        self._sheet.autofilter(self._top, 0, self._row, len(self._wording.columns) - 1)

    def add(self, batch: Sequence[FoundDossier]) -> None:
        """Writes the rows below the last one."""
        for dossier in batch:
            if self._row - self._top == self._most:
                self._end_sheet()
                self._begin_sheet()
            self._row += 1
            for number, cell in enumerate(cells(dossier, self._wording)):
                self._write(number, cell)

    def _write(self, number: int, cell: Cell) -> None:
        match cell:
            case None:
                pass
            case datetime():
                self._sheet.write_datetime(self._row, number, cell, self._date)
            case str():
                self._sheet.write_string(self._row, number, cell)
            case int():
                self._sheet.write_number(self._row, number, cell)

    def finish(self) -> None:
        """Packs the sheets into the file."""
        self._end_sheet()
        self._book.close()
