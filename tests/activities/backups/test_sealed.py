"""Sealed files: what was sealed comes back, and everything else is refused."""

from __future__ import annotations

import hashlib
import io
import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.backups.keys import BackupKey, make_key
from activities.backups.sealed import CHUNK, SALT, TAG, SealedReader, SealedWriter
from domain.errors import InvalidInput

PLACE = "20261128T120000Z-full-abcdef/ledger"
HEAD = 4 + 8 + SALT
KEY = BackupKey(b"k" * 32)


def noise_of(length: int) -> bytes:
    """Bytes that cannot be compressed, always the same ones."""
    return hashlib.shake_128(b"noise").digest(length)


def sealed(content: bytes, *, key: BackupKey = KEY, place: str = PLACE, piece: int = 1 << 16) -> bytes:
    stream = io.BytesIO()
    writer = SealedWriter(stream, key, place, os.urandom(SALT))
    for start in range(0, len(content), piece):
        writer.write(content[start : start + piece])
    writer.close()
    assert (writer.plain, writer.bytes) == (len(content), len(stream.getvalue()))
    return stream.getvalue()


def opened(file: Path, *, key: BackupKey = KEY, place: str = PLACE) -> bytes:
    with SealedReader(file, key, place) as reader:
        return reader.read()


def refusal_of(file: Path, **how: object) -> str:
    with pytest.raises(InvalidInput) as refused:
        opened(file, **how)  # type: ignore[arg-type]
    return refused.value.code


@pytest.fixture
def noise() -> bytes:
    """Three chunks and a bit that cannot be compressed."""
    return noise_of(3 * CHUNK + 17)


@given(st.binary(max_size=5_000), st.integers(min_value=1, max_value=700))
def test_what_was_sealed_comes_back(tmp_path_factory: pytest.TempPathFactory, content: bytes, piece: int) -> None:
    """Of any length, also empty, in pieces of any size, and read in pieces of any size."""
    file = tmp_path_factory.getbasetemp() / "sealed"
    file.write_bytes(sealed(content, piece=piece))
    assert opened(file) == content
    with SealedReader(file, KEY, PLACE) as reader:
        found = []
        while part := reader.read(piece):
            found.append(part)
    assert b"".join(found) == content
    assert {len(part) for part in found[:-1]} <= {piece}, "as asked for, but at the end"


@pytest.mark.parametrize("length", [CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK])
def test_around_the_size_of_a_chunk(tmp_path: Path, length: int) -> None:
    """The last chunk may be a full one."""
    content = noise_of(length)
    (tmp_path / "f").write_bytes(sealed(content))
    assert opened(tmp_path / "f") == content


CUTS: dict[str, Callable[[bytes], bytes]] = {
    "nothing left": lambda whole: b"",
    "in the head": lambda whole: whole[:20],
    "the head alone": lambda whole: whole[:HEAD],
    "within a chunk": lambda whole: whole[: HEAD + CHUNK // 2],
    "between two chunks": lambda whole: whole[: HEAD + 2 * (CHUNK + TAG)],
    "the last byte": lambda whole: whole[:-1],
    "a byte more": lambda whole: whole + b"x",
    "a chunk doubled": lambda whole: whole[: HEAD + CHUNK + TAG] + whole[HEAD:],
    "two chunks swapped": lambda whole: (
        whole[:HEAD]
        + whole[HEAD + CHUNK + TAG : HEAD + 2 * (CHUNK + TAG)]
        + whole[HEAD : HEAD + CHUNK + TAG]
        + whole[HEAD + 2 * (CHUNK + TAG) :]
    ),
    "the first chunk left out": lambda whole: whole[:HEAD] + whole[HEAD + CHUNK + TAG :],
    "a bit in the salt": lambda whole: whole[: HEAD - 1] + bytes([whole[HEAD - 1] ^ 1]) + whole[HEAD:],
    "a bit in the middle": lambda whole: whole[:5_000] + bytes([whole[5_000] ^ 1]) + whole[5_001:],
    "another kind of file": lambda whole: b"PK" + whole[2:],
}


@pytest.mark.parametrize("how", CUTS)
def test_what_was_cut_or_altered_is_refused(tmp_path: Path, noise: bytes, how: str) -> None:
    """Wherever it was cut, and whatever was moved."""
    (tmp_path / "f").write_bytes(CUTS[how](sealed(noise)))
    assert refusal_of(tmp_path / "f") == "backup_part_altered"


def test_a_part_of_another_backup_is_refused(tmp_path: Path) -> None:
    """The same key, the same size, even the same content: it stands at another place."""
    (tmp_path / "f").write_bytes(sealed(b"same content", place="20261127T120000Z-full-abcdef/ledger"))
    assert refusal_of(tmp_path / "f") == "backup_part_altered"
    assert opened(tmp_path / "f", place="20261127T120000Z-full-abcdef/ledger") == b"same content"


def test_another_key_is_named(tmp_path: Path) -> None:
    """A wrong key is no damage: the refusal says which one is needed."""
    (tmp_path / "f").write_bytes(sealed(b"content"))
    with pytest.raises(InvalidInput) as refused:
        opened(tmp_path / "f", key=BackupKey(b"x" * 32))
    assert (refused.value.code, refused.value.facts["wanted"]) == ("backup_key_wrong", KEY.id)


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """60 MB of zeros, and 12 MB that cannot be compressed: a few chunks are in memory at a time."""
    with (tmp_path / "f").open("wb") as stream:
        tracemalloc.start()
        writer = SealedWriter(stream, KEY, PLACE, os.urandom(SALT))
        for _ in range(60):
            writer.write(bytes(CHUNK))
        for _ in range(12):
            writer.write(noise_of(CHUNK))
        writer.close()
    with SealedReader(tmp_path / "f", KEY, PLACE) as reader:
        total = 0
        while part := reader.read(CHUNK):
            total += len(part)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert total == 72 * CHUNK
    assert peak < 12 * CHUNK


def test_the_key_file(tmp_path: Path) -> None:
    """It is made once, for its owner alone, and what cannot be used is refused with the reason."""
    file = tmp_path / "key"
    made = make_key(file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert BackupKey.read(file).id == made.id
    with pytest.raises(InvalidInput, match="backup_key_exists"):
        make_key(file)
    with pytest.raises(InvalidInput, match="backup_key_missing"):
        BackupKey.read(tmp_path / "none")
    with pytest.raises(InvalidInput, match="backup_key_unreadable"):
        BackupKey.read(tmp_path)
    file.chmod(0o640)
    with pytest.raises(InvalidInput, match="backup_key_open"):
        BackupKey.read(file)
    for text in ("", "luongxanh-backup-key-1:", "luongxanh-backup-key-1:AAAA", file.read_text()[5:], "\xff"):
        other = tmp_path / "other"
        other.write_bytes(text.encode("latin-1"))
        other.chmod(0o600)
        with pytest.raises(InvalidInput, match="backup_key_unreadable"):
            BackupKey.read(other)
