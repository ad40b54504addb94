"""The copy of PostgreSQL: ledger and vault. It streams from `pg_basebackup` into sealed parts, and back again."""

from __future__ import annotations

import os
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, cast

from activities.backups.keys import BackupKey
from activities.backups.manifest import Manifest
from activities.backups.packing import unpack
from activities.backups.sealed import SealedWriter
from activities.backups.store import BLOCK, BackupFolder, Draft
from tools.backup.places import LEDGER, LEDGER_LIST
from tools.backup.programs import base_backup, combined, password_line, verified
from tools.local_stack.processes import Account
from tools.local_stack.state import write_private

LIST = "backup_manifest"
"""PostgreSQL's name for its list of the files of a backup."""


def copy_ledger(draft: Draft, url: str, work: Path, since: Path | None) -> None:
    """Seals a copy of the running server into two parts: its files, and PostgreSQL's list of them.

    `since` is the list of the backup to build on. `work` is a private folder for the password. Raises ProgramFailed.
    """
    password_file = work / "password"
    write_private(password_file, password_line(url))
    try:
        with (
            base_backup(url, password_file, since) as stream,
            draft.part(LEDGER) as files,
            draft.part(LEDGER_LIST) as listed,
        ):
            _split(stream, files, listed)
    finally:
        password_file.unlink(missing_ok=True)


def extract_list(folder: BackupFolder, manifest: Manifest, key: BackupKey, target: Path) -> Path:
    """Writes PostgreSQL's list of a backup to `target`, for the next incremental one."""
    with folder.opened(manifest, LEDGER_LIST, key) as source, target.open("xb") as file:
        while block := source.read(BLOCK):
            file.write(block)
    return target


def restored_ledger(folder: BackupFolder, chain: Sequence[Manifest], key: BackupKey, work: Path, target: Path) -> None:
    """Makes PostgreSQL's data folder `target` from a chain of backups, checked against PostgreSQL's own lists.

    `work` is an empty folder on the same disk. Raises InvalidInput of `unpack`, ProgramFailed.
    """
    layers = [work / str(number) for number in range(len(chain))] if len(chain) > 1 else [target]
    for manifest, layer in zip(chain, layers, strict=True):
        layer.mkdir(mode=0o700)
        with folder.opened(manifest, LEDGER, key) as source:
            unpack(source, layer)
    if len(chain) > 1:
        combined(layers, target)
    target.chmod(0o700)
    verified(target)


def give_to(account: Account | None, folder: Path) -> None:
    """Gives a folder and everything in it to the account that runs PostgreSQL."""
    if account is None:
        return
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            os.chown(os.path.join(place, name), account.uid, account.gid, follow_symlinks=False)
    os.chown(folder, account.uid, account.gid)


class _Split:
    """Reads a stream for tarfile, and seals every byte that was read."""

    def __init__(self, source: IO[bytes], target: SealedWriter) -> None:
        self._source = source
        self._target = target

    def read(self, size: int) -> bytes:
        block = self._source.read(size)
        self._target.write(block)
        return block


def _split(stream: IO[bytes], files: SealedWriter, listed: SealedWriter) -> None:
    both = _Split(stream, files)
    with tarfile.open(fileobj=cast("IO[bytes]", both), mode="r|", bufsize=BLOCK) as archive:
        for entry in archive:
            if entry.name == LIST:
                content = archive.extractfile(entry)
                assert content is not None, "PostgreSQL's list is a plain file"
                while block := content.read(BLOCK):
                    listed.write(block)
    while both.read(BLOCK):
        pass
