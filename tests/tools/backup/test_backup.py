"""`luongxanh backup` on a stack of its own: made, verified, attacked, restored, undone."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from activities.backups.keys import make_key
from activities.backups.store import BackupFolder
from tests.support.command_line import PROGRAM, CommandLine, submission
from tests.support.waiting import wait_until
from tools.benchmark.by_hand import PROVINCE
from tools.local_stack import control
from tools.local_stack.messages import silently
from tools.local_stack.orphan_cleanup import ends_with_this_process
from tools.local_stack.stack import RESTORED, temporary_folder

pytestmark = [pytest.mark.stack, pytest.mark.slow]

WHY = "Diễn tập phục hồi"


@dataclass(frozen=True)
class House:
    """A running stack with a dossier in a full backup, and one more in an incremental one."""

    line: CommandLine
    folder: Path
    key: Path
    codes: tuple[str, str]
    full: dict[str, Any]
    later: dict[str, Any]

    def __call__(self, *arguments: str, **environment: str) -> Any:
        return self.line("backup", *arguments, "--json", **{**self.environment, **environment})

    @property
    def environment(self) -> dict[str, str]:
        return {"LUONGXANH_BACKUP_FOLDER": str(self.folder), "LUONGXANH_BACKUP_KEY_FILE": str(self.key)}

    @property
    def names(self) -> list[str]:
        return [one.id for one in BackupFolder(self.folder).all()]

    def started(self, *arguments: str, before: str = "") -> subprocess.Popen[bytes]:
        """The program as a process, which the test may kill. `before`: a shell's words that come first."""
        environment = {**os.environ, "LUONGXANH_STACK": str(self.line.folder), **self.environment}
        command = ["/bin/sh", "-c", f'{before}exec "$0" "$@"', str(PROGRAM), "backup", *arguments, "--json"]
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Everything is started once: the tests follow each other."""
    place = tmp_path_factory.mktemp("backups")
    make_key(place / "key")
    with temporary_folder() as folder, ends_with_this_process(folder):
        line = CommandLine(folder)
        options = ("--to", str(place / "b"), "--key-file", str(place / "key"), "--json")
        assert line("backup", "create", *options).error["code"] == "stack_not_running"
        assert line.tools("up", "--json").code == 0
        first = line("dossier", "submit", "-", "--key", "one", "--json", stdin=submission()).value["dossier"]
        full = line("backup", "create", *options).value
        second = line("dossier", "submit", "-", "--key", "two", "--json", stdin=submission()).value["dossier"]
        later = line("backup", "create", *options).value
        yield House(line, place / "b", place / "key", (first, second), full, later)
        control.reset(folder, announce=silently)


def test_the_second_one_has_only_what_has_changed(house: House) -> None:
    """It builds on the first, and is a tenth of its size."""
    assert (house.full["kind"], house.later["kind"]) == ("full", "incremental")
    assert house.later["base"]["id"] == house.full["id"]
    assert (house.full["ledger"]["dossiers"], house.later["ledger"]["dossiers"]) == (1, 2)
    sizes = [sum(part["bytes"] for part in made["parts"]) for made in (house.full, house.later)]
    assert sizes[1] * 5 < sizes[0]
    assert house("list").value[1]["manifest"] == house.later
    assert house("list").code == 0


def test_it_is_verified_by_opening_it(house: House) -> None:
    """Every chain is walked, Temporal's file opens, and nothing is left running or lying about."""
    found = house("verify")
    assert (found.code, found.value["sound"]) == (0, True)
    assert found.value["chain"] == [house.full["id"], house.later["id"]]
    assert (found.value["ledger"]["chains"], found.value["ledger"]["problems"]) == (2, [])
    assert found.value["workflows"] >= 2
    assert found.value["ledger"]["events"] >= house.later["ledger"]["events"]


