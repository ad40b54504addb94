"""What is backed up, and where the backups are."""

from __future__ import annotations

from pathlib import Path

from activities.backups.keys import BackupKey
from activities.backups.store import BackupFolder
from domain.errors import InvalidInput
from domain.messages.backups import BackupRefusal
from domain.values import Bilingual, Value

LEDGER, LEDGER_LIST, TEMPORAL, FILES = "ledger", "ledger-manifest", "temporal", "files"
"""The parts of a backup: PostgreSQL's files, its own list of them, Temporal's file, and the other files."""

TEMPORAL_FILE = "temporal.sqlite"
FOLDER_VARIABLE, KEY_VARIABLE = "LUONGXANH_BACKUP_FOLDER", "LUONGXANH_BACKUP_KEY_FILE"


class Places(Value):
    """The folder of the stack, of the province's files and of the backups, and the file of the key."""

    stack: Path
    province: Path
    backups: Path
    key_file: Path

    @property
    def folder(self) -> BackupFolder:
        """The backups."""
        return BackupFolder(self.backups)

    def key(self) -> BackupKey:
        """The key. Raises the InvalidInput errors of `BackupKey.read`."""
        return BackupKey.read(self.key_file)


def places(stack: Path, province: Path, backups: Path | None, key_file: Path | None) -> Places:
    """The places. Raises InvalidInput `backup_place_missing`, and `backup_of_itself` for a place within the stack."""
    folder = required(backups, "--to", FOLDER_VARIABLE, "thư mục chứa các bản sao lưu", "where backups are kept")
    file = required(key_file, "--key-file", KEY_VARIABLE, "tệp khóa sao lưu", "which file has the backup key")
    for path in (folder, file):
        if path.resolve().is_relative_to(stack.resolve()):
            raise InvalidInput(BackupRefusal.BACKUP_OF_ITSELF, path=path, folder=stack)
    return Places(stack=stack.absolute(), province=province, backups=folder.absolute(), key_file=file)


def required(given: Path | None, option: str, variable: str, vi: str, en: str) -> Path:
    """The path. Raises InvalidInput `backup_place_missing` when there is none."""
    if given is None:
        what = Bilingual(vi=vi, en=en)
        raise InvalidInput(BackupRefusal.BACKUP_PLACE_MISSING, what=what, option=option, variable=variable)
    return given
