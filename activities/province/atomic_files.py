"""Writing a file whole or not at all: on a full disk, or killed half-way, the file that stood there still stands."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

PRIVATE = 0o600


def write_whole(path: Path, text: str, *, mode: int | None = None) -> None:
    """Puts a text in the place of a file; a reader finds the old one or the new one, never half of it.

    `mode`: who may read it; None: as the file that stood there, else as the process makes files (its umask). Raises
    OSError, which names the file.
    """
    write_together({path: text}, mode=mode)


def write_together(texts: Mapping[Path, str], *, mode: int | None = None) -> None:
    """Files that hold together: each is written beside its place before the first takes it, so that a full disk changes
    none. `mode` and errors as of `write_whole`."""
    drafts: dict[Path, Path] = {}
    at = Path()
    try:
        for at, text in texts.items():
            drafts[at] = at.with_name(f".{at.name}.{token_hex(4)}")
            _written(drafts[at], text, mode if mode is not None else _mode_of(at))
        for at, beside in drafts.items():
            beside.replace(at)
    except BaseException as problem:  # also where the process is told to stop, half-way
        for beside in drafts.values():
            with suppress(OSError):
                beside.unlink()
        if isinstance(problem, OSError):
            raise OSError(problem.errno, problem.strerror, str(at)) from problem
        raise


def _mode_of(path: Path) -> int | None:
    return path.stat().st_mode & 0o777 if path.exists() else None


def _written(beside: Path, text: str, mode: int | None) -> None:
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE if mode == PRIVATE else 0o666)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        if mode is not None:
            os.fchmod(handle, mode)
        file.write(text)
        file.flush()
        os.fsync(handle)