def test_what_is_inside_the_stack_is_no_place(house: House) -> None:
    """A backup or a key that is lost together with what it is for."""
    inside = str(house.line.folder / "b")
    assert house("create", "--to", inside).error["code"] == "backup_of_itself"
    assert house("create", "--key-file", inside).error["code"] == "backup_of_itself"


def test_another_key(house: House, tmp_path: Path) -> None:
    """It opens nothing, and the answer says which one does."""
    make_key(tmp_path / "other")
    found = house("verify", LUONGXANH_BACKUP_KEY_FILE=str(tmp_path / "other"))
    assert (found.code, found.error["code"]) == (2, "backup_key_wrong")
    assert found.error["facts"]["wanted"] == house.full["key"]


def test_a_part_of_another_backup_is_found(house: House) -> None:
    """Its size is the same, its content is sealed with the same key, and yet it is noticed."""
    [one, other] = [house.folder / made["id"] / "files.sealed" for made in (house.full, house.later)]
    kept = one.read_bytes()
    one.write_bytes(other.read_bytes())
    try:
        assert house("verify").error["code"] == "backup_part_altered"
        assert house("verify", house.full["id"]).error["code"] == "backup_part_altered"
    finally:
        one.write_bytes(kept)


def test_two_at_once(house: House) -> None:
    """The second one is told, and makes nothing."""
    with BackupFolder(house.folder).only_one():
        found = house("create")
    assert (found.code, found.error["code"]) == (3, "backup_under_way")


def test_a_disk_that_is_full(house: House) -> None:
    """No file may grow above 50 kB, as on a full disk: nothing is left of the backup, and the next one is whole."""
    before = house.names
    ended = house.started("create", "--full", before="ulimit -f 100; ")
    said, _ = ended.communicate()
    assert ended.returncode == 1, said
    assert house.names == before
    assert [path.name for path in house.folder.glob(".unfinished-*")] == []


def test_a_disk_that_fills_while_it_is_restored(house: House) -> None:
    """No file may grow above 50 kB: it is said, nothing of the backup lies about, and the old data starts as before."""
    assert house.line.tools("down").code == 0
    before = sorted(path.name for path in house.line.folder.iterdir())
    order = ("restore", house.full["id"], "--reason", WHY, "--over-existing", "--yes")
    ended = house.started(*order, before="ulimit -f 100; ")
    said, _ = ended.communicate()
    assert (ended.returncode, b"backup_disk_full" in said) == (2, True), said
    assert sorted(path.name for path in house.line.folder.iterdir()) == before
    assert house.line.tools("up", "--json").code == 0
    assert house.line("dossier", "show", house.codes[1], "--json").value["state"] == "submitted"


def test_killed_while_it_was_made(house: House) -> None:
    """What there is of it is no backup; the next one removes it and builds on the last whole one."""
    before = house.names
    running = house.started("create", "--full")
    wait_until(lambda: [*house.folder.glob(".unfinished-*/ledger.sealed")], "the copy of the ledger has begun")
    running.send_signal(signal.SIGKILL)
    running.communicate()
    assert house.names == before
    assert [*house.folder.glob(".unfinished-*")], "it was killed in the middle"
    made = house("create").value
    assert made["base"]["id"] == before[-1]
    assert [*house.folder.glob(".unfinished-*")] == []


def test_killed_while_it_was_verified(house: House, tmp_path: Path) -> None:
    """The database that it had started is ended, and the scratch folder is erased."""
    tmp_path.chmod(0o755)
    for above in tmp_path.parents[:3]:
        above.chmod(0o755)
    running = house.started("verify", before=f"TMPDIR={tmp_path} ")
    wait_until(lambda: [*tmp_path.glob("luongxanh-*/files")], "the backup is being opened")
    running.send_signal(signal.SIGKILL)
    running.communicate()
    wait_until(lambda: not [*tmp_path.glob("luongxanh-*")], "the scratch folder is erased")


