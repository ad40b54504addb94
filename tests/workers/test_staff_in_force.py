"""Tests of the staff of a running worker, which follows the files as long as they are right."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from activities.province import ConfigurationErrors
from domain.roles import Role
from tests.support.ninh_binh import FOLDER
from tests.support.small_province import HA_NAM, at
from workers.staff_in_force import StaffInForce

NOON = at("2026-03-02 12:00")
AWAY = """absences:
  - {person: cb.13366.specialist.1, ground: Nghỉ phép, began: "2026-03-01T00:00:00+07:00"}"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the province's folder that the test may change."""
    return Path(shutil.copytree(FOLDER, tmp_path / "province", ignore=shutil.ignore_patterns("catalogue")))


def write(folder: Path, old: str, new: str) -> None:
    people = folder / "people.yaml"
    text = people.read_text(encoding="utf-8")
    assert old in text
    people.write_text(text.replace(old, new), encoding="utf-8")


def free(staff: StaffInForce) -> int:
    """The number of specialists of Hà Nam who can get work."""
    return len(staff().acting_in(HA_NAM, Role.SPECIALIST, NOON))


def test_an_absence_that_is_written_down_counts_at_once(folder: Path) -> None:
    """A new absence counts at once, without a restart."""
    staff = StaffInForce(folder)
    before = free(staff)
    write(folder, "absences: []", AWAY)
    assert free(staff) == before - 1


def test_a_file_that_is_wrong_changes_nothing_until_it_is_right(folder: Path) -> None:
    """While a file is wrong or half written, the earlier staff is used; after the repair, the new one."""
    staff = StaffInForce(folder)
    before = free(staff)
    write(folder, "absences: []", AWAY.replace("specialist.1", "nobody"))
    assert free(staff) == before
    write(folder, "cb.13366.nobody", "cb.13366.specialist.1")
    assert free(staff) == before - 1


def test_a_folder_that_cannot_be_read_is_told_at_the_start(tmp_path: Path) -> None:
    """An unreadable folder is an error at the start."""
    with pytest.raises(ConfigurationErrors):
        StaffInForce(tmp_path)
