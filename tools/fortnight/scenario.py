"""The dossiers of the fortnight: which unit gets which dossier when, who acts on it when, and who is away.

The fortnight has a holiday (1 January 2027), and a unit that gets a fifth of all dossiers in one minute and does
nothing.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from domain.deadlines.limits import GreenCap, LimitUnit
from domain.organisation.people import Absence, Delegation
from domain.procedures.procedure import Channel, Level, Procedure, StepKind, TerritoryBasis
from domain.roles import Role
from domain.rules.province import Province
from domain.values import VIETNAM

FIRST_DAY, LAST_DAY = date(2026, 12, 21), date(2027, 1, 5)
HOLIDAYS = frozenset({date(2027, 1, 1)})
SESSIONS = ((time(7, 30), time(11, 30)), (time(13, 0), time(17, 0)))
END = datetime.combine(LAST_DAY, time(17, 0), VIETNAM)
CENTRE, COMMITTEE = "TTPVHCC", "UBNDT"
LONGEST_DAYS = 10


def working_sessions() -> Iterator[tuple[datetime, datetime]]:
    """The sessions from the first day of the fortnight to a month after it."""
    for days in range(45):
        day = FIRST_DAY + timedelta(days=days)
        if day.weekday() < 5 and day not in HOLIDAYS:
            for opens, closes in SESSIONS:
                yield datetime.combine(day, opens, VIETNAM), datetime.combine(day, closes, VIETNAM)


_SESSIONS = tuple(working_sessions())


def later(since: datetime, minutes: float) -> datetime:
    """So many working minutes later, counted session by session."""
    left = timedelta(minutes=minutes)
    for opens, closes in _SESSIONS:
        begin = max(opens, since)
        if begin >= closes:
            continue
        if closes - begin >= left:
            return begin + left
        left -= closes - begin
    raise ValueError("beyond the sessions that are laid out")


@dataclass(frozen=True, kw_only=True)
class Planned:
    """One dossier. Each instant is None where nobody does it."""

    number: int
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

    @property
    def code(self) -> str:
        """The dossier's code."""
        return f"H42.{self.desk}-{self.received:%y%m%d}-{self.number:04}"

    @property
    def ended(self) -> datetime | None:
        """When the result is signed."""
        return self.steps[-1] if len(self.steps) == len(self.procedure.steps) else None


def playable(province: Province) -> tuple[Procedure, ...]:
    """Procedures of communes without a fee whose limit is in working days, with a simple promise or none."""
    accepted = (one.procedure for one in province.procedures if one.accepts(FIRST_DAY))
    return tuple(one for one in accepted if _is_simple(one))


def _is_simple(one: Procedure) -> bool:
    terms = one.terms_for(Channel.COUNTER)
    if terms is None or terms.limit is None or terms.fee != 0 or one.payment.tax_at_most:
        return False
    short = terms.limit.unit is LimitUnit.WORKING_DAY and terms.limit.amount <= LONGEST_DAYS
    plain = one.green is None or (isinstance(one.green, GreenCap) and not one.green.excluded_steps)
    by_commune = one.level is Level.COMMUNE and one.specialised_authority is None
    return short and plain and by_commune and one.steps[-1].kind is StepKind.SIGN


def absences(province: Province, seed: int) -> Province:
    """The province with some heads and officers away; half of the heads have a stand-in."""
    drawn = random.Random(seed)  # noqa: S311 - a scenario, no secret
    communes = [unit.code for unit in province.organisation.communes(FIRST_DAY)]
    away = drawn.sample(communes, 20)
    began, until = _noon(FIRST_DAY - timedelta(days=3)), _noon(LAST_DAY + timedelta(days=20))
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


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), VIETNAM)


def planned(province: Province, dossiers: int, seed: int) -> tuple[Planned, ...]:
    """The dossiers. A fifth of them come to one unit in one minute, and nobody there does anything."""
    drawn = random.Random(seed)  # noqa: S311 - a scenario, no secret
    communes = [unit.code for unit in province.organisation.communes(FIRST_DAY)]
    procedures = playable(province)
    swamped = communes[7]
    at_once = datetime.combine(FIRST_DAY, time(8, 0), VIETNAM)
    idle = Planned(number=0, procedure=procedures[0], unit=swamped, desk=swamped, received=at_once, answers=False)
    return tuple(
        replace(idle, number=number) if number % 5 == 0 else _one(drawn, number, drawn.choice(procedures), communes)
        for number in range(1, dossiers + 1)
    )


def _one(drawn: random.Random, number: int, procedure: Procedure, communes: list[str]) -> Planned:
    unit = drawn.choice(communes)
    received = later(datetime.combine(FIRST_DAY, time(7, 30), VIETNAM), 7 + drawn.randrange(0, 8 * 60 * 9))
    elsewhere = procedure.territory is not TerritoryBasis.ANYWHERE and drawn.random() < 0.2
    other = drawn.choice(communes) if elsewhere else unit
    plan = Planned(
        number=number, procedure=procedure, unit=unit, desk=other, received=received, answers=drawn.random() < 0.6,
        officer=officer(unit, drawn.choice((1, 2, 3))),
    )  # fmt: skip
    begun: datetime | None = received
    if other != unit:
        begun = later(received, drawn.randrange(20, 900)) if drawn.random() < 0.8 else None
        plan = replace(plan, acknowledged=begun)
    if begun is None or drawn.random() < 0.1:
        return plan
    assigned = later(begun, drawn.randrange(10, 800))
    paused = _pause(drawn, assigned)
    free = paused[1] if paused else assigned
    return replace(plan, assigned=assigned, paused=paused, steps=_steps(drawn, procedure, free))


def _pause(drawn: random.Random, assigned: datetime) -> tuple[datetime, datetime] | None:
    """A supplement, before anything else is done."""
    if drawn.random() > 0.15:
        return None
    asked = later(assigned, 5)
    return asked, later(asked, drawn.randrange(30, 1_500))


def _steps(drawn: random.Random, procedure: Procedure, since: datetime) -> tuple[datetime, ...]:
    """When the steps are done: quickly, slowly, or only some of them."""
    slow = drawn.choice((0.5, 1.0, 2.5))
    done = len(procedure.steps) if drawn.random() < 0.75 else drawn.randrange(0, len(procedure.steps))
    at, found = later(since, 20), []
    for _ in range(done):
        at = later(at, 3 + slow * drawn.randrange(20, 700))
        found.append(at)
    return tuple(one.replace(second=30, microsecond=0) for one in found)
