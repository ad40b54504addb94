"""Room on a disk, looked at before a long work begins."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from domain.errors import InvalidInput
from domain.messages.backups import BackupRefusal

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""No room, no more room for this account, or for this file."""
SPARE = 64 << 20
"""Bytes that stay free, so that others on this disk can go on."""


def require_room(folder: Path, needed: int) -> None:
    """Raises InvalidInput `backup_no_room` when the disk of `folder` has not `needed` bytes, and some to spare."""
    there = folder
    while not there.exists():
        there = there.parent
    free = shutil.disk_usage(there).free
    if free < needed + SPARE:
        raise InvalidInput(BackupRefusal.BACKUP_NO_ROOM, folder=folder, free=size(free), needed=size(needed + SPARE))


@contextmanager
def full_disk_named(folder: Path) -> Iterator[None]:
    """Raises InvalidInput `backup_disk_full` where a disk fills all the same: others write to it meanwhile."""
    try:
        yield
    except OSError as problem:
        if problem.errno not in FULL:
            raise
        raise InvalidInput(BackupRefusal.BACKUP_DISK_FULL, folder=problem.filename or folder) from None


def size(count: int) -> str:
    """A number of bytes for people: `1.5 GB`."""
    for unit in ("B", "kB", "MB"):
        if count < 1_000:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count = count / 1_000  # type: ignore[assignment]
    return f"{count:.1f} GB"
