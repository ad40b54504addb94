"""Random secrets that the stack makes for itself, one file each, readable only by their owner."""

from __future__ import annotations

import secrets
from pathlib import Path

from domain.values import Strict
from tools.local_stack.state import write_private

SECRETS_FOLDER = "secrets"
ISSUER_FOLDER = "issuer"
"""Where the development issuer keeps its own keys."""


class KeptSecret(Strict):
    """A secret with this name. Each stack has its own value."""

    name: str

    def in_folder(self, folder: Path) -> Path:
        """The secret's file in the stack of `folder`. It exists after the first start."""
        return folder / SECRETS_FOLDER / self.name

    def keep(self, folder: Path) -> None:
        """Makes the secret if there is none."""
        file = self.in_folder(folder)
        file.parent.mkdir(mode=0o700, exist_ok=True)
        if not file.exists():
            write_private(file, secrets.token_urlsafe(32))


API_SECRET = KeptSecret(name="api-secret")
"""The secret from which the API derives its keys: cursors, receipts, fingerprints."""
CALLBACK_SECRET = KeptSecret(name="callback-secret")
"""The secret with which the simulated payment platform signs its callbacks to this stack's API."""
POST_SECRET = KeptSecret(name="post-secret")
"""The secret with which the simulated postal service signs its reports to this stack's API."""
SERVICE_SECRET = KeptSecret(name="service-secret")
"""The secret with which every service signs in at the stack's own issuer."""
