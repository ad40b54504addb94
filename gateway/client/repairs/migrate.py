"""Repairs by other rules: pins a dossier to another published version of its procedure or its ladder.

The domain decides whether the dossier can go on under it (`domain.dossier.deciding.rule_changes`). Its dates and its
fee stay.
"""

from __future__ import annotations

from collections.abc import Collection

from domain.dossier.commands import ChangeRules
from domain.errors import DomainError, RuleViolation
from domain.messages.mechanics import MechanicRefusal
from domain.repairs.orders import MigrateOrder
from domain.values import Hash
from gateway.client.repairs.by_command import ByCommand


class MigrateMechanic(ByCommand[MigrateOrder]):
    """Moves dossiers to other versions of their rules."""

    def command(self, order: MigrateOrder, why: str) -> ChangeRules:
        """The change of the rules."""
        return ChangeRules(procedure=order.procedure, escalation=order.escalation, reason=why)

    def rules_named(self, order: MigrateOrder) -> Collection[Hash]:
        """The versions to which the dossier is moved."""
        return [rule for rule in (order.procedure, order.escalation) if rule is not None]

    def needless(self, dossier: str) -> DomainError:
        """It pins these versions already."""
        return RuleViolation(MechanicRefusal.RULES_PINNED_ALREADY, dossier=dossier)
