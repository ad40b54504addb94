"""The dossier's timer fired: what is due now of the ladder, of overdue waits, of the payment and of postal items."""

from __future__ import annotations

from datetime import datetime

from domain.dossier.context import Context, Rules
from domain.dossier.deciding import interconnected, post
from domain.dossier.deciding.deadlines import audiences_wanted, rungs_reached
from domain.dossier.deciding.escalations import climbed, climbing_audiences
from domain.dossier.deciding.handovers import waits_overdue
from domain.dossier.deciding.payment_looks import looks_due
from domain.dossier.events import AnyEvent
from domain.dossier.outcomes import EvaluateTimers
from domain.dossier.revision import Revision
from domain.dossier.state import Dossier
from domain.rules.audience import AudienceWanted


def people_wanted(dossier: Dossier, rules: Rules, now: datetime) -> tuple[AudienceWanted, ...]:
    """Whose people must be looked up before the timer is evaluated; under an earlier revision nobody's."""
    if rules.revision < Revision.SIXTH:
        return ()
    return (*audiences_wanted(dossier, rules, now), *climbing_audiences(dossier, rules, now))


def evaluate(dossier: Dossier, command: EvaluateTimers, context: Context) -> list[AnyEvent]:
    """The events that are due now; none when the timer fired too early."""
    rules, now = context.rules(dossier), context.now
    return [
        *rungs_reached(dossier, command, rules, now),
        *climbed(dossier, command, rules, now),
        *waits_overdue(dossier, rules, now),
        *looks_due(dossier, rules, now),
        *interconnected.late(dossier, context),
        *post.looks_due(dossier, now),
    ]
