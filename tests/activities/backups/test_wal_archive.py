"""The archive of PostgreSQL's log, as its `archive_command` and `restore_command` use it."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
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
    path.write_bytes(segment_of(NAME))
    return path


def segment_of(name: str, size: int = 1 << 20) -> bytes:
    """A segment as PostgreSQL 18 begins it: the head of its first page, then records."""
    timeline, log, number = (int(name[start : start + 8], 16) for start in (0, 8, 16))
    address = (log << 32) + number * size
    head = struct.pack("<HHIQI4xQII", 0xD118, 2, timeline, address, 0, 77, size, 8_192)
    return head + b"record" + bytes(size - len(head) - 6)


def following(step: int) -> str:
    return f"{NAME[:-1]}{int(NAME[-1], 16) + step:X}"


@pytest.mark.parametrize(
    "torn",
    [
        lambda whole: b"",
        lambda whole: whole[:100],
        lambda whole: whole[:-1],
        lambda whole: whole + b"x",
        lambda whole: bytes(len(whole)),
        lambda whole: segment_of(following(1)),
        lambda whole: segment_of(f"00000002{NAME[8:]}"),
    ],
)
def test_a_torn_segment_is_never_taken_for_whole(
    archive: WalArchive, segment: Path, torn: Callable[[bytes], bytes]
) -> None:
    """As a plain `cp` leaves it that was killed, or a full disk; or another segment under this name."""
    segment.write_bytes(torn(segment.read_bytes()))
    for name in (NAME, f"{NAME}.partial"):
        with pytest.raises(InvalidInput, match="wal_torn"):
            archive.put(segment, name)
    with pytest.raises(InvalidInput, match="wal_torn"):
        archive.ship(segment.parent)
    assert segment.exists(), "nothing is removed that is not archived"
    assert archive.names() == []


def test_a_gap_is_not_the_end_of_the_log(archive: WalArchive, segment: Path, tmp_path: Path) -> None:
    """PostgreSQL would go live where the gap is, without all that comes after it."""
    archive.put(segment, NAME)
    segment.write_bytes(segment_of(following(2)))
    archive.put(segment, following(2))
    with pytest.raises(InvalidInput, match="wal_gap") as refused:
        archive.get(following(1), tmp_path / "back")
    assert refused.value.facts["later"] == following(2)
    for absent in (following(3), f"00000002{following(1)[8:]}", "00000002.history", f"{NAME}.00000028.backup"):
        with pytest.raises(NotFound, match="wal_not_archived"):
            archive.get(absent, tmp_path / "back")


def test_the_last_part_of_a_timeline_fills_no_gap(archive: WalArchive, segment: Path, tmp_path: Path) -> None:
    """A `.partial` is for a person: PostgreSQL never asks for it, and it is not the segment."""
    archive.put(segment, f"{NAME}.partial")
    with pytest.raises(NotFound, match="wal_not_archived"):
        archive.get(NAME, tmp_path / "back")


def test_a_damaged_file_in_the_archive_is_made_again(archive: WalArchive, segment: Path, tmp_path: Path) -> None:
    """PostgreSQL still has it, and would keep all of its log until its disk is full. The damaged one stays aside."""
    archive.put(segment, NAME)
    sealed = tmp_path / "archive" / f"{NAME}.sealed"
    sealed.write_bytes(sealed.read_bytes()[:-1])
    archive.put(segment, NAME)
    archive.get(NAME, tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == segment.read_bytes()
    assert archive.names() == [NAME]
    assert [path.name for path in (tmp_path / "archive").glob("*.damaged-*")] != []


def test_what_a_killed_command_left_is_removed(archive: WalArchive, segment: Path, tmp_path: Path) -> None:
    """Else each kill would leave 16 MB. What others write at the same time is left alone."""
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / f".{NAME}.0a1b2c3d").write_bytes(b"half")
    (tmp_path / "archive" / f".{following(1)}.0a1b2c3d").write_bytes(b"of another command")
    archive.put(segment, NAME)
    names = sorted(path.name for path in (tmp_path / "archive").iterdir())
    assert names == [f".{following(1)}.0a1b2c3d", f"{NAME}.sealed"]


def test_what_is_there_already_is_on_the_disk_too(
    archive: WalArchive, segment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command before was killed between giving the name and bringing it to the disk. Then the log may go."""
    archive.put(segment, NAME)
    brought: list[Path] = []
    monkeypatch.setattr("activities.backups.wal_archive.sync_folder", brought.append)
    archive.put(segment, NAME)
    assert len(brought) == 1


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
    later = tmp_path / "later"
    later.write_bytes(segment_of(following(2)))
    assert run("backup", "wal-put", str(later), following(2), *options).code == 0
    gap = run("backup", "wal-get", following(1), str(tmp_path / "g"), *options)
    assert (gap.code, "wal_gap" in gap.err) == (200, True)
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


def test_an_empty_stream_is_no_backup(tmp_path: Path) -> None:
    """A pipe whose first program failed at once: `pg_basebackup` with a wrong address, without `pipefail`."""
    with pytest.raises(InvalidInput, match="stream_empty"):
        seal(io.BytesIO(), tmp_path / "b", "base.tar", KEY)
    assert list((tmp_path / "b").iterdir()) == []
