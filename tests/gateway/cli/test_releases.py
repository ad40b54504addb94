"""Tests of `luongxanh ops release`, with a worker of another build beside that of the stack."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import CHECKOUT, OPERATOR, CommandLine, submission
from tests.support.ninh_binh import FOLDER
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.stack, pytest.mark.slow]

PACKAGES = ("domain", "activities", "workflows", "gateway", "workers")
WHO_AND_WHY = ("--by", OPERATOR, "--reason", "Bản tháng 12")


@contextmanager
def another_build(luongxanh: CommandLine, folder: Path) -> Iterator[Path]:
    """A worker whose code differs in a comment, and which waits for an operator's order. Gives the file of its log."""
    for package in PACKAGES:
        shutil.copytree(CHECKOUT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    with (folder / "domain" / "values.py").open("a", encoding="utf-8") as code:
        code.write("# Another release.\n")
    environment = {
        **os.environ,
        "PYTHONPATH": str(folder),
        "LUONGXANH_MODE": "embedded",
        "LUONGXANH_STACK": str(luongxanh.folder),
        "LUONGXANH_PROVINCE": str(FOLDER),
        "LUONGXANH_RELEASES": "by_order",
    }
    ready, log = folder / "ready", folder / "worker.log"
    command = [sys.executable, "-m", "workers", "worker", "--ready", str(ready)]
    with log.open("wb") as out, subprocess.Popen(command, cwd=folder, env=environment, stderr=out) as worker:
        try:
            wait_until(ready.exists, "the other worker is ready")
            yield log
        finally:
            worker.terminate()


def shown(luongxanh: CommandLine) -> Any:
    return luongxanh("ops", "release", "list", "--json").value


def test_a_new_build_gets_the_work_in_steps_and_gives_it_back(luongxanh: CommandLine, tmp_path: Path) -> None:
    """The stack's own build took the work by itself. The new one waits, gets a part, all, gives it back, and retires.
    Every order is listed with who and why."""
    [ours] = shown(luongxanh)["builds"]
    assert (ours["share"], len(ours["workers"]), ours["stuck"]) == (100.0, 1, 0)
    with another_build(luongxanh, tmp_path) as log:
        wait_until(lambda: "worker_waits_for_release" in log.read_text(encoding="utf-8"), "it says that it waits")
        [new, old] = shown(luongxanh)["builds"]
        assert f'"build": "{new["build"]}"' in log.read_text(encoding="utf-8")
        assert (old["build"], new["share"], new["seen"]["release"]) == (ours["build"], 0.0, old["seen"]["release"])
        replayed_on(luongxanh, new["build"])
        steps = luongxanh("ops", "release", "ramp", new["build"], "5", "50", "--pause", "0", "--json", *WHO_AND_WHY)
        told = {name: steps.value[name] for name in ("build", "state", "percent", "stopped", "stuck", "problem")}
        assert told == {
            "build": new["build"], "state": "finished", "percent": 50, "stopped": False, "stuck": [], "problem": None,
        }  # fmt: skip
        ended = luongxanh("ops", "release", "stop", steps.value["ramp"], "--by", OPERATOR, "--json")
        assert ended.value["error"]["code"] == "release_ramp_ended"
        assert [one["share"] for one in shown(luongxanh)["builds"]] == [50.0, 50.0]
        promoted = luongxanh("ops", "release", "promote", new["build"], "--json", *WHO_AND_WHY)
        assert promoted.value == {"build": new["build"], "instead": old["build"]}
        code = luongxanh("dossier", "submit", "-", "--json", stdin=submission()).value["dossier"]
        assert luongxanh("dossier", "show", code, "--json").code == 0
        back = luongxanh("ops", "release", "rollback", "--json", *WHO_AND_WHY)
        assert back.value == {"build": old["build"]}
        retired = luongxanh("ops", "release", "retire", new["build"], "--json", *WHO_AND_WHY)
        assert len(retired.value["workers"]) == 1
        again = luongxanh("ops", "release", "promote", new["build"], "--json", *WHO_AND_WHY)
        assert again.value["error"]["code"] == "release_retired"
    now = shown(luongxanh)
    assert [(one["act"], one["percent"]) for one in now["acts"]] == [
        ("retired", None),
        ("rolled_back", None),
        ("promoted", None),
        ("ramped", 50),
        ("ramped", 5),
        ("began", None),
    ]
    assert (now["acts"][0]["who"], now["acts"][0]["why"]) == (OPERATOR, "Bản tháng 12")
    people = luongxanh("ops", "release", "list", "--lang", "en").out
    assert old["build"] in people
    assert "was given the work back" in people


def replayed_on(luongxanh: CommandLine, build: str) -> None:
    """The new build gets nothing before its own worker, which has no work yet, replayed what is open."""
    code = luongxanh("dossier", "submit", "-", "--json", stdin=submission()).value["dossier"]
    promote = ("ops", "release", "promote", build, "--json", *WHO_AND_WHY)
    wait_until(lambda: shown(luongxanh)["open_dossiers"], "Temporal counts the open dossier")
    assert luongxanh(*promote).value["error"]["code"] == "release_not_replayed"
    on_build = ("ops", "replay", "--on-build", build, "--by", OPERATOR)
    mixed = luongxanh(*on_build, "--against", ".", "--json")
    assert (mixed.code, mixed.value["error"]["code"]) == (2, "not_on_a_build")
    named = luongxanh(*on_build, code, "H42.101-250101-0000", "--json")
    assert (named.code, named.value["histories"], named.value["absent"]) == (1, 1, ["H42.101-250101-0000"])
    assert (named.value["state"], named.value["failures"]) == ("failed", [])
    everything = luongxanh(*on_build, "--lang", "en")
    assert everything.code == 0, everything.err
    assert "every history replays" in " ".join(everything.out.split())


def test_what_is_not_a_step(luongxanh: CommandLine) -> None:
    """Steps that do not grow, a build that nobody knows, and an order without a reason are refused before anything."""
    wrong = luongxanh("ops", "release", "ramp", "0.0.0+none", "50", "5", "--json", *WHO_AND_WHY)
    unknown = luongxanh("ops", "release", "ramp", "0.0.0+none", "5", "--json", *WHO_AND_WHY)
    silent = luongxanh("ops", "release", "promote", "0.0.0+none", "--reason", " ", "--json")
    codes = [ran.value["error"]["code"] for ran in (wrong, unknown, silent)]
    assert codes == ["percent_out_of_range", "release_unknown", "release_without_reason"]
    assert [ran.code for ran in (wrong, unknown, silent)] == [2, 4, 2]
