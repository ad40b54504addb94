"""The dossiers of the fortnight: which unit gets which dossier when, who acts on it when, and who is away.

A unit gets a fifth of all dossiers in one minute and does nothing. What hangs is in `waiting`.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, datetime

from domain.deadlines.limits import GreenCap, LimitUnit
from domain.organisation.people import Absence, Delegation
from domain.procedures.procedure import Channel, Level, Procedure, StepKind, TerritoryBasis
from domain.roles import Role
from domain.rules.province import Province
from tools.fortnight.days import Fortnight

CENTRE, COMMITTEE = "TTPVHCC", "UBNDT"
LONGEST_DAYS = 10
CLOSES, SUCCESSOR = 11, 12
"""Places of two communes in the list of communes: the first one closes into the second."""


@dataclass(frozen=True)
class Asked:
    """An opinion of another unit that is asked for. `given` None: it never comes."""

    unit: str
    at: datetime
    given: datetime | None = None


@dataclass(frozen=True)
class Extended:
    """A later date that is granted: the close of a day."""

    at: datetime
    until: date


@dataclass(frozen=True)
class Merged:
    """The unit closes; its dossiers follow it into another one at this time."""

    into: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Planned:
    """One dossier. Each instant is None where nobody does it."""

    number: int
    fortnight: Fortnight
    procedure: Procedure
    unit: str
    desk: str
    """Another unit than `unit`: the dossier is handed over."""
    received: datetime
    acknowledged: datetime | None = None
    assigned: datetime | None = None
    officer: str = ""
    paused: tuple[datetime, datetime] | None = None
    steps: tuple[datetime, ...] = ()
    """When each step is done, in order; fewer than the procedure has: it stays there."""
    answers: bool = True
    """True: whoever is told answers an hour later."""
    unpaid: bool = False
    """True: a fee is asked for, which the applicant pays at `paid` or not at all."""
    paid: datetime | None = None
    asked: Asked | None = None
    extended: Extended | None = None
    hangs: bool = False
    """True: the signing service never answers for this dossier."""
    merged: Merged | None = None

    @property
    def code(self) -> str:
        """The dossier's code."""
        return f"H42.{self.desk}-{self.received:%y%m%d}-{self.number:04}"

    @property
    def ended(self) -> datetime | None:
        """When the result is signed."""
        return self.steps[-1] if len(self.steps) == len(self.procedure.steps) and not self.hangs else None

    def unit_at(self, at: datetime) -> str:
        """The unit that has the dossier: after a merger the successor."""
        return self.merged.into if self.merged is not None and self.merged.at <= at else self.unit


def playable(province: Province, on: date) -> tuple[Procedure, ...]:
    """Procedures of communes without a fee whose limit is in working days, with a simple promise or none."""
    return tuple(one for one in _of_communes(province, on) if _has_simple_promise(one) and _fee(one) == 0)


def with_fee(province: Province, on: date) -> tuple[Procedure, ...]:
    """Procedures of communes that cost something and are paid before they are processed."""
    return tuple(one for one in _of_communes(province, on) if _fee(one) and one.payment.before_processing)


def _of_communes(province: Province, on: date) -> tuple[Procedure, ...]:
    accepted = (one.procedure for one in province.procedures if one.accepts(on))
    return tuple(one for one in accepted if _is_simple(one))


def _is_simple(one: Procedure) -> bool:
    terms = one.terms_for(Channel.COUNTER)
    if terms is None or terms.limit is None or one.payment.tax_at_most or one.children:
        return False
    short = terms.limit.unit is LimitUnit.WORKING_DAY and terms.limit.amount <= LONGEST_DAYS
    by_commune = one.level is Level.COMMUNE and one.specialised_authority is None
    return short and by_commune and one.steps[-1].kind is StepKind.SIGN


def limit_days(one: Procedure) -> int:
    """The limit at the counter, in working days."""
    terms = one.terms_for(Channel.COUNTER)
    return terms.limit.amount if terms is not None and terms.limit is not None else 0


def _has_simple_promise(one: Procedure) -> bool:
    return one.green is None or (isinstance(one.green, GreenCap) and not one.green.excluded_steps)


def _fee(one: Procedure) -> int | None:
    terms = one.terms_for(Channel.COUNTER)
    return terms.fee if terms is not None else None


