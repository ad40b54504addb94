"""Tests of reports as files: every column on paper, texts as texts, numbers and dates as what they are."""

from __future__ import annotations

import io
from datetime import datetime
from zipfile import ZipFile

import pytest

from domain.values import VIETNAM
from gateway.console.overview.report import Report, Sheet
from gateway.console.overview.written import ON_PAPER, _blocks, write_csv, write_pdf, write_xlsx
from gateway.views.exports.columns import local

WIDE = Sheet("Đơn vị", ("Đơn vị", *(f"Số {number}" for number in range(30))), (("Xã A", *range(30)),))


def report(*sheets: Sheet) -> Report:
    return Report("Tổng quan", ("01/07/2025 – 31/07/2025",), sheets)


def test_every_column_is_on_paper() -> None:
    """A table that is wider than the paper goes on below, and each part has the first column."""
    blocks = list(_blocks(WIDE))
    assert len(blocks) > 1
    assert all(block[0] == 0 for block in blocks)
    assert [column for block in blocks for column in block[1:]] == list(range(1, 31))
    assert all(sum(WIDE.columns[column] for column in block) <= ON_PAPER for block in blocks)
    assert write_pdf(report(WIDE, Sheet("Trống", ("Hồ sơ",), ())), "vi").startswith(b"%PDF")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\uff1d1"])
def test_no_text_of_a_report_is_computed(text: str) -> None:
    """In CSV it stands behind an apostrophe or is written out; in a workbook it is a text."""
    hostile = Report(text, (text,), (Sheet(text, (text,), ((text,),), note=text),))
    for line in write_csv(hostile, "vi").decode("utf-8-sig").splitlines():
        assert line.strip('"') == "" or line.strip('"')[0] in ("'", "\\")
    book = ZipFile(io.BytesIO(write_xlsx(hostile, "vi")))
    assert "<f>" not in book.read("xl/worksheets/sheet1.xml").decode()


def test_numbers_are_numbers_and_instants_are_dates() -> None:
    """A spreadsheet can add and sort them. Two tables of one name are two sheets."""
    row = ("Xã A", 12, 0.5, local(datetime(2026, 11, 27, 9, 30, tzinfo=VIETNAM)), None)
    sheet = Sheet("Tên [dài]: " + "x" * 40, ("a", "b", "c", "d", "e"), (row,))
    book = ZipFile(io.BytesIO(write_xlsx(report(sheet, sheet), "vi")))
    cells = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<v>12</v>" in cells
    assert "<v>0.5</v>" in cells
    assert "<v>46353.39583" in cells
    assert "2026-11-27 09:30" in write_csv(report(sheet), "vi").decode()
    assert book.read("xl/workbook.xml").decode().count("<sheet ") == 2
