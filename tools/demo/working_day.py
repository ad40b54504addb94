"""The whole day: every case at once, as many side by side as there are desks, with the two failures of the mission."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from domain.dossier.state import Dossier
from domain.rules.province import Province
from gateway.client import Engine
from tools.demo import case_courses
from tools.demo.case_player import CasePlayer, Tally, UnexpectedOutcome
from tools.demo.outside_world import OutsideWorld
from tools.demo.plan import Case, Plan
from tools.demo.stories import Story

SIDE_BY_SIDE = 32


@dataclass
class Played:
    """What only the players can know; a failure fails the demo."""

    tally: Tally = field(default_factory=Tally)
    failures: list[str] = field(default_factory=list)
    codes: dict[int, str] = field(default_factory=dict)
    """The dossier of each case by the case's number."""


OnProgress = Callable[[int], None]
"""Told, after each case, how many are done."""


async def play(plan: Plan, engine: Engine, province: Province, outside: OutsideWorld, progress: OnProgress) -> Played:
    """Plays every case; an unexpected error is noted and the others go on."""
    played = Played()
    places = asyncio.Semaphore(SIDE_BY_SIDE)
    outage = _Outage(outside, sum(case.story is Story.REGISTRY_DOWN for case in plan.cases))
    await _morning(plan, outside, outage)
    done = 0

    async def one(case: Case) -> None:
        nonlocal done
        async with places:
            player = CasePlayer(case, engine, province, outside, played.tally)
            try:
                await _play_one(player, played)
            except UnexpectedOutcome as problem:
                played.failures.append(problem.what)
            except Exception as problem:  # whatever it is: the day goes on, and the demo fails by its name
                played.failures.append(player.wrong(f"{type(problem).__name__}: {problem}").what)
            finally:
                done += 1
                progress(done)
                if case.story is Story.REGISTRY_DOWN:
                    await outage.one_returned()

    async with asyncio.TaskGroup() as group:
        for case in plan.cases:
            group.create_task(one(case))
    await outside.misbehave("signing")
    await _settle(plan, engine, province, outside, played)
    return played


async def _morning(plan: Plan, outside: OutsideWorld, outage: _Outage) -> None:
    """Everybody is enrolled, a ward's token is broken, and a registry is down."""
    await outside.enrol(plan.people)
    await outside.misbehave("signing", {"mode": "token_failed", "service": "sign", "match": {"unit": plan.ward}})
    await outage.begin()


async def _play_one(player: CasePlayer, played: Played) -> None:
    case = player.case
    await case_courses.play(player)
    played.codes[case.number] = player.code
    await player.until(lambda dossier: dossier.state is case.ends, f"the end of the story, {case.ends}")


async def _settle(plan: Plan, engine: Engine, province: Province, outside: OutsideWorld, played: Played) -> None:
    """What goes on by itself after everybody has gone home: registrations, refunds, identity checks."""

    async def one(case: Case) -> None:
        player = CasePlayer(case, engine, province, outside, played.tally)
        player.resume(played.codes[case.number])
        try:
            await player.until(_at_rest, "the outside systems told")
        except UnexpectedOutcome as problem:
            played.failures.append(problem.what)

    async with asyncio.TaskGroup() as group:
        for case in plan.cases:
            if case.number in played.codes:
                group.create_task(one(case))


def _at_rest(dossier: Dossier) -> bool:
    """Nothing is under way outside. An order that can still be paid is not: it may stay so for days."""
    registering = dossier.result.registry is not None and dossier.result.reference is None
    money = dossier.money.checking or dossier.money.refund_owed > 0
    return not registering and not money and all(incident.final for incident in dossier.incidents)


class _Outage:
    """The residence database is down from the morning until every dossier that needed it has been returned."""

    def __init__(self, outside: OutsideWorld, waited_for: int) -> None:
        self._outside = outside
        self._left = waited_for

    async def begin(self) -> None:
        if self._left:
            await self._outside.misbehave("residence", {"mode": "down"})

    async def one_returned(self) -> None:
        self._left -= 1
        if self._left == 0:
            await self._outside.misbehave("residence")
