"""`luongxanh dev`: up prints where everything is, down keeps the data, reset erases it, and each may be repeated."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command_line import CommandLine, submission
from workers import dev
from workers.stack.messages import silently
from workers.stack.stack import temporary_folder
from workers.stack.watch import ends_with_this_process

pytestmark = [pytest.mark.stack, pytest.mark.slow]

PROVINCE = Path(__file__).resolve().parents[2] / "deploy" / "ninh-binh"
EVERYTHING = ["postgres", "temporal", "simulator", "api", "worker"]


@pytest.fixture
def luongxanh() -> Iterator[CommandLine]:
    """The command in a folder where nothing runs yet."""
    with temporary_folder() as folder, ends_with_this_process(folder):
        yield CommandLine(folder)
        dev.reset(folder, announce=silently)


def test_up_down_status_and_reset(luongxanh: CommandLine) -> None:
    """A dossier submitted before `down` is there after the next `up`, and gone after `reset`."""
    assert luongxanh("dev", "status").code == 5
    first = luongxanh("dev", "up", "--json").value
    assert [component["name"] for component in first["status"]["components"]] == EVERYTHING
    assert first["rules_added"] > 0
    assert first["migrations"]
    again = luongxanh("dev", "up", "--json").value
    pids = [[one["pid"] for one in up["status"]["components"]] for up in (first, again)]
    assert pids[0] == pids[1]
    assert (again["rules_added"], again["migrations"]) == (0, [])
    status = luongxanh("dev", "status", COLUMNS="200")
    assert status.code == 0
    for word in ("http://127.0.0.1:", "gRPC", "logs/worker.log", "postgresql://luongxanh_app@"):
        assert word in status.out
    code = luongxanh("dossier", "submit", "-", "--json", stdin=submission()).value["dossier"]
    assert luongxanh("dev", "down", "--json").value["components"] == []
    assert luongxanh("dossier", "show", code, "--json").error["code"] == "stack_not_running"
    assert luongxanh("dev", "up").code == 0
    assert luongxanh("dossier", "show", code, "--json").value["state"] == "submitted"
    assert luongxanh("dev", "reset", "--json").value["erased"]
    assert luongxanh("dev", "status").code == 5


def test_a_wrong_configuration_starts_nothing(luongxanh: CommandLine, tmp_path: Path) -> None:
    """It is told with file and line before any server is started."""
    province = Path(shutil.copytree(PROVINCE, tmp_path / "province"))
    (province / "escalation.yaml").unlink()
    ran = luongxanh("dev", "up", "--json", LUONGXANH_PROVINCE=str(province))
    assert (ran.code, ran.error["code"]) == (2, "configuration_invalid")
    assert [(one["file"], one["code"]) for one in ran.error["problems"]] == [("escalation.yaml", "missing_file")]
    assert luongxanh("dev", "status", "--json").value["components"] == []
