"""The folder of backups as accidents and strangers leave it: nothing else stops, and nothing that is needed goes."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from activities.backups.keys import BackupKey, make_key
from activities.backups.manifest import Manifest, written
from activities.backups.retention import WhyKept, plan
from activities.backups.store import BackupFolder
from domain.errors import Conflict, InvalidInput
from tests.activities.backups.test_store import KEY, NOON, made

Deed = Callable[[Path], object]


@pytest.fixture
def folder(tmp_path: Path) -> BackupFolder:
    return BackupFolder(tmp_path / "backups")


def _a_folder(manifest: Path) -> None:
    manifest.unlink()
    manifest.mkdir()


def _a_pipe(manifest: Path) -> None:
    manifest.unlink()
    os.mkfifo(manifest)


def _a_link_to_itself(manifest: Path) -> None:
    manifest.unlink()
    manifest.symlink_to(manifest)


def _huge(manifest: Path) -> None:
    with manifest.open("ab") as stream:
        stream.truncate(1 << 40)


@pytest.mark.parametrize("deed", [_a_folder, _a_pipe, _a_link_to_itself, _huge])
def test_one_unreadable_manifest_stops_nothing_else(folder: BackupFolder, deed: Deed) -> None:
    """The list names it, and the next backup is made."""
    one, other = made(folder, b"1"), made(folder, b"2")
    deed(folder.folder / one.id / "manifest.json")
    assert [(stored.id, stored.problem) for stored in folder.all()] == [
        (one.id, "backup_manifest_altered"),
        (other.id, None),
    ]
    assert made(folder, b"3").id > other.id


@pytest.mark.parametrize("name", ["99999999T999999Z-full-abcdef", "99991231T235959Z-incr-abcdef"])
def test_a_name_of_no_time(folder: BackupFolder, name: str) -> None:
    """A folder that nobody has made as a backup: the next one is made all the same."""
    (folder.folder / name).mkdir(parents=True)
    assert made(folder, b"1").id < name
    assert [one.id for one in folder.all()][-1] == name, "a person sees it in the list"


def test_a_link_with_the_name_of_a_backup_is_none(folder: BackupFolder, tmp_path: Path) -> None:
    """It is named, is not opened, and pruning leaves it and what it leads to."""
    one = made(folder, b"1", at=NOON - timedelta(days=90))
    made(folder, b"2")
    (folder.folder / one.id).rename(tmp_path / "elsewhere")
    (folder.folder / one.id).symlink_to(tmp_path / "elsewhere")
    assert {one.id: one.problem for one in folder.all()}[one.id] == "backup_manifest_altered"
    assert {one.id: one.kept for one in plan(folder.all(), NOON, days=1, last=1)}[one.id] is WhyKept.UNREADABLE
    with pytest.raises(InvalidInput, match="backup_manifest_altered"):
        folder.manifest(one.id, KEY)


@pytest.mark.parametrize("lost", ["altered", "gone"])
def test_what_a_damaged_one_may_build_on_is_kept(folder: BackupFolder, lost: str) -> None:
    """A person takes the damaged one from another copy. Its own base is needed then, and nobody knows which it is."""
    old = made(folder, b"0", at=NOON - timedelta(days=99))
    full = made(folder, b"1", at=NOON - timedelta(days=60))
    between = made(folder, b"2", base=full, at=NOON - timedelta(days=50))
    damaged = made(folder, b"3", base=between, at=NOON - timedelta(days=40))
    made(folder, b"4", base=damaged, at=NOON)
    if lost == "altered":
        (folder.folder / damaged.id / "manifest.json").write_text("x")
    else:
        (folder.folder / damaged.id).rename(folder.folder / "taken")
    decided = {one.id: one.kept for one in plan(folder.all(), NOON, days=1, last=1)}
    assert (decided[full.id], decided[between.id]) == (WhyKept.BUILT_ON, WhyKept.BUILT_ON)
    assert decided[old.id] is None, "nothing builds on it: a full one follows"


def test_nothing_is_removed_while_somebody_reads(folder: BackupFolder) -> None:
    """A check or a restore reads parts for a long time; several may, and a backup may be made meanwhile."""
    one = made(folder, b"1")
    with folder.reading(), BackupFolder(folder.folder).reading():
        made(folder, b"2")
        with pytest.raises(Conflict, match="backup_being_read"), BackupFolder(folder.folder).removing():
            pass
    with folder.removing():
        folder.remove(one.id)
        with pytest.raises(Conflict, match="backup_under_way"), BackupFolder(folder.folder).reading():
            pass


def test_a_lock_that_the_file_system_does_not_have(folder: BackupFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not told as another command that never ends."""
    made(folder, b"1")

    def no_locks(*_: object) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr("activities.backups.store.fcntl.flock", no_locks)
    with pytest.raises(OSError, match="No locks"), folder.only_one():
        pass
    with folder.reading():
        pass  # a copy for reading alone, such as a folder of another machine


def later_form(manifest: Manifest) -> bytes:
    class Later(Manifest):
        form: int = 2
        seals: str = "x"

    return written(Later(**{**manifest.model_dump(), "form": 2}), KEY)


def test_a_backup_of_a_later_release_is_no_damage(folder: BackupFolder) -> None:
    """Whoever looks for another copy looks in vain: the answer is to install that release."""
    one = made(folder, b"1")
    (folder.folder / one.id / "manifest.json").write_bytes(later_form(one))
    with pytest.raises(InvalidInput, match="backup_of_later_release"):
        folder.manifest(one.id, KEY)
    assert folder.all()[0].problem == "backup_of_later_release"
    assert plan(folder.all(), NOON, days=0, last=1)[0].kept is WhyKept.UNREADABLE


def test_a_key_file_that_may_not_be_read_is_not_called_another_file(tmp_path: Path) -> None:
    """PostgreSQL's account reads it: the most usual mistake is who owns it."""
    make_key(tmp_path / "key")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(InvalidInput, match="backup_key_forbidden") as refused:
        BackupKey.read(tmp_path / "loop")
    assert refused.value.facts["problem"]


def test_a_pipe_in_place_of_a_key(tmp_path: Path) -> None:
    """Nothing waits for it."""
    os.mkfifo(tmp_path / "key")
    with pytest.raises(InvalidInput, match="backup_key_unreadable"):
        BackupKey.read(tmp_path / "key")


def test_a_key_on_a_full_disk_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else half a key would stand in the way of the next try, or seal backups that nobody can open."""

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("activities.backups.keys.os.fsync", full)
        with pytest.raises(OSError, match="No space"):
            make_key(tmp_path / "key")
    assert list(tmp_path.iterdir()) == []
    assert make_key(tmp_path / "key").id == BackupKey.read(tmp_path / "key").id
