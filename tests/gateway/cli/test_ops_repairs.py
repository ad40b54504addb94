"""Tests of `luongxanh ops plan`, `approve`, `run`, `status`, `stop` and `resume` for stuck dossiers."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import OPERATOR, CommandLine, submission
from workers.connections import connect_temporal
from workers.settings import load_settings

pytestmark = pytest.mark.stack

SECOND = "cb.TTPVHCC.operator.2"
BY = ("--by", OPERATOR, "--reason", "Sự cố 12")


def terminated(luongxanh: CommandLine, count: int) -> list[str]:
    """Given: dossiers whose workflows somebody terminated in Temporal."""
    codes = [luongxanh("dossier", "submit", "-", "--json", stdin=submission()).value["dossier"] for _ in range(count)]

    async def end() -> None:
        client = await connect_temporal(load_settings({}, luongxanh.folder))
        for code in codes:
            await client.get_workflow_handle(code).terminate("by mistake")

    asyncio.run(end())
    return codes


def changed(file: Path, **changes: Any) -> str:
    """A copy of the plan's file with other content."""
    content = json.loads(file.read_text(encoding="utf-8"))
    content["plan"].update(changes)
    other = file.with_name("other.json")
    other.write_text(json.dumps(content), encoding="utf-8")
    return str(other)


def test_a_repair_from_its_plan_to_its_result(luongxanh: CommandLine, tmp_path: Path) -> None:
    """What was seen is what runs: a changed file and one's own approval are refused; each dossier has its outcome and
    the ledger tells of it; the same plan again does nothing."""
    codes, file = terminated(luongxanh, 2), tmp_path / "sua.json"
    made = luongxanh("ops", "plan", "restart", *codes, *BY, "--out", str(file), "--json")
    assert (made.code, made.value["to_do"], made.value["second_person"]) == (0, 2, []), made
    assert {one["cause"] for one in made.value["plan"]["findings"]} == {"ended_early"}
    plan = made.value["hash"]
    other = luongxanh("ops", "run", changed(file, per_minute=60_000), "--by", OPERATOR, "--json")
    assert (other.code, other.error["code"]) == (3, "repair_plan_changed")
    own = luongxanh("ops", "approve", str(file), *BY, "--json")
    assert (own.code, own.error["code"]) == (3, "repair_own_approval")
    assert luongxanh("ops", "run", str(file), "--by", "cb.13366.specialist.1", "--json").error["code"] == "not_in_role"
    ran = luongxanh("ops", "run", str(file), "--by", OPERATOR)
    assert ran.code == 0, ran
    assert all(code in ran.out for code in codes)
    assert "đã sửa, chạy tiếp" in ran.out
    again = luongxanh("ops", "run", plan[:12], "--by", OPERATOR, "--json")
    assert (again.code, again.value["counts"]["done"]) == (0, 2)
    for code in codes:
        assert luongxanh("dossier", "history", code).out.count("Sửa hồ sơ: khởi động lại từ sổ cái; đã chạy tiếp") == 1
        assert luongxanh.officer(code, "accept", "reception", "13285").code == 0
    run = again.value["rollout"]
    assert run in [one["id"] for one in luongxanh("ops", "status", "--json").values]
    shown = luongxanh("ops", "status", run, "--json").value
    assert [(one["act"], one["who"], one["why"]) for one in shown["acts"]] == [("ordered", OPERATOR, "Sự cố 12")]
    assert {item["state"] for item in shown["items"]} == {"done"}
    for act in ("stop", "resume"):
        assert luongxanh("ops", act, run, "--by", OPERATOR, "--json").error["code"] == "rollout_finished"


def test_a_repair_that_moves_on_says_so_and_fails(luongxanh: CommandLine, tmp_path: Path) -> None:
    """A dossier that goes on again before the run is left alone, with what changed; the exit code is 1."""
    [code], file, listed = terminated(luongxanh, 1), tmp_path / "sua.json", tmp_path / "sai-khac.jsonl"
    listed.write_text(f'{{"code": "{code}", "difference": "without_workflow"}}\n{code}\n\n', encoding="utf-8")
    order = ("ops", "plan", "restart", "--from-file", str(listed), *BY, "--out", str(file))
    assert luongxanh(*order, "--unit", "13366", "--json").error["code"] == "repair_codes_or_filter"
    planned = luongxanh(*order, COLUMNS="110")
    assert planned.code == 0, planned
    assert "quy trình đã dừng trước hồ sơ" in planned.out
    assert f"ops run {file} --by …\n" in planned.out, "a command to copy is never broken"
    assert luongxanh.officer(code, "accept", "reception", "13285").code == 0
    ran = luongxanh("ops", "run", str(file), "--by", OPERATOR, COLUMNS="160")
    assert ran.code == 1, ran
    assert "đã khác kế hoạch, để yên" in ran.out
    assert "nguyên nhân: quy trình đã dừng trước hồ sơ → không có" in ran.out


@pytest.mark.parametrize(
    ("arguments", "exit_code", "code"),
    [
        (("restart", "--text", "không có hồ sơ nào như thế"), 2, "repair_matches_nothing"),
        (("restart",), 2, "repair_of_everything"),
        (("restart", "H42.101-250101-0001", "--unit", "13366"), 2, "repair_codes_or_filter"),
        (("restart", "H42.101-250101-0001", "--cause", "ended_early"), 2, "repair_codes_or_filter"),
        (("restart", "--cause", "no_worker"), 2, "repair_matches_nothing"),
        (("restart", "--from-file", "/dev/null"), 2, "repair_matches_nothing"),
        (("restart", "H42.101-250101-0001"), 4, "unknown_dossier"),
        (("reset", "H42.101-250101-0001"), 2, "missing_option"),
        (("reset", "H42.101-250101-0001", "--to-event", "0"), 2, "invalid_request"),
        (("restart", "H42.101-250101-0001", "--rate", "0"), 2, "out_of_range"),
    ],
)
def test_a_plan_that_cannot_be_made(
    luongxanh: CommandLine, tmp_path: Path, arguments: tuple[str, ...], exit_code: int, code: str
) -> None:
    """It is refused by its code, and no file is written."""
    file = tmp_path / "sua.json"
    ran = luongxanh("ops", "plan", *arguments, *BY, "--out", str(file), "--json")
    assert (ran.code, ran.error["code"], file.exists()) == (exit_code, code, False)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xff", "repair_plan_file_invalid"),
        (b"[]", "repair_plan_file_invalid"),
        (b'{"form": "luongxanh/repair-plan/1", "plan": {"order": 1}}', "repair_plan_file_invalid"),
    ],
)
def test_a_file_that_is_no_plan(luongxanh: CommandLine, tmp_path: Path, content: bytes, code: str) -> None:
    """It is refused, and so is a plan that is not in the register."""
    file = tmp_path / "sua.json"
    file.write_bytes(content)
    ran = luongxanh("ops", "run", str(file), "--by", OPERATOR, "--json")
    assert (ran.code, ran.error["code"]) == (2, code)
    endless = luongxanh("ops", "run", "/dev/zero", "--by", OPERATOR, "--json")
    assert (endless.code, endless.error["code"]) == (2, "file_too_large")
    unknown = luongxanh("ops", "approve", "0123456789abcdef", "--by", SECOND, "--reason", "Đã xem", "--json")
    assert (unknown.code, unknown.error["code"]) == (4, "unknown_repair_plan")
