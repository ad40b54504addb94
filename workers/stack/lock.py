"""One command at a time may start or stop a stack."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workers.stack.errors import StackError
from workers.stack.messages import Announce, wait

PATIENCE_SECONDS = 300.0


@contextmanager
def only_one(folder: Path, announce: Announce, seconds: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Holds the lock of `folder`; waits for another command that holds it. The system frees it when its holder dies."""
    folder.mkdir(parents=True, exist_ok=True)
    # Not inherited by the processes that are started meanwhile (Python opens with O_CLOEXEC), so they do not keep it.
    with (folder / "lock").open("a+", encoding="ascii") as lock:
        _take(lock.fileno(), folder, announce, seconds)
        lock.seek(0)
        lock.truncate()
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _take(handle: int, folder: Path, announce: Announce, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    told = False
    while True:
        try:
            return fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = (folder / "lock").read_text() or "?"
            if time.monotonic() > deadline:
                raise StackError("stack_busy", holder=holder, folder=folder, seconds=f"{seconds:g}") from None
            if not told:
                wait(announce, "waiting_for_lock", holder=holder)
                told = True
            time.sleep(0.1)
