"""What backups and the archive of the log both do: open and digest a file, and bring a folder to the disk."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path
from typing import BinaryIO


class NotPlain(OSError):
    """A folder, a pipe or a device stands where a file should be."""


def plain_file(path: Path) -> BinaryIO:
    """Opens a plain file for reading. A pipe is not waited for. Raises NotPlain, OSError."""
    number = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise NotPlain
    return os.fdopen(number, "rb")


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal. It is read in blocks."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sync_folder(folder: Path) -> None:
    """Returns when the names in the folder are on the disk: a file that was renamed there outlives a loss of power."""
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
