"""Tests of officers at the command line: who may act, and what is on a person's list during an absence."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from domain.values import VIETNAM
from tests.support.command_line import CommandLine, submission
from tests.support.ninh_binh import FOLDER

pytestmark = [pytest.mark.stack, pytest.mark.slow]

FIRST, SECOND, THIRD = (f"cb.13366.specialist.{number}" for number in (1, 2, 3))
AWAY = f"""absences:
  - {{person: {FIRST}, ground: Nghỉ phép, began: "2025-07-01T00:00:00+07:00"}}
delegations:
  - {{giver: {FIRST}, receiver: {SECOND}, roles: [specialist], source: TB 12, began: "2025-07-01T00:00:00+07:00"}}
"""


@pytest.fixture
def while_away(tmp_path: Path) -> dict[str, str]:
    """The province with the first specialist of Hà Nam on leave, and the second as stand-in."""
    folder = Path(shutil.copytree(FOLDER, tmp_path / "province", ignore=shutil.ignore_patterns("catalogue")))
    people = folder / "people.yaml"
    text = people.read_text(encoding="utf-8").replace("absences: []\ndelegations: []\n", AWAY)
    assert AWAY in text
    people.write_text(text, encoding="utf-8")
    return {"LUONGXANH_PROVINCE": str(folder)}


@pytest.fixture(scope="module")
def assigned(luongxanh: CommandLine) -> str:
    """A dossier that the head of unit assigned to the first specialist."""
    code = str(luongxanh("dossier", "submit", "-", "--json", stdin=submission()).value["dossier"])
    for command, role, unit, data in (
        ("accept", "reception", "13285", "{}"),
        ("complete_step", "reception", "13366", '{"step": "tiep-nhan"}'),
        ("assign", "head_of_unit", "13366", f'{{"person": "{FIRST}"}}'),
    ):
        done = luongxanh.officer(code, command, role, unit, "--data", data)
        assert done.code == 0, (command, done)
    return code


def listed(luongxanh: CommandLine, person: str, **environment: str) -> dict[str, str | None]:
    """The dossiers on a person's list, with who does each now."""
    rows = luongxanh("dossier", "work", "--person", person, "--json", **environment).values
    return {row["item"]["dossier"]: row["acting"] for row in rows}


def test_an_officer_of_another_unit_is_turned_away(luongxanh: CommandLine, assigned: str) -> None:
    """A person acts only in their own unit, and the refusal names it."""
    who = ("--as", "specialist", "--unit", "13366", "--person", "cb.13285.specialist.1")
    ran = luongxanh("dossier", "act", assigned, "complete_step", *who, "--data", '{"step": "tham-dinh"}', "--json")
    assert (ran.code, ran.error["code"], ran.error["facts"]["own"]) == (3, "not_in_unit", "13285")


def test_a_person_whom_nobody_knows_is_turned_away(luongxanh: CommandLine, assigned: str) -> None:
    """An unknown person cannot submit as reception, act in a post or be assigned; a citizen needs no post."""
    actor = {"person": "nguoi-la", "role": "reception", "unit": "13285"}
    ran = luongxanh("dossier", "submit", "-", "--json", stdin=submission(actor=actor))
    assert (ran.code, ran.error["code"]) == (4, "unknown_person")
    elsewhere = submission(actor={**actor, "person": "cb.13366.reception.1"})
    ran = luongxanh("dossier", "submit", "-", "--json", stdin=elsewhere)
    assert (ran.code, ran.error["code"]) == (3, "not_in_unit")
    for role in ("specialist", "operator", "system"):
        who = ("--as", role, "--unit", "13366", "--person", "nguoi-la", "--json")
        ran = luongxanh("dossier", "act", assigned, "complete_step", *who, "--data", '{"step": "tham-dinh"}')
        assert (ran.code, ran.error["code"]) == (4, "unknown_person")
    for person, code in (("nguoi-la", "unknown_person"), ("cb.13366.clerk.1", "assignee_not_in_role")):
        ran = luongxanh.officer(assigned, "assign", "head_of_unit", "13366", "--data", f'{{"person": "{person}"}}')
        assert ran.error["code"] == code
    citizen = submission(actor={"person": "cd-1", "role": "applicant"}, channel="online")
    assert luongxanh("dossier", "submit", "-", "--json", stdin=citizen).code == 0


def test_nothing_is_assigned_to_somebody_away(
    luongxanh: CommandLine, assigned: str, while_away: dict[str, str]
) -> None:
    """An absent person cannot be assigned, and the refusal names the stand-in."""
    who = ("--as", "head_of_unit", "--unit", "13366", "--person", "cb.13366.head_of_unit.1")
    data = f'{{"person": "{FIRST}"}}'
    ran = luongxanh("dossier", "act", assigned, "assign", *who, "--data", data, "--json", **while_away)
    assert (ran.code, ran.error["code"], ran.error["facts"]["stand_in"]) == (3, "assignee_absent", SECOND)


