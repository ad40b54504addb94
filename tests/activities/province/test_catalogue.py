"""Tests of importing the national catalogue: every row is accounted for, and none is lost or doubled."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from activities.province.catalogue_import import CATALOGUE, CatalogueReport, import_catalogue, stored_catalogue
from domain.errors import InvalidInput
from tests.support.ninh_binh import FOLDER
from tests.support.vietnamese import foreign

ROW: dict[str, Any] = {
    "code": "1.000001",
    "name": "Thủ tục thử",
    "decision": "1/QĐ-BTP",
    "levels": ["commune"],
    "field": "Hộ tịch",
    "applicants": ["citizen"],
    "channels": [{"channel": "counter", "limit": 3, "unit": "working_day", "fee_vnd": 8000}],
    "result": {"name": "Trích lục", "code": "KQ.G15.000034"},
}


def terms(**changes: Any) -> dict[str, Any]:
    """The one channel of ROW, with changes."""
    return {"channels": [{**ROW["channels"][0], **changes}]}


def lines(*rows: dict[str, Any] | bytes) -> bytes:
    """A file with each row as JSON, or as the given bytes."""
    return b"".join((row if isinstance(row, bytes) else json.dumps(row).encode()) + b"\n" for row in rows)


def imported(tmp_path: Path, *rows: dict[str, Any] | bytes, dry_run: bool = False) -> CatalogueReport:
    """Imports the rows into a province's folder below tmp_path."""
    file = tmp_path / "file.jsonl"
    file.write_bytes(lines(*rows))
    report = import_catalogue(file, tmp_path / "province", dry_run=dry_run)
    assert report.imported + report.imported_with_warning + report.refused == report.rows
    return report


def test_every_row_of_the_national_catalogue_is_accounted_for(tmp_path: Path) -> None:
    """For all shipped rows, and one without a channel, the imported, warned and refused rows add up."""
    national = (FOLDER / CATALOGUE).read_bytes()
    file = tmp_path / "national.jsonl"
    file.write_bytes(national + lines({**ROW, "code": "1.009824", "channels": []}))
    report = import_catalogue(file, tmp_path)
    assert (report.rows, report.imported, report.imported_with_warning, report.refused) == (1278, 960, 317, 1)
    assert (tmp_path / CATALOGUE).read_bytes() == national


def test_the_account_has_exactly_the_promised_keys(tmp_path: Path) -> None:
    """`--json` prints rows, imported, imported_with_warning, refused, and problems with row, code and problem."""
    account = imported(tmp_path, {**ROW, **terms(limit=None, unit=None)}, b"{").as_json()
    assert list(account) == ["rows", "imported", "imported_with_warning", "refused", "problems"]
    assert [set(problem) for problem in account["problems"]] == [{"row", "code", "problem"}] * 2
    assert json.loads(json.dumps(account)) == account


ONCE_EACH = ("no_limit", "fee_unknown", "channel_repeated")

WARNED: list[tuple[dict[str, Any], list[str]]] = [
    (terms(limit=None, unit=None), ["no_limit"]),
    ({"channels": [{"channel": "online", "limit": None, "fee_vnd": None}]}, ["no_limit", "fee_unknown"]),
    ({"channels": ROW["channels"] * 2}, ["channel_repeated"]),
    ({"channels": [{"channel": "online", "limit": None, "fee_vnd": None}] * 2}, list(ONCE_EACH)),
]


@pytest.mark.parametrize(("changes", "codes"), WARNED)
def test_an_incomplete_row_is_imported_with_a_warning(
    tmp_path: Path, changes: dict[str, Any], codes: list[str]
) -> None:
    """A row without a limit, with an unknown fee or a repeated channel is imported as published, with a warning."""
    report = imported(tmp_path, {**ROW, **changes})
    assert (report.imported, report.imported_with_warning, report.refused) == (0, 1, 0)
    assert [problem.problem.split(":")[0] for problem in report.problems] == codes
    assert [entry.code for entry in stored_catalogue(tmp_path / "province")] == ["1.000001"]


