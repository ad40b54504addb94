"""The folder of backups: each in a folder of its own, written aside and renamed when it is whole."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import MAXYEAR, UTC, datetime, timedelta
from pathlib import Path
from typing import IO

from activities.backups.files import NotPlain, digest_of, plain_file, sync_folder
from activities.backups.keys import BackupKey
from activities.backups.manifest import (
    ID_PATTERN,
    BackupKind,
    Base,
    Manifest,
    Part,
    digest,
    glance,
    place_of,
    read,
    written,
)
from activities.backups.sealed import SALT, SealedReader, SealedWriter
from domain.errors import Conflict, InvalidInput, NotFound
from domain.messages.backups import BackupRefusal
from domain.values import Value

MANIFEST = "manifest.json"
ASIDE = ".unfinished-"
GOING = ".removed-"
LOCK = ".lock"
LONGEST_MANIFEST = 1_000_000
BLOCK = 1 << 20
NO_LOCKS = (errno.ENOLCK, errno.EOPNOTSUPP, errno.EBADF, errno.EINVAL)
"""What file systems say that have no locks, or none for a folder."""
STAMP = "%Y%m%dT%H%M%SZ"
"""The time in a backup's name, in UTC."""


class Stored(Value):
    """One folder with the name of a backup. `problem` is the code of what is wrong with its manifest."""

    id: str
    manifest: Manifest | None
    problem: str | None = None


class Draft:
    """A backup that is being written, in a folder that no reader takes for a backup."""

    def __init__(self, folder: Path, backup: str, key: BackupKey) -> None:
        self.id = backup
        self.folder = folder
        self._key = key
        self.parts: list[Part] = []

    @contextmanager
    def part(self, name: str) -> Iterator[SealedWriter]:
        """A new part to write to. It counts only when its writer ended without an error."""
        path = self.folder / f"{name}.sealed"
        with path.open("xb") as stream:
            writer = SealedWriter(stream, self._key, place_of(self.id, name), os.urandom(SALT))
            yield writer
            writer.close()
            stream.flush()
            os.fsync(stream.fileno())
        self.parts.append(Part(name=name, bytes=writer.bytes, plain=writer.plain, sha256=writer.sha256))


