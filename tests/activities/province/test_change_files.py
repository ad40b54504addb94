"""Tests of letters and mergers from files: mistakes are reported with their line, and each change is stored once in
the province's folder."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from activities.province import ConfigurationErrors, load_province
from activities.province.calendars import load_calendars
from activities.province.change_files import laid_on_file, read_change, write_merger
from domain.deadlines.calendar_letter import CalendarLetter
from domain.errors import DomainError
from domain.organisation.merger import Merger, merged
from domain.rules.rulebook import rule_text
from gateway.cli.calendar_build import build_year
from tests.support.ninh_binh import FOLDER, ninh_binh

STORM = """
letter: Công điện 12/CĐ-UBND
keeps_promise: false
exceptions:
  - day: 2026-12-01
    kind: closure
    name: {vi: Bão số 9, en: Storm number 9}
    source: Công điện 12/CĐ-UBND
  - day: 2026-12-02
    kind: short_day
    name: {vi: Nghỉ buổi sáng, en: Closed in the morning}
    source: Công điện 12/CĐ-UBND
    sessions: [{opens: "13:00", closes: "17:00"}]
cancelled:
  - {day: 2027-01-01, source: Công điện 12/CĐ-UBND}
"""
MERGER = """
effective: 2027-01-01
source: Nghị quyết 9/NQ
closed:
  - {code: "13291", successors: [{code: "13285"}]}
  - {code: "13318", successors: [{code: "19999", areas: [Thôn Đông]}, {code: "13285"}]}
opened:
  - {code: "19999", name: Xã Mới, level: commune, parent: TTPVHCC, authority_id: H42.999, province: Tỉnh Ninh Bình}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the province's folder that the test may change."""
    return Path(shutil.copytree(FOLDER, tmp_path / "ninh-binh"))


def a_file(tmp_path: Path, text: str) -> Path:
    """A file with this text."""
    path = tmp_path / "change.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_letter_is_laid_over_every_desk_and_kept_in_the_folder(folder: Path, tmp_path: Path) -> None:
    """The rollout's calendars equal those of the changed folder, whose comments and entries stay."""
    letter = read_change(a_file(tmp_path, STORM), CalendarLetter)
    assert (letter.name, letter.keeps_promise) == ("Công điện 12/CĐ-UBND", False)
    calendars = folder / "calendars"
    after = laid_on_file(letter, calendars).calendars
    before = (calendars / "overrides.yaml").read_text(encoding="utf-8")
    assert laid_on_file(letter, calendars).write() == calendars / "overrides.yaml"
    assert load_calendars(calendars) == after
    assert load_province(folder).calendars == after
    kept = (calendars / "overrides.yaml").read_text(encoding="utf-8")
    assert [line for line in before.splitlines() if line not in kept.splitlines()] in ([], ["cancelled: []"])
    assert len(after[0].sessions_on(date(2026, 12, 2))) == 1
    assert after[0].describe(date(2027, 1, 1)).worked


def test_a_letter_kept_twice_is_kept_once(folder: Path, tmp_path: Path) -> None:
    """A letter that is stored a second time changes nothing, and the calendars are the same."""
    letter = read_change(a_file(tmp_path, STORM), CalendarLetter)
    calendars = folder / "calendars"
    first = laid_on_file(letter, calendars).calendars
    laid_on_file(letter, calendars).write()
    text = (calendars / "overrides.yaml").read_text(encoding="utf-8")
    assert laid_on_file(letter, calendars).write() is None
    assert (calendars / "overrides.yaml").read_text(encoding="utf-8") == text
    assert laid_on_file(letter, calendars).calendars == first


def test_a_second_letter_stands_beside_the_first(folder: Path, tmp_path: Path) -> None:
    """A second letter adds its days; another order for the same day is refused."""
    calendars = folder / "calendars"
    laid_on_file(read_change(a_file(tmp_path, STORM), CalendarLetter), calendars).write()
    other = STORM.replace("2026-12-01", "2026-12-03").replace("2026-12-02", "2026-12-04").split("cancelled")[0]
    laid_on_file(read_change(a_file(tmp_path, other), CalendarLetter), calendars).write()
    assert not load_calendars(calendars)[0].describe(date(2026, 12, 3)).worked
    contrary = STORM.replace("Bão số 9", "Bão số 10")
    with pytest.raises(DomainError) as refused:
        laid_on_file(read_change(a_file(tmp_path, contrary), CalendarLetter), calendars).write()
    assert refused.value.code == "override_day_taken"


