"""Packs folders into a stream and unpacks them again. What leads out of its folder is refused."""

from __future__ import annotations

import os
import tarfile
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath
from typing import IO, cast

from activities.backups.sealed import SealedReader, SealedWriter
from domain.errors import InvalidInput
from domain.messages.backups import BackupRefusal

BLOCK = 1 << 20


def pack(files: Iterable[tuple[str, Path]], target: SealedWriter) -> int:
    """Writes these files, each under its name, with its mode. Returns how many. A link is not followed and left out."""
    count = 0
    with tarfile.open(fileobj=cast("IO[bytes]", target), mode="w|", format=tarfile.PAX_FORMAT) as archive:
        for name, path in files:
            if path.is_symlink() or not path.is_file():
                continue
            with path.open("rb") as stream:
                entry = archive.gettarinfo(arcname=name, fileobj=stream)
                entry.type = tarfile.REGTYPE  # also a file with several names
                entry.uid = entry.gid = 0  # whoever unpacks it owns it
                archive.addfile(entry, stream)
            count += 1
    return count


def unpack(source: SealedReader, folder: Path, made: Callable[[Path], None] = lambda _: None) -> int:
    """Unpacks a stream into `folder`; returns how many files. `made` is told of each file and folder that was made.

    Nothing but plain files and folders below `folder` is made. Raises InvalidInput `backup_entry_refused`,
    `backup_part_altered`.
    """
    count = 0
    try:
        with tarfile.open(fileobj=cast("IO[bytes]", source), mode="r|") as archive:
            for entry in archive:
                path = folder / _safe(entry)
                if entry.isdir():
                    path.mkdir(mode=0o700, parents=True, exist_ok=True)
                else:
                    _write(archive, entry, path)
                    count += 1
                made(path)
    except tarfile.TarError:
        raise InvalidInput(BackupRefusal.BACKUP_PART_ALTERED, path=folder.name) from None
    source.drain()
    return count


def _safe(entry: tarfile.TarInfo) -> PurePosixPath:
    """The entry's path below the folder. Raises InvalidInput `backup_entry_refused`."""
    path = PurePosixPath(entry.name)
    plain = entry.isreg() or entry.isdir()
    if not plain or path.is_absolute() or ".." in path.parts or "\\" in entry.name or "\0" in entry.name:
        raise InvalidInput(BackupRefusal.BACKUP_ENTRY_REFUSED, entry=entry.name[:200])
    return path


def _write(archive: tarfile.TarFile, entry: tarfile.TarInfo, path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = archive.extractfile(entry)
    assert content is not None, "`_safe` lets only plain files pass"
    # Never through a link, and never over another file: a second entry of the same name is refused.
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, entry.mode & 0o700 | 0o600)
    with os.fdopen(number, "wb") as target:
        while block := content.read(BLOCK):
            target.write(block)
