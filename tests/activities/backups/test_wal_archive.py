"""The archive of PostgreSQL's log, as its `archive_command` and `restore_command` use it."""

from __future__ import annotations

from pathlib import Path

import pytest

from activities.backups.keys import BackupKey, make_key
from activities.backups.streams import seal, unseal
from activities.backups.wal_archive import WalArchive
from domain.errors import Conflict, InvalidInput, NotFound
from tests.support.command_line import run

NAME = "000000010000000000000003"
KEY = BackupKey(b"k" * 32)


@pytest.fixture
def segment(tmp_path: Path) -> Path:
    path = tmp_path / "pg_wal" / NAME
    path.parent.mkdir()
    path.write_bytes(bytes(1 << 20) + b"record")
    return path


@pytest.fixture
def archive(tmp_path: Path) -> WalArchive:
    return WalArchive(tmp_path / "archive", KEY)


def test_a_file_is_archived_once_and_never_overwritten(archive: WalArchive, segment: Path, tmp_path: Path) -> None:
    """PostgreSQL asks again when it was killed before it noted the success."""
    archive.put(segment, NAME)
    archive.put(segment, NAME)
    archive.get(NAME, tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == segment.read_bytes()
    segment.write_bytes(b"of another server")
    with pytest.raises(Conflict, match="wal_differs"):
        archive.put(segment, NAME)
    assert archive.names() == [NAME]
    assert sorted(path.name for path in (tmp_path / "archive").iterdir()) == [f"{NAME}.sealed"]


@pytest.mark.parametrize("name", ["", "../x", "x", f"{NAME}/x", NAME.lower() + "g", "0" * 23, f"{NAME}\n"])
def test_only_names_of_the_log(archive: WalArchive, segment: Path, tmp_path: Path, name: str) -> None:
    """Nothing else is written, and nothing else is read."""
    with pytest.raises(InvalidInput, match="wal_name_unknown"):
        archive.put(segment, name)
    with pytest.raises(InvalidInput, match="wal_name_unknown"):
        archive.get(name, tmp_path / "back")


@pytest.mark.parametrize("name", [f"{NAME}.00000028.backup", f"{NAME}.partial", "00000002.history"])
def test_the_other_files_of_the_log(archive: WalArchive, segment: Path, name: str) -> None:
    """Labels of base backups, the last part of a timeline, histories of timelines."""
    archive.put(segment, name)
    assert archive.names() == [name]


def test_a_spool_is_shipped(archive: WalArchive, segment: Path, tmp_path: Path) -> None:
    """What is whole goes, what is being written stays; to begin again loses nothing."""
    spool = segment.parent
    (spool / f".{NAME[:-1]}4").write_bytes(b"half")
    archive.put(segment, NAME)  # as a command that was killed before it removed the file
    assert archive.ship(spool) == 1
    assert [path.name for path in spool.iterdir()] == [f".{NAME[:-1]}4"]
    archive.get(NAME, tmp_path / "back")


def test_a_damaged_file_writes_nothing(archive: WalArchive, segment: Path, tmp_path: Path) -> None:
    """Recovery never sees half of a file."""
    archive.put(segment, NAME)
    sealed = tmp_path / "archive" / f"{NAME}.sealed"
    sealed.write_bytes(sealed.read_bytes()[:-1])
    with pytest.raises(InvalidInput, match="backup_part_altered"):
        archive.get(NAME, tmp_path / "back")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("back")] == []
    with pytest.raises(NotFound, match="wal_not_archived"):
        archive.get("00000002.history", tmp_path / "back")


def test_the_commands_of_postgresql(segment: Path, tmp_path: Path) -> None:
    """The exit codes that PostgreSQL reads: 4 is the end of the log, above 125 stops its recovery."""
    make_key(tmp_path / "key")
    make_key(tmp_path / "other")
    options = (f"--to={tmp_path / 'archive'}", f"--key-file={tmp_path / 'key'}")
    assert run("backup", "wal-put", str(segment), NAME, *options).code == 0
    back = tmp_path / "back"
    assert run("backup", "wal-get", NAME, str(back), *options).code == 0
    assert back.read_bytes() == segment.read_bytes()
    assert run("backup", "wal-get", "00000002.history", str(tmp_path / "h"), *options).code == 4
    wrong = (options[0], f"--key-file={tmp_path / 'other'}")
    found = run("backup", "wal-get", NAME, str(tmp_path / "w"), *wrong)
    assert (found.code, "backup_key_wrong" in found.err) == (200, True)
    assert not (tmp_path / "w").exists()


def test_a_stream_is_sealed_under_a_name(tmp_path: Path) -> None:
    """Such as a base backup from a pipe. It is not overwritten, and another name does not open it."""
    (tmp_path / "in").write_bytes(b"base" * 1_000)
    with (tmp_path / "in").open("rb") as source:
        made = seal(source, tmp_path / "b", "base.tar", KEY)
    assert made.plain == 4_000
    with (tmp_path / "out").open("wb") as target:
        unseal(tmp_path / "b", "base.tar", KEY, target)
    assert (tmp_path / "out").read_bytes() == b"base" * 1_000
    with (tmp_path / "in").open("rb") as source, pytest.raises(Conflict, match="stream_exists"):
        seal(source, tmp_path / "b", "base.tar", KEY)
    made.file.rename(tmp_path / "b" / "other.sealed")
    with (tmp_path / "out").open("wb") as target:
        with pytest.raises(InvalidInput, match="backup_part_altered"):
            unseal(tmp_path / "b", "other", KEY, target)
        with pytest.raises(NotFound, match="stream_unknown"):
            unseal(tmp_path / "b", "base.tar", KEY, target)
        with pytest.raises(InvalidInput, match="stream_name_unknown"):
            unseal(tmp_path / "b", "../x", KEY, target)
