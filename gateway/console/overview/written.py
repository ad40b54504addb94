"""Writes tables as CSV, as an Excel workbook, and as a PDF."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from gateway.console.overview.sheets import Sheet
from gateway.views.exports.csv_file import told
from gateway.views.prints.typeset import typeset

TEMPLATES = Path(__file__).parent
MOST_COLUMNS_ON_PAPER = 12


def write_csv(sheets: Sequence[Sheet], title: str, _language: str) -> bytes:
    """All tables below each other. A text that a spreadsheet would compute stays a text."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow([told(title)])
    for sheet in sheets:
        lines.writerow([])
        lines.writerow([told(heading) for heading in sheet.headings])
        lines.writerows([cell if isinstance(cell, float) else told(cell) for cell in row] for row in sheet.rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def write_xlsx(sheets: Sequence[Sheet], title: str, _language: str) -> bytes:
    """A sheet for each table. Texts are texts, never formulas or links."""
    file = io.BytesIO()
    book: Any = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#D9EAD3"})
    for sheet in sheets:
        page = book.add_worksheet(sheet.title[:31])
        page.write_string(0, 0, title)
        page.freeze_panes(2, 1)
        page.set_column(0, 0, 40)
        page.set_column(1, len(sheet.headings), 14)
        for column, words in enumerate(sheet.headings):
            page.write_string(1, column, words, heading)
        for number, row in enumerate(sheet.rows, 2):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    page.write_string(number, column, cell)
                elif cell is not None:
                    page.write_number(number, column, cell)
    book.close()
    return file.getvalue()


def write_pdf(sheets: Sequence[Sheet], title: str, language: str) -> bytes:
    """The tables on sheets of A4. A table that is wider than the paper keeps its first columns."""
    shown = [
        {
            "headings": sheet.headings[:MOST_COLUMNS_ON_PAPER],
            "rows": [[_on_paper(cell, language) for cell in row[:MOST_COLUMNS_ON_PAPER]] for row in sheet.rows],
        }
        for sheet in sheets
    ]
    return typeset("overview", {"title": title, "language": language, "tables": shown}, TEMPLATES)


def _on_paper(cell: object, language: str) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    text = f"{cell:,}"
    return text.replace(",", " ").replace(".", ",").replace(" ", ".") if language == "vi" else text
