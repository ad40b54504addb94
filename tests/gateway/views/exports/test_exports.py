"""Tests of the tables of dossiers for people: what a spreadsheet shows when it opens them, and the memory they take."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import AsyncIterator
from contextlib import aclosing, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import psutil
import pytest
from defusedxml.ElementTree import fromstring

from activities.ledger.pool import open_pool
from activities.ledger.search.query import ALL_DOSSIERS
from activities.ledger.search.reader import DossierSearch, FoundDossier, Search
from domain.values import VIETNAM
from gateway.views.exports.columns import COLUMNS, Wording
from gateway.views.exports.csv_file import COMPUTED, write_csv
from gateway.views.exports.xlsx_file import write_xlsx
from gateway.views.names import Names
from tests.support.databases import Database
from tests.support.ninh_binh import TODAY, ninh_binh

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=VIETNAM)
NAMES = Names.of_province(ninh_binh(), TODAY)
VI, EN = (Wording(names=NAMES, language=language, at=NOW) for language in ("vi", "en"))
UNIT, PROCEDURE = "13285", "1.001193"
DOSSIER: dict[str, Any] = {
    "code": "H42.13285-261101-0001",
    "version": 4,
    "state": "processing",
    "portal_code": 4,
    "procedure": PROCEDURE,
    "channel": "online",
    "received_by": UNIT,
    "competent": UNIT,
    "responsible": UNIT,
    "assignee": "cb.13285.specialist.1",
    "received_at": "2026-11-17T23:30:00Z",
    "promised_due": "2026-11-19T10:00:00Z",
    "overdue_promised_from": "2026-11-19T10:00:00Z",
    "statutory_due": "2026-11-27T10:00:00Z",
    "overdue_statutory_from": "2026-11-27T10:00:00Z",
    "late_promised_by": [{"kind": "unit", "code": UNIT}, {"kind": "applicant"}],
    "late_statutory_by": [{"kind": "unit", "code": UNIT}],
    "rung": "hen-qua-4-gio",
    "crossing": True,
    "updated_at": "2026-11-20T01:00:00.123456Z",
    "green": "Luồng Xanh 16 giờ",
    "incident_systems": ["signing", "signing"],
}


def dossier(**changed: Any) -> FoundDossier:
    return FoundDossier.model_validate({**DOSSIER, **changed})


async def stream(*rows: FoundDossier) -> AsyncIterator[FoundDossier]:
    for row in rows:
        yield row


async def as_csv(*rows: FoundDossier, wording: Wording = VI) -> list[dict[str, str]]:
    """The rows as a spreadsheet reads them."""
    file = io.BytesIO()
    assert await write_csv(stream(*rows), file, wording) == len(rows)
    content = file.getvalue()
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


async def as_xlsx(*rows: FoundDossier, wording: Wording = VI, most: int = 1_000_000) -> ZipFile:
    file = io.BytesIO()
    assert await write_xlsx(stream(*rows), file, wording, most) == len(rows)
    return ZipFile(file)


SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def cells_of(book: ZipFile, sheet: int = 1) -> list[dict[str, tuple[str, str]]]:
    """The cells of each row: by column, the type and the content. A formula is no content."""
    tree = fromstring(book.read(f"xl/worksheets/sheet{sheet}.xml"))
    assert tree.find(f".//{SHEET}f") is None
    rows = []
    for row in tree.iter(f"{SHEET}row"):
        found = {}
        for cell in row.iter(f"{SHEET}c"):
            content = "".join(cell.itertext())
            found[re.sub(r"\d", "", cell.get("r"))] = (cell.get("t", "n"), content)
        rows.append(found)
    return rows


async def test_a_row_is_told_in_words() -> None:
    """Codes stand beside their names, instants are in Vietnam's time, lateness says whose it is."""
    (row,) = await as_csv(dossier())
    assert list(row) == [column.heading.vi for column in COLUMNS]
    assert row["Mã hồ sơ"] == DOSSIER["code"]
    assert (row["Trạng thái"], row["Mã trạng thái"]) == ("Đang xử lý", "processing")
    assert (row["Mã thủ tục"], row["Thủ tục"]) == (PROCEDURE, NAMES.procedure(PROCEDURE))
    assert NAMES.procedure(PROCEDURE) != PROCEDURE
    assert (row["Mã đơn vị tiếp nhận"], row["Đơn vị tiếp nhận"]) == (UNIT, "Phường Phủ Lý")
    assert (row["Tiếp nhận lúc"], row["Thay đổi lần cuối"]) == ("2026-11-18 06:30", "2026-11-20 08:00")
    assert (row["Trễ hẹn"], row["Trễ quy định"]) == ("có", "không")
    assert row["Trễ hẹn do"] == "Phường Phủ Lý, người nộp (chờ bổ sung)"
    assert (row["Trễ quy định do"], row["Kết thúc lúc"]) == ("", "")
    assert row["Nộp khác nơi giải quyết"] == "có"
    assert row["Bậc leo thang"] == "quá hạn hẹn trả 4 giờ làm việc"
    assert row["Sự cố kết nối"] == "dịch vụ ký số từ xa"


