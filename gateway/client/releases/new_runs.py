"""Under which revision of the rules a new run of a dossier's workflow starts."""

from __future__ import annotations

import time

from activities.releases.register import ReleaseRegister
from domain.dossier.revision import CURRENT

KNOWN_FOR = 5.0
"""Seconds after which the register is read again. A build that is retired is so for good, so this is only a delay."""


class NewRuns:
    """The newest revision that this process and every build in use know, so that a rollback leaves no run behind."""

    def __init__(self, register: ReleaseRegister) -> None:
        self._register = register
        self._read_at: float | None = None
        self._revision = int(CURRENT)

    async def revision(self) -> int:
        """The revision of now. Raises DatabaseUnavailable."""
        now = time.monotonic()
        if self._read_at is None or now - self._read_at > KNOWN_FOR:
            kept = await self._register.kept_revision()
            self._revision, self._read_at = min(int(CURRENT), kept or int(CURRENT)), now
        return self._revision