REFUSED: list[tuple[dict[str, Any] | bytes, str | None, str]] = [
    ({**ROW, "channels": []}, "1.000001", "no_channel"),
    ({**ROW, **terms(fee_vnd=-1)}, "1.000001", "negative_fee"),
    ({**ROW, **terms(fee_vnd=0.5)}, "1.000001", "fractional_fee"),
    ({**ROW, **terms(fee_vnd=True)}, "1.000001", "fractional_fee"),
    ({**ROW, **terms(limit=0)}, "1.000001", "limit_out_of_range"),
    ({**ROW, **terms(limit=10_000)}, "1.000001", "limit_out_of_range"),
    ({**ROW, **terms(unit="fortnight")}, "1.000001", "invalid_value"),
    ({**ROW, **terms(unit=None)}, "1.000001", "limit_without_unit"),
    ({**ROW, **terms(channel="pigeon")}, "1.000001", "invalid_value"),
    ({**ROW, "code": "không có"}, "không có", "invalid_value"),
    ({key: value for key, value in ROW.items() if key != "name"}, "1.000001", "missing_field"),
    ({**ROW, "name": "x" * 3_000_000}, "1.000001", "invalid_value"),
    ({**ROW, "code": 7}, None, "invalid_value"),
    ({**ROW, "name": "Thủ tục\x1b[31m"}, "1.000001", "control_character"),
    ({**ROW, "result": {"name": "Trích\u202elục", "code": "KQ"}}, "1.000001", "control_character"),
    ({**ROW, "ten\u200b": 1}, "1.000001", "control_character"),
    (b'{"code": "1.1', None, "not_json"),
    (b"[1, 2]", None, "not_an_object"),
    (b'{"code": "\xff"}', None, "invalid_utf8"),
    (b"[" * 100_000, None, "not_json"),
]


@pytest.mark.parametrize(("row", "code", "problem"), REFUSED)
def test_a_row_that_cannot_be_used_is_refused_and_stops_nothing(
    tmp_path: Path, row: dict[str, Any] | bytes, code: str | None, problem: str
) -> None:
    """A wrong row is refused with its line, its code if known, and the reason; the other rows are imported."""
    report = imported(tmp_path, {**ROW, "code": "1.000000"}, row, {**ROW, "code": "1.000002"})
    assert (report.rows, report.imported, report.refused) == (3, 2, 1)
    assert [(p.row, p.code, p.problem.split(":")[0]) for p in report.problems] == [(2, code, problem)]
    assert len(report.problems[0].problem) < 500
    vietnamese = report.problems[0].problem.removeprefix(f"{problem}: ").partition(" / ")[0]
    words = re.sub(r"\S*[a-z]\.\w+(\.\w+)*|'[\w-]+'|0x\w+|giá trị \S+ không", "", vietnamese)
    assert [word for word in foreign(words, frozenset({"channels", "name", "code", "unit"})) if word != "pigeon"] == []


def test_a_mark_of_the_byte_order_is_no_part_of_the_first_row(tmp_path: Path) -> None:
    """A byte order mark, as spreadsheets write it, is ignored."""
    report = imported(tmp_path, b"\xef\xbb\xbf" + json.dumps(ROW).encode(), {**ROW, "code": "1.000002"})
    assert (report.imported, report.refused) == (2, 0)


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xef\xbb\xbf", b"{}\n" * 60_000])
def test_a_file_that_is_no_catalogue_is_refused_whole(tmp_path: Path, content: bytes) -> None:
    """A file without any row, or with too many lines, is refused quickly and imports nothing."""
    (tmp_path / "rows.jsonl").write_bytes(content)
    with pytest.raises(InvalidInput, match="catalogue_unreadable"):
        import_catalogue(tmp_path / "rows.jsonl", tmp_path / "province")
    assert not (tmp_path / "province" / CATALOGUE).exists()


