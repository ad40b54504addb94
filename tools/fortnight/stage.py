"""What is played: the province with its absences and its merger, the plans, and the reading of its ladder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from domain.rules.province import Province
from domain.rules.rulebook import StoredRule
from tools.fortnight.days import Fortnight
from tools.fortnight.oracle import Oracle
from tools.fortnight.scenario import Planned, absences, planned
from tools.fortnight.waiting import after_merger, hanging
from workflows import rules_in_force

WORKED_ON, HANGING = 9, 1
"""Of ten dossiers so many are worked on, and so many hang."""


@dataclass(frozen=True)
class Stage:
    """Everything that both ways of playing need."""

    fortnight: Fortnight
    province: Province
    """What dossiers pin when they are accepted."""
    merged: Province
    """The same with both organisations: who is told is looked up in it."""
    organisation: StoredRule
    """The organisation to which dossiers move."""
    oracle: Oracle
    plans: tuple[Planned, ...]

    @property
    def rules(self) -> tuple[StoredRule, ...]:
        """Every rule that a dossier of the fortnight pins."""
        return (*self.province.rulebook().stored(), self.organisation)


def set_stage(folder: Path, province: Province, fortnight: Fortnight, dossiers: int, seed: int) -> Stage:
    """So many dossiers of the province of this folder; each tenth hangs."""
    province = absences(province, fortnight, seed)
    merged, organisation = after_merger(province, fortnight)
    waiting = dossiers * HANGING // (WORKED_ON + HANGING)
    plans = planned(province, fortnight, dossiers - waiting, seed) + hanging(province, fortnight, waiting, seed)
    oracle = Oracle(folder, province.escalation_on(fortnight.first_day).code, province)
    return Stage(fortnight, province, merged, organisation, oracle, plans)


@contextmanager
def rules_of(stage: Stage) -> Iterator[None]:
    """The rules of this process are the province's meanwhile."""
    before = rules_in_force.rulebook()
    rules_in_force.install(before.adding(*stage.rules))
    try:
        yield
    finally:
        rules_in_force.install(before)
