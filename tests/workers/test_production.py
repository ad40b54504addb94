"""Tests of production: nothing is read from a checkout, and a process names the settings that it lacks."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.command_line import CHECKOUT, Ran, run, submission
from tests.support.waiting import wait_until
from tools.local_stack import Stack, control
from tools.local_stack.messages import silently
from tools.local_stack.orphan_cleanup import ends_with_this_process
from tools.local_stack.stack import temporary_folder
from workers.errors import SettingsError
from workers.settings import NEEDS, Mode, Process, Settings, load_settings, variable

PRODUCTION = {"LUONGXANH_MODE": "production"}
STARTED = {Process.WORKER: ("worker",), Process.API: ("api", "--port", "0")}


def alone(*arguments: str, stdin: str = "", **environment: str) -> Ran:
    """`luongxanh` in production with only these settings."""
    unset = {name: "" for name in os.environ if name.startswith(("LUONGXANH_", "OTEL_"))}
    return run(*arguments, stdin=stdin, environment={**unset, **PRODUCTION, **environment})


def test_nothing_of_a_checkout_is_read(tmp_path: Path) -> None:
    """Neither a local stack nor the province beside the code is used in production."""
    (tmp_path / "settings.json").write_text('{"database_url": "postgresql://app@here/x"}', encoding="utf-8")
    settings = load_settings(PRODUCTION, tmp_path)
    assert (settings.mode, settings.database_url, settings.province_folder) == (Mode.PRODUCTION, None, None)
    for name in ("database_url", "province_folder"):
        with pytest.raises(SettingsError, match="setting_missing") as problem:
            settings.need(name)
        assert problem.value.facts["variables"] == variable(name)


def test_a_mode_that_is_none_is_production(tmp_path: Path) -> None:
    """An invalid mode is reported, and nothing is read from the checkout."""
    (tmp_path / "settings.json").write_text("{", encoding="utf-8")
    with pytest.raises(SettingsError, match="setting_invalid") as problem:
        load_settings({"LUONGXANH_MODE": "live"}, tmp_path)
    assert [one.variable for one in problem.value.found] == ["LUONGXANH_MODE"]


def named(output: str, words: str = "") -> list[str]:
    """The variables in the lines with these words."""
    return re.findall(rf"^ +(LUONGXANH_\w+): .*{words}", output, re.MULTILINE)


@pytest.mark.parametrize("process", STARTED)
def test_a_process_names_every_setting_that_it_lacks(process: Process) -> None:
    """All missing settings are named together in both languages, with exit code 2, before any call."""
    ran = alone(*STARTED[process])
    assert (ran.code, ran.err.splitlines()[0]) == (2, "✗ setting_missing")
    lacking = [variable(name) for name in NEEDS[process]]
    assert named(ran.err, "chưa đặt") == named(ran.err, "is not set") == lacking
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("command", "process"),
    [
        (("dossier", "submit", "-"), Process.COMMAND),
        (("dossier", "list"), Process.READING),
        (("ledger", "verify"), Process.READING),
    ],
)
def test_a_command_names_what_it_lacks(command: tuple[str, ...], process: Process) -> None:
    """A command that only reads needs only the database."""
    ran = alone(*command, "--json", stdin=submission())
    assert (ran.code, ran.error["code"]) == (2, "setting_missing")
    assert ran.error["facts"]["variables"] == ", ".join(variable(name) for name in NEEDS[process])


def test_what_is_wrong_is_named_with_what_is_missing(tmp_path: Path) -> None:
    """Wrong and missing settings, unusable files and weak secrets are named in one answer."""
    key, secret = tmp_path / "key.pem", tmp_path / "secret"
    key.write_text("-", encoding="utf-8")
    key.chmod(0o644)
    secret.write_text("short", encoding="utf-8")
    ran = alone(
        "worker",
        LUONGXANH_DATABASE_URL="mysql://u:bi-mat@h/x",
        LUONGXANH_CALLBACK_SECRET_FILE=str(secret),
        LUONGXANH_OUTSIDE_FILE=str(tmp_path / "nowhere.json"),
        LUONGXANH_NEXUS="true",
        LUONGXANH_CHECKPOINT_KEY=str(key),
        LUONGXANH_PROVINCE=str(tmp_path / "nowhere"),
        LUONGXANH_TEMPORAL_TLS_KEY_FILE=str(key),
    )
    assert (ran.code, ran.err.splitlines()[0]) == (2, "✗ setting_invalid")
    assert sorted(set(named(ran.err))) == [
        "LUONGXANH_CALLBACK_SECRET_FILE",
        "LUONGXANH_CALLBACK_URL",
        "LUONGXANH_CHECKPOINT_FOLDER",
        "LUONGXANH_CHECKPOINT_KEY",
        "LUONGXANH_DATABASE_URL",
        "LUONGXANH_ISSUER_AUDIENCE",
        "LUONGXANH_ISSUER_URL",
        "LUONGXANH_OUTSIDE_FILE",
        "LUONGXANH_PROVINCE_FOLDER",
        "LUONGXANH_TEMPORAL_ADDRESS",
        "LUONGXANH_TEMPORAL_TLS_CERT_FILE",
    ]
    assert len(named(ran.err)) == 2 * 11
    assert "bi-mat" not in ran.err


def test_every_setting_of_production_is_in_the_manual() -> None:
    """The table of docs/operating.md has each variable once, with the processes that need it."""
    manual = (CHECKOUT / "docs" / "operating.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(LUONGXANH_\w+)`[^|]*\| ([^|]*) \|", manual, re.MULTILINE)
    needed = {name: [process.value for process in NEEDS if name in NEEDS[process]] for name in Settings.model_fields}
    assert dict(rows) == {variable(name): ", ".join(by) or "–" for name, by in needed.items()}
    assert len(rows) == len(needed)


@pytest.fixture(scope="module")
def surroundings() -> Iterator[Mapping[str, str]]:
    """The environment of a production process, with servers and outside systems of another stack."""
    with temporary_folder() as folder, ends_with_this_process(folder):
        control.up(load_settings({}, folder), announce=silently)
        known = load_settings({}, folder)
        names = [name for process in NEEDS for name in NEEDS[process] if getattr(known, name) is not None]
        given = {variable(name): str(getattr(known, name)) for name in names}
        stack = Stack(folder, announce=silently)
        stack.stop("worker")
        stack.stop("api")
        yield given
        control.reset(folder, announce=silently)


@contextmanager
def production_worker(given: Mapping[str, str], folder: Path) -> Iterator[None]:
    """A worker with only these settings, started outside a checkout, until it polls."""
    unset = {name: value for name, value in os.environ.items() if not name.startswith(("LUONGXANH_", "OTEL_"))}
    ready, log = folder / "ready", folder / "worker.log"
    command: list[str | Path] = [Path(sys.executable).parent / "luongxanh", "worker", "--ready", ready]
    with log.open("wb") as into:
        worker = subprocess.Popen(command, cwd=folder, stderr=into, env={**unset, **PRODUCTION, **given})
    try:
        wait_until(lambda: ready.exists() or worker.poll() is not None, "the worker polls", 60)
        assert ready.exists(), log.read_text(encoding="utf-8")
        yield
    finally:
        worker.terminate()
        assert worker.wait(timeout=60) == 0


@pytest.mark.stack
@pytest.mark.slow
def test_a_worker_in_production_works_with_what_the_environment_names(
    surroundings: Mapping[str, str], tmp_path: Path
) -> None:
    """A dossier is submitted, accepted and sent to the outside systems; the ledger verifies and is signed at the
    end."""
    with production_worker(surroundings, tmp_path):
        code = alone("dossier", "submit", "-", "--json", stdin=submission(), **surroundings).value["dossier"]
        who = ("--as", "reception", "--unit", "13285", "--person", "cb.13285.reception.1")
        assert alone("dossier", "act", code, "accept", *who, "--json", **surroundings).code == 0
        history = ("dossier", "history", code, "--json")
        wait_until(lambda: "identity_verified" in alone(*history, **surroundings).out, "the identity is verified")
    assert alone("ledger", "verify", "--checkpoints", "--json", **surroundings).code == 0


@pytest.mark.stack
@pytest.mark.slow
@pytest.mark.parametrize("name", NEEDS[Process.WORKER])
def test_a_worker_in_production_that_lacks_one_setting_does_not_start(
    surroundings: Mapping[str, str], name: str
) -> None:
    """A single missing setting is named alone."""
    ran = alone("worker", **{**surroundings, variable(name): ""})
    assert (ran.code, ran.err.splitlines()[0]) == (2, "✗ setting_missing")
    assert named(ran.err) == [variable(name)] * 2
