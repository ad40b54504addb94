"""Reads files that people name. Only regular files: a pipe gives nothing until somebody writes, a device never ends."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from stat import S_ISREG


class NotRegular(OSError):
    """The name is that of a folder, a pipe or a device."""

    def __init__(self) -> None:
        super().__init__(errno.EINVAL, "it is no regular file")


def content_of(file: Path) -> bytes:
    """The content of a regular file, also through a link. Raises NotRegular, OSError."""
    with open(os.open(file, os.O_RDONLY | os.O_NONBLOCK), "rb") as opened:  # a pipe without a writer is not waited for
        if not S_ISREG(os.fstat(opened.fileno()).st_mode):
            raise NotRegular
        return opened.read()
