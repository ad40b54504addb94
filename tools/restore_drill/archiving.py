"""The archive of the drill's database: base backups and the log, sealed, and the way back to a moment."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from activities.backups.keys import BackupKey, make_key
from activities.backups.packing import unpack
from activities.backups.sealed import SealedReader
from activities.backups.streams import PLACE, seal
from activities.backups.wal_archive import WalArchive
from tools.backup.base_copy import give_to
from tools.backup.programs import base_backup, password_line, verified
from tools.local_stack.server_account import make_passable, ordinary_account
from tools.local_stack.state import write_private

BASE = "base.tar"
TIMEOUT_SECONDS = 2
"""PostgreSQL hands over a part of its log at least so often, also when it is not full. In production: 60."""
COPY = (
    'if test -f "{spool}/%f"; then cmp -s "%p" "{spool}/%f"; '
    'else cp "%p" "{spool}/.%f" && sync "{spool}/.%f" && mv "{spool}/.%f" "{spool}/%f"; fi'
)
"""A plain archive_command that is safe: the file gets its name when it is whole and on the disk, nothing is
overwritten, and the same file once more is done."""


@dataclass(frozen=True)
class DrillArchive:
    """The folders: `spool` where PostgreSQL puts its log, `store` where it is kept sealed, `back` to recover from."""

    folder: Path
    key: BackupKey

    @property
    def spool(self) -> Path:
        """Written by PostgreSQL's account."""
        return self.folder / "spool"

    @property
    def store(self) -> Path:
        """Ours: another disk in production."""
        return self.folder / "store"

    @property
    def back(self) -> Path:
        """What recovery reads."""
        return self.folder / "back"

    @property
    def wal(self) -> WalArchive:
        """The sealed log."""
        return WalArchive(self.store, self.key)

    @property
    def settings(self) -> dict[str, str]:
        """PostgreSQL's settings."""
        command = COPY.format(spool=self.spool)
        return {"archive_mode": "on", "archive_command": command, "archive_timeout": str(TIMEOUT_SECONDS)}

    def take_base(self, url: str) -> int:
        """Seals a base backup of the running server; returns its size."""
        password_file = self.folder / "password"
        write_private(password_file, password_line(url))
        try:
            with base_backup(url, password_file) as stream:
                return seal(stream, self.store, BASE, self.key).bytes
        finally:
            password_file.unlink()

    def bring_back(self, data: Path, moment: datetime) -> None:
        """Makes the data folder of a server that recovers to this moment when it starts, and then goes live."""
        account = ordinary_account()
        data.mkdir(mode=0o700)
        with SealedReader(self.store / f"{BASE}.sealed", self.key, f"{PLACE}/{BASE}") as source:
            unpack(source, data)
        verified(data)
        for name in self.wal.names():
            self.wal.get(name, self.back / name)
        with (data / "postgresql.auto.conf").open("a", encoding="utf-8") as settings:
            settings.write(
                f'restore_command = \'cp "{self.back}/%f" "%p"\'\n'
                f"recovery_target_time = '{moment.isoformat()}'\nrecovery_target_action = 'promote'\n"
                "hot_standby = off\n"  # nobody is let in before the moment is reached
            )
        (data / "recovery.signal").touch()
        give_to(account, data)
        give_to(account, self.back)


@contextmanager
def drill_archive() -> Iterator[DrillArchive]:
    """New folders, erased at the end."""
    folder = Path(tempfile.mkdtemp(prefix="luongxanh-archive-"))
    account = ordinary_account()
    make_passable(folder, account)
    try:
        archive = DrillArchive(folder, make_key(folder / "key"))
        for place in (archive.spool, archive.store, archive.back):
            place.mkdir(mode=0o700)
        if account is not None:
            os.chown(archive.spool, account.uid, account.gid)
        yield archive
    finally:
        shutil.rmtree(folder)
