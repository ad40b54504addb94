"""Finds the mechanic of each kind of repair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from temporalio.client import Client

from activities.ledger.pool import Pool
from domain.repairs.acts import RepairedBy
from domain.repairs.causes import Cause
from domain.repairs.findings import Finding
from domain.repairs.orders import RepairKind, RepairOrder
from gateway.client.dossier_client import DossierClient
from gateway.client.repairs.fast_forward import FastForwardMechanic
from gateway.client.repairs.mechanic import Mechanic
from gateway.client.repairs.mend import MendMechanic
from gateway.client.repairs.migrate import MigrateMechanic
from gateway.client.repairs.reset import ResetMechanic
from gateway.client.repairs.restart import RestartMechanic
from gateway.client.repairs.retry import RetryMechanic
from gateway.client.repairs.terminate import TerminateMechanic


class MechanicsByKind:
    """Does the repairs of every kind. Each method raises the errors of the mechanic."""

    def __init__(self, by_kind: Mapping[RepairKind, Mechanic[Any]]) -> None:
        self._by_kind = by_kind

    def of(self, order: RepairOrder) -> Mechanic[Any]:
        """The mechanic of an order."""
        return self._by_kind[order.kind]

    async def look(self, code: str, order: RepairOrder) -> Finding:
        """The dossier as it is now, and what the order would do."""
        return await self.of(order).look(code, order)

    async def look_at_all(self, codes: Sequence[str], order: RepairOrder) -> list[Finding]:
        """`look` at several dossiers at the same time, in this order."""
        return await self.of(order).look_at_all(codes, order)

    async def carry_out(self, finding: Finding, order: RepairOrder, by: RepairedBy) -> str | None:
        """Does the repair. Returns the run of the workflow afterwards."""
        return await self.of(order).carry_out(finding, order, by)

    async def remaining(self, finding: Finding, order: RepairOrder) -> Cause | None:
        """The cause that is still there; None when the dossier goes on."""
        return await self.of(order).remaining(finding, order)


def mechanics_of(temporal: Client, pool: Pool, dossiers: DossierClient) -> MechanicsByKind:
    """The mechanics of this release."""
    restart = RestartMechanic(temporal, pool, dossiers)
    retry = RetryMechanic(temporal, pool, dossiers)
    fast_forward = FastForwardMechanic(temporal, pool)
    return MechanicsByKind(
        {
            RepairKind.MEND: MendMechanic(temporal, pool, restart, retry, fast_forward),
            RepairKind.RESTART: restart,
            RepairKind.RESET: ResetMechanic(temporal, pool),
            RepairKind.RETRY: retry,
            RepairKind.FAST_FORWARD: fast_forward,
            RepairKind.MIGRATE: MigrateMechanic(temporal, pool, dossiers),
            RepairKind.TERMINATE: TerminateMechanic(temporal, pool, dossiers),
        }
    )
