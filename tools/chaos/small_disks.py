"""Small file systems for the data of the servers, which can be filled to the last byte. They need root on Linux."""

from __future__ import annotations

import contextlib
import errno
import os
import subprocess
import sys
from pathlib import Path

BALLAST = "ballast"
PIECE = 1 << 20
SIZES = {"postgres": "1500m", "temporal": "1000m"}
"""As much as a run of 2,000 dossiers needs, and no more: what is filled is memory of the machine."""


class SmallDisks:
    """One small file system for the data of each server of the stack in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.mounted: list[str] = []
        self.why_not = ""
        """Why this machine has none; empty when it has."""

    def mount(self) -> None:
        """Makes them before the servers start. Without the right to, the run goes on and says what was not done."""
        if sys.platform != "linux" or os.geteuid() != 0:
            self.why_not = "not root on Linux"
            return
        for name, size in SIZES.items():
            (self._folder / name).mkdir(mode=0o700, exist_ok=True)
            done = _run("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(self._folder / name))
            if done.returncode:
                self.why_not = done.stdout.strip() or "mount failed"
                return
            self.mounted.append(name)

    def fill(self, name: str) -> int:
        """Fills one to the last byte. Returns how many bytes that took."""
        taken = 0
        with open(self._folder / name / BALLAST, "wb") as ballast:
            piece = PIECE
            while piece:
                try:
                    os.posix_fallocate(ballast.fileno(), taken, piece)
                    taken += piece
                except OSError as full:
                    if full.errno != errno.ENOSPC:
                        raise
                    piece = piece // 2 if piece > 4_096 else 0
        return taken

    def free(self, name: str) -> None:
        """Gives the space back."""
        (self._folder / name / BALLAST).unlink(missing_ok=True)

    def unmount(self) -> None:
        """Removes them with all that they hold. The servers have ended."""
        for name in self.mounted:
            with contextlib.suppress(OSError):
                _run("umount", str(self._folder / name))
        self.mounted.clear()


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)  # noqa: S603