EXTENSION = """
letter: Lịch làm việc năm 2029
extends_to: 2029-12-31
"""


def test_a_letter_may_only_extend_the_calendars(folder: Path, tmp_path: Path) -> None:
    """A letter may only extend the calendars; each file must reach its last day, or is reported with a remedy."""
    letter = read_change(a_file(tmp_path, EXTENSION), CalendarLetter)
    calendars = folder / "calendars"
    with pytest.raises(DomainError) as refused:
        laid_on_file(letter, calendars)
    assert refused.value.code == "calendar_not_extended"
    for path in (calendars / "ninh-binh.yaml", calendars / "ninh-binh-saturday.yaml"):
        path.write_text(path.read_text(encoding="utf-8").replace("2028-12-31", "2029-12-31"), encoding="utf-8")
    build_year(2029, calendars)
    after = laid_on_file(letter, calendars).calendars
    assert {calendar.last_day for calendar in after} == {date(2029, 12, 31)}
    assert laid_on_file(letter, calendars).write() is None
    assert load_calendars(calendars) == after


def test_the_name_of_a_letter_without_an_extension_stays(tmp_path: Path) -> None:
    """A letter without an extension has the same hash as in the release before, so its rollout is the same."""
    letter = read_change(a_file(tmp_path, STORM), CalendarLetter)
    assert "extends_to" not in rule_text(letter)


def test_a_letter_that_takes_back_what_never_was_is_refused(folder: Path, tmp_path: Path) -> None:
    """A cancelled day must be a day off in the base."""
    letter = read_change(a_file(tmp_path, STORM.replace("2027-01-01", "2027-01-05")), CalendarLetter)
    with pytest.raises(DomainError) as refused:
        laid_on_file(letter, folder / "calendars")
    assert refused.value.code == "calendar_cannot_take"


def test_a_merger_is_kept_in_the_folder_and_gives_the_same_organisation(folder: Path, tmp_path: Path) -> None:
    """The organisation of the rollout has the same hash as that of the changed folder, which new dossiers pin."""
    file = read_change(a_file(tmp_path, MERGER), Merger)
    after = merged(ninh_binh().organisation, file)
    written = write_merger(file, folder)
    assert [path.name for path in written] == ["communes.jsonl", "units-2027-01-01.jsonl"]
    assert load_province(folder).organisation == after
    assert write_merger(file, folder) == []


def test_a_merger_touches_only_the_lines_of_the_units_that_close(folder: Path, tmp_path: Path) -> None:
    """All lines except those of the closed units keep their bytes."""
    path = folder / "organisation" / "communes.jsonl"
    before = path.read_text(encoding="utf-8").splitlines()
    write_merger(read_change(a_file(tmp_path, MERGER), Merger), folder)
    after = path.read_text(encoding="utf-8").splitlines()
    assert sum(one != other for one, other in zip(before, after, strict=True)) == 2


@pytest.mark.parametrize(
    ("text", "model", "codes"),
    [
        ("letter: Công điện 1", CalendarLetter, {"letter_without_days"}),
        (STORM.replace("2026-12-01", "2026-02-30"), CalendarLetter, {"impossible_date"}),
        (STORM.replace('"13:00"', "13"), CalendarLetter, {"time_not_quoted"}),
        (STORM.replace("keeps_promise", "keep_promise"), CalendarLetter, {"unknown_field"}),
        (MERGER.replace("source: Nghị quyết 9/NQ", ""), Merger, {"missing_field"}),
        (MERGER.replace("level: commune", "level: hamlet"), Merger, {"unknown_value"}),
        ("- a list", Merger, {"wrong_shape"}),
        ("a: [", CalendarLetter, {"bad_yaml"}),
    ],
)
def test_every_mistake_in_a_file_is_told_with_its_line(
    text: str, model: type[CalendarLetter] | type[Merger], codes: set[str], tmp_path: Path
) -> None:
    """Each mistake is reported with code, file, line and fix, and nothing is written."""
    with pytest.raises(ConfigurationErrors) as refused:
        read_change(a_file(tmp_path, text), model)
    assert {problem.code for problem in refused.value.problems} == codes
    assert all(problem.file == "change.yaml" and problem.line >= 1 for problem in refused.value.problems)
