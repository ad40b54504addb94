"""Tests of mistakes in a province's calendars: each is reported with file, line and fix, and raises no other error."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from activities.province import ConfigurationErrors, load_province
from tests.support.ninh_binh import FOLDER

DESK, OVERRIDES, YEAR = "calendars/ninh-binh.yaml", "calendars/overrides.yaml", "calendars/base/2027.yaml"
SWAP = "exceptions:\n  - day: 2024-04-29\n    kind: closure\n    name: {vi: Bão, en: Storm}\n    source: CĐ 1\n"
FAR = SWAP.replace("2024-04-29", "2106-04-29")


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "words"),
    [
        (DESK, "last_day: 2028-12-31\nseasons", "last_day: 2029-12-31\nseasons", "holidays_missing", "2029"),
        (DESK, "first_day: 2024-01-01\nlast_day", "first_day: 2023-01-01\nlast_day", "holidays_missing", "2023"),
        (DESK, "last_day: 2028-12-31\nseasons", "last_day: 2031-12-31\nseasons", "holidays_missing", "2029-2031"),
        (DESK, "last_day: 2028-12-31\nseasons", "last_day: 9999-12-31\nseasons", "beyond_all_years", "9999"),
        (DESK, "    last_day: 2028-12-31", "    last_day: 2199-12-31", "seasons_do_not_meet", "2028"),
        (DESK, "    first_day: 2024-01-01", "    first_day: 1900-01-01", "seasons_do_not_meet", "2024"),
        (DESK, "exceptions: []", SWAP + SWAP.removeprefix("exceptions:\n"), "duplicate_exception", "29/04/2024"),
        (OVERRIDES, "exceptions:\n", SWAP, "duplicate_exception", "29/04/2024"),
        (OVERRIDES, "exceptions:\n", FAR, "exception_outside_calendar", "29/04/2106"),
        (OVERRIDES, "cancelled: []", "cancelled: [{day: 2026-03-03, source: CV}]", "nothing_to_cancel", "03/03/2026"),
        (
            OVERRIDES,
            "cancelled: []",
            "cancelled: [{day: 2027-01-01, source: CV}, {day: 2027-01-01, source: CV}]",
            "nothing_to_cancel",
            "01/01/2027",
        ),
        (YEAR, "year: 2027", "year: 2028", "day_outside_year", "2028"),
        (YEAR, "days:\n", "days:\n- {day: 2027-01-01, kind: holiday, name: {vi: T, en: N}, source: L}\n",
         "duplicate_exception", "01/01/2027"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_calendar_is_told(tmp_path: Path, file: str, old: str, new: str, code: str, words: str) -> None:
    """A mistake is reported with its file and its line."""
    folder = Path(shutil.copytree(FOLDER, tmp_path / "province"))
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigurationErrors) as refused:
        load_province(folder)
    found = [one for one in refused.value.problems if one.code == code]
    assert found, refused.value.problems
    assert {one.file for one in found} == {file}
    assert words in found[0].message.vi
    assert found[0].line > 1 or file == YEAR


def test_every_missing_year_is_told(tmp_path: Path) -> None:
    """All missing years of holidays are reported together, in the middle and at both ends."""
    folder = Path(shutil.copytree(FOLDER, tmp_path / "province"))
    for year in (2024, 2026, 2027):
        (folder / "calendars" / "base" / f"{year}.yaml").unlink()
    desk = folder / DESK
    desk.write_text(
        desk.read_text(encoding="utf-8").replace("last_day: 2028-12-31", "last_day: 2029-12-31"), encoding="utf-8"
    )
    with pytest.raises(ConfigurationErrors) as refused:
        load_province(folder)
    missing = [one for one in refused.value.problems if (one.code, one.file) == ("holidays_missing", DESK)]
    assert ["2024, 2026-2027, 2029" in one.message.vi for one in missing] == [True]


def test_one_year_in_two_files_is_told(tmp_path: Path) -> None:
    """One year in two files is refused, because one file would win without a message."""
    folder = Path(shutil.copytree(FOLDER, tmp_path / "province"))
    base = folder / "calendars" / "base"
    shutil.copy(base / "2027.yaml", base / "2027-copy.yaml")
    with pytest.raises(ConfigurationErrors) as refused:
        load_province(folder)
    assert [one.code for one in refused.value.problems] == ["duplicate_code"]


@pytest.mark.parametrize("hidden", ["\\x1b[31m", "\\u202e", "\\n", "\\u200b"])
@pytest.mark.parametrize(
    ("file", "old"),
    [
        (OVERRIDES, "vi: Nghỉ hoán đổi dịp 30/4 và 1/5/2024"),
        ("procedures/ho-tich.yaml", 'name: "Thủ tục đăng ký khai sinh"'),
        ("people.yaml", "title: Văn thư"),
    ],
)
def test_a_text_of_a_file_holds_nothing_that_nobody_sees(tmp_path: Path, file: str, old: str, hidden: str) -> None:
    """A name or source with invisible characters is refused, since it is printed on screens and terminals."""
    folder = Path(shutil.copytree(FOLDER, tmp_path / "province"))
    text = (folder / file).read_text(encoding="utf-8")
    key = old.partition(":")[0]
    (folder / file).write_text(text.replace(old, f'{key}: "Ngày{hidden}nghỉ"', 1), encoding="utf-8")
    with pytest.raises(ConfigurationErrors) as refused:
        load_province(folder)
    line = text[: text.index(old)].count("\n") + 1
    assert ("control_character", file, line) in {(one.code, one.file, one.line) for one in refused.value.problems}
