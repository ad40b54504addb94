"""A folder outside the database, a key, and a clock that the test moves."""

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
    """What makes checkpoints and compares with them, for one ledger."""

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
        """Makes what is due; gives the sizes, a minute later each time."""
        made = [one.size for one in await self.checkpointer().make()]
        self.now += timedelta(minutes=1)
        return made

    async def verified(self, code: str | None = None) -> Verified:
        anchored = Anchored(self.log, self.signer.public, self.now)
        return await verify(self.pool, code, fold=fold, anchored=anchored)

    async def found(self) -> list[tuple[str, str | None, int | None]]:
        return [(one.code, one.dossier, one.version) for one in (await self.verified()).problems]
