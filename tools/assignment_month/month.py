"""Plays a drawn month under one way to assign. Times are working times of the unit's calendar."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import partial
from itertools import count

from domain.deadlines import clock
from domain.deadlines.limits import WhichClock
from domain.deadlines.timing import PauseGround, end, pause, resume
from domain.organisation.assignment_rules import AssignmentRules
from domain.organisation.staff import Staff
from domain.roles import Role
from domain.values import VIETNAM
from tools.assignment_month.choosers import Chooser, Desk
from tools.assignment_month.drawing import MINUTE, Item, Month, Unit, minutes_of
from tools.assignment_month.parameters import Parameters

SAMPLED = time(16, 30)
SWEPT = tuple(time(hour, minute) for hour in (8, 9, 10, 11, 13, 14, 15, 16) for minute in (0, 30))
"""When the engine looks after what nobody has and what the absent have."""
DRAINED = timedelta(days=120)
"""So long after the month everything must have ended."""


@dataclass
class Officer:
    """What an officer has, and does now."""

    name: str
    held: list[Item] = field(default_factory=list)
    doing: Item | None = None
    began: datetime | None = None
    turn: int = 0
    worked: float = 0.0


@dataclass
class PlayedMonth:
    """The month as it went: every item with its end, the work of each officer, and the open work day by day."""

    items: list[Item]
    worked: dict[str, dict[str, float]]
    """By unit, the minutes of each officer."""
    there: dict[str, float]
    """The minutes that each officer was there."""
    open_work: list[tuple[str, tuple[float, ...]]]
    """By day and unit, the open minutes of each officer who is there."""
    reassigned: int = 0


def play(month: Month, chooser: Chooser, rules: AssignmentRules, parameters: Parameters) -> PlayedMonth:
    """The month under this way to assign."""
    games = [_Game(unit, month, chooser, rules, parameters) for unit in month.units]
    for game in games:
        game.play()
    worked = {game.unit.code: {one.name: one.worked for one in game.officers.values()} for game in games}
    return PlayedMonth(
        items=[item for game in games for item in game.items],
        worked=worked,
        there={one: _there(game.unit, one, month) for game in games for one in game.officers},
        open_work=[(game.unit.code, sample) for game in games for sample in game.samples],
        reassigned=sum(game.reassigned for game in games),
    )


def _there(unit: Unit, person: str, month: Month) -> float:
    away = sum(
        unit.calendar.working_time_between(one.absence.began, one.absence.ended) / MINUTE
        for one in unit.leaves
        if one.person == person and one.absence.ended is not None
    )
    return 480 * len(month.days) - away


class _Game:
    """One unit's month. No unit depends on another."""

    def __init__(
        self, unit: Unit, month: Month, chooser: Chooser, rules: AssignmentRules, parameters: Parameters
    ) -> None:
        self.unit, self.chooser, self.rules, self.parameters = unit, chooser, rules, parameters
        self.items = [copy(item) for item in month.arrivals if item.unit == unit.code]
        self.officers = {one: Officer(one) for one in unit.people}
        self.samples: list[tuple[float, ...]] = []
        self.reassigned = 0
        self._waiting: list[Item] = []
        self._open = len(self.items)
        self._numbers = count()
        self._next: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._staffs: dict[int, Staff] = {}
        self._set_up(month)

    def play(self) -> None:
        """Lets everything happen in the order of time, until nothing is open."""
        while self._open:
            at, _, happens = heapq.heappop(self._next)
            happens(at)

    def _set_up(self, month: Month) -> None:
        for item in self.items:
            item.due = self._due(item)
            self._at(item.ready, partial(self._arrives, item))
        for leave in self.unit.leaves:
            if leave.person in self.officers and leave.absence.ended is not None:
                self._at(leave.absence.began, partial(self._leaves, leave.person))
                self._at(leave.absence.ended, partial(self._goes_on, leave.person))
        last = month.days[-1].date() + DRAINED
        rounds = tuple(time.fromisoformat(one) for one in self.chooser.rounds)
        day = month.days[0].date()
        while day <= last:
            for one in SWEPT if self.chooser.at_once else rounds:
                self._at(datetime.combine(day, one, VIETNAM), self._round)
            self._at(datetime.combine(day, time(8, 5), VIETNAM), self._rescue)
            if day <= month.days[-1].date():
                self._at(datetime.combine(day, SAMPLED, VIETNAM), self._sample)
            day = self.unit.calendar.next_working_day(day + timedelta(days=1))

    def _at(self, at: datetime, happens: Callable[[datetime], None]) -> None:
        heapq.heappush(self._next, (at, next(self._numbers), happens))

    def _later(self, at: datetime, amount: timedelta) -> datetime:
        return self.unit.calendar.add_working_time(at, amount)

    def _due(self, item: Item) -> datetime | None:
        which = (clock.due(item.timing, one, self.unit.calendar) for one in (WhichClock.PROMISED, WhichClock.STATUTORY))
        return min((one for one in which if one is not None), default=None)

    def _staff(self, at: datetime) -> Staff:
        """The staff as it is entered now."""
        known = [one for one in self.unit.leaves if one.entered <= at]
        if len(known) not in self._staffs:
            self._staffs[len(known)] = self.unit.staff.model_copy(
                update={"absences": tuple(one.absence for one in known)}
            )
        return self._staffs[len(known)]

    def _desk(self, at: datetime) -> Desk:
        return Desk(self.unit, self._staff(at), {name: one.held for name, one in self.officers.items()}, at)

    def _arrives(self, item: Item, at: datetime) -> None:
        item.since = at
        item.left = minutes_of(item, item.step, self.rules)
        if item.had_it is not None and item.trail.count("back"):
            item.left *= 0.5
        self._waiting.append(item)
        if self.chooser.at_once:
            self._try(item, at)

    def _round(self, at: datetime) -> None:
        """The head's round, or the engine's: what nobody has, the most urgent first; then what the absent have."""
        if not self.chooser.at_once and self._staff(at).absent(self.unit.head, at) and at.hour < 14:
            return  # the deputy assigns once a day
        for item in sorted(self._waiting, key=lambda one: (one.due or at + DRAINED, one.code)):
            self._try(item, at)
        if self.chooser.reassigns:
            self._reassign(at)

    def _try(self, item: Item, at: datetime) -> None:
        person = self.chooser.choose(item, self._desk(at))
        if person is not None:
            self._give(item, person, at)

    def _give(self, item: Item, person: str, at: datetime) -> None:
        if item in self._waiting:
            self._waiting.remove(item)
        if item.since is not None:
            item.waited += self.unit.calendar.working_time_between(item.since, at)
        item.since = None
        if item.had_it is not None and item.had_it != person:
            item.left *= self.parameters.taken_over
        item.officer, item.given_at = person, at
        item.trail.append(person)
        self.officers[person].held.append(item)
        self._goes_on(person, at)

    def _take_from(self, item: Item, at: datetime) -> None:
        """Nobody has it now."""
        holder = self.officers[item.officer or ""]
        holder.held.remove(item)
        item.officer, item.since = None, at
        self._waiting.append(item)
        self.reassigned += 1

    def _reassign(self, at: datetime) -> None:
        """By the rule of the province: what somebody has who is away for long, and has not begun."""
        staff, most = self._staff(at), self.rules.reassign_absent_after_working_hours or 0
        for name, officer in self.officers.items():
            away = [one for one in staff.times_away(name, self.unit.code, Role.SPECIALIST, at) if one.began <= at]
            if not any(one.longer_than(most, self.unit.calendar) for one in away):
                continue
            for item in [one for one in officer.held if not one.begun and not one.waits]:
                self._take_from(item, at)
                self._try(item, at)

    def _rescue(self, at: datetime) -> None:
        """What the head does by hand under every policy: urgent items of the absent go to others."""
        staff, tomorrow = self._staff(at), at + timedelta(days=1)
        for name, officer in self.officers.items():
            if staff.absent(name, at):
                for item in [
                    one for one in officer.held if not one.waits and one.due is not None and one.due < tomorrow
                ]:
                    others = [one for one in self._desk(at).present(item) if one != name]
                    if others:
                        self._take_from(item, at)
                        self._give(item, min(others, key=lambda one: (len(self.officers[one].held), one)), at)

    def _leaves(self, who: str, at: datetime) -> None:
        self._interrupt(self.officers[who], at)

    def _interrupt(self, officer: Officer, at: datetime) -> None:
        if officer.doing is not None and officer.began is not None:
            spent = self.unit.calendar.working_time_between(officer.began, at) / MINUTE
            officer.worked += spent
            officer.doing.left -= spent / self._pace(officer.name, officer.doing)
        officer.doing, officer.turn = None, officer.turn + 1

    def _pace(self, who: str, item: Item) -> float:
        """How long this officer needs for what takes an average one a minute."""
        posts = self.unit.staff.holders(self.unit.code, Role.SPECIALIST, item.received, item.procedure.field)
        named = {person for post, person in posts if post.fields}
        return self.unit.speeds[who] * (self.parameters.outside_field if named and who not in named else 1.0)

    def _goes_on(self, who: str, at: datetime) -> None:
        """The officer takes up the item that is due first, if free and there."""
        officer = self.officers[who]
        away = any(one.person == who and one.absence.covers(at) for one in self.unit.leaves)
        ready = [one for one in officer.held if not one.waits]
        if officer.doing is not None or away or not ready:
            return
        item = min(ready, key=lambda one: (not one.begun, one.due or at + DRAINED, one.code))
        officer.doing, officer.began, item.begun = item, at, True
        officer.turn += 1
        needed = self._now_needed(item) * self._pace(who, item)
        self._at(self._later(at, max(needed, 1) * MINUTE), partial(self._did, who, officer.turn))

    def _now_needed(self, item: Item) -> float:
        """The work until the next interruption: half of it before the applicant is asked."""
        return item.left / 2 if item.supplement is not None else item.left

    def _did(self, who: str, turn: int, at: datetime) -> None:
        officer = self.officers[who]
        if officer.turn != turn or officer.doing is None or officer.began is None:
            return
        item = officer.doing
        officer.worked += self.unit.calendar.working_time_between(officer.began, at) / MINUTE
        officer.doing = None
        if item.supplement is not None:
            item.left /= 2
            item.waits = True
            item.timing = pause(item.timing, PauseGround.SUPPLEMENT, at)
            self._at(self._later(at, item.supplement), partial(self._supplemented, item))
            item.supplement = None
        else:
            self._step_done(officer, item, at)
        self._goes_on(who, at)

    def _supplemented(self, item: Item, at: datetime) -> None:
        item.timing = resume(item.timing, PauseGround.SUPPLEMENT, at)
        item.waits, item.due = False, self._due(item)
        if item.officer is not None:
            self._goes_on(item.officer, at)

    def _step_done(self, officer: Officer, item: Item, at: datetime) -> None:
        officer.held.remove(item)
        item.had_it, item.officer, item.begun = officer.name, None, False
        if item.step + 1 < len(item.steps):
            item.step += 1
            self._arrives(item, at)
        elif item.sent_back:
            item.sent_back = False
            item.trail.append("back")
            self._at(self._later(at, item.tail / 2), partial(self._arrives, item))
        else:
            self._at(self._later(at, item.tail), partial(self._ends, item))

    def _ends(self, item: Item, at: datetime) -> None:
        item.ended = at
        item.timing = end(item.timing, at)
        self._open -= 1

    def _sample(self, at: datetime) -> None:
        staff = self._staff(at)
        there = [one for one in self.officers.values() if not staff.absent(one.name, at)]
        self.samples.append(tuple(sum(item.left for item in one.held if not item.waits) for one in there))
