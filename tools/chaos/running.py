"""Runs the whole: starts the stack, plays and strikes, waits until everything is at rest, and judges."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import httpx2
from pydantic import Field

from activities.ledger.incident_rows import IncidentFilter
from activities.ledger.reading import dossier_in
from domain.incidents import IncidentAction
from domain.values import VIETNAM, Strict
from gateway.client import Engine
from gateway.client.incidents import Incidents
from tools.chaos import evidence as found
from tools.chaos.citizens import PatientOutsideWorld
from tools.chaos.doors import HttpDoor, LibraryDoor, Tokens
from tools.chaos.evidence import Evidence
from tools.chaos.invariants import is_at_rest, judged
from tools.chaos.logs import errors_in
from tools.chaos.misbehaviour import LEFT_OUT, Misbehaviour, modes_of_systems
from tools.chaos.operators import MOST, PeopleOnDuty
from tools.chaos.playing import Played, Playing
from tools.chaos.result import ChaosResult
from tools.chaos.schedule import Facts, plan
from tools.chaos.stack import LINKS, ChaosStack, chaos_stack
from tools.chaos.striking import Striker
from tools.chaos.supervisor import SERVERS, Supervisor
from tools.demo import plan as dossiers_of_a_day
from tools.demo.outside_world import OutsideWorld, simulator_client
from tools.demo.plan import Plan

LOOK_EVERY = 2.0
AGREES_WITHIN, AGREEMENT_EVERY = 10, 10.0
"""How often the ledger and Temporal are compared at most, and the seconds between."""
Report = Callable[[str, int, int], None]
"""Is told what goes on, how much is done, and of how much."""


class ChaosOptions(Strict):
    """How many dossiers, how long everything fails, from which seed."""

    dossiers: Annotated[int, Field(ge=1, le=20_000)] = 2_000
    minutes: Annotated[float, Field(gt=0, le=1_440)] = 15.0
    seed: int = 2026
    share: Annotated[float, Field(ge=0, le=0.9)] = 0.1
    """The share of calls to each outside system that go wrong."""
    workers: Annotated[int, Field(ge=1, le=16)] = 3
    settle_minutes: Annotated[float, Field(gt=0, le=600)] = 15.0
    """How long everything may take to come to rest when nothing fails any more."""
    as_json: bool = Field(default=False, alias="json")


@dataclass(frozen=True)
class Ran:
    """What came of a run, and by what it was judged."""

    result: ChaosResult
    evidence: Evidence


class Chaos:
    """One run on a stack that runs."""

    def __init__(
        self, on: ChaosStack, options: ChaosOptions, outside: OutsideWorld, http: httpx2.AsyncClient, report: Report
    ) -> None:
        self._on = on
        self._options = options
        self._outside = outside
        self._http = http
        self._report = report
        self._misbehaviour = Misbehaviour(outside, options.share, modes_of_systems())
        self._people = PeopleOnDuty(on.engine, outside)
        self._supervisor = Supervisor(on)
        self._striker = Striker(on, self._supervisor, self._misbehaviour, http)
        self._seconds: dict[str, float] = {}

    async def run(self) -> Ran:
        """Plays and strikes, lets all come to rest, and judges."""
        began, options = datetime.now(VIETNAM), self._options
        drawn = dossiers_of_a_day.draw(self._on.province, options.dossiers, options.seed, began)
        await self._outside.enrol(drawn.people)
        await self._misbehaviour.begin()
        playing = self._playing(drawn)
        beside = [asyncio.create_task(self._people.work()), asyncio.create_task(self._supervisor.supervise())]
        try:
            await self._stormed(playing)
        finally:
            for one in beside:
                one.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
        evidence = await self._evidence(playing.played, drawn, began)
        return Ran(self._result(evidence), evidence)

    async def _stormed(self, playing: Playing) -> None:
        """Faults until their time is over, and players until they are done; then rest."""
        seconds, clock = self._options.minutes * 60, time.monotonic()
        facts = Facts(
            seconds=seconds,
            systems=self._misbehaviour.systems,
            processes=self._on.processes,
            links=LINKS,
            disk=bool(self._on.disks.mounted),
        )
        players = asyncio.create_task(playing.play(seconds * 0.8))
        await self._striker.strike(plan(self._options.seed, facts))
        self._seconds["storm"] = round(time.monotonic() - clock, 1)
        await self._striker.calm()
        self._report("calm", playing.done, self._options.dossiers)
        await players
        self._seconds["players"] = round(time.monotonic() - clock, 1)
        await self._at_rest()
        self._seconds["rest"] = round(time.monotonic() - clock, 1)

    def _playing(self, drawn: Plan) -> Playing:
        tokens = Tokens(self._http, self._on.issuer_url)
        patience = (self._options.minutes + self._options.settle_minutes) * 60
        return Playing(
            on=self._on,
            plan=drawn,
            outside=self._outside,
            http=HttpDoor(self._on.engine, self._http, self._on.api_url, tokens),
            library=LibraryDoor(self._on.engine),
            patience=patience,
            progress=lambda done: self._report("played", done, len(drawn.cases)),
        )

    async def _at_rest(self) -> None:
        """Waits until no call is under way and the relays have passed everything on, or the time is over."""
        until = time.monotonic() + self._options.settle_minutes * 60
        while time.monotonic() < until:
            open_ones, behind = await _restless(self._on.witness)
            self._report("at rest", self._options.dossiers - open_ones - behind, self._options.dossiers)
            if not open_ones and not behind:
                return
            await asyncio.sleep(LOOK_EVERY)

    async def _evidence(self, played: Played, drawn: Plan, began: datetime) -> Evidence:
        witness = self._on.witness
        chains, broken = await found.chains_of(witness)
        return Evidence(
            record=await found.ledger_of(witness),
            books=await found.books_of(self._outside, self._misbehaviour.systems),
            began=began,
            planned=len(drawn.cases),
            acts=played.tally.commands,
            on_duty=frozenset(self._people.acted),
            failures=tuple(played.failures),
            ends=played.ends,
            set_aside=await found.set_aside_in(witness),
            notices=await found.notices_of(witness),
            behind=await found.lags_of(witness),
            chains=chains,
            broken=broken,
            differences=await self._differences(),
        )

    async def _differences(self) -> tuple[str, ...]:
        """The differences that stay. Workers find an act that was lost by two looks, half a minute apart."""
        for _ in range(AGREES_WITHIN):
            different = await found.differences_of(self._on.witness, self._on.settings)
            if not different:
                break
            self._report("agreement of ledger and Temporal", 0, len(different))
            await asyncio.sleep(AGREEMENT_EVERY)
        return different

    def _result(self, evidence: Evidence) -> ChaosResult:
        errors, examples = errors_in(
            self._on.stack.folder / "logs" / f"{name}.log" for name in self._on.processes if name not in SERVERS
        )
        return ChaosResult(
            seed=self._options.seed,
            dossiers=len(evidence.record.dossiers),
            lines=judged(evidence),
            calls=_misbehaved(evidence),
            received=sum(sum(book["received"].values()) for book in evidence.books.values()),
            strikes=dict(sorted(self._striker.done.items())),
            connections=self._striker.connections,
            ended=dict(sorted(self._supervisor.ended.items())),
            not_struck=tuple(self._striker.failed),
            not_done=self._not_done(),
            waiting=_waiting(evidence),
            people=dict(sorted(self._people.done.items())),
            people_refused=dict(sorted(self._people.refused.items())),
            errors=dict(errors.most_common()),
            examples=examples,
            states=dict(sorted(Counter(one.state.value for one in evidence.record.dossiers).items())),
            seconds=self._seconds,
        )

    def _not_done(self) -> tuple[str, ...]:
        """What a run cannot do, or could not do on this machine."""
        clocks = "clock steps of our own processes: no library that shifts one process's clock is used; the date of the"
        said = [f"{clocks} outside systems steps instead"]
        said += [f"{mode}: only two operators end it" for mode in sorted(LEFT_OUT)]
        if self._on.disks.why_not:
            said.append(f"disk full: {self._on.disks.why_not}")
        return tuple(said)


async def _restless(engine: Engine) -> tuple[int, int]:
    """How many dossiers have a call under way, and how many events no relay has passed on."""
    rows = await engine.pool.fetch("select code from dossier")
    restless = 0
    for row in await engine.reader.whole([one["code"] for one in rows]):
        dossier = dossier_in(row)
        restless += not is_at_rest(dossier)
    listed = await Incidents(engine).found(IncidentFilter(), limit=MOST)
    retried = sum(IncidentAction.RETRY in one.actions for one in listed)
    return restless + retried, sum((await found.lags_of(engine)).values())


def _misbehaved(evidence: Evidence) -> dict[str, dict[str, int]]:
    return {system: dict(sorted(book["misbehaved"].items())) for system, book in evidence.books.items()}


def _waiting(evidence: Evidence) -> dict[str, int]:
    """What people are asked to do at the end, by its reason."""
    reasons = Counter(f"set aside by {one.relay}: {one.code}" for one in evidence.set_aside)
    for dossier in evidence.record.dossiers:
        reasons.update(f"{one.system}: {one.code}" for one in dossier.incidents if one.final)
    return dict(sorted(reasons.items()))


async def run_chaos(options: ChaosOptions, report: Report) -> Ran:
    """One run on a stack of its own, which is erased afterwards. Raises StackError."""
    async with (
        chaos_stack(options.workers) as on,
        simulator_client(on.simulator_url) as simulator,
        httpx2.AsyncClient(trust_env=False, timeout=30) as http,
    ):
        return await Chaos(on, options, PatientOutsideWorld(simulator), http, report).run()
