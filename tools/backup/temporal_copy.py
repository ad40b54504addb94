"""The copy of Temporal's file, made by SQLite itself while the server runs."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from activities.backups.store import BLOCK, Draft
from domain.errors import InvalidInput
from domain.messages.backups import BackupRefusal
from tools.backup.places import TEMPORAL

PATIENCE = 60.0
"""Seconds to wait for a server that is writing."""


def copy_temporal(draft: Draft, file: Path, work: Path) -> None:
    """Seals a copy of the file as it is at one moment. The server goes on meanwhile: SQLite reads a snapshot."""
    copy = work / file.name
    with closing(_reading(file)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)  # in one step: with several, each write of the server would begin it again
        target.execute("PRAGMA journal_mode=DELETE")
    with draft.part(TEMPORAL) as part, copy.open("rb") as stream:
        while block := stream.read(BLOCK):
            part.write(block)
    copy.unlink()


def require_sound(file: Path) -> int:
    """Checks every page and index of a copy. Returns how many workflow runs it has.

    Raises InvalidInput `backup_copy_unsound`.
    """
    try:
        with closing(_reading(file)) as database:
            [said] = database.execute("PRAGMA integrity_check(1)").fetchone()
            if said == "ok":
                runs: int = database.execute("select count(*) from current_executions").fetchone()[0]
                return runs
    except sqlite3.DatabaseError as problem:
        said = type(problem).__name__
    raise InvalidInput(BackupRefusal.BACKUP_COPY_UNSOUND, what="Temporal", problem=str(said)[:200])


def _reading(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=PATIENCE)
