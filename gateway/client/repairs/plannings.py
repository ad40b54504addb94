"""Makes plans of repairs in the background of this process, which tells how far each is.

A plan may be asked for in one process and cancelled in another: both know only the row.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import structlog

from activities.ledger.pool import Pool
from activities.repairs.plannings import Planning, PlanningRegister
from domain.errors import Conflict, DomainError
from domain.messages.repairs import RepairRefusal
from domain.repairs.plans import RepairPlan

log = structlog.get_logger(__name__)

TOLD_EVERY = 1.0
"""Seconds between two notes of how far it is, and between two looks whether it was cancelled."""

Looked = Callable[[int, int], None]
"""Told after some looks: how many dossiers were looked at, of how many."""
Make = Callable[[Looked], Awaitable[RepairPlan]]


class Plannings:
    """The plans that this process makes."""

    def __init__(self, pool: Pool) -> None:
        self.register = PlanningRegister(pool)
        self._tasks: set[asyncio.Task[None]] = set()

    async def begin(self, planning: UUID, kind: str, who: str, dossiers: int, make: Make) -> Planning:
        """Lets `make` go on in the background. The same id again changes nothing. Raises DatabaseUnavailable."""
        if not await self.register.begin(planning, kind, who, dossiers):
            return await self.register.planning(planning)
        task = asyncio.create_task(self._make(planning, make))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return await self.register.planning(planning)

    async def close(self) -> None:
        """Ends what is under way, before the process ends. Its rows say so after a while (`interrupted`)."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _make(self, planning: UUID, make: Make) -> None:
        looked = 0

        def told(done: int, _of: int) -> None:
            nonlocal looked
            looked = done

        making = asyncio.ensure_future(make(told))
        try:
            while not making.done():
                await asyncio.wait({making}, timeout=TOLD_EVERY)
                if not await self.register.tell(planning, looked):
                    return
            await self.register.made(planning, making.result().hash)
        except DomainError as refused:
            await self._refused(planning, refused)
        except Exception:
            log.exception("repair_not_planned", planning=str(planning))
            await self._refused(planning, Conflict(RepairRefusal.REPAIR_NOT_PLANNED))
        finally:
            making.cancel()

    async def _refused(self, planning: UUID, refused: DomainError) -> None:
        """Notes the refusal. A database that does not answer now leaves the row without a sign of life."""
        try:
            await self.register.refused(planning, refused.code, refused.message)
        except DomainError as unavailable:
            log.warning("repair_planning_not_noted", planning=str(planning), code=unavailable.code)
