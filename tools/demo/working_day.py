"""Plays the whole day: all cases, 32 at a time, with a registry that is down and a signing token that fails."""

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
    """What only the players know. The demo fails when there is a failure."""

    tally: Tally = field(default_factory=Tally)
    failures: list[str] = field(default_factory=list)
    codes: dict[int, str] = field(default_factory=dict)
    """The dossier of each case by the case's number."""


OnProgress = Callable[[int], None]
"""A function that is called after each case with the number of finished cases."""


async def play(plan: Plan, engine: Engine, province: Province, outside: OutsideWorld, progress: OnProgress) -> Played:
    """Plays every case. An unexpected error is recorded, and the other cases go on."""
    played = Played()
    slots = asyncio.Semaphore(SIDE_BY_SIDE)
    outage = _Outage(outside, sum(case.story is Story.REGISTRY_DOWN for case in plan.cases))
    await _prepare(plan, outside, outage)
    done = 0

    async def play_case(case: Case) -> None:
        nonlocal done
        async with slots:
            player = CasePlayer(case, engine, province, outside, played.tally)
            try:
                await _play_to_the_end(player, played)
            except UnexpectedOutcome as problem:
                played.failures.append(problem.what)
            except Exception as problem:  # the day goes on; the demo fails and prints it
                played.failures.append(player.wrong(f"{type(problem).__name__}: {problem}").what)
            finally:
                done += 1
                progress(done)
                if case.story is Story.REGISTRY_DOWN:
                    await outage.one_returned()

    async with asyncio.TaskGroup() as group:
        for case in plan.cases:
            group.create_task(play_case(case))
    await outside.set_faults("signing")
    await _settle(plan, engine, province, outside, played)
    return played


async def _prepare(plan: Plan, outside: OutsideWorld, outage: _Outage) -> None:
    """Adds all people to the population database, breaks a ward's signing token, and stops a registry."""
    await outside.enrol(plan.people)
    await outside.set_faults("signing", {"mode": "token_failed", "service": "sign", "match": {"unit": plan.ward}})
    await outage.begin()


async def _play_to_the_end(player: CasePlayer, played: Played) -> None:
    case = player.case
    await case_courses.play(player)
    played.codes[case.number] = player.code
    await player.until(lambda dossier: dossier.state is case.ends, f"the end of the story, {case.ends}")


async def _settle(plan: Plan, engine: Engine, province: Province, outside: OutsideWorld, played: Played) -> None:
    """Waits until the outside calls of all dossiers have ended: registrations, refunds, identity checks."""

    async def wait_for(case: Case) -> None:
        player = CasePlayer(case, engine, province, outside, played.tally)
        player.resume(played.codes[case.number])
        try:
            await player.until(_at_rest, "the outside systems told")
        except UnexpectedOutcome as problem:
            played.failures.append(problem.what)

    async with asyncio.TaskGroup() as group:
        for case in plan.cases:
            if case.number in played.codes:
                group.create_task(wait_for(case))


def _at_rest(dossier: Dossier) -> bool:
    """Whether no outside call is under way. An unpaid order does not count: it may stay open for days."""
    registering = dossier.result.registry is not None and dossier.result.reference is None
    money = dossier.money.checking or dossier.money.refund_owed > 0
    return not registering and not money and all(incident.final for incident in dossier.incidents)


class _Outage:
    """The residence database is down until every dossier that needs it has been played."""

    def __init__(self, outside: OutsideWorld, dossiers: int) -> None:
        self._outside = outside
        self._left = dossiers

    async def begin(self) -> None:
        if self._left:
            await self._outside.set_faults("residence", {"mode": "down"})

    async def one_returned(self) -> None:
        self._left -= 1
        if self._left == 0:
            await self._outside.set_faults("residence")
