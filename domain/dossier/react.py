"""`react` returns the outside calls that a dossier needs now, and when its timer must fire if nobody acts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.dossier.context import Rules
from domain.dossier.deciding import deadlines, escalations, handovers, interconnected, payment_looks, post
from domain.dossier.effects import Effect
from domain.dossier.state import Dossier
from domain.dossier.wanted_effects import effects_of


@dataclass(frozen=True)
class Reaction:
    """The effects to carry out (each once, by its id), and the instant for the dossier's one timer."""

    effects: tuple[Effect, ...]
    wake_up: datetime | None


def react(dossier: Dossier, rules: Rules) -> Reaction:
    """The reaction to the dossier's present state. The same dossier always gives the same reaction."""
    return Reaction(effects=effects_of(dossier), wake_up=next_wake_up(dossier, rules))


def next_wake_up(dossier: Dossier, rules: Rules) -> datetime | None:
    """The earliest instant of a rung, of a climb, of a look at a payment or a postal item, or of an overdue wait; None
    when only a person can act next."""
    rungs = (ahead.at for ahead in deadlines.rungs_ahead(dossier, rules))
    climbs = (climb.at for climb in escalations.climbs_ahead(dossier, rules))
    looks = (at for at, _ in payment_looks.looks_ahead(dossier, rules.procedure.payment, rules.revision))
    waits = (at for at, _ in handovers.waits_ahead(dossier, rules))
    children = (one.due for one in interconnected.late_ahead(dossier) if one.due is not None)
    items = (at for at, _ in post.looks_ahead(dossier))
    return min((*rungs, *climbs, *looks, *waits, *children, *items), default=None)
