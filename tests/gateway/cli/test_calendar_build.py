"""Tests of `luongxanh calendar build YEAR`: it writes a year of holidays into the data and reports what changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from activities.province.calendars import load_calendars, load_year
from activities.province.change_files import laid_on_file
from domain.deadlines.calendar import ExceptionKind
from domain.deadlines.calendar_letter import CalendarLetter
from domain.deadlines.calendar_sources import Certainty
from domain.errors import InvalidInput
from gateway.cli.calendar_build import build_year, holidays_of, left_out
from tests.support.calendars import FOLDER, day


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(FOLDER, tmp_path / "calendars")
    return tmp_path / "calendars"


@pytest.mark.parametrize("year", [2024, 2025, 2026, 2027, 2028])
def test_shipped_years_are_what_the_package_says(year: int) -> None:
    """The shipped files are exactly what a build writes."""
    assert build_year(year, FOLDER, dry_run=True).changes == ()


def test_a_new_year_is_provisional_and_loads(folder: Path) -> None:
    """A year that is built in advance is marked provisional and reported day by day; a second run changes nothing."""
    built = build_year(2029, folder)
    assert built.written
    assert built.holidays.provisional
    assert [change.before for change in built.changes] == [None] * len(built.changes)
    assert load_year(folder / "base" / "2029.yaml") == built.holidays
    assert not build_year(2029, folder).changes
    assert load_calendars(folder)


def test_a_dry_run_tells_and_writes_nothing(folder: Path) -> None:
    """With dry_run the changes are reported and the file is not changed."""
    path = folder / "base" / "2026.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("2026-09-02", "2026-09-04"), encoding="utf-8")
    before = path.read_bytes()
    built = build_year(2026, folder, dry_run=True)
    assert [(change.day, change.before is None) for change in built.changes] == [
        (day("2026-09-02"), True),
        (day("2026-09-04"), False),
    ]
    assert not built.written
    assert path.read_bytes() == before
    assert build_year(2026, folder).written
    assert not build_year(2026, folder).changes


@pytest.mark.parametrize("year", [2026, 2029, 2030, 2100])
def test_a_holiday_that_is_only_announced_is_not_built(year: int) -> None:
    """24 November, which the package has but the law does not, is reported and stays a working day, and so does its
    make-up day."""
    days_left_out = {one.day for one in left_out(year)}
    assert day(f"{year}-11-24") in days_left_out
    assert days_left_out == {one for one in days_left_out if one.month == 11}
    assert not days_left_out & {one.day for one in holidays_of(year, provisional=True).days}
    observed = {2029: day("2029-11-26"), 2030: day("2030-11-25")}.get(year)
    assert observed is None or observed in days_left_out


@pytest.mark.parametrize("year", range(2000, 2101))
def test_every_statutory_holiday_is_built(year: int) -> None:
    """Only 24 November is left out, so a holiday that the package renames is noticed."""
    assert all(one.day.month == 11 for one in left_out(year))
    fixed = {day(f"{year}-{one}") for one in ("01-01", "04-30", "05-01", "09-02")}
    built = {one.day for one in holidays_of(year, provisional=True).days}
    assert fixed <= built
    assert len(built) >= (11 if year >= 2021 else 8)


def test_a_letter_makes_it_a_holiday(folder: Path) -> None:
    """A letter makes it a holiday without a release and without building the year again."""
    announced = {"day": day("2027-11-24"), "kind": "holiday", "name": {"vi": "Ngày Văn hóa", "en": "Culture Day"}}
    letter = CalendarLetter.model_validate({"exceptions": [{**announced, "source": "Luật 1"}]})
    laid_on_file(letter, folder).write()
    assert all(not one.describe(day("2027-11-24")).worked for one in load_calendars(folder))


def test_an_announced_day_is_told_by_the_province_and_not_twice(folder: Path) -> None:
    """The province's own entry names the announcement, and the day is reported once."""
    built = build_year(2029, folder, dry_run=True)
    assert built.certainty is Certainty.EXPECTED
    assert [(one.day, one.since) for one in built.announced] == [(day("2029-11-24"), day("2026-02-26"))]
    assert [one.day for one in built.left_out] == [day("2029-11-26")]
    overrides = folder / "overrides.yaml"
    overrides.write_text(overrides.read_text(encoding="utf-8").split("announced:")[0], encoding="utf-8")
    built = build_year(2029, folder, dry_run=True)
    assert built.announced == ()
    assert [one.day for one in built.left_out] == [day("2029-11-24"), day("2029-11-26")]


def test_an_announced_day_that_a_letter_ordered_is_told_no_more(folder: Path) -> None:
    """A day that a letter ordered is no longer reported in that year, but in other years; comments of the file stay."""
    culture_day = {"day": day("2027-11-24"), "kind": "holiday", "name": {"vi": "Ngày Văn hóa", "en": "Culture Day"}}
    letter = CalendarLetter.model_validate({"exceptions": [{**culture_day, "source": "Luật 1"}]})
    laid_on_file(letter, folder).write()
    ordered, still = build_year(2027, folder, dry_run=True), build_year(2028, folder, dry_run=True)
    assert (ordered.announced, ordered.left_out) == ((), ())
    assert [one.day for one in still.announced] == [day("2028-11-24")]
    assert "yearly: true là ngày đó hằng năm" in (folder / "overrides.yaml").read_text(encoding="utf-8")


def test_no_clock_uses_what_is_only_announced(folder: Path) -> None:
    """The calendars are identical with and without the announcement."""
    with_it = load_calendars(folder)
    overrides = folder / "overrides.yaml"
    overrides.write_text(overrides.read_text(encoding="utf-8").split("announced:")[0], encoding="utf-8")
    assert load_calendars(folder) == with_it
    assert all(one.describe(day("2027-11-24")).worked for one in with_it)


def test_a_settled_year_stays_settled(folder: Path) -> None:
    """Building again keeps whether a year is provisional, unless it is stated."""
    assert not build_year(2026, folder).holidays.provisional
    assert build_year(2027, folder, provisional=False).written
    assert not build_year(2027, folder).holidays.provisional


def test_a_swap_across_the_new_year() -> None:
    """A swap across the new year is in both years' files."""
    off = {entry.day: entry for entry in holidays_of(2018, provisional=False).days}[day("2018-12-31")]
    worked = {entry.day: entry for entry in holidays_of(2019, provisional=False).days}[day("2019-01-05")]
    assert (off.kind, worked.kind) == (ExceptionKind.SWAPPED_OFF, ExceptionKind.MAKE_UP_WORKING)
    assert (off.swapped_with, worked.swapped_with) == (worked.day, off.day)


@pytest.mark.parametrize("year", [1999, 2101, -1])
def test_a_year_out_of_range_is_refused(year: int, folder: Path) -> None:
    """A year that the package or the lunar tables do not have is an error, and no file is written."""
    with pytest.raises(InvalidInput) as refused:
        build_year(year, folder)
    assert refused.value.code == "calendar_year_out_of_range"
