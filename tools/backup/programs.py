"""Runs PostgreSQL's own programs for backups: `pg_basebackup`, `pg_combinebackup`, `pg_verifybackup`."""

from __future__ import annotations

import errno
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.parse import unquote, urlsplit

from domain.errors import InvalidInput
from domain.messages.backups import BackupRefusal
from tools.local_stack.postgres import installed_programs
from tools.local_stack.processes import PLAIN

LAST_BYTES = 2_000
NO_SPACE = os.strerror(errno.ENOSPC)
"""What a program says when the disk is full."""
SUMMARIES_MISSING = "WAL summaries"
"""PostgreSQL's word in the error of an incremental backup whose base is too old."""


class ProgramFailed(InvalidInput):
    """A program of PostgreSQL ended with an error; `printed` is the end of what it said."""

    def __init__(self, program: str, code: int, printed: str) -> None:
        super().__init__(BackupRefusal.BACKUP_PROGRAM_FAILED, program=program, exit_code=code, last_lines=printed)
        self.printed = printed


@contextmanager
def base_backup(url: str, password_file: Path, since: Path | None = None) -> Iterator[IO[bytes]]:
    """The files of a running server as one tar stream, with the log that makes them consistent.

    `since` is PostgreSQL's list of an earlier backup: then only changed blocks come. The list of this backup is the
    last entry, `backup_manifest`. Raises ProgramFailed; a stream that was not read to its end ends the program.
    """
    parts = urlsplit(url)
    arguments = [f"--host={parts.hostname}", f"--port={parts.port}", f"--username={unquote(parts.username or '')}"]
    arguments += ["--pgdata=-", "--format=tar", "--wal-method=fetch", "--checkpoint=fast", "--no-password"]
    arguments += [f"--incremental={since}"] if since else []
    program = "pg_basebackup"
    with tempfile.TemporaryFile() as said:
        child = subprocess.Popen(  # noqa: S603  our own arguments
            [str(installed_programs() / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=said,
            env={**_plain_environment(), "PGPASSFILE": str(password_file)},
        )
        assert child.stdout is not None
        try:
            yield child.stdout
        except tarfile.TarError:  # the stream was cut: the program tells why
            if (code := child.wait()) == 0:
                raise
        except BaseException:
            child.kill()
            child.wait()
            raise
        finally:
            child.stdout.close()
        if (code := child.wait()) != 0:
            raise ProgramFailed(program, code, _cut(said))


def password_line(url: str) -> str:
    """The line of a password file for this address."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port}:*:{unquote(parts.username or '')}:{unquote(parts.password or '')}\n"


def combined(folders: Sequence[Path], target: Path) -> None:
    """Puts a full backup and the incremental ones after it together in `target`. Raises ProgramFailed, OSError."""
    _run("pg_combinebackup", *map(str, folders), f"--output={target}")


def verified(folder: Path) -> None:
    """Compares every file with PostgreSQL's own list and digests, and reads its log. Raises ProgramFailed."""
    _run("pg_verifybackup", "--quiet", str(folder))


def _run(program: str, *arguments: str) -> None:
    finished = subprocess.run(  # noqa: S603  our own arguments
        [str(installed_programs() / program), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=_plain_environment(),
        check=False,
    )
    if finished.returncode != 0:
        words = _words(finished.stderr)
        if NO_SPACE in words:
            raise OSError(errno.ENOSPC, NO_SPACE)
        raise ProgramFailed(program, finished.returncode, words)


def _plain_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name in PLAIN}


def _cut(said: IO[bytes]) -> str:
    said.seek(0, 2)
    said.seek(max(0, said.tell() - LAST_BYTES))
    return _words(said.read())


def _words(said: bytes) -> str:
    return said[-LAST_BYTES:].decode("utf-8", "replace").strip()
