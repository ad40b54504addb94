"""Writes a report as CSV, as an Excel workbook, and as a PDF."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from domain.text.printable import printable
from gateway.console.overview.report import Cell, Report, Sheet
from gateway.i18n.wording import say
from gateway.views.exports.csv_file import told
from gateway.views.prints.typeset import typeset

TEMPLATES = Path(__file__).parent
ON_PAPER = 165
"""The characters beside each other on a sheet of paper. A wider table goes on below, with its first column again."""
NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
LONGEST_NAME = 31
"""Of a sheet of Excel."""
NO_ROWS = say("Không có.", "None.")


def write_csv(report: Report, _language: str) -> bytes:
    """All tables below each other. A text that a spreadsheet would compute stays a text."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerows([_told(line)] for line in (report.title, *report.notes))
    for sheet in report.sheets:
        lines.writerow([])
        lines.writerows([_told(line)] for line in (sheet.title, sheet.note) if line)
        lines.writerow([_told(heading) for heading in sheet.headings])
        lines.writerows([_told(cell) for cell in row] for row in sheet.rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _told(cell: Cell) -> str | int | float:
    if isinstance(cell, float):
        return cell
    return told(printable(cell) if isinstance(cell, str) else cell)


def write_xlsx(report: Report, _language: str) -> bytes:
    """A sheet for each table. Texts are texts, never formulas or links; numbers are numbers, and instants are dates."""
    file = io.BytesIO()
    book: Any = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    formats = {
        "title": book.add_format({"bold": True, "font_size": 13}),
        "heading": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#D9EAD3"}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "number": book.add_format({"valign": "top"}),
        "date": book.add_format({"num_format": "dd/mm/yyyy hh:mm", "valign": "top"}),
    }
    for sheet, name in zip(report.sheets, _names(report), strict=True):
        _write_sheet(book.add_worksheet(name), report, sheet, formats)
    book.close()
    return file.getvalue()


def _write_sheet(page: Any, report: Report, sheet: Sheet, formats: dict[str, Any]) -> None:
    above = [line for line in (*report.notes, sheet.title, sheet.note) if line]
    page.write_string(0, 0, printable(report.title), formats["title"])
    for number, line in enumerate(above, 1):
        page.write_string(number, 0, printable(line))
    first = len(above) + 1
    page.freeze_panes(first + 1, 1)
    page.autofilter(first, 0, first + max(1, len(sheet.rows)), len(sheet.headings) - 1)
    for column, (words, width) in enumerate(zip(sheet.headings, sheet.columns, strict=True)):
        page.set_column(column, column, width)
        page.write_string(first, column, words, formats["heading"])
    for number, row in enumerate(sheet.rows, first + 1):
        for column, cell in enumerate(row):
            _write_cell(page, number, column, cell, formats)


def _write_cell(page: Any, row: int, column: int, cell: Cell, formats: dict[str, Any]) -> None:
    match cell:
        case None:
            pass
        case datetime():
            page.write_datetime(row, column, cell, formats["date"])
        case str():
            page.write_string(row, column, printable(cell), formats["text"])
        case _:
            page.write_number(row, column, cell, formats["number"])


def _names(report: Report) -> Iterator[str]:
    """The names of the sheets: what Excel takes, each once."""
    taken: set[str] = set()
    for sheet in report.sheets:
        name = NOT_IN_NAMES.sub(" ", sheet.title)[:LONGEST_NAME].strip() or "–"
        number = 2
        while name.casefold() in taken:
            name = f"{name[: LONGEST_NAME - 4].strip()} {number}"
            number += 1
        taken.add(name.casefold())
        yield name


def write_pdf(report: Report, language: str) -> bytes:
    """The tables on sheets of A4, with every column."""
    tables = [_table(sheet, language) for sheet in report.sheets]
    data = {"title": report.title, "notes": report.notes, "language": language, "tables": tables}
    return typeset("report", data, TEMPLATES)


def _table(sheet: Sheet, language: str) -> dict[str, Any]:
    notes = [sheet.note] if sheet.note else []
    if not sheet.rows:
        notes.append(NO_ROWS.vi if language == "vi" else NO_ROWS.en)
    written = [[_on_paper(cell, language) for cell in row] for row in sheet.rows]
    blocks = [_block(sheet, columns, written) for columns in _blocks(sheet)]
    return {"title": sheet.title, "notes": notes, "blocks": blocks}


def _blocks(sheet: Sheet) -> Iterator[list[int]]:
    """The columns that stand beside each other. Each block begins with the first column, so that a row has its name."""
    first, *others = sheet.columns
    block, wide = [0], first
    for column, width in enumerate(others, 1):
        if wide + width > ON_PAPER and len(block) > 1:
            yield block
            block, wide = [0], first
        block.append(column)
        wide += width
    yield block


def _block(sheet: Sheet, columns: list[int], rows: list[list[str]]) -> dict[str, Any]:
    numbers = [all(isinstance(row[column], int | float | None) for row in sheet.rows) for column in columns]
    widths = [sheet.columns[column] for column in columns]
    whole = sum(widths) if sum(widths) > ON_PAPER * 3 // 4 else ON_PAPER
    return {
        "widths": [100 * width / whole for width in widths],
        "numbers": numbers,
        "headings": [sheet.headings[column] for column in columns],
        "rows": [[row[column] for column in columns] for row in rows],
    }


def _on_paper(cell: Cell, language: str) -> str:
    match cell:
        case None:
            return ""
        case datetime():
            return f"{cell:%H:%M %d/%m/%Y}"
        case str():
            return cell
    text = f"{cell:,}"
    return text.replace(",", " ").replace(".", ",").replace(" ", ".") if language == "vi" else text
