"""Repairs by an end: an operator ends a dossier that must not go on. What follows is decided as after a stop."""

from __future__ import annotations

from collections.abc import Collection

from domain.dossier.commands import Terminate
from domain.errors import DomainError, RuleViolation
from domain.messages.mechanics import MechanicRefusal
from domain.repairs.orders import TerminateOrder
from domain.values import Hash
from gateway.client.repairs.by_command import ByCommand


class TerminateMechanic(ByCommand[TerminateOrder]):
    """Ends dossiers."""

    def command(self, order: TerminateOrder, why: str) -> Terminate:
        """The administrative end."""
        return Terminate(reason=why)

    def rules_named(self, order: TerminateOrder) -> Collection[Hash]:
        """None but those that the dossier pins."""
        return ()

    def needless(self, dossier: str) -> DomainError:
        """It has ended."""
        return RuleViolation(MechanicRefusal.REPAIR_NOT_NEEDED, dossier=dossier)
