"""The dossier's timer fired: what is due now of the ladder, of overdue waits and of the payment."""

from __future__ import annotations

from domain.dossier.context import Context
from domain.dossier.deciding import interconnected
from domain.dossier.deciding.deadlines import rungs_reached
from domain.dossier.deciding.handovers import waits_overdue
from domain.dossier.deciding.payment_looks import looks_due
from domain.dossier.events import AnyEvent
from domain.dossier.state import Dossier


def evaluate(dossier: Dossier, context: Context) -> list[AnyEvent]:
    """The events that are due now; none when the timer fired too early."""
    rules, now = context.rules(dossier), context.now
    return [
        *rungs_reached(dossier, rules, now),
        *waits_overdue(dossier, rules, now),
        *looks_due(dossier, rules, now),
        *interconnected.late(dossier, context),
    ]
