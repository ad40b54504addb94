"""Tests that only its owner can read a stack's folder, hold its lock, or see its passwords."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tools.local_stack.test_stack import ECHO_SPEC, WRITE_SPEC
from tools.local_stack import Stack, StackError
from tools.local_stack.lock import only_one
from tools.local_stack.messages import Announce, silently
from tools.local_stack.processes import MARK
from tools.local_stack.stack import temporary_folder
from workers.credentials import callback_secret
from workers.errors import SettingsError
from workers.settings import load_settings

pytestmark = pytest.mark.stack

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another account")
NOBODY = 65_534
GUARDED_BY_POSTGRES = {"data", "programs"}


@pytest.fixture
def folder() -> Iterator[Path]:
    with temporary_folder() as made:
        yield made
        Stack(made, announce=silently).reset()


def open_to_others(folder: Path) -> dict[str, str]:
    """What other accounts may do in a folder, except passing through to PostgreSQL's own data."""
    passed = {folder, folder / "postgres"} if os.geteuid() == 0 else set()
    found = {}
    for at, names, files in os.walk(folder):
        names[:] = [name for name in names if name not in GUARDED_BY_POSTGRES]
        for path in (Path(at), *(Path(at) / file for file in files)):
            try:
                mode = stat.S_IMODE(path.lstat().st_mode)
            except FileNotFoundError:
                continue  # a server has just removed it
            if mode & (0o067 if path in passed else 0o077):
                found[str(path)] = oct(mode)
    return found


def test_everything_that_a_stack_keeps_is_its_owners_alone(folder: Path) -> None:
    """Data, logs, secrets and state are private, whatever the umask."""
    before = os.umask(0)
    try:
        Stack(folder, processes=[ECHO_SPEC, WRITE_SPEC], announce=silently).up()
    finally:
        os.umask(before)
    assert (folder / "temporal" / "temporal.sqlite").exists()
    assert (folder / "logs" / "simulator.log").exists()
    assert open_to_others(folder) == {}
    data = Stack(folder).running("postgres").data
    assert data is not None
    assert stat.S_IMODE(data.stat().st_mode) == 0o700


def test_a_folder_that_was_open_is_closed_at_the_next_start(folder: Path) -> None:
    """An open folder, as of release 0.1, is made private at the next start, and this is announced."""
    Stack(folder, servers=["temporal"], announce=silently).up()
    Stack(folder, announce=silently).down()
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    sentences: list[str] = []
    Stack(folder, servers=["temporal"], announce=announce_to(sentences)).up()
    assert open_to_others(folder) == {}
    assert any("could be read by others" in sentence for sentence in sentences)


@as_root
def test_a_folder_of_another_account_is_refused(folder: Path) -> None:
    """A folder of another account is refused with path, owner and remedy."""
    logs = folder / "logs"
    logs.mkdir()
    os.chown(logs, 12_345, -1)
    with pytest.raises(StackError, match="folder_of_another") as problem:
        Stack(folder, announce=silently).up()
    assert problem.value.facts == {"path": str(logs), "owner": "12345"}
    logs.rmdir()


def test_a_folder_of_other_things_is_left_alone(tmp_path: Path) -> None:
    """A folder with other things keeps its rights and its files."""
    (tmp_path / "thesis.odt").touch()
    tmp_path.chmod(0o755)
    for command in (Stack(tmp_path).up, Stack(tmp_path).down, Stack(tmp_path).reset):
        with pytest.raises(StackError, match="folder_in_use"):
            command()
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.odt"]


HOLD = ("/bin/sh", "-c", 'exec 9<"$1"; flock 9 && echo held; exec sleep 60', "hold")


@as_root
def test_another_account_cannot_hold_a_stack_up(folder: Path) -> None:
    """Another account cannot open the lock of a private folder."""
    folder.chmod(0o755)
    (folder / "lock").touch(0o644)
    stranger = subprocess.Popen([*HOLD, folder / "lock"], stdout=subprocess.PIPE, user=NOBODY)
    assert stranger.stdout is not None
    assert stranger.stdout.readline() == b"held\n"
    with only_one(folder, silently, seconds=0):
        tried = subprocess.run([*HOLD, folder / "stack.lock"], user=NOBODY, capture_output=True)
        assert b"Permission denied" in tried.stderr
        assert tried.stdout == b""
    stranger.kill()
    stranger.wait()


