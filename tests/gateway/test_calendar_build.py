"""`luongxanh calendar build YEAR`: holidays frozen into data, and what changed told."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from activities.calendar_files import load_calendars, load_year
from domain.deadlines.calendar import ExceptionKind
from domain.errors import InvalidInput
from gateway.calendar_build import build_year, holidays_of
from tests.domain.deadlines.calendars import FOLDER, day


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(FOLDER, tmp_path / "calendars")
    return tmp_path / "calendars"


@pytest.mark.parametrize("year", [2024, 2025, 2026, 2027, 2028])
def test_shipped_years_are_what_the_package_says(year: int) -> None:
    """The frozen files are exactly what a build makes: nobody edited them by hand."""
    assert build_year(year, FOLDER, dry_run=True).changes == ()


def test_a_new_year_is_provisional_and_loads(folder: Path) -> None:
    """A year built ahead is written, marked provisional, and told day by day; the second run changes nothing."""
    built = build_year(2029, folder)
    assert built.written
    assert built.holidays.provisional
    assert [change.before for change in built.changes] == [None] * len(built.changes)
    assert load_year(folder / "base" / "2029.yaml") == built.holidays
    assert not build_year(2029, folder).changes
    assert load_calendars(folder)


def test_a_dry_run_tells_and_writes_nothing(folder: Path) -> None:
    """With dry_run the changes are told and the file stays as it was."""
    path = folder / "base" / "2026.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("2026-11-24", "2026-11-23"), encoding="utf-8")
    before = path.read_bytes()
    built = build_year(2026, folder, dry_run=True)
    assert [(change.day, change.before is None) for change in built.changes] == [
        (day("2026-11-23"), False),
        (day("2026-11-24"), True),
    ]
    assert not built.written
    assert path.read_bytes() == before
    assert build_year(2026, folder).written
    assert not build_year(2026, folder).changes


def test_a_settled_year_stays_settled(folder: Path) -> None:
    """Building again keeps whether a year is provisional, unless it is said."""
    assert not build_year(2026, folder).holidays.provisional
    assert build_year(2027, folder, provisional=False).written
    assert not build_year(2027, folder).holidays.provisional


def test_a_swap_across_the_new_year() -> None:
    """A day off in one year made up in the next is in both years' files."""
    off = {entry.day: entry for entry in holidays_of(2018, provisional=False).days}[day("2018-12-31")]
    worked = {entry.day: entry for entry in holidays_of(2019, provisional=False).days}[day("2019-01-05")]
    assert (off.kind, worked.kind) == (ExceptionKind.SWAPPED_OFF, ExceptionKind.MAKE_UP_WORKING)
    assert (off.swapped_with, worked.swapped_with) == (worked.day, off.day)


@pytest.mark.parametrize("year", [1999, 2101, -1])
def test_a_year_out_of_range_is_refused(year: int, folder: Path) -> None:
    """A year that the package or the lunar tables do not know is an error, not an empty file."""
    with pytest.raises(InvalidInput) as refused:
        build_year(year, folder)
    assert refused.value.code == "calendar_year_out_of_range"
