"""`react`: what should be asked of the world now, and when to look at the dossier again if nobody acts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.dossier.context import Rules
from domain.dossier.deciding import deadlines, handovers, payments
from domain.dossier.effects import Effect
from domain.dossier.state import Dossier
from domain.dossier.wanted_effects import effects_of


@dataclass(frozen=True)
class Reaction:
    """Effects to be carried out (each once, by its id), and the one instant that the dossier's timer is set to."""

    effects: tuple[Effect, ...]
    wake_up: datetime | None


def react(dossier: Dossier, rules: Rules) -> Reaction:
    """What follows from the dossier as it stands; the same dossier always gives the same reaction."""
    return Reaction(effects=effects_of(dossier), wake_up=next_wake_up(dossier, rules))


def next_wake_up(dossier: Dossier, rules: Rules) -> datetime | None:
    """The earliest of rungs, looks at the payment and waits for an answer; None when only a person can move it."""
    rungs = (at for at, _ in deadlines.rungs_ahead(dossier, rules))
    looks = (at for at, _ in payments.looks_ahead(dossier, rules.procedure.payment, rules.revision))
    waits = (at for at, _ in handovers.waits_ahead(dossier, rules))
    return min((*rungs, *looks, *waits), default=None)
