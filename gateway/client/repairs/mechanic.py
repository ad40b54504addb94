"""The interface of a repair: each kind has one implementation in this package."""

from __future__ import annotations

from typing import Protocol, TypeVar

from domain.repairs.acts import RepairedBy
from domain.repairs.causes import Cause
from domain.repairs.findings import Finding

Order = TypeVar("Order", contravariant=True)


class Mechanic(Protocol[Order]):
    """One kind of repair."""

    async def look(self, code: str, order: Order) -> Finding:
        """The dossier as it is now, and what the order would do. It writes nothing.

        Raises NotFound `unknown_dossier`, EngineUnavailable, DatabaseUnavailable.
        """
        ...

    async def carry_out(self, finding: Finding, order: Order, by: RepairedBy) -> str | None:
        """Does the repair. Returns the run of the workflow afterwards (None: it has none any more).

        A call with the same `by.act` after an interrupted one completes it, and does nothing when it was complete.
        Raises the domain's refusals, EngineUnavailable, DatabaseUnavailable.
        """
        ...

    async def remaining(self, finding: Finding, order: Order) -> Cause | None:
        """The cause that is still there after the repair; None when the dossier goes on."""
        ...
