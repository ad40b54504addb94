"""The dossier's one timer fired: whatever is due by now, of the ladder, of the waits for an answer, of the payment."""

from __future__ import annotations

from domain.dossier.context import Context
from domain.dossier.deciding.deadlines import rungs_reached
from domain.dossier.deciding.handovers import waits_overdue
from domain.dossier.deciding.payments import looks_due
from domain.dossier.events import AnyEvent
from domain.dossier.state import Dossier


def evaluate(dossier: Dossier, context: Context) -> list[AnyEvent]:
    """Nothing when the timer rang too early."""
    rules, now = context.rules(dossier), context.now
    return [
        *rungs_reached(dossier, rules, now),
        *waits_overdue(dossier, rules, now),
        *looks_due(dossier, rules, now),
    ]
