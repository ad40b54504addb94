"""Stops and erases a temporary stack when the process that started it has died, as after a killed test run."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WATCH = 'read word && exit 0; exec "$@"'
"""The script of the watcher. A word on its standard input means: the stack is gone, exit. An end of the input without
a word means: the owner has died, run the eraser. It is a shell script because a shell needs little memory.
"""


@contextmanager
def ends_with_this_process(folder: Path) -> Iterator[None]:
    """While this is open, the stack in `folder` is stopped and erased when this process ends, even if it is killed."""
    eraser = [sys.executable, "-m", "tools.local_stack.erase", str(folder)]
    watcher = subprocess.Popen(  # noqa: S603  this same interpreter and a module of ours
        ["/bin/sh", "-c", WATCH, "watch", *eraser],
        stdin=subprocess.PIPE,
        start_new_session=True,
        cwd=Path(__file__).resolve().parents[2],  # so that Python finds `tools`
    )
    try:
        yield
    finally:
        watcher.communicate(b"done\n")
