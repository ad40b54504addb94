"""Secrets that the stack makes for itself: random, one file each, readable by their owner only."""

from __future__ import annotations

import secrets
from pathlib import Path

from domain.values import Strict
from tools.local_stack.state import write_private

SECRETS_FOLDER = "secrets"


class KeptSecret(Strict):
    """A secret of this name; each stack has its own."""

    name: str

    def in_folder(self, folder: Path) -> Path:
        """Its file in the stack of `folder`; it exists once the stack was started."""
        return folder / SECRETS_FOLDER / self.name

    def keep(self, folder: Path) -> None:
        """Makes it unless there is one."""
        file = self.in_folder(folder)
        file.parent.mkdir(mode=0o700, exist_ok=True)
        if not file.exists():
            write_private(file, secrets.token_urlsafe(32))


CALLBACK_SECRET = KeptSecret(name="callback-secret")
"""With which the simulated payment platform signs its callbacks to this stack's API."""
