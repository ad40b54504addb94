"""The mechanics of repairs in a test's hands: a repair waits until it is let, hangs after it, or does nothing."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence

from domain.repairs.acts import RepairedBy
from domain.repairs.causes import Cause
from domain.repairs.findings import Finding
from domain.repairs.orders import RepairOrder
from gateway.client.repairs.mechanics import MechanicsByKind, mechanics_of
from tests.support.engine_harness import EngineHarness


class WatchedMechanics:
    """The real mechanics, with what a test does to some dossiers.

    `held`: a look waits until the test lets it. `hung_before`: a repair that was begun is never done. `hung_after`: a
    call never returns after the repair was done.
    `does_nothing`: a repair says that it was done, and does nothing. `mistaken`: a look meets a mistake of the program.
    """

    def __init__(self, harness: EngineHarness) -> None:
        self._real: MechanicsByKind = mechanics_of(
            harness.env.client,
            harness.pool,
            harness.engine._dossiers,  # the client of the engine under test
        )
        self.let = asyncio.Event()
        self.held: set[str] = set()
        self.hung_before: set[str] = set()
        self.begun: set[str] = set()
        self.hung_after: set[str] = set()
        self.does_nothing: set[str] = set()
        self.mistaken: set[str] = set()
        self.repaired: Counter[str] = Counter()

    async def look(self, code: str, order: RepairOrder) -> Finding:
        """Looks when it is let."""
        if code in self.held:
            await self.let.wait()
        if code in self.mistaken:
            raise ZeroDivisionError
        return await self._real.look(code, order)

    async def look_at_all(self, codes: Sequence[str], order: RepairOrder) -> list[Finding]:
        """Looks at each."""
        return [await self.look(code, order) for code in codes]

    async def carry_out(self, finding: Finding, order: RepairOrder, by: RepairedBy) -> str | None:
        """Does it, unless it is to do nothing."""
        self.begun.add(finding.dossier)
        if finding.dossier in self.hung_before:
            await asyncio.Event().wait()
        if finding.dossier in self.does_nothing:
            return finding.run
        run = await self._real.carry_out(finding, order, by)
        self.repaired[finding.dossier] += 1
        if finding.dossier in self.hung_after:
            await asyncio.Event().wait()
        return run

    async def remaining(self, finding: Finding, order: RepairOrder) -> Cause | None:
        """The cause that is really there."""
        return await self._real.remaining(finding, order)
