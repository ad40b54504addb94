"""Tests that a value in a file has the type of its field: `true` is no number, 1 and "yes" are no booleans."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from activities.province import ConfigurationErrors, load_province
from activities.province.change_files import read_change
from domain.deadlines.calendar_letter import CalendarLetter
from domain.deadlines.calendar_sources import CalendarOverrides, DeskHours, HolidayYear
from domain.organisation.merger import Merger
from domain.organisation.units import Mandate, Unit
from domain.rules.province import Province
from tests.activities.province.test_mutations import SMALL, SOUND, Place, at, changed, places, text_of, written
from tests.support.remembered_province import RememberedProvince

OTHER_KINDS: dict[type, tuple[Any, ...]] = {
    bool: (1, 0, 1.0, "true", "yes", "on", "1", [True]),
    int: (True, False, "1", "yes", "on", 1.5, [1]),
    float: (True, False, "yes", [0.5]),
    str: (True, False, 1, 0, 1.5, 20_281_231, ["x"]),
}
"""Wrong values for a field of each type."""


def leaves() -> list[Place]:
    """Every field with one value, of every file."""
    return [place for place in places() if not isinstance(at(SMALL[place.file], place.path), dict | list)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small province on disk."""
    return written(tmp_path_factory.mktemp("province"))


@pytest.fixture(scope="module")
def remembered(folder: Path) -> RememberedProvince:
    """The small province as it was read before a value is changed."""
    return RememberedProvince(folder)


@pytest.mark.parametrize("place", leaves(), ids=str)
def test_a_value_of_another_kind_is_refused(folder: Path, remembered: RememberedProvince, place: Place) -> None:
    """A value of another type is refused with its file and line."""
    file, sound = folder / place.file, SMALL[place.file]
    taken = []
    try:
        for wrong in OTHER_KINDS[_kind(at(sound, place.path))]:
            file.write_text(text_of(place.file, changed(sound, place.path, wrong)), encoding="utf-8")
            if place.file not in _files_told(folder, remembered):
                taken.append(wrong)
    finally:
        file.write_text(SOUND[place.file], encoding="utf-8")
    assert taken == []


def _kind(value: Any) -> type:
    return next(kind for kind in OTHER_KINDS if isinstance(value, kind)) if not hasattr(value, "as_tuple") else float


def _files_told(folder: Path, remembered: RememberedProvince) -> set[str]:
    try:
        remembered.load(folder)
    except ConfigurationErrors as refused:
        return {one.file for one in refused.problems}
    return set()


def test_every_field_is_tried() -> None:
    """The small province has every field, so that every field is tried."""
    tried = {key for content in SMALL.values() for key in _keys(content)}
    shapes: dict[type[BaseModel], None] = {}
    for shape in (Province, Unit, Mandate, HolidayYear, CalendarOverrides, DeskHours):
        _shapes(shape, shapes)
    fields = {field for shape in shapes for field in shape.model_fields}
    gathered = {"calendars", "escalations", "organisation", "staff", "mandates", "ladder_periods"}
    gathered |= {"holidays", "years", "overrides", "applicant_notices"}
    assert fields - tried == gathered


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
    for inside in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _keys(inside)


def _shapes(annotation: Any, found: dict[type[BaseModel], None]) -> None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if annotation in found:
            return
        found[annotation] = None
        for field in annotation.model_fields.values():
            _shapes(field.annotation, found)
    for inside in typing.get_args(annotation):
        _shapes(inside, found)


LETTER = "letter: CV 1\nexceptions:\n  - {day: 2026-12-01, kind: closure, name: {vi: Bão, en: Storm}, source: CV 1}\n"
MERGER = 'effective: 2027-01-01\nsource: NQ 1\nclosed:\n  - {code: "13366", successors: [{code: "13285"}]}\n'


@pytest.mark.parametrize(
    ("model", "text", "line"),
    [
        (CalendarLetter, LETTER + "keeps_promise: 1\n", 4),
        (CalendarLetter, LETTER + 'keeps_promise: "no"\n', 4),
        (CalendarLetter, LETTER + "extends_to: 20281231\n", 4),
        (CalendarLetter, LETTER + "extends_to: 2028-12-31T00:00+07:00\n", 4),
        (CalendarLetter, LETTER.replace("source: CV 1", "source: 1"), 3),
        (Merger, MERGER.replace("2027-01-01", "20270101"), 1),
        (Merger, MERGER.replace("NQ 1", "yes"), 2),
        (Merger, MERGER.replace('"13285"', "13285"), 4),
    ],
)
def test_the_files_of_a_change_are_read_as_strictly(
    tmp_path: Path, model: type[BaseModel], text: str, line: int
) -> None:
    """The files of letters and mergers are read as strictly, since they change every open dossier."""
    (tmp_path / "change.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationErrors) as refused:
        read_change(tmp_path / "change.yaml", model)
    assert [one.line for one in refused.value.problems] == [line]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("true", "not_whole_number"),
        ("on", "not_whole_number"),
        ('"16"', "not_whole_number"),
        ("16.5", "not_whole_number"),
    ],
)
def test_a_number_is_written_as_a_number(folder: Path, written: str, code: str) -> None:
    """A boolean is no number: `working_hours: true` was read as one hour."""
    _refused(folder, "green.yaml", "working_hours: 16", f"working_hours: {written}", code)


@pytest.mark.parametrize("written", ["1", '"true"', "0"])
def test_a_yes_or_no_is_written_so(folder: Path, written: str) -> None:
    """A number or a text is no boolean, since 1 and "true" could mean something else."""
    _refused(folder, "escalation.yaml", "take_over: true", f"take_over: {written}", "not_true_or_false")


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ('"15:00Z"', "not_a_time"),
        ('"15:00+07:00"', "not_a_time"),
        ("true", "not_a_time"),
        ("x", "not_a_time"),
        ("54000", "time_not_quoted"),
        ('"54000"', "time_not_quoted"),
    ],
)
def test_a_time_of_the_day_has_no_zone(folder: Path, written: str, code: str) -> None:
    """A time of day with a zone is refused, because it cannot be compared, and every same-day dossier would fail."""
    _refused(folder, "procedures/chosen.yaml", "same_day_cutoff: '15:00'", f"same_day_cutoff: {written}", code)


def _refused(folder: Path, name: str, old: str, new: str, code: str) -> None:
    file = folder / name
    sound = file.read_text(encoding="utf-8")
    assert old in sound
    try:
        file.write_text(sound.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(ConfigurationErrors) as refused:
            load_province(folder)
    finally:
        file.write_text(sound, encoding="utf-8")
    line = sound[: sound.index(old)].count("\n") + 1
    assert [(one.code, one.file, one.line) for one in refused.value.problems] == [(code, name, line)]
