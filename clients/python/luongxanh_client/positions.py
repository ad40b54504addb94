"""Where a program keeps the position in the events up to which it has dealt with them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class PositionFile:
    """A file with one position. It is replaced as a whole: whoever is stopped finds the old position or the new one."""

    path: Path

    def read(self) -> str | None:
        """The kept position; None when there is no file yet."""
        return self.path.read_text(encoding="ascii").strip() if self.path.exists() else None

    def write(self, position: str) -> None:
        """Keeps a position."""
        beside = self.path.with_name(f"{self.path.name}.new")
        beside.write_text(position, encoding="ascii")
        os.replace(beside, self.path)
