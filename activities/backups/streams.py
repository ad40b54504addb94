"""Seals any stream into a file of the folder of backups, such as a base backup of a production server, and back."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import IO

from activities.backups.files import sync_folder
from activities.backups.keys import BackupKey
from activities.backups.sealed import SALT, SealedReader, SealedWriter
from domain.errors import Conflict, InvalidInput, NotFound
from domain.messages.backups import BackupRefusal
from domain.values import Value

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,100}")
BLOCK = 1 << 20
PLACE = "stream"
"""The place of every sealed stream, before its name."""


class SealedFile(Value):
    """A file that was sealed."""

    file: Path
    plain: int
    bytes: int
    sha256: str


def seal(source: IO[bytes], folder: Path, name: str, key: BackupKey) -> SealedFile:
    """Seals a stream. It gets its name when the disk has it whole.

    Raises InvalidInput `stream_name_unknown`, `stream_empty`; Conflict `stream_exists`; OSError.
    """
    target = _file(folder, name)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = folder / f".{name}.{os.urandom(4).hex()}"
    try:
        with open(aside, "xb", opener=_privately) as stream:
            writer = SealedWriter(stream, key, f"{PLACE}/{name}", os.urandom(SALT))
            while block := source.read(BLOCK):
                writer.write(block)
            if not writer.plain:
                raise InvalidInput(BackupRefusal.STREAM_EMPTY, name=name)
            writer.close()
            stream.flush()
            os.fsync(stream.fileno())
        os.link(aside, target)
    except FileExistsError:
        raise Conflict(BackupRefusal.STREAM_EXISTS, name=name, folder=folder) from None
    finally:
        aside.unlink(missing_ok=True)
    sync_folder(folder)
    return SealedFile(file=target, plain=writer.plain, bytes=writer.bytes, sha256=writer.sha256)


def unseal(folder: Path, name: str, key: BackupKey, target: IO[bytes]) -> None:
    """Writes the content to `target`. Raises NotFound `stream_unknown`, InvalidInput of SealedReader."""
    file = _file(folder, name)
    if not file.exists():
        raise NotFound(BackupRefusal.STREAM_UNKNOWN, name=name, folder=folder)
    with SealedReader(file, key, f"{PLACE}/{name}") as source:
        while block := source.read(BLOCK):
            target.write(block)
    target.flush()


def _file(folder: Path, name: str) -> Path:
    if not NAME.fullmatch(name):
        raise InvalidInput(BackupRefusal.STREAM_NAME_UNKNOWN, name=name[:80])
    return folder / f"{name}.sealed"


def _privately(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
