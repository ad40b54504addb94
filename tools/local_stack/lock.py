"""A lock, so that only one command at a time starts or stops a stack."""

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
from tools.local_stack.messages import Announce, StackRefusal, StackWait, wait
from tools.local_stack.privacy import LOCK_FILE, make_private
from tools.local_stack.server_account import account_name

PATIENCE_SECONDS = 300.0


@contextmanager
def only_one(folder: Path, announce: Announce, seconds: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Holds the lock of `folder`, after waiting for another command that holds it.

    The operating system frees the lock when its holder dies. The folder is made private first, so that no other account
    can open the lock and keep it. Raises `StackError` `stack_busy` and the errors of `make_private`.
    """
    make_private(folder, announce)
    lock = FileLock(folder / LOCK_FILE, mode=0o600, fallback_to_soft=False)
    _acquire(lock, announce, folder, seconds)
    try:
        with contextlib.suppress(OSError):  # only to inform commands that wait; fails on a full disk
            (folder / LOCK_FILE).write_text(str(os.getpid()), encoding="ascii")
        yield
    finally:
        lock.release()


def _acquire(lock: FileLock, announce: Announce, folder: Path, seconds: float) -> None:
    try:
        lock.acquire(timeout=0)
    except Timeout:
        wait(announce, StackWait.WAITING_FOR_LOCK, holder=_described(folder / LOCK_FILE))
        try:
            lock.acquire(timeout=seconds, poll_interval=0.1)
        except Timeout:
            holder = _described(folder / LOCK_FILE)
            raise StackError(StackRefusal.STACK_BUSY, holder=holder, folder=folder, seconds=f"{seconds:g}") from None


def _described(path: Path) -> str:
    """The process that holds the lock: its number, account and command line."""
    pid = _holder(path)
    if pid is None:
        return "?"
    owner = processes.owner(pid)
    return f"{pid}, {'?' if owner is None else account_name(owner)}: {processes.command_line(pid)[:80].strip() or '?'}"


def _holder(path: Path) -> int | None:
    """The number of the process that holds the lock, from the operating system, or else from the lock file."""
    with contextlib.suppress(OSError, ValueError):
        if sys.platform == "linux":
            inode = f":{path.stat().st_ino}"
            for line in Path("/proc/locks").read_text().splitlines():
                fields = line.split()
                if fields[1] == "FLOCK" and fields[5].endswith(inode):
                    return int(fields[4])
        return int(path.read_text())
    return None
