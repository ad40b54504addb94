"""Who assigns: the engine by the rule of the province, a head by hand, and two simple rules for comparison."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.organisation.assignment_rules import AssignmentRules
from domain.organisation.staff import Staff
from domain.organisation.suggestions import Basis, propose
from domain.organisation.workload import Load, OpenWork, WorkToGive, effort
from domain.roles import Role
from tools.assignment_month.drawing import Item, Unit
from tools.assignment_month.parameters import Parameters


@dataclass
class Desk:
    """What a chooser may look at: the unit, the staff as it is entered now, and the open items of each officer."""

    unit: Unit
    staff: Staff
    held: Mapping[str, Sequence[Item]]
    at: datetime

    def present(self, item: Item) -> list[str]:
        """Those who may have it and are there, those whose post names the field first."""
        holders = self.staff.holders(self.unit.code, Role.SPECIALIST, self.at, item.procedure.field)
        return [person for _, person in holders if not self.staff.absent(person, self.at)]

    def named(self, item: Item) -> list[str]:
        """Those of them whose post names the field."""
        holders = self.staff.holders(self.unit.code, Role.SPECIALIST, self.at, item.procedure.field)
        return [person for post, person in holders if post.fields and not self.staff.absent(person, self.at)]


@dataclass
class Chooser(ABC):
    """`at_once`: it assigns when an item comes, else only in the head's rounds."""

    rules: AssignmentRules
    parameters: Parameters
    seed: int
    at_once: bool = True
    rounds: tuple[str, ...] = ()
    reassigns: bool = False
    """True: it gives work of the absent to others by the rule of the province."""

    @abstractmethod
    def choose(self, item: Item, desk: Desk) -> str | None:
        """Who gets the item; None: nobody now."""


class ByEngine(Chooser):
    """The rule of the province: the same function that the relay calls."""

    lately: dict[str, list[datetime]]

    def __init__(self, rules: AssignmentRules, parameters: Parameters, seed: int) -> None:
        super().__init__(rules, parameters, seed, reassigns=rules.reassign_absent_after_working_hours is not None)
        self.lately = {}

    def choose(self, item: Item, desk: Desk) -> str | None:
        """By the ranked list."""
        loads = {person: self._load(person, desk) for person in desk.unit.people}
        step = item.steps[item.step].code
        work = WorkToGive(
            unit=item.unit,
            role=Role.SPECIALIST,
            field=item.procedure.field,
            minutes=effort(item.procedure, item.channel, step, self.rules),
            due=item.due,
            before=item.had_it,
        )
        person = propose(work, Basis(desk.staff, loads, desk.unit.calendar, self.rules, desk.at)).person
        if person is not None:
            self.lately.setdefault(person, []).append(desk.at)
        return person

    def _load(self, person: str, desk: Desk) -> Load:
        work = tuple(
            OpenWork(
                dossier=one.code,
                minutes=effort(one.procedure, one.channel, one.steps[one.step].code, self.rules),
                due=one.due,
                waits=one.waits,
                given_at=one.given_at,
            )
            for one in desk.held.get(person, ())
        )
        given = self.lately.get(person, [])
        return Load(work=work, lately=sum(at > desk.at - timedelta(days=7) for at in given[-200:]))


@dataclass
class ByHand(Chooser):
    """A head who knows fields, absences of today and tomorrow and who had the dossier, and guesses the loads."""

    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.at_once = False
        self.rounds = self.rounds or self.parameters.rounds
        self.chance = random.Random(self.seed)  # noqa: S311 - repeatable

    def choose(self, item: Item, desk: Desk) -> str | None:
        """The officer of the field, unless that one seems to have many more items than the others."""
        soon = desk.at + timedelta(days=1)
        able = [one for one in desk.present(item) if not desk.staff.absent(one, soon)] or desk.present(item)
        if not able:
            return None
        if item.had_it in able:
            return item.had_it
        seen = {one: len(desk.held.get(one, ())) * self.chance.lognormvariate(0, self.parameters.guess) for one in able}
        named = [one for one in desk.named(item) if one in able]
        others = [seen[one] for one in able if one not in named]
        best = min(named, key=lambda one: (seen[one], one), default=None)
        if best is not None and (not others or seen[best] <= 2 * sum(others) / len(others) + 3):
            return best
        return min((one for one in able if one not in named), key=lambda one: (seen[one], one), default=best)


class OftenByHand(ByHand):
    """The same head, who assigns every hour and a half."""

    def __post_init__(self) -> None:
        self.rounds = ("07:45", "09:15", "10:45", "13:15", "14:45", "16:15")
        super().__post_init__()


@dataclass
class RoundRobin(Chooser):
    """In turn, whoever is there and handles the field."""

    turn: dict[str, int] = field(default_factory=dict)

    def choose(self, item: Item, desk: Desk) -> str | None:
        """The next in turn."""
        able = sorted(desk.present(item))
        if not able:
            return None
        self.turn[item.unit] = self.turn.get(item.unit, -1) + 1
        return able[self.turn[item.unit] % len(able)]


class FewestOpen(Chooser):
    """The rule before: the field first, then the fewest open items, then the code."""

    def choose(self, item: Item, desk: Desk) -> str | None:
        """By the number of open items."""
        able = desk.named(item) or desk.present(item)
        return min(able, key=lambda one: (len(desk.held.get(one, ())), one), default=None)


POLICIES: Mapping[str, type[Chooser]] = {
    "automatic": ByEngine,
    "by_hand": ByHand,
    "by_hand_often": OftenByHand,
    "fewest_open": FewestOpen,
    "round_robin": RoundRobin,
}
