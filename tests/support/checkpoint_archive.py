"""An archive of checkpoints for tests: a folder outside the database, a key, and a clock that the test sets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from activities.ledger.checkpoints.checkpointer import AT_ONCE, Checkpointer
from activities.ledger.checkpoints.copies import Copy
from activities.ledger.checkpoints.keys import Signer
from activities.ledger.checkpoints.log import CheckpointLog
from activities.ledger.integrity_report import Verified
from activities.ledger.pool import Pool
from activities.ledger.verification.walk import Anchored, verify
from domain.values import VIETNAM
from tests.support.ledger_samples import fold

NOON = datetime(2025, 7, 1, 12, 0, 0, 123456, tzinfo=VIETNAM)
ORIGIN = "luongxanh/H42"


@dataclass
class Archive:
    """Makes checkpoints of one ledger, and verifies the ledger with them."""

    pool: Pool
    folder: Path
    signer: Signer
    now: datetime = NOON
    copies: tuple[Copy, ...] = ()
    at_once: int = AT_ONCE

    @property
    def log(self) -> CheckpointLog:
        return CheckpointLog(self.folder)

    def checkpointer(self) -> Checkpointer:
        return Checkpointer(self.pool, self.log, self.signer, self.copies, now=lambda: self.now, at_once=self.at_once)

    async def checkpoint(self) -> list[int]:
        """Makes the due checkpoints, and moves the clock by a minute. Returns their sizes."""
        sizes = [checkpoint.size for checkpoint in await self.checkpointer().make()]
        self.now += timedelta(minutes=1)
        return sizes

    async def verified(self, code: str | None = None) -> Verified:
        anchored = Anchored(self.log, self.signer.public, self.now)
        return await verify(self.pool, code, fold=fold, anchored=anchored)

    async def found(self) -> list[tuple[str, str | None, int | None]]:
        return [(problem.code, problem.dossier, problem.version) for problem in (await self.verified()).problems]
