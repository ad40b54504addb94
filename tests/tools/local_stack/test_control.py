"""Tests of `make up`, `down`, `status`, `reset`: addresses are printed, data is kept or erased, and each can be
repeated."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command_line import CommandLine, submission
from tools.local_stack import control
from tools.local_stack.messages import silently
from tools.local_stack.orphan_cleanup import ends_with_this_process
from tools.local_stack.stack import temporary_folder

pytestmark = [pytest.mark.stack, pytest.mark.slow]

PROVINCE = Path(__file__).resolve().parents[3] / "deploy" / "ninh-binh"
EVERYTHING = ["postgres", "temporal", "simulator", "issuer", "api", "worker"]


@pytest.fixture
def luongxanh() -> Iterator[CommandLine]:
    """The command line in a folder where nothing runs yet."""
    with temporary_folder() as folder, ends_with_this_process(folder):
        yield CommandLine(folder)
        control.reset(folder, announce=silently)


def test_up_down_status_and_reset(luongxanh: CommandLine) -> None:
    """A dossier submitted before `down` is there after the next `up`, and gone after `reset`."""
    assert luongxanh.tools("status").code == 5
    first = luongxanh.tools("up", "--json").value
    assert [component["name"] for component in first["status"]["components"]] == EVERYTHING
    assert first["rules_added"] > 0
    assert first["migrations"]
    again = luongxanh.tools("up", "--json").value
    pids = [[one["pid"] for one in up["status"]["components"]] for up in (first, again)]
    assert pids[0] == pids[1]
    assert (again["rules_added"], again["migrations"]) == (0, [])
    status = luongxanh.tools("status", COLUMNS="200")
    assert status.code == 0
    for word in ("http://127.0.0.1:", "gRPC", "logs/worker.log", "postgresql://luongxanh_app@"):
        assert word in status.out
    code = luongxanh("dossier", "submit", "-", "--json", stdin=submission()).value["dossier"]
    assert luongxanh.tools("down", "--json").value["components"] == []
    assert luongxanh("dossier", "show", code, "--json").error["code"] == "stack_not_running"
    assert luongxanh.tools("up").code == 0
    assert luongxanh("dossier", "show", code, "--json").value["state"] == "submitted"
    assert luongxanh.tools("reset", "--json").value["erased"]
    assert luongxanh.tools("status").code == 5


def test_a_wrong_configuration_starts_nothing(luongxanh: CommandLine, tmp_path: Path) -> None:
    """A wrong configuration is reported with file and line before any server starts."""
    province = Path(shutil.copytree(PROVINCE, tmp_path / "province"))
    (province / "escalation.yaml").unlink()
    ran = luongxanh.tools("up", "--json", LUONGXANH_PROVINCE=str(province))
    assert (ran.code, ran.error["code"]) == (2, "configuration_invalid")
    assert [(one["file"], one["code"]) for one in ran.error["problems"]] == [("escalation.yaml", "missing_file")]
    assert luongxanh.tools("status", "--json").value["components"] == []
