"""Stops and erases a temporary stack when the process that asked for it has died: a killed test run leaves nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WATCH = 'read word && exit 0; exec "$@"'
"""A word on standard input means that all is done; its end without one means that the owner has died.

A shell, because it is small.
"""


@contextmanager
def ends_with_this_process(folder: Path) -> Iterator[None]:
    """While this is open, the stack in `folder` is stopped and erased if this process ends in any way whatever."""
    eraser = [sys.executable, "-m", "tools.local_stack.erase", str(folder)]
    watcher = subprocess.Popen(  # noqa: S603  this same interpreter and a module of ours
        ["/bin/sh", "-c", WATCH, "watch", *eraser],
        stdin=subprocess.PIPE,
        start_new_session=True,
        cwd=Path(__file__).resolve().parents[2],  # where `tools` is found
    )
    try:
        yield
    finally:
        watcher.communicate(b"done\n")
