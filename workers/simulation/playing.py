"""Plays every case of a log in the order of time. The same log and the same policy always give the same result."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from workers.simulation.log_file import THE_END, LoggedActivity, LoggedCase
from workers.simulation.mapping import MappedActivity, Mapping
from workers.simulation.officers import Officers
from workers.simulation.played_dossier import PlayedDossier
from workers.simulation.policies import Policy
from workflows import rules_in_force

NOBODY = timedelta(0)


@dataclass
class Load:
    """What one officer has done."""

    activities: int = 0
    minutes: int = 0


@dataclass
class Played:
    """A log that was played under one policy: its dossiers, the load of each officer, and what had no mapping."""

    policy: Policy
    until: datetime
    """The end of the log: what waits then, waits."""
    dossiers: list[PlayedDossier] = field(default_factory=list)
    load: dict[str, Load] = field(default_factory=dict)
    unmapped: Counter[str] = field(default_factory=Counter)
    waited: timedelta = NOBODY
    """The sum of the time by which activities came later than their case was ready for them."""
    absent: frozenset[str] = frozenset()
    assumed_minutes: int = 0
    """The working minutes of an activity for which the mapping says none of its own."""


def play(
    cases: Sequence[LoggedCase], mapping: Mapping, policy: Policy, progress: Callable[[int], None] = lambda _: None
) -> Played:
    """Plays the cases. `progress` is called with how many cases have come to their last activity.

    Raises InvalidInput `what_if_too_few_officers`.
    """
    before = rules_in_force.rulebook()
    game = _Game(cases, mapping, policy)
    rules_in_force.install(policy.rulebook())
    try:
        return game.play(progress)
    finally:
        game.close()
        rules_in_force.install(before)


class _Game:
    """The state of a game: what happens next, and what was done."""

    def __init__(self, cases: Sequence[LoggedCase], mapping: Mapping, policy: Policy) -> None:
        self._mapping = mapping
        self._officers = Officers(cases, policy.fewer_officers, policy.calendar)
        self._played = Played(
            policy,
            max(case.activities[-1].at for case in cases),
            absent=self._officers.absent,
            assumed_minutes=mapping.minutes,
        )
        self._numbers = count()
        self._next: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._over = 0
        for number, case in enumerate(cases, 1):
            dossier = PlayedDossier(case, number, mapping.played_as.unit, policy)
            self._played.dossiers.append(dossier)
            self.at(case.opened, _Course(self, dossier).begin)

    def play(self, progress: Callable[[int], None]) -> Played:
        """Lets everything happen, in order of time."""
        while self._next:
            at, _, happens = heapq.heappop(self._next)
            happens(at)
            progress(self._over)
        for dossier in self._played.dossiers:
            self._wake(dossier, self._played.until)
        return self._played

    def close(self) -> None:
        """Drops the workflows that still wait."""
        for dossier in self._played.dossiers:
            dossier.workflow.close()

    def at(self, at: datetime, happens: Callable[[datetime], None]) -> None:
        """Something happens at this time."""
        heapq.heappush(self._next, (at, next(self._numbers), happens))

    def _wake(self, dossier: PlayedDossier, until: datetime) -> None:
        """Lets the timers of a dossier fire that are due before this time. No dossier depends on another's."""
        while (wakes_at := dossier.workflow.wakes_at) is not None and wakes_at <= until:
            dossier.workflow.wake()

    def take(self, dossier: PlayedDossier, activity: LoggedActivity, ready: datetime, after: _Course) -> None:
        """An officer takes an activity; when it is done, the case goes on."""
        effort = self._effort(activity.mapped)
        who, done = self._officers.takes(activity.officer, ready, effort)
        self._played.waited += done - ready

        def happens(at: datetime) -> None:
            if activity.name != THE_END:
                load = self._played.load.setdefault(who, Load())
                load.activities += 1
                load.minutes += int(effort.total_seconds() // 60)
            self.do(dossier, activity.name, activity.mapped, who, at)
            after.go_on(at)

        self.at(done, happens)

    def do(self, dossier: PlayedDossier, name: str, mapped: MappedActivity | None, who: str, at: datetime) -> None:
        """The activity is done now."""
        self._wake(dossier, at)
        if mapped is None:
            self._played.unmapped[name] += 1
        elif dossier.view is not None:
            dossier.does(mapped.does, who, at)

    def over(self, at: datetime) -> None:
        """A case has come to its last activity."""
        self._over += 1
        self._played.until = max(self._played.until, at)

    def _effort(self, mapped: MappedActivity | None) -> timedelta:
        own = None if mapped is None else mapped.minutes
        return timedelta(minutes=self._mapping.minutes if own is None else own)


class _Course:
    """The course of one case: after an activity, the next is ready as much later as in the log."""

    def __init__(self, game: _Game, dossier: PlayedDossier) -> None:
        self._game, self._dossier = game, dossier
        self._left = list(reversed(dossier.case.activities))
        self._logged = dossier.case.opened
        """The time in the log of what was done last."""

    def begin(self, at: datetime) -> None:
        """The case is opened."""
        self._dossier.submit(at)
        self.go_on(at)

    def go_on(self, at: datetime) -> None:
        """The next activity becomes ready."""
        if not self._left:
            self._game.over(at)
            return
        activity = self._left.pop()
        ready, self._logged = at + (activity.at - self._logged), activity.at
        self._game.at(ready, lambda now: self._game.take(self._dossier, activity, now, self))
