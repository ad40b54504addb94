"""The archive of PostgreSQL's write-ahead log, for point-in-time recovery: each file sealed, and never overwritten.

PostgreSQL calls `put` through `archive_command` and `get` through `restore_command`. A file counts as archived
only when the disk has it whole under its name.
"""

from __future__ import annotations

import hashlib
import os
import re
import struct
from pathlib import Path

from activities.backups.files import digest_of, plain_file, sync_folder
from activities.backups.keys import BackupKey
from activities.backups.sealed import SALT, SealedReader, SealedWriter
from domain.errors import Conflict, InvalidInput, NotFound
from domain.messages.backups import BackupRefusal

NAME = re.compile(r"[0-9A-F]{24}(\.[0-9A-F]{8}\.backup|\.partial)?|[0-9A-F]{8}\.history")
"""A segment, the label of a base backup, the last part of a segment, or the history of a timeline."""
SEGMENT, TIMELINE = 24, 8
"""The length of a segment's name, and of the timeline at its beginning."""
HEAD = struct.Struct("=HHIQI4xQII")
"""PostgreSQL's XLogLongPageHeaderData: magic, flags, timeline, address, rest, system, size of segments and of pages."""
LONG_HEAD = 0x0002
BLOCK = 1 << 20


class WalArchive:
    """The archive in `folder`."""

    def __init__(self, folder: Path, key: BackupKey) -> None:
        self._folder = folder
        self._key = key

    def put(self, path: Path, name: str) -> None:
        """Archives the file `path` as `name`. To archive the same content again changes nothing.

        An archived file that is damaged is kept aside, and made again. Raises InvalidInput `wal_name_unknown`,
        `wal_torn`; Conflict `wal_differs`; OSError.
        """
        target = self._file(name)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if target.exists() and self._has(target, path, name):
            sync_folder(self._folder)  # the command that has put it there may have died before
            return
        require_whole(path, name)
        if target.exists():
            target.rename(target.with_name(f"{target.name}.damaged-{os.urandom(4).hex()}"))
        aside = self._folder / f".{name}.{os.urandom(4).hex()}"
        try:
            self._seal(path, aside, name)
            os.link(aside, target)  # fails when another one was faster, where a rename would overwrite
        except FileExistsError:
            if not self._has(target, path, name):
                raise  # what the faster one has written is damaged already
        finally:
            aside.unlink(missing_ok=True)
        for left in self._folder.glob(f".{name}.{'[0-9a-f]' * 8}"):  # of commands that were killed
            left.unlink(missing_ok=True)
        sync_folder(self._folder)

    def ship(self, spool: Path) -> int:
        """Archives every whole file of a folder and removes it there; returns how many. Other files are left alone.

        For a server whose account cannot run this program: its `archive_command` puts files into the folder, under a
        name that is none of these until they are whole. Raises the errors of `put`.
        """
        shipped = 0
        for path in sorted(spool.iterdir()):
            if NAME.fullmatch(path.name) and path.is_file() and not path.is_symlink():
                self.put(path, path.name)
                path.unlink()
                shipped += 1
        return shipped

    def names(self) -> list[str]:
        """The names of all archived files, in their order."""
        found = (path.name.removesuffix(".sealed") for path in self._folder.glob("*.sealed"))
        return sorted(name for name in found if NAME.fullmatch(name))

    def get(self, name: str, path: Path) -> None:
        """Writes the archived file to `path`.

        Raises InvalidInput `wal_name_unknown`, `wal_gap`, `backup_key_wrong`, `backup_part_altered`; NotFound
        `wal_not_archived`, the end of the log.
        """
        source = self._file(name)
        if not source.exists():
            self._require_end(name)
            raise NotFound(BackupRefusal.WAL_NOT_ARCHIVED, name=name)
        aside = path.with_name(f"{path.name}.{os.urandom(4).hex()}")
        try:
            with SealedReader(source, self._key, _place(name)) as sealed, aside.open("xb") as target:
                while block := sealed.read(BLOCK):
                    target.write(block)
            aside.rename(path)
        finally:
            aside.unlink(missing_ok=True)

    def _require_end(self, name: str) -> None:
        """Raises InvalidInput `wal_gap` when this segment is missing and a later one of its timeline is there."""
        if len(name) != SEGMENT:
            return
        for later in self.names():
            if len(later) == SEGMENT and later[:TIMELINE] == name[:TIMELINE] and later > name:
                raise InvalidInput(BackupRefusal.WAL_GAP, name=name, later=later)

    def _has(self, target: Path, path: Path, name: str) -> bool:
        """Whether the archived file has this content; False when it is damaged.

        Raises Conflict `wal_differs`; InvalidInput `backup_key_wrong`.
        """
        try:
            same = self._digest(target, name) == digest_of(path)
        except InvalidInput as wrong:
            if wrong.code != BackupRefusal.BACKUP_PART_ALTERED:
                raise
            return False
        if not same:
            raise Conflict(BackupRefusal.WAL_DIFFERS, name=name)
        return True

    def _seal(self, path: Path, aside: Path, name: str) -> None:
        with path.open("rb") as source, open(aside, "xb", opener=_privately) as target:
            writer = SealedWriter(target, self._key, _place(name), os.urandom(SALT))
            while block := source.read(BLOCK):
                writer.write(block)
            writer.close()
            target.flush()
            os.fsync(target.fileno())

    def _file(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise InvalidInput(BackupRefusal.WAL_NAME_UNKNOWN, name=name[:80])
        return self._folder / f"{name}.sealed"

    def _digest(self, sealed: Path, name: str) -> str:
        found = hashlib.sha256()
        with SealedReader(sealed, self._key, _place(name)) as reader:
            while block := reader.read(BLOCK):
                found.update(block)
        return found.hexdigest()


def require_whole(path: Path, name: str) -> None:
    """Raises InvalidInput `wal_torn` unless a segment has its length, and says itself that it is this one.

    The head of its first page has the size of every segment and its own address. Its timeline may be an earlier one: a
    timeline begins with a copy of the last segment before. Labels and histories have no such head.
    """
    if not (len(name) == SEGMENT or name.endswith(".partial")):
        return
    with plain_file(path) as stream:
        length = os.fstat(stream.fileno()).st_size
        head = stream.read(HEAD.size)
    if len(head) == HEAD.size:
        _, info, timeline, address, _, _, size, _ = HEAD.unpack(head)
        of_name, log, number = (int(name[start : start + 8], 16) for start in (0, 8, 16))
        own = (log << 32) + number * size
        if info & LONG_HEAD and size == length and address == own and 0 < timeline <= of_name:
            return
    raise InvalidInput(BackupRefusal.WAL_TORN, path=path, name=name)


def _place(name: str) -> str:
    return f"wal/{name}"


def _privately(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
