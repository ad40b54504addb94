"""Plays the dossiers of the run: each begins at its own moment, and is played patiently while everything fails."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from domain.dossier.state import Dossier
from tools.chaos import groups
from tools.chaos.doors import HttpDoor, LibraryDoor
from tools.chaos.stack import ChaosStack
from tools.demo import case_courses
from tools.demo.case_player import CasePlayer, Tally, UnexpectedOutcome
from tools.demo.outside_world import OutsideWorld
from tools.demo.plan import Case, Plan

SIDE_BY_SIDE = 48
SIGNINGS = 100
"""At the top an official signs again, as often as it takes."""
EACH_GROUP = 8
"""Every so many ordinary dossiers one is interconnected."""


@dataclass
class Played:
    """What only the players know."""

    tally: Tally = field(default_factory=Tally)
    failures: list[str] = field(default_factory=list)
    codes: dict[int, str] = field(default_factory=dict)
    """The dossier of each case by the case's number."""
    ends: dict[str, str] = field(default_factory=dict)
    """The state in which the story of each dossier ends."""
    groups: int = 0


@dataclass
class Playing:
    """Plays every case of a plan."""

    on: ChaosStack
    plan: Plan
    outside: OutsideWorld
    http: HttpDoor
    library: LibraryDoor
    patience: float
    progress: Callable[[int], None]
    played: Played = field(default_factory=Played)
    done: int = 0

    async def play(self, seconds: float) -> Played:
        """Plays all cases. Each begins within `seconds` at a moment of the seed, as far as there is a free place."""
        lot, slots = Random(f"{self.plan.seed}/arrivals"), asyncio.Semaphore(SIDE_BY_SIDE)  # noqa: S311
        as_group = {case.number: case for case in groups.groups_of(self.on.province, self.plan, EACH_GROUP)}
        self.played.groups = len(as_group)
        async with asyncio.TaskGroup() as group:
            for case in self.plan.cases:
                at = lot.uniform(0, seconds)
                played = as_group.get(case.number, case)
                group.create_task(self._at_its_time(played, at, slots, together=case.number in as_group))
        return self.played

    async def _at_its_time(self, case: Case, at: float, slots: asyncio.Semaphore, *, together: bool) -> None:
        await asyncio.sleep(at)
        async with slots:
            player = self._player(case)
            try:
                await (self._play_group(player) if together else case_courses.play(player))
                await player.until(lambda dossier: self._has_ended(case, dossier, together=together), f"{case.ends}")
            except UnexpectedOutcome as problem:
                self.played.failures.append(problem.what)
            except Exception as problem:  # the others go on; the run fails and prints it
                self.played.failures.append(player.wrong(f"{type(problem).__name__}: {problem}").what)
            finally:
                self._note(case, player)

    async def _play_group(self, player: CasePlayer) -> None:
        filed_there = await groups.play(player, self.on.engine, self._player)
        self.played.tally.commands += filed_there  # the desk's order files it, and no player is answered

    def _note(self, case: Case, player: CasePlayer) -> None:
        self.done += 1
        self.progress(self.done)
        try:
            self.played.codes[case.number] = player.code
        except LookupError:
            return  # it was never filed, which the failure tells
        self.played.ends[player.code] = case.ends.value

    def _has_ended(self, case: Case, dossier: Dossier, *, together: bool) -> bool:
        return dossier.state is case.ends or (together and dossier.ended_at is not None)

    def _player(self, case: Case) -> CasePlayer:
        door = self.http if case.number % 2 else self.library
        if door is self.http:  # over HTTP a mistake is refused at the door, under the codes of the API
            case = case.model_copy(update={"mistake": None})
        return CasePlayer(case, door, self.on.province, self.outside, self.played.tally, self.patience, SIGNINGS)