def test_the_list_of_the_absent_is_with_the_stand_in_and_comes_back(
    luongxanh: CommandLine, assigned: str, while_away: dict[str, str]
) -> None:
    """A dossier is on the officer's list, during an absence on the stand-in's only, and afterwards on the officer's
    again."""
    assert listed(luongxanh, FIRST)[assigned] == FIRST
    assert assigned not in listed(luongxanh, SECOND)
    assert listed(luongxanh, FIRST, **while_away) == {}
    assert listed(luongxanh, SECOND, **while_away)[assigned] == SECOND
    assert assigned not in listed(luongxanh, THIRD, **while_away)
    assert listed(luongxanh, FIRST)[assigned] == FIRST


def test_leave_is_entered_listed_and_withdrawn(luongxanh: CommandLine, assigned: str) -> None:
    """The work goes to the stand-in and comes back; who is away does not come back by themselves, the head does it."""
    head, now = ("--by", "cb.13366.head_of_unit.1"), datetime.now(VIETNAM)
    period = ("--to", (now + timedelta(days=3)).isoformat(), "--reason", "Nghỉ phép năm")
    covered = ("--receiver", SECOND, "--role", "specialist")
    delegation = luongxanh("leave", "enter", FIRST, *covered, *period, *head, "--json").value
    absence = luongxanh("leave", "enter", FIRST, *period, *head, "--json").value
    assert (absence["who"], absence["in_force"], delegation["receiver"]) == (head[1], True, SECOND)
    assert listed(luongxanh, SECOND)[assigned] == SECOND
    shown = luongxanh("leave", "list", "--unit", "13366")
    assert f"{FIRST} ủy quyền cho {SECOND}" in shown.out
    assert shown.out.count("đang có hiệu lực") == 2
    assert luongxanh("leave", "list", "--unit", "13285", "--json").values == []
    number = str(absence["number"])
    early = luongxanh("leave", "withdraw", number, "--reason", "Về sớm", "--by", FIRST, "--json")
    assert (early.code, early.error["code"]) == (3, "person_absent")
    assert luongxanh("leave", "withdraw", number, "--reason", "Về sớm", *head).code == 0
    assert luongxanh("leave", "withdraw", str(delegation["number"]), "--reason", "Về sớm", *head).code == 0
    assert listed(luongxanh, FIRST)[assigned] == FIRST
    over = luongxanh("leave", "list", "--person", FIRST, "--all", "--lang", "en")
    assert over.out.count(f"withdrawn by {head[1]}") == 2
    bad = (
        (("--to", "2026-01-01T00:00+07:00", "--reason", "x", *head), 2, "leave_reversed"),
        (("--to", "2026-12-01T00:00", "--reason", "x", *head), 2, "naive_instant"),
        ((*period, "--role", "specialist", *head), 2, "delegation_without_receiver"),
        ((*period[:3], "a\u202eb", *head), 2, "control_character"),
        ((*period, "--by", "cb.13285.head_of_unit.1"), 3, "leave_of_another"),
        ((*period, "--by", "nguoi-la"), 3, "leave_of_another"),
    )
    for options, exit_code, refused in bad:
        ran = luongxanh("leave", "enter", FIRST, *options, "--json")
        assert (ran.code, ran.error["code"]) == (exit_code, refused), ran


def test_only_the_stand_in_completes_it(luongxanh: CommandLine, assigned: str, while_away: dict[str, str]) -> None:
    """The absent officer and a colleague are refused, each with their own reason; the stand-in is not."""

    def completed(person: str) -> tuple[int, str | None]:
        who = ("--as", "specialist", "--unit", "13366", "--person", person)
        data = ("--data", '{"step": "tham-dinh"}')
        ran = luongxanh("dossier", "act", assigned, "complete_step", *who, *data, "--json", **while_away)
        return ran.code, None if ran.code == 0 else ran.error["code"]

    assert completed(FIRST) == (3, "person_absent")
    assert completed(THIRD) == (3, "not_assignee")
    assert completed(SECOND) == (0, None)
    last = luongxanh("dossier", "history", assigned, "--json").values[-1]
    assert (last["actor"]["person"], last["actor"]["stands_in_for"]) == (SECOND, FIRST)
    assert f"(thay mặt {FIRST})" in " ".join(luongxanh("dossier", "history", assigned).out.split())


def test_a_list_is_of_a_unit_or_of_a_person(luongxanh: CommandLine) -> None:
    """A list needs a unit or a person, and an unknown person has none."""
    neither = luongxanh("dossier", "work", "--json")
    assert (neither.code, neither.error["code"]) == (2, "unit_or_person")
    nobody = luongxanh("dossier", "work", "--person", "officer-7", "--json")
    assert (nobody.code, nobody.error["code"]) == (4, "unknown_person")
