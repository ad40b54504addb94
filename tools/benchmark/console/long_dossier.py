"""A dossier with a very long story: a register that does not answer for weeks, and a unit that passes it around.

The domain decides every act, and the failures are written as the engine writes them: the chain is whole.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from activities.ledger.pool import Pool
from domain.dossier.commands import Assign
from domain.dossier.events import OutsideCallFailed
from domain.roles import Role
from domain.values import VIETNAM
from tools.benchmark.driving.standard_dossier import officer
from tools.benchmark.sample_dossier import ENGINE, SampleDossier

KEY = "the-long-story"
SINCE = timedelta(days=100)
ACTS = 0.014
"""The share of acts: of 20,000 events 280, nearly the most from which a time line is computed (`MOST_MOVES`)."""
FAILURES_AT_ONCE = 500


async def long_dossier(pool: Pool, events: int) -> str:
    """Writes an open dossier of the bench's ward with so many events, and returns its code."""
    dossier = await LongDossier.lived(pool, KEY, SINCE)
    await dossier.lengthen(events)
    return dossier.code


class LongDossier(SampleDossier):
    """Begins as every standard dossier does, until an officer has it."""

    async def _live(self) -> None:
        await self._until_assigned()

    async def lengthen(self, events: int) -> None:
        """Failed calls, and between them the dossier is assigned to one and another; at even distances until now."""
        apart = (datetime.now(VIETNAM) - self._now) / events
        acts = int(events * ACTS)
        failures = events - self._dossier.version - acts
        batches = -(-failures // FAILURES_AT_ONCE)
        for batch in range(batches):
            await self._fail(failures * (batch + 1) // batches - failures * batch // batches, apart)
            for number in range(acts * batch // batches, acts * (batch + 1) // batches):
                await self._act(officer(Role.HEAD_OF_UNIT), Assign(person=f"w.{Role.SPECIALIST}.{number % 2}"), apart)

    async def _fail(self, times: int, apart: timedelta) -> None:
        failed = OutsideCallFailed(at=self._now, effect="identity/1", system="population", code="timeout", final=False)
        events = (failed.model_copy(update={"at": self._now + apart * number}) for number in range(1, times + 1))
        await self._append(ENGINE, tuple(events))
        self._now += apart * times
