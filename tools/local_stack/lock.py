"""One command at a time may start or stop a stack."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from tools.local_stack import processes
from tools.local_stack.errors import StackError
from tools.local_stack.messages import Announce, wait
from tools.local_stack.privacy import LOCK_FILE, make_private
from tools.local_stack.server_account import account_name

PATIENCE_SECONDS = 300.0


@contextmanager
def only_one(folder: Path, announce: Announce, seconds: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Holds the lock of `folder`; waits for another command that holds it. The system frees it when its holder dies.

    The folder is made private first, so that nobody else can open the lock and hold it against us.
    """
    make_private(folder, announce)
    lock = FileLock(folder / LOCK_FILE, mode=0o600, fallback_to_soft=False)
    _take(lock, announce, folder, seconds)
    try:
        with contextlib.suppress(OSError):  # a courtesy to whoever waits; on a full disk it cannot be written
            (folder / LOCK_FILE).write_text(str(os.getpid()), encoding="ascii")
        yield
    finally:
        lock.release()


def _take(lock: FileLock, announce: Announce, folder: Path, seconds: float) -> None:
    try:
        lock.acquire(timeout=0)
    except Timeout:
        wait(announce, "waiting_for_lock", holder=_described(folder / LOCK_FILE))
        try:
            lock.acquire(timeout=seconds, poll_interval=0.1)
        except Timeout:
            holder = _described(folder / LOCK_FILE)
            raise StackError("stack_busy", holder=holder, folder=folder, seconds=f"{seconds:g}") from None


def _described(path: Path) -> str:
    """Who holds the lock: number, account, command."""
    pid = _holder(path)
    if pid is None:
        return "?"
    owner = processes.owner(pid)
    return f"{pid}, {'?' if owner is None else account_name(owner)}: {processes.command_line(pid)[:80].strip() or '?'}"


def _holder(path: Path) -> int | None:
    """The process that holds the lock: as the system says, or else as the holder has written into it."""
    with contextlib.suppress(OSError, ValueError):
        if sys.platform == "linux":
            inode = f":{path.stat().st_ino}"
            for line in Path("/proc/locks").read_text().splitlines():
                fields = line.split()
                if fields[1] == "FLOCK" and fields[5].endswith(inode):
                    return int(fields[4])
        return int(path.read_text())
    return None
