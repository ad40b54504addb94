"""Writes a file completely or not at all. After a full disk or a killed process, the old file is still there."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

PRIVATE = 0o600


def write_whole(path: Path, text: str, *, mode: int | None = None) -> None:
    """Replaces a file by a text. A reader finds the old content or the new content, never a part of it.

    `mode` is the permission of the file. None keeps the mode of the old file; a new file gets that of the umask.
    Raises OSError, which names the file.
    """
    write_together({path: text}, mode=mode)


def write_together(texts: Mapping[Path, str], *, mode: int | None = None) -> None:
    """Replaces several files that depend on each other.

    Every new text is written to a draft before the first file is replaced, so a full disk changes no file. `mode` and
    errors are those of `write_whole`.
    """
    drafts: dict[Path, Path] = {}
    path = Path()
    try:
        for path, text in texts.items():
            drafts[path] = path.with_name(f".{path.name}.{token_hex(4)}")
            _write_draft(drafts[path], text, mode if mode is not None else _mode_of(path))
        for path, draft in drafts.items():
            draft.replace(path)
    except BaseException as problem:  # the drafts are removed also when the process is stopped
        for draft in drafts.values():
            with suppress(OSError):
                draft.unlink()
        if isinstance(problem, OSError):
            raise OSError(problem.errno, problem.strerror, str(path)) from problem
        raise


def _mode_of(path: Path) -> int | None:
    return path.stat().st_mode & 0o777 if path.exists() else None


def _write_draft(draft: Path, text: str, mode: int | None) -> None:
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE if mode == PRIVATE else 0o666)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        if mode is not None:
            os.fchmod(handle, mode)
        file.write(text)
        file.flush()
        os.fsync(handle)