def announce_to(sentences: list[str]) -> Announce:
    return lambda text: sentences.append(text.en)


def test_a_wait_for_the_lock_ends_and_says_who_holds_it(folder: Path) -> None:
    """The wait for a lock ends with the holder's number, account and command, in both languages."""
    with only_one(folder, silently):
        pass
    hold = "import fcntl, sys, time; f = open(sys.argv[1]); fcntl.flock(f, 2); print(1, flush=True); time.sleep(60)"
    holder = subprocess.Popen([sys.executable, "-c", hold, folder / "stack.lock"], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    holder.stdout.readline()
    sentences: list[str] = []
    with (
        pytest.raises(StackError, match="stack_busy") as problem,
        only_one(folder, announce_to(sentences), seconds=0.3),
    ):
        pass
    for text in (problem.value.message.vi, problem.value.message.en, sentences[0]):
        assert str(holder.pid) in text
        assert "import fcntl" in text
    holder.kill()
    holder.wait()


START_WATCHED = """
import json, os, sys
from pathlib import Path
seen = []
def watch(event, arguments):
    if event == "subprocess.Popen":
        _, argv, _, environment = arguments
        given = os.environ if environment is None else environment
        seen.append({"argv": [os.fsdecode(one) for one in argv], "environment": dict(given)})
sys.addaudithook(watch)
from tools.local_stack import control
from workers.errors import SettingsError
from workers.settings import load_settings
from tools.local_stack.messages import Announce, silently
control.up(load_settings(stack_folder=Path(sys.argv[1])), announce=silently)
json.dump(seen, sys.stdout)
"""
TEMPTING = {
    "LUONGXANH_DATABASE_ADMIN_URL": "",  # set below: with it everyone could open this stack's database
    "PGPASSWORD": "password-of-somewhere-else",
    "TEMPORAL_API_KEY": "key-of-somewhere-else",
}


@pytest.mark.slow
def test_no_process_shows_a_password(folder: Path) -> None:
    """No process of a start shows a password in its arguments or its environment, and a long-running one not even
    those of the caller's environment."""
    Stack(folder, announce=silently).up()
    owner = Stack(folder).postgres_url("luongxanh_owner")
    Stack(folder, announce=silently).down()
    environment = {**os.environ, **TEMPTING, "LUONGXANH_DATABASE_ADMIN_URL": owner}
    started = subprocess.run(
        [sys.executable, "-c", START_WATCHED, folder], env=environment, capture_output=True, cwd=Path.cwd(), check=True
    )
    seen = json.loads(started.stdout)
    programs = {Path(one["argv"][0]).name for one in seen}
    assert {"postgres", "psql", "temporal"} <= programs
    passwords = [*json.loads((folder / "postgres" / "roles.json").read_text()).values()]
    passwords += [(folder / "secrets" / "callback-secret").read_text(), "password-of-somewhere-else"]
    assert all(len(password) > 20 for password in passwords)
    running = Stack(folder).status().components
    shown = [json.dumps(one) for one in seen]
    files_of_running = [f"/proc/{component.pid}/{part}" for component in running for part in ("cmdline", "environ")]
    shown += [Path(path).read_text("utf-8", "replace") for path in files_of_running]
    assert len(running) == 6
    assert not [(password, text) for password in passwords for text in shown if password in text]
    for component in running:
        environ = Path(f"/proc/{component.pid}/environ").read_text().split("\0")
        assert f"{MARK}={component.name}@{folder.resolve()}" in environ
        assert ("TEMPORAL_API_KEY=key-of-somewhere-else" in environ) is (component.name not in ("postgres", "temporal"))


def test_each_stack_has_a_callback_secret_of_its_own(folder: Path) -> None:
    """Each stack has its own random callback secret, which stays over `down` and `up` and is private."""
    stack = Stack(folder, servers=(), announce=silently)
    stack.up()
    secret = callback_secret(load_settings({}, folder)).get_secret_value()
    assert stat.S_IMODE((folder / "secrets" / "callback-secret").stat().st_mode) == 0o600
    stack.up()
    assert callback_secret(load_settings({}, folder)).get_secret_value() == secret
    stack.reset()
    stack.up()
    again = callback_secret(load_settings({}, folder)).get_secret_value()
    assert len(again) > 40
    assert again != secret
    assert again not in repr(load_settings({}, folder))


def test_without_a_secret_of_its_own_nothing_that_takes_callbacks_may_start(tmp_path: Path) -> None:
    """A missing, short, public or unreadable secret is refused with a remedy."""
    file = tmp_path / "secret"
    file.write_text("simulator-callback-secret\n")
    for given, code in (
        ({}, "callback_secret_missing"),
        ({"LUONGXANH_CALLBACK_SECRET": "short"}, "callback_secret_weak"),
        ({"LUONGXANH_CALLBACK_SECRET": "simulator-callback-secret"}, "callback_secret_weak"),
        ({"LUONGXANH_CALLBACK_SECRET_FILE": str(file)}, "callback_secret_weak"),
        ({"LUONGXANH_CALLBACK_SECRET_FILE": str(tmp_path / "nowhere")}, "setting_invalid"),
        ({"LUONGXANH_CALLBACK_SECRET": "0123456789abcdef0123456789abcdef\nshort"}, "callback_secret_weak"),
        ({"LUONGXANH_CALLBACK_SECRET": "0123456789abcdef\nsimulator-callback-secret"}, "callback_secret_weak"),
    ):
        with pytest.raises(SettingsError, match=code):
            callback_secret(load_settings(given, tmp_path))
    file.write_text("0123456789abcdef0123456789abcdef\n")
    settings = load_settings({"LUONGXANH_CALLBACK_SECRET_FILE": str(file)}, tmp_path)
    assert callback_secret(settings).get_secret_value() == "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize("process", [("worker",), ("api", "--port", "0")])
def test_a_process_that_takes_callbacks_refuses_to_start_without_a_secret(
    process: tuple[str, ...], tmp_path: Path
) -> None:
    """Without a secret, worker and API end with exit code 2 and a remedy before they call any server."""
    other = tmp_path / "api-secret"
    other.write_text("0123456789abcdef0123456789abcdef")
    environment = {**os.environ, "LUONGXANH_STACK": str(tmp_path / "none"), "LUONGXANH_CALLBACK_SECRET": ""}
    environment["LUONGXANH_API_SECRET_FILE"] = str(other)
    ran = subprocess.run(
        [Path(sys.executable).parent / "luongxanh", *process], env=environment, capture_output=True, text=True
    )
    assert ran.returncode == 2
    assert "callback_secret_missing" in ran.stderr
    assert "LUONGXANH_CALLBACK_SECRET_FILE" in ran.stderr
    assert "Traceback" not in ran.stderr


@as_root
@pytest.mark.parametrize("mode", [0o700, 0o711])
def test_a_stack_of_another_account_is_told_as_such(folder: Path, mode: int) -> None:
    """A stack of another account is reported with its owner, and not as a damaged file."""
    (folder / "settings.json").write_text("{}", encoding="utf-8")
    (folder / "settings.json").chmod(0o600)
    folder.chmod(mode)
    os.seteuid(NOBODY)
    try:
        with pytest.raises(SettingsError, match="folder_of_another") as problem:
            load_settings({}, folder)
    finally:
        os.seteuid(0)
    assert problem.value.facts == {"path": str(folder), "owner": "root"}


def test_a_stack_whose_folder_is_a_file_is_a_wrong_setting(tmp_path: Path) -> None:
    """A stack folder that is a file is a wrong setting."""
    (tmp_path / "notes").touch()
    with pytest.raises(SettingsError, match="setting_invalid") as problem:
        load_settings({}, tmp_path / "notes")
    assert f"LUONGXANH_STACK: {tmp_path / 'notes'}: đây không phải thư mục" in problem.value.message.vi
