"""Sealed files: compressed, then encrypted in chunks, so that a file of any size needs little memory.

Each chunk is sealed with AES-256-GCM under a key of this file alone. The key is derived from the backup key, from a
random salt and from the file's place (backup and part), so a file that stands at another place does not open. The
number of a chunk and whether it is the last one are in its nonce, so chunks that were cut off, doubled, left out or
put into another order do not open either.

    "LXB1" + id of the key (8 bytes) + salt (32 bytes) + chunks (up to 1 MiB, and 16 bytes more)
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import IO, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from activities.backups.keys import BackupKey
from domain.errors import InvalidInput
from domain.messages.backups import BackupRefusal

MAGIC = b"LXB1"
SALT = 32
KEY_ID = 8
CHUNK = 1 << 20
TAG = 16
LEVEL = 3
"""zlib's level: the size of level 6 within a few percent, for a third of its work."""


class SealedWriter:
    """Seals what is written to it into `stream`. `close` must be called: without the last chunk nothing opens."""

    def __init__(self, stream: IO[bytes], key: BackupKey, place: str, salt: bytes) -> None:
        self._stream = stream
        self._cipher = AESGCM(key.derived(f"luongxanh part\n{place}", salt))
        self._packer = zlib.compressobj(LEVEL)
        self._waiting = bytearray()
        self._number = 0
        self._digest = hashlib.sha256()
        self.plain = 0
        """How many bytes were written to it."""
        self.bytes = 0
        """How many bytes the sealed file has."""
        self._put(MAGIC + bytes.fromhex(key.id) + salt)

    def write(self, data: bytes) -> int:
        """Seals these bytes."""
        self.plain += len(data)
        for start in range(0, len(data), CHUNK):
            self._waiting += self._packer.compress(data[start : start + CHUNK])
            while len(self._waiting) > CHUNK:  # what is left is the last chunk, perhaps a full one
                self._seal(bytes(self._waiting[:CHUNK]), last=False)
                del self._waiting[:CHUNK]
        return len(data)

    def close(self) -> None:
        """Seals the rest and the end."""
        self._waiting += self._packer.flush()
        while len(self._waiting) > CHUNK:
            self._seal(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        self._seal(bytes(self._waiting), last=True)

    @property
    def sha256(self) -> str:
        """The digest of the sealed file so far, in hexadecimal."""
        return self._digest.hexdigest()

    def _seal(self, chunk: bytes, *, last: bool) -> None:
        self._put(self._cipher.encrypt(_nonce(self._number, last=last), chunk, None))
        self._number += 1

    def _put(self, data: bytes) -> None:
        self._stream.write(data)
        self._digest.update(data)
        self.bytes += len(data)


class SealedReader:
    """Reads a sealed file as a stream. Every byte it gives was checked; `read` raises at the first wrong chunk.

    The end is checked only by who reads to the end: use `whole` to read a file on to there.
    """

    def __init__(self, path: Path, key: BackupKey, place: str) -> None:
        self._parts = _opened(path, key, place)
        self._ready = b""

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes, fewer only at the end; all of them without a size."""
        found = [self._ready]
        have = len(self._ready)
        while size < 0 or have < size:
            part = next(self._parts, None)
            if part is None:
                break
            found.append(part)
            have += len(part)
        data = b"".join(found)
        self._ready = b"" if size < 0 else data[size:]
        return data if size < 0 else data[:size]

    def drain(self) -> None:
        """Reads on to the end, so that the end is checked too."""
        for _ in self._parts:
            pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._parts.close()


def _opened(path: Path, key: BackupKey, place: str) -> Generator[bytes, None, None]:
    """The plain bytes of a sealed file, in pieces.

    Raises InvalidInput: `backup_key_wrong`, `backup_part_altered`, and OSError.
    """
    unpacker = zlib.decompressobj()
    with path.open("rb") as stream:
        for chunk in _chunks(stream, path, key, place):
            data = chunk
            while data:
                try:
                    piece = unpacker.decompress(data, CHUNK)
                except zlib.error:
                    raise InvalidInput(BackupRefusal.BACKUP_PART_ALTERED, path=path) from None
                data = unpacker.unconsumed_tail
                if piece:
                    yield piece
    if not unpacker.eof:
        raise InvalidInput(BackupRefusal.BACKUP_PART_ALTERED, path=path)


def _chunks(stream: IO[bytes], path: Path, key: BackupKey, place: str) -> Iterator[bytes]:
    head = stream.read(len(MAGIC) + KEY_ID + SALT)
    if len(head) < len(MAGIC) + KEY_ID + SALT or not head.startswith(MAGIC):
        raise InvalidInput(BackupRefusal.BACKUP_PART_ALTERED, path=path)
    sealed_with = head[len(MAGIC) : len(MAGIC) + KEY_ID].hex()
    if sealed_with != key.id:
        raise InvalidInput(BackupRefusal.BACKUP_KEY_WRONG, path=path, wanted=sealed_with, given=key.id)
    cipher = AESGCM(key.derived(f"luongxanh part\n{place}", head[-SALT:]))
    number, chunk = 0, stream.read(CHUNK + TAG)
    while True:
        following = stream.read(CHUNK + TAG)
        try:
            yield cipher.decrypt(_nonce(number, last=not following), chunk, None)
        except InvalidTag:
            raise InvalidInput(BackupRefusal.BACKUP_PART_ALTERED, path=path) from None
        if not following:
            return
        number, chunk = number + 1, following


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11) + bytes([last])
