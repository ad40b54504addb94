"""Folders packed into a backup, and archives that somebody with the key has made up."""

from __future__ import annotations

import io
import os
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from activities.backups.keys import BackupKey
from activities.backups.packing import pack, unpack
from activities.backups.sealed import SALT, SealedReader, SealedWriter
from domain.errors import InvalidInput

KEY, PLACE = BackupKey(b"k" * 32), "b/files"


def sealed(file: Path, content: bytes) -> SealedReader:
    with file.open("wb") as stream:
        writer = SealedWriter(stream, KEY, PLACE, os.urandom(SALT))
        writer.write(content)
        writer.close()
    return SealedReader(file, KEY, PLACE)


def test_files_come_back_with_their_modes(tmp_path: Path) -> None:
    """Links and other things are left out: nothing is followed out of the folder."""
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / "deep" / "secret").write_text("x")
    (tmp_path / "in" / "deep" / "secret").chmod(0o600)
    (tmp_path / "in" / "Hồ sơ").write_bytes(b"y" * 100_000)
    (tmp_path / "in" / "link").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "in" / "pipe")
    names = ("deep/secret", "Hồ sơ", "link", "pipe", "gone")
    with (tmp_path / "f").open("wb") as stream:
        writer = SealedWriter(stream, KEY, PLACE, os.urandom(SALT))
        assert pack([(f"a/{name}", tmp_path / "in" / name) for name in names], writer) == 2
        writer.close()
    with SealedReader(tmp_path / "f", KEY, PLACE) as source:
        assert unpack(source, tmp_path / "out") == 2
    assert (tmp_path / "out" / "a" / "deep" / "secret").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "out" / "a" / "Hồ sơ").read_bytes() == b"y" * 100_000
    assert not (tmp_path / "out" / "a" / "link").exists()


def entry(name: str, **fields: object) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    for field, value in fields.items():
        setattr(made, field, value)
    return made


HOSTILE = {
    "above": entry("../x", size=1),
    "above, deep": entry("a/../../x", size=1),
    "absolute": entry("/elsewhere/x", size=1),
    "a symbolic link": entry("x", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
    "a hard link": entry("x", type=tarfile.LNKTYPE, linkname="../x"),
    "a device": entry("x", type=tarfile.CHRTYPE),
    "a pipe": entry("x", type=tarfile.FIFOTYPE),
    "a back slash": entry("..\\x", size=1),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_leads_out_of_the_folder_is_refused(tmp_path: Path, what: str) -> None:
    """Even from somebody who has the key. Nothing is written outside."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        archive.addfile(HOSTILE[what], io.BytesIO(b"x"))
    refused = pytest.raises(InvalidInput, match="backup_entry_refused")
    with sealed(tmp_path / "f", content.getvalue()) as source, refused:
        unpack(source, tmp_path / "in" / "out")
    assert sorted(path.name for path in tmp_path.rglob("*")) in (["f"], ["f", "in", "out"])


def test_a_second_entry_of_a_name_writes_nothing(tmp_path: Path) -> None:
    """Nor through what the first one has made."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        for text in (b"1", b"2"):
            archive.addfile(entry("x", size=1), io.BytesIO(text))
    with sealed(tmp_path / "f", content.getvalue()) as source, pytest.raises(FileExistsError):
        unpack(source, tmp_path / "out")
    assert (tmp_path / "out" / "x").read_bytes() == b"1"


@pytest.mark.parametrize("damage", [lambda whole: b"no archive" * 100, lambda whole: whole[:600]])
def test_what_is_no_archive(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    """A sealed part whose content is cut, or is something else."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        archive.addfile(entry("x", size=5_000), io.BytesIO(b"x" * 5_000))
    refused = pytest.raises(InvalidInput, match="backup_part_altered")
    with sealed(tmp_path / "f", damage(content.getvalue())) as source, refused:
        unpack(source, tmp_path / "out")
