"""How many patient calls of one system a worker takes from its queue at once. The number may change while it runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

from temporalio.worker import (
    CustomSlotSupplier,
    FixedSizeSlotSupplier,
    SlotMarkUsedContext,
    SlotPermit,
    SlotReleaseContext,
    SlotReserveContext,
    WorkerTuner,
)

LOOK_AGAIN = timedelta(seconds=0.1)
"""How soon a free slot, or a higher limit, is seen while all slots are taken."""
NO_OTHER = FixedSizeSlotSupplier(1)
"""For the kinds of work that these workers do not have."""


class PatientSlots(CustomSlotSupplier):
    """Gives as many slots as `limit` says at that moment.

    Temporal's own suppliers have a fixed number. Slots are given back on other threads, so each permit is an entry of
    its own, which one operation adds or removes.
    """

    def __init__(self, limit: Callable[[], int]) -> None:
        self._limit = limit
        self._taken: set[SlotPermit] = set()

    async def reserve_slot(self, ctx: SlotReserveContext) -> SlotPermit:
        """Waits until there is a slot."""
        while (permit := self.try_reserve_slot(ctx)) is None:  # noqa: ASYNC110  other threads give slots back
            await asyncio.sleep(LOOK_AGAIN.total_seconds())
        return permit

    def try_reserve_slot(self, ctx: SlotReserveContext) -> SlotPermit | None:
        """A slot, if there is one now."""
        if len(self._taken) >= self._limit():
            return None
        permit = SlotPermit()
        self._taken.add(permit)
        return permit

    def mark_slot_used(self, ctx: SlotMarkUsedContext) -> None:
        """A slot is taken from its reservation on."""

    def release_slot(self, ctx: SlotReleaseContext) -> None:
        """Gives the slot back."""
        self._taken.discard(ctx.permit)


def tuned(limit: Callable[[], int]) -> WorkerTuner:
    """For a worker that has nothing but patient calls."""
    return WorkerTuner.create_composite(
        workflow_supplier=NO_OTHER,
        activity_supplier=PatientSlots(limit),
        local_activity_supplier=NO_OTHER,
        nexus_supplier=NO_OTHER,
    )
