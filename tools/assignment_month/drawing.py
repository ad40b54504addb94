"""Draws the month: units with their officers, absences, arrivals, and how much work each item really is."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from domain.deadlines import clock
from domain.deadlines.calendar import WorkingCalendar
from domain.deadlines.limits import WhichClock
from domain.deadlines.timing import Timing
from domain.organisation.assignment_rules import AssignmentRules
from domain.organisation.people import Absence
from domain.organisation.staff import Staff
from domain.organisation.workload import effort
from domain.procedures.procedure import Channel, Level, Procedure, Step, StepKind
from domain.procedures.started_clocks import started
from domain.roles import Role
from domain.rules.province import Province
from domain.values import VIETNAM
from tools.assignment_month.parameters import Parameters

MINUTE = timedelta(minutes=1)


@dataclass
class Item:
    """One dossier: what is drawn about it, and what has become of it."""

    code: str
    unit: str
    procedure: Procedure
    channel: Channel
    received: datetime
    ready: datetime
    """When reception has passed it on, so that a specialist may have it."""
    factor: float
    """How much more work than estimated."""
    supplement: timedelta | None
    """The working time for which it waits for the applicant, in the middle of the first step."""
    sent_back: bool
    tail: timedelta
    """The working time of approval and signature."""
    timing: Timing
    steps: tuple[Step, ...]
    step: int = 0
    due: datetime | None = None
    officer: str | None = None
    had_it: str | None = None
    given_at: datetime | None = None
    waited: timedelta = timedelta(0)
    """The working time in which nobody had it."""
    since: datetime | None = None
    """Since when nobody has it."""
    waits: bool = False
    begun: bool = False
    left: float = 0.0
    """The minutes of work that the officer still needs for the step."""
    ended: datetime | None = None
    trail: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Leave:
    """An absence, and when it was entered in the staff data."""

    person: str
    entered: datetime
    absence: Absence


@dataclass(frozen=True)
class Unit:
    """One unit of the month."""

    code: str
    calendar: WorkingCalendar
    staff: Staff
    """Without absences."""
    people: tuple[str, ...]
    head: str
    leaves: tuple[Leave, ...]
    speeds: dict[str, float]


@dataclass(frozen=True)
class Month:
    """Everything that is drawn. Each policy plays the same one."""

    units: tuple[Unit, ...]
    arrivals: tuple[Item, ...]
    days: tuple[datetime, ...]
    """The begin of each working day."""


def draw(province: Province, parameters: Parameters, seed: int) -> Month:
    """The month of a seed."""
    chance = random.Random(seed)  # noqa: S311 - a seed that can be repeated, not a secret
    first = datetime.combine(parameters.first_day, time(7, 30), VIETNAM)
    codes = sorted(
        unit.code for unit in province.organisation.units if province.staff.holders(unit.code, Role.SPECIALIST, first)
    )
    communes = [
        code
        for code in codes
        if province.organisation.unit(code, parameters.first_day).level.value in ("commune", "ward")
    ]
    calendar = province.calendar_of(None, parameters.first_day)
    days = _days(calendar, first, parameters.working_days)
    units = tuple(
        _unit(province, code, calendar, days, parameters, chance) for code in chance.sample(communes, parameters.units)
    )
    published = [one.procedure for one in province.procedures if one.accepts(parameters.first_day)]
    procedures = [one for one in published if one.level is Level.COMMUNE and _steps(one)]
    biases = {one.code: chance.lognormvariate(0, parameters.effort_of_procedure) for one in procedures}
    arrivals: list[Item] = []
    for number, unit in enumerate(units, 1):
        load = parameters.swamped if number == len(units) and len(units) > 1 else parameters.utilisation
        arrivals += _arrivals(unit, procedures, biases, days, load, province, parameters, chance)
    return Month(units, tuple(sorted(arrivals, key=lambda one: (one.ready, one.code))), days)


def _days(calendar: WorkingCalendar, first: datetime, count: int) -> tuple[datetime, ...]:
    days, day = [first], first.date()
    while len(days) < count:
        day = calendar.next_working_day(day + timedelta(days=1))
        days.append(datetime.combine(day, time(7, 30), VIETNAM))
    return tuple(days)


def _unit(
    province: Province,
    code: str,
    calendar: WorkingCalendar,
    days: Sequence[datetime],
    parameters: Parameters,
    chance: random.Random,
) -> Unit:
    posts = tuple(one for one in province.staff.posts if one.unit == code)
    names = {one.code for one in posts}
    appointments = tuple(one for one in province.staff.appointments if one.post in names)
    staff = Staff(posts=posts, appointments=appointments)
    people = tuple(sorted({person for _, person in staff.holders(code, Role.SPECIALIST, days[0])}))
    head = staff.holders(code, Role.HEAD_OF_UNIT, days[0])[0][1]
    leaves = tuple(leave for one in (*people, head) for leave in _leaves(one, days, parameters, chance))
    speeds = {one: parameters.slowest ** chance.uniform(-1, 1) for one in people}
    return Unit(code, calendar, staff, people, head, leaves, speeds)


def _leaves(person: str, days: Sequence[datetime], parameters: Parameters, chance: random.Random) -> list[Leave]:
    """Leave and sickness, not at the same time."""
    found = []
    if chance.random() < parameters.leaves:
        at, length = chance.randrange(len(days) // 2), chance.randint(1, 5)
        found.append(_leave(person, days, at, length, days[at] - timedelta(days=chance.randint(3, 10))))
    if chance.random() < parameters.sick:
        at = chance.randrange(len(days) // 2 + 5, max(len(days), len(days) // 2 + 6))
        if at < len(days):
            found.append(_leave(person, days, at, chance.randint(1, 2), days[at]))
    return found


def _leave(person: str, days: Sequence[datetime], at: int, length: int, entered: datetime) -> Leave:
    last = days[min(at + length, len(days)) - 1]
    ended = last.replace(hour=18, minute=0)
    return Leave(person, entered, Absence(person=person, began=days[at], ended=ended, ground="Nghỉ"))


def _steps(procedure: Procedure) -> tuple[Step, ...]:
    """The steps that are assigned to a specialist."""
    return tuple(one for one in procedure.steps if one.role is Role.SPECIALIST and one.kind is StepKind.PROCESS)


def _arrivals(
    unit: Unit,
    procedures: Sequence[Procedure],
    biases: dict[str, float],
    days: Sequence[datetime],
    load: float,
    province: Province,
    parameters: Parameters,
    chance: random.Random,
) -> list[Item]:
    """As many items as fill the working time of the officers who are there to this degree; more on some days."""
    rules = province.assignment
    weights = [1 / sum(effort(one, Channel.COUNTER, step.code, rules) for step in _steps(one)) for one in procedures]
    present = sum(480 for _ in unit.people for _ in days) - sum(
        unit.calendar.working_time_between(one.absence.began, one.absence.ended) / MINUTE
        for one in unit.leaves
        if one.person in unit.people and one.absence.ended is not None
    )
    shape = 1 / parameters.day_spread**2
    busy = [chance.gammavariate(shape, 1 / shape) for _ in days]
    items: list[Item] = []
    needed = 0.0
    while needed < present * load:
        day = chance.choices(days, busy)[0]
        item = _item(
            f"{unit.code}-{len(items)}", unit, chance.choices(procedures, weights)[0], day, biases, chance, parameters
        )
        needed += sum(minutes_of(item, index, rules) for index in range(len(item.steps)))
        items.append(item)
    return items


def minutes_of(item: Item, step: int, rules: AssignmentRules) -> float:
    """The minutes that an average officer really needs for a step."""
    return effort(item.procedure, item.channel, item.steps[step].code, rules) * item.factor


def _item(
    code: str,
    unit: Unit,
    procedure: Procedure,
    day: datetime,
    biases: dict[str, float],
    chance: random.Random,
    parameters: Parameters,
) -> Item:
    terms = chance.choice(procedure.terms)
    received = unit.calendar.add_working_time(day, chance.uniform(0, 450) * MINUTE)
    timing = started(procedure, terms.limit, received)
    statutory = clock.due(timing, WhichClock.STATUTORY, unit.calendar) or clock.due(
        timing, WhichClock.PROMISED, unit.calendar
    )
    whole = unit.calendar.working_time_between(received, statutory) if statutory else 480 * MINUTE
    steps = _steps(procedure)
    before = sum(one.share for one in procedure.steps[: procedure.steps.index(steps[0])])
    after = sum(one.share for one in procedure.steps[procedure.steps.index(steps[-1]) + 1 :])
    spread = -(parameters.effort_of_item**2) / 2
    return Item(
        code=code,
        unit=unit.code,
        procedure=procedure,
        channel=terms.channel,
        received=received,
        ready=unit.calendar.add_working_time(received, min(whole * before / 100, 120 * MINUTE) * chance.random()),
        factor=biases[procedure.code] * chance.lognormvariate(spread, parameters.effort_of_item),
        supplement=chance.expovariate(1 / 3) * 480 * MINUTE if chance.random() < parameters.supplements else None,
        sent_back=chance.random() < parameters.sent_back,
        tail=min(whole * after / 100, 960 * MINUTE) * chance.uniform(0.1, 0.7),
        timing=timing,
        steps=steps,
    )