def test_what_is_stored_is_read_as_it_stands(tmp_path: Path) -> None:
    """A stored row that an earlier release accepted does not stop any command."""
    stored = tmp_path / "province" / CATALOGUE
    stored.parent.mkdir(parents=True)
    stored.write_text(json.dumps({**ROW, "name": "Thủ tục\x1b[31m"}), encoding="utf-8")
    assert [entry.code for entry in stored_catalogue(tmp_path / "province")] == ["1.000001"]


def test_a_code_listed_twice_is_imported_once(tmp_path: Path) -> None:
    """Of two rows with one code the first counts; the second is refused and names the first."""
    report = imported(tmp_path, ROW, {**ROW, "name": "Khác"})
    assert (report.imported, report.refused) == (1, 1)
    assert "1" in report.problems[0].problem
    assert stored_catalogue(tmp_path / "province")[0].name == "Thủ tục thử"


def test_the_second_import_changes_nothing(tmp_path: Path) -> None:
    """The same file imported again changes nothing, and the stored file has the same bytes."""
    first = imported(tmp_path, ROW)
    stored = (tmp_path / "province" / CATALOGUE).read_bytes()
    second = imported(tmp_path, ROW)
    assert (first.diff.added, first.diff.unchanged) == (("1.000001",), 0)
    assert (second.diff.added, second.diff.changed, second.diff.unchanged) == ((), (), 1)
    assert (tmp_path / "province" / CATALOGUE).read_bytes() == stored
    assert second.as_json() == first.as_json()


def test_the_diff_names_what_changed(tmp_path: Path) -> None:
    """The second import lists new procedures, changed ones with their changes, and removed ones."""
    imported(tmp_path, ROW, {**ROW, "code": "1.000002"})
    report = imported(tmp_path, {**ROW, "name": "Tên mới", **terms(fee_vnd=0)}, {**ROW, "code": "1.000003"})
    assert report.diff.added == ("1.000003",)
    assert [(change.code, change.fields) for change in report.diff.changed] == [("1.000001", ("name", "channels"))]
    assert report.diff.absent == ("1.000002",)
    codes = [entry.code for entry in stored_catalogue(tmp_path / "province")]
    assert codes == ["1.000001", "1.000002", "1.000003"]


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    """With --dry-run the account and the differences are the same, and the folder is not changed."""
    dry = imported(tmp_path, ROW, dry_run=True)
    assert not (tmp_path / "province").exists()
    assert dry.dry_run
    real = imported(tmp_path, ROW)
    assert (real.as_json(), real.diff) == (dry.as_json(), dry.diff)


def test_names_are_kept_in_one_form(tmp_path: Path) -> None:
    """A name in NFD equals the same name in NFC, so importing the other form changes nothing."""
    imported(tmp_path, ROW)
    report = imported(tmp_path, {**ROW, "name": unicodedata.normalize("NFD", ROW["name"])})
    assert report.diff.unchanged == 1


def test_blank_lines_are_no_rows(tmp_path: Path) -> None:
    """Rows are numbered by their line, and blank lines are not rows."""
    report = imported(tmp_path, b"", ROW, b"   ", b"{")
    assert (report.rows, report.refused) == (2, 1)
    assert report.problems[0].row == 4


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    """A wrong path is reported, and nothing is imported."""
    with pytest.raises(InvalidInput, match="catalogue_unreadable"):
        import_catalogue(tmp_path / "none.jsonl", tmp_path / "province")
    assert not (tmp_path / "province").exists()


def test_a_damaged_store_is_told_and_kept(tmp_path: Path) -> None:
    """A stored catalogue that cannot be read is reported and not overwritten."""
    imported(tmp_path, ROW)
    stored = tmp_path / "province" / CATALOGUE
    stored.write_bytes(b"{broken\n")
    with pytest.raises(InvalidInput, match="catalogue_damaged"):
        imported(tmp_path, ROW)
    assert stored.read_bytes() == b"{broken\n"
