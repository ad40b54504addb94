"""The interface of a repair: each kind has one implementation in this package."""

from __future__ import annotations

from typing import Protocol, TypeVar
from uuid import UUID

from domain.repairs.causes import Cause
from domain.repairs.findings import Finding
from domain.values import Code, Value

Order = TypeVar("Order", contravariant=True)


class RepairedBy(Value):
    """Who ordered a repair and why. `act` is unique for each dossier of a plan; a repetition with it does nothing."""

    act: UUID
    who: Code
    why: str


class Mechanic(Protocol[Order]):
    """One kind of repair."""

    async def look(self, code: str, order: Order) -> Finding:
        """The dossier as it is now, and what the order would do. It writes nothing.

        Raises NotFound `unknown_dossier`, EngineUnavailable, DatabaseUnavailable.
        """
        ...

    async def carry_out(self, finding: Finding, order: Order, by: RepairedBy) -> str | None:
        """Does the repair. Returns the run of the workflow afterwards (None: it has none any more).

        Raises the domain's refusals, EngineUnavailable, DatabaseUnavailable.
        """
        ...

    async def remaining(self, finding: Finding, order: Order) -> Cause | None:
        """The cause that is still there after the repair; None when the dossier goes on."""
        ...