def test_killed_before_the_ledger_goes_on(house: House) -> None:
    """The data of the backup is in place, and would be written to as if nothing was lost: codes would be given twice.

    So nothing starts until the same command has done the rest, or the old data is back. What was kept is the old data.
    """
    assert house.line.tools("down").code == 0
    order = ("restore", house.full["id"], "--reason", WHY, "--over-existing", "--yes")
    running = house.started(*order)
    wait_until((house.line.folder / RESTORED).exists, "the data is in place")
    running.send_signal(signal.SIGKILL)
    running.communicate()
    refused = house.line.tools("up", "--json")
    assert (refused.code != 0, refused.error["code"]) == (True, "restore_interrupted")
    resumed = house(*order)
    assert resumed.code == 0, resumed.err
    kept = Path(resumed.value["kept"])
    assert [path.name for path in house.line.folder.glob("before-restore-*")] == [kept.name], "not put in place twice"
    assert house.line.tools("up", "--json").code == 0
    assert house.line("dossier", "show", house.codes[1], "--json").error["code"] == "unknown_dossier"
    assert house.line.tools("down").code == 0
    assert house("undo", str(house.folder), "--yes").error["code"] == "nothing_kept"
    assert house("undo", str(kept), "--yes").code == 0
    assert house.line.tools("up", "--json").code == 0
    assert house.line("dossier", "show", house.codes[1], "--json").value["state"] == "submitted"


def test_a_backup_of_another_province(house: House, tmp_path: Path) -> None:
    """The same key, and another province's dossiers: refused before anything is put in place."""
    assert house.later["province"] == "H42"
    other = tmp_path / "province"
    shutil.copytree(PROVINCE, other)
    file = other / "province.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("code: H42", "code: H21"), encoding="utf-8")
    assert house.line.tools("down").code == 0
    order = ("restore", "--reason", WHY, "--over-existing", "--yes")
    found = house(*order, LUONGXANH_PROVINCE_FOLDER=str(other))
    assert (found.code, found.error["code"]) == (3, "backup_of_another_province")
    assert house.line.tools("up", "--json").code == 0


def test_restored_over_a_running_stack_over_data_and_undone(house: House) -> None:
    """Refused while it runs, refused over data without a word; then the first backup is in place. The dossier that came
    later is lost here and known outside, its code is not given out again, and the old data comes back on request. What
    was filed meanwhile is named before anybody confirms that."""
    order = ("restore", house.full["id"], "--reason", WHY)
    assert house(*order).error["code"] == "restore_over_running"
    assert house.line.tools("down").code == 0
    assert house(*order).error["code"] == "restore_over_data"
    restored = house(*order, "--over-existing", "--yes")
    assert restored.code == 0, restored.err
    assert (restored.value["backup"], restored.value["dossiers"]) == (house.full["id"], 1)
    assert house.line.tools("up", "--json").code == 0
    assert house.line("ledger", "verify", "--json").value["sound"]
    assert house.line("dossier", "show", house.codes[1], "--json").error["code"] == "unknown_dossier"
    outside = house.line("ops", "outside", "--json").value
    assert ("dossier_unknown", house.codes[1]) in {(one["what"], one["dossier"]) for one in outside}
    again = house.line("dossier", "submit", "-", "--key", "two", "--json", stdin=submission()).value["dossier"]
    assert again.rpartition("-")[0] == house.codes[1].rpartition("-")[0]
    assert int(again.rpartition("-")[2]) == 5_001
    assert house.line.tools("down").code == 0
    asked = house.line("backup", "undo", restored.value["kept"], **house.environment)
    assert (asked.code, again in asked.err, house.codes[0] in asked.err) == (2, True, False)
    undone = house("undo", restored.value["kept"], "--yes")
    assert undone.code == 0
    since = undone.value["since"]
    assert ([one["code"] for one in since["filed"]], since["dossiers"] - since["filed_in_all"]) == ([again], 0)
    assert house("undo", restored.value["kept"], "--yes").error["code"] == "nothing_kept"
    assert house.line.tools("up", "--json").code == 0
    assert house.line("dossier", "show", house.codes[1], "--json").value["state"] == "submitted"
