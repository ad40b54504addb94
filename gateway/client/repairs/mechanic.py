"""The base of a repair: each kind is one class in this package."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Generic, TypeVar

from domain.repairs.acts import RepairedBy
from domain.repairs.causes import Cause
from domain.repairs.findings import Finding
from gateway.client.repairs.present_state import PresentState, PresentStates
from gateway.client.together import together

Order = TypeVar("Order")


class Mechanic(ABC, Generic[Order]):
    """One kind of repair. It sees dossiers through `states`."""

    def __init__(self, states: PresentStates) -> None:
        self._states = states

    async def look(self, code: str, order: Order) -> Finding:
        """The dossier as it is now, and what the order would do. It writes nothing.

        Raises NotFound `unknown_dossier`, EngineUnavailable, DatabaseUnavailable.
        """
        return await self.look_at(await self._states.of(code), order)

    async def look_at_all(self, codes: Sequence[str], order: Order) -> list[Finding]:
        """`look` at several dossiers at the same time, in this order. The register is read once for all of them."""
        seen = await self._states.of_all(codes)
        return await together(self.look_at(one, order) for one in seen)

    @abstractmethod
    async def look_at(self, seen: PresentState, order: Order) -> Finding:
        """What the order would do to a dossier that was seen so. Raises EngineUnavailable, DatabaseUnavailable."""

    @abstractmethod
    async def carry_out(self, finding: Finding, order: Order, by: RepairedBy) -> str | None:
        """Does the repair. Returns the run of the workflow afterwards (None: it has none any more).

        A call with the same `by.act` after an interrupted one completes it, and does nothing when it was complete.
        Raises the domain's refusals, EngineUnavailable, DatabaseUnavailable.
        """

    @abstractmethod
    async def remaining(self, finding: Finding, order: Order) -> Cause | None:
        """The cause that is still there after the repair; None when the dossier goes on."""
