"""Offers the proof of a dossier's events: the file that anybody can check without this program (docs/verify_proof.py).

The rows of a proof are those that were sealed, and name officers by their codes: nothing can be left out of them. So
the staff reads it, and hands it to the applicant or to a court.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from activities.ledger.checkpoints.places import CheckpointPlaces
from activities.ledger.checkpoints.proof import Proof, prove
from activities.ledger.pool import Pool
from domain.errors import Conflict, NotFound
from domain.messages.checkpoints import CheckpointRefusal, ProofRefusal
from domain.record.checkpoint import checkpoint_in

NOT_COVERED = (CheckpointRefusal.NO_CHECKPOINT, CheckpointRefusal.NOT_YET_ANCHORED)


@dataclass(frozen=True)
class Proofs:
    """Makes proofs from the log of checkpoints that this process can read.

    `places` None, or without a folder: it can read none. `every`: the time between two checkpoints.
    """

    places: CheckpointPlaces | None = None
    every: timedelta = timedelta(hours=1)
    at_once: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    """A proof reads the whole log: one after the other, so that requests have the processor in between."""

    async def of(self, pool: Pool, code: str, now: datetime) -> Proof:
        """The proof of a dossier under the newest checkpoint.

        Raises NotFound `unknown_dossier`; Conflict `proof_not_yet` when no checkpoint covers it, with the time of the
        next one, `cannot_be_proved`, `proofs_not_offered`; DatabaseUnavailable.
        """
        if self.places is None or self.places.folder is None:
            raise Conflict(ProofRefusal.PROOFS_NOT_OFFERED)
        async with self.at_once:
            try:
                return await prove(pool, self.places.log(), code)
            except NotFound as missing:
                if missing.code not in NOT_COVERED:
                    raise
                raise Conflict(ProofRefusal.PROOF_NOT_YET, dossier=code, due=await self._next(now)) from None

    async def _next(self, now: datetime) -> datetime:
        """When the next checkpoint is due, if a worker runs."""
        assert self.places is not None
        last = await asyncio.to_thread(self.places.log().last)
        due = checkpoint_in(last.note).at + self.every if last is not None else now
        return max(due, now) + timedelta(minutes=1)


def file_name(code: str) -> str:
    """The name of the file of a proof."""
    return f"{code}-proof.json"
