"""The mechanics by the kind of the order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from temporalio.client import Client

from activities.ledger.pool import Pool
from domain.repairs.orders import RepairKind
from gateway.client.dossier_client import DossierClient
from gateway.client.repairs.fast_forward import FastForwardMechanic
from gateway.client.repairs.mechanic import Mechanic
from gateway.client.repairs.migrate import MigrateMechanic
from gateway.client.repairs.reset import ResetMechanic
from gateway.client.repairs.restart import RestartMechanic
from gateway.client.repairs.terminate import TerminateMechanic


def every_mechanic(temporal: Client, pool: Pool, dossiers: DossierClient) -> Mapping[RepairKind, Mechanic[Any]]:
    """The mechanic of each kind of order that is built here: all but `retry`."""
    return {
        RepairKind.RESTART: RestartMechanic(temporal, pool, dossiers),
        RepairKind.RESET: ResetMechanic(temporal, pool),
        RepairKind.FAST_FORWARD: FastForwardMechanic(temporal, pool),
        RepairKind.MIGRATE: MigrateMechanic(temporal, pool, dossiers),
        RepairKind.TERMINATE: TerminateMechanic(temporal, pool, dossiers),
    }