async def test_the_table_is_in_the_chosen_language() -> None:
    """In English the headings and the words are English; codes and names of the province stay."""
    (row,) = await as_csv(dossier(), wording=EN)
    assert list(row) == [column.heading.en for column in COLUMNS]
    assert (row["State"], row["Received elsewhere"]) == ("processing", "yes")


INJECTED = ['=HYPERLINK("http://evil")', "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", " =1+1", "\r\n=1", "\uff1d1+1"]


@pytest.mark.parametrize("text", INJECTED)
async def test_no_text_is_computed(text: str) -> None:
    """A text that looks like a formula is a text: in CSV behind an apostrophe, in XLSX by its type."""
    row = dossier(green=text)
    (told,) = await as_csv(row)
    assert told["Luồng Xanh"].startswith("'") or not told["Luồng Xanh"].lstrip().startswith(COMPUTED)
    kinds = {kind for cell in cells_of(await as_xlsx(row)) for kind, _ in cell.values()}
    assert kinds <= {"inlineStr", "s", "n"}


async def test_a_negative_number_stays_a_number() -> None:
    """Minutes below zero are numbers in both formats."""
    row = dossier(late_promised_minutes=-30)
    (told,) = await as_csv(row)
    assert told["Trễ hẹn (phút làm việc)"] == "-30"
    cells = cells_of(await as_xlsx(row))[1]
    assert ("n", "-30") in cells.values()


async def test_a_text_with_a_comma_a_quote_or_a_control_character_stays_in_its_cell() -> None:
    """Commas and quotes are kept; what cannot be seen is written out."""
    (told,) = await as_csv(dossier(green='Luồng "Xanh", 16 giờ\u202e\x07'))
    assert told["Luồng Xanh"] == 'Luồng "Xanh", 16 giờ\\u202e\\x07'


async def test_the_sheet_opens_ready_to_use() -> None:
    """The heading stays in view and filters the rows; instants are dates of the sheet; columns have a width."""
    book = await as_xlsx(dossier(), dossier(code="H42.13285-261101-0002", promised_due=None))
    assert 'name="Hồ sơ"' in book.read("xl/workbook.xml").decode()
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert '<pane xSplit="1" ySplit="1" topLeftCell="B2"' in sheet
    assert '<autoFilter ref="A1:AC3"/>' in sheet
    assert sheet.count("<col ") >= 5
    assert 'formatCode="dd/mm/yyyy hh:mm"' in book.read("xl/styles.xml").decode()
    headings, first, second = cells_of(book)
    assert [content for _, content in headings.values()] == [column.heading.vi for column in COLUMNS]
    place = {content: letter for letter, (_, content) in headings.items()}
    kind, number = first[place["Hạn hẹn trả"]]
    minutes = round(float(number) * 24 * 60)
    first_day = datetime(1899, 12, 30, tzinfo=VIETNAM)
    assert (kind, first_day + timedelta(minutes=minutes)) == ("n", datetime(2026, 11, 19, 17, 0, tzinfo=VIETNAM))
    assert place["Hạn hẹn trả"] not in second