class BackupFolder:
    """All backups of one system, in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def only_one(self) -> Iterator[None]:
        """Holds the folder for a command that writes. Raises Conflict `backup_under_way`; the system frees a dead one's
        lock."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.folder / LOCK).open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Conflict(BackupRefusal.BACKUP_UNDER_WAY, folder=self.folder) from None
            yield

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Keeps every backup in place for a command that reads them. Several may read, and a backup may be made.

        Raises Conflict `backup_under_way` while backups are removed. A folder that is there for reading only, or on a
        file system without locks, is read all the same.
        """
        with self._held(fcntl.LOCK_SH, BackupRefusal.BACKUP_UNDER_WAY):
            yield

    @contextmanager
    def removing(self) -> Iterator[None]:
        """Holds the folder for a command that removes backups.

        Raises Conflict `backup_being_read`, and `backup_under_way` as `only_one`.
        """
        with self.only_one(), self._held(fcntl.LOCK_EX, BackupRefusal.BACKUP_BEING_READ):
            yield

    @contextmanager
    def _held(self, how: int, refusal: BackupRefusal) -> Iterator[None]:
        """A lock on the folder itself: no file must be written for it."""
        try:
            number = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError:
            yield  # there is nothing to read
            return
        try:
            self._lock(number, how, refusal)
            yield
        finally:
            os.close(number)

    def _lock(self, number: int, how: int, refusal: BackupRefusal) -> None:
        try:
            fcntl.flock(number, how | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict(refusal, folder=self.folder) from None
        except OSError as problem:
            if problem.errno not in NO_LOCKS:
                raise

    @contextmanager
    def draft(self, kind: BackupKind, began: datetime, key: BackupKey) -> Iterator[Draft]:
        """A new backup, to be finished with `finish`. What an interrupted one left is removed first.

        Call it within `only_one`. Raises OSError, for example when the disk is full; then nothing is left behind.
        """
        self.remove_leftovers()
        word = "full" if kind is BackupKind.FULL else "incr"
        name = f"{self._later(began):{STAMP}}-{word}-{os.urandom(3).hex()}"
        aside = self.folder / f"{ASIDE}{name}"
        aside.mkdir(mode=0o700)
        try:
            yield Draft(aside, name, key)
        finally:
            shutil.rmtree(aside, ignore_errors=True)  # nothing is there when it was finished

    def finish(self, draft: Draft, manifest: Manifest, key: BackupKey) -> None:
        """Writes the manifest, makes sure that the disk has everything, and gives the backup its name."""
        with (draft.folder / MANIFEST).open("xb") as stream:
            stream.write(written(manifest, key))
            stream.flush()
            os.fsync(stream.fileno())
        sync_folder(draft.folder)
        draft.folder.rename(self.folder / draft.id)
        sync_folder(self.folder)

    def remove_leftovers(self) -> None:
        """Removes what interrupted commands left."""
        if self.folder.exists():
            for path in self.folder.iterdir():
                if path.name.startswith((ASIDE, GOING)) and path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path)

    def all(self) -> tuple[Stored, ...]:
        """Every backup, the oldest first. Their manifests are read and not checked: no key is needed."""
        if not self.folder.exists():
            return ()
        names = sorted(path.name for path in self.folder.iterdir() if re.fullmatch(ID_PATTERN, path.name))
        return tuple(self._glance(name) for name in names)

    def manifest(self, backup: str, key: BackupKey) -> Manifest:
        """The manifest, checked. Raises NotFound `backup_unknown`, and the errors of `read`."""
        return read(backup, self._content(backup), key)

    def latest(self, key: BackupKey) -> Manifest | None:
        """The newest backup whose manifest this key has marked."""
        for stored in reversed(self.all()):
            try:
                return self.manifest(stored.id, key)
            except InvalidInput:
                continue  # `list` and `verify` tell of it
        return None

    def chain(self, backup: str, key: BackupKey) -> tuple[Manifest, ...]:
        """The backup and those that it builds on, the full one first.

        Raises NotFound `backup_unknown`; InvalidInput `backup_base_missing`, `backup_base_differs`, and the errors of
        `read`.
        """
        found = [self.manifest(backup, key)]
        while (base := found[0].base) is not None:
            try:
                content = self._content(base.id)
            except NotFound:
                raise InvalidInput(BackupRefusal.BACKUP_BASE_MISSING, backup=found[0].id, base=base.id) from None
            if digest(content) != base.manifest or base.id >= found[0].id:
                raise InvalidInput(BackupRefusal.BACKUP_BASE_DIFFERS, backup=found[0].id, base=base.id)
            found.insert(0, read(base.id, content, key))
        return tuple(found)

    def base(self, manifest: Manifest) -> Base:
        """How a later backup names this one."""
        return Base(id=manifest.id, manifest=digest(self._content(manifest.id)))

    def require_parts(self, manifest: Manifest) -> None:
        """Compares the size and the digest of every part with the manifest. No key is needed.

        Raises InvalidInput `backup_part_missing`, `backup_part_altered`.
        """
        self.require_sizes(manifest)
        for part in manifest.parts:
            path = self.path(manifest, part)
            if digest_of(path) != part.sha256:
                raise InvalidInput(BackupRefusal.BACKUP_PART_ALTERED, path=path)

    def require_sizes(self, manifest: Manifest) -> None:
        """Only whether every part is there, as long as it should be: it reads none. Errors as of `require_parts`."""
        for part in manifest.parts:
            path = self.path(manifest, part)
            if not path.is_file() or path.is_symlink():
                raise InvalidInput(BackupRefusal.BACKUP_PART_MISSING, backup=manifest.id, part=part.file)
            if path.stat().st_size != part.bytes:
                raise InvalidInput(BackupRefusal.BACKUP_PART_ALTERED, path=path)

    def opened(self, manifest: Manifest, name: str, key: BackupKey) -> SealedReader:
        """The content of a part. Raises the errors of SealedReader while it is read."""
        part = manifest.part(name)
        return SealedReader(self.path(manifest, part), key, place_of(manifest.id, part.name))

    def path(self, manifest: Manifest, part: Part) -> Path:
        """The file of a part."""
        return self.folder / manifest.id / part.file

    def remove(self, backup: str) -> None:
        """Removes one backup. Renamed first, so that half of one is never taken for a backup."""
        going = self.folder / f"{GOING}{backup}"
        (self.folder / backup).rename(going)
        sync_folder(self.folder)
        shutil.rmtree(going)

    def _later(self, began: datetime) -> datetime:
        """The time for a name: after that of every backup that is there, also when the clock went back."""
        times = [time for one in self.all() if (time := _time_in(one.id)) is not None]
        return max([began, *(time + timedelta(seconds=1) for time in times)])

    def _content(self, backup: str) -> bytes:
        if not re.fullmatch(ID_PATTERN, backup):
            raise NotFound(BackupRefusal.BACKUP_UNKNOWN, backup=backup[:80], folder=self.folder)
        try:
            if (self.folder / backup).is_symlink():
                raise NotPlain
            with plain_file(self.folder / backup / MANIFEST) as stream:
                return stream.read(LONGEST_MANIFEST)
        except (FileNotFoundError, NotADirectoryError):
            raise NotFound(BackupRefusal.BACKUP_UNKNOWN, backup=backup, folder=self.folder) from None
        except OSError:
            raise InvalidInput(BackupRefusal.BACKUP_MANIFEST_ALTERED, backup=backup) from None

    def _glance(self, backup: str) -> Stored:
        try:
            return Stored(id=backup, manifest=glance(backup, self._content(backup)))
        except (InvalidInput, NotFound) as wrong:
            return Stored(id=backup, manifest=None, problem=wrong.code)


def _time_in(backup: str) -> datetime | None:
    """The time in a backup's name; None for a name that no backup can have, or that no later one could follow."""
    try:
        time = datetime.strptime(backup.partition("-")[0], STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
    return time if time.year < MAXYEAR else None


def copied(source: IO[bytes], target: SealedWriter) -> None:
    """Copies a stream into a part, block by block."""
    while block := source.read(BLOCK):
        target.write(block)
