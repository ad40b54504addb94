"""Puts the temporary files of a test run in memory, where the machine has a folder for that with enough room.

A run makes several thousand databases and some fifty stacks. Each is hundreds of new files, and a new file on a disk
costs many times the processor time of one in memory.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from multiprocessing.util import Finalize
from pathlib import Path

import psutil

MEMORY = Path("/dev/shm")  # noqa: S108  the folder of Linux that is in memory
ROOM = 6 * 1024**3
"""Bytes that must be free. A container often has 64 MB there: too little for a database."""
NAME = "luongxanh-tests-"


def use_memory() -> None:
    """Temporary files are in memory from now on, also those of programs that are started, and are erased at the end.

    It changes nothing where there is no room, or where TMPDIR names a folder already.
    """
    if "TMPDIR" in os.environ or not _has_room():
        return
    _remove_left_behind()
    folder = MEMORY / f"{NAME}{os.getpid()}"
    folder.mkdir(mode=0o755)
    os.environ["TMPDIR"] = str(folder)
    tempfile.tempdir = None
    # The lowest priority: the library's own temporary folder, which may be inside, goes before.
    Finalize(None, shutil.rmtree, args=(folder,), kwargs={"ignore_errors": True}, exitpriority=-200)


def _has_room() -> bool:
    """Whether the folder is there, is large enough, and programs may be run from it."""
    try:
        room = os.statvfs(MEMORY)
    except OSError:
        return False
    return room.f_bavail * room.f_frsize >= ROOM and not room.f_flag & os.ST_NOEXEC and os.access(MEMORY, os.W_OK)


def _remove_left_behind() -> None:
    """Erases the folders of runs that were killed."""
    for folder in MEMORY.glob(f"{NAME}*"):
        if not psutil.pid_exists(int(folder.name.removeprefix(NAME))):
            shutil.rmtree(folder, ignore_errors=True)