async def test_notes_stand_above_the_headings() -> None:
    """What the list was asked for; the rows are counted and filtered below them. CSV stays a table."""
    noted = replace(VI, notes=("Sổ hồ sơ", "Trạng thái: =1+1"))
    book = await as_xlsx(dossier(), dossier(), dossier(), wording=noted, most=2)
    notes = [row["A"] for row in cells_of(book)[:2]]
    assert [(kind, content) for kind, content in notes] == [("inlineStr", one) for one in noted.notes]
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert '<autoFilter ref="A3:AC5"/>' in sheet
    assert 'ySplit="3"' in sheet
    assert len(await as_csv(dossier(), wording=noted)) == 1


async def test_more_rows_than_a_sheet_can_have_go_on_another() -> None:
    """The next sheet has its own headings; no row is lost."""
    book = await as_xlsx(*(dossier(code=f"H42.13285-261101-{number:04d}") for number in range(5)), most=2)
    codes = [row["A"][1] for sheet in (1, 2, 3) for row in cells_of(book, sheet)[1:]]
    assert codes == [f"H42.13285-261101-{number:04d}" for number in range(5)]
    assert 'name="Hồ sơ 3"' in book.read("xl/workbook.xml").decode()


async def test_an_empty_table_has_its_headings() -> None:
    """A search that found nothing gives a table without rows."""
    assert await as_csv() == []
    assert len(cells_of(await as_xlsx())) == 1


async def test_rows_that_end_with_an_error_leave_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error of the rows is raised, and the temporary files of the sheet are closed."""

    async def broken() -> AsyncIterator[FoundDossier]:
        yield dossier()
        raise ConnectionError

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(ConnectionError):
        await write_xlsx(broken(), io.BytesIO(), VI)
    assert list(tmp_path.iterdir()) == []
    assert still_open_below(tmp_path) == []


def still_open_below(folder: Path) -> list[str]:
    """The files of a folder that this process has open, also those that have no name any more."""
    found = []
    for one in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # of this very listing
            found.append(str(one.readlink()))
    return [one for one in found if one.startswith(str(folder))]


MANY, MOST_GROWTH = 25_000, 30 * 1024 * 1024
FILL = """
insert into dossier (code, version, state, portal_code, procedure, channel, received_by, competent, responsible,
    crossing, received_at, promised_due, updated_at, snapshot)
select 'H42.13285-261101-' || lpad(n::text, 6, '0'), 1, 'processing', 4, '1.001193', 'online',
    '13285', '13285', '13285', false, now() - n * interval '1 minute', now(), now(),
    jsonb_build_object('documents', repeat('tài liệu ', 100))
from generate_series(1, $1) n
"""


class Watched(io.FileIO):
    """A file that looks at the memory of this process with each write."""

    peak = 0

    def write(self, content: Any) -> int:
        """Writes, and keeps the most memory that was seen."""
        self.peak = max(self.peak, psutil.Process().memory_info().rss)
        return super().write(content)


@pytest.mark.stack
@pytest.mark.parametrize("write", [write_csv, write_xlsx])
async def test_the_memory_of_a_large_table_is_bounded(database: Database, tmp_path: Path, write: Any) -> None:
    """Twenty-five thousand dossiers take less than 30 MB more than the process had."""
    pool = await open_pool(database.url, 1)
    await pool.execute(FILL, MANY)
    search = DossierSearch(pool)
    with Watched(str(tmp_path / "warm"), "w") as warm:
        await write(stream(dossier()), warm, VI)
    before = psutil.Process().memory_info().rss
    with Watched(str(tmp_path / "table"), "w+") as table:
        async with aclosing(watched(search, table)) as rows:
            assert await write(rows, table, VI) == MANY
    assert table.peak > 0
    assert table.peak - before < MOST_GROWTH
    await pool.close()


async def watched(search: DossierSearch, table: Watched) -> Any:
    """All rows of the register; looks at the memory of this process now and then."""
    async with aclosing(search.all(Search(scope=ALL_DOSSIERS, at=NOW))) as rows:
        number = 0
        async for row in rows:
            number += 1
            if number % 1_000 == 0:
                table.peak = max(table.peak, psutil.Process().memory_info().rss)
            yield row