def absences(province: Province, fortnight: Fortnight, seed: int) -> Province:
    """The province with some heads and officers away; half of the heads have a stand-in."""
    drawn = random.Random(seed)  # noqa: S311 - a scenario, no secret
    communes = [unit.code for unit in province.organisation.communes(fortnight.first_day)]
    away = drawn.sample(communes, 20)
    began, until = fortnight.at(-3, 12), fortnight.at(35, 12)
    gone = [Absence(person=head(unit), began=began, ended=until, ground="Nghỉ phép") for unit in away]
    gone += [Absence(person=officer(unit, 2), began=began, ended=until, ground="Đi học") for unit in communes[::3]]
    given = tuple(
        Delegation(giver=head(unit), receiver=officer(unit, 1), roles=(Role.HEAD_OF_UNIT,), began=began, source="TB 1")
        for unit in away[::2]
    )
    staff = province.staff.model_copy(update={"absences": tuple(gone), "delegations": given})
    return province.model_copy(update={"staff": staff})


def head(unit: str) -> str:
    """The code of the head of a unit of a commune."""
    return f"cb.{unit}.head_of_unit.1"


def officer(unit: str, number: int) -> str:
    """The code of an officer of a unit."""
    return f"cb.{unit}.specialist.{number}"


def unmerged(province: Province, fortnight: Fortnight) -> list[str]:
    """The communes that have nothing to do with the merger."""
    communes = [unit.code for unit in province.organisation.communes(fortnight.first_day)]
    return [code for place, code in enumerate(communes) if place not in (CLOSES, SUCCESSOR)]


def planned(province: Province, fortnight: Fortnight, dossiers: int, seed: int) -> tuple[Planned, ...]:
    """The dossiers that are worked on. A fifth of them come to one unit in one minute, and nobody there does
    anything."""
    drawn = random.Random(seed)  # noqa: S311 - a scenario, no secret
    communes = unmerged(province, fortnight)
    procedures = playable(province, fortnight.first_day)
    swamped = communes[7]
    idle = Planned(
        number=0, fortnight=fortnight, procedure=procedures[0], unit=swamped, desk=swamped,
        received=fortnight.at(0, 8), answers=False,
    )  # fmt: skip
    return tuple(
        replace(idle, number=number)
        if number % 5 == 0
        else _one(drawn, fortnight, number, drawn.choice(procedures), communes)
        for number in range(1, dossiers + 1)
    )


def _one(drawn: random.Random, fortnight: Fortnight, number: int, procedure: Procedure, communes: list[str]) -> Planned:
    unit = drawn.choice(communes)
    received = fortnight.later(fortnight.at(0, 7, 30), 7 + drawn.randrange(0, 8 * 60 * 9))
    elsewhere = procedure.territory is not TerritoryBasis.ANYWHERE and drawn.random() < 0.2
    other = drawn.choice(communes) if elsewhere else unit
    plan = Planned(
        number=number, fortnight=fortnight, procedure=procedure, unit=unit, desk=other, received=received,
        answers=drawn.random() < 0.6, officer=officer(unit, drawn.choice((1, 2, 3))),
    )  # fmt: skip
    begun: datetime | None = received
    if other != unit:
        begun = fortnight.later(received, drawn.randrange(20, 900)) if drawn.random() < 0.8 else None
        plan = replace(plan, acknowledged=begun)
    if begun is None or drawn.random() < 0.1:
        return plan
    assigned = fortnight.later(begun, drawn.randrange(10, 800))
    paused = _pause(drawn, fortnight, assigned)
    free = paused[1] if paused else assigned
    return replace(plan, assigned=assigned, paused=paused, steps=_steps(drawn, fortnight, procedure, free))


def _pause(drawn: random.Random, fortnight: Fortnight, assigned: datetime) -> tuple[datetime, datetime] | None:
    """A supplement, before anything else is done."""
    if drawn.random() > 0.15:
        return None
    asked = fortnight.later(assigned, 5)
    return asked, fortnight.later(asked, drawn.randrange(30, 1_500))


def _steps(drawn: random.Random, fortnight: Fortnight, procedure: Procedure, since: datetime) -> tuple[datetime, ...]:
    """When the steps are done: quickly, slowly, or only some of them."""
    slow = drawn.choice((0.5, 1.0, 2.5))
    done = len(procedure.steps) if drawn.random() < 0.75 else drawn.randrange(0, len(procedure.steps))
    at, found = fortnight.later(since, 20), []
    for _ in range(done):
        at = fortnight.later(at, 3 + slow * drawn.randrange(20, 700))
        found.append(at)
    return tuple(one.replace(second=30, microsecond=0) for one in found)
