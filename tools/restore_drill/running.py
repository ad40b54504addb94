"""Runs the drill: dossiers at work, the servers lost, the database brought back to a moment, everything finished."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import asyncpg
from pydantic import Field

from activities.adapters.systems import open_outside
from activities.ledger.feed import Feed, FeedReader
from activities.ledger.pool import open_pool
from activities.ledger.rules_store import RulesStore
from activities.ledger.servers import after_restore
from activities.ledger.verification.walk import verify
from domain.dossier.state import State
from domain.rules.rulebook import Rulebook
from domain.values import Strict
from gateway.client import Engine
from gateway.client.admitting.operators import this_account
from gateway.client.reconciling.outside import OutsideComparison, OutsideDifference
from gateway.views.projection import fold_under_published_rules
from tools.backup.places import TEMPORAL_FILE
from tools.demo import case_courses, fee_payment, processing
from tools.demo.case_player import CasePlayer, Tally, UnexpectedOutcome
from tools.demo.outside_world import OutsideWorld, open_outside_world
from tools.local_stack import prepared_stack
from tools.local_stack.postgres import DATABASE, OWNER_ROLE, SUPERUSER
from tools.local_stack.prepared_stack import PreparedStack
from tools.repair_drill.cases import cases_of
from tools.restore_drill.archiving import DrillArchive, drill_archive
from tools.restore_drill.counting import SYSTEMS, doubled, effects
from tools.restore_drill.result import RestoreDrillResult
from tools.restore_drill.temporal_then import TemporalThen, brought_together, copied, lose
from workers.connections import connect_temporal
from workers.engine import open_engine
from workers.outside_addresses import outside_addresses

AT_ONCE = 16
KILLED = ("worker", "api", "temporal", "postgres")
GROUPS = 4
WITHIN = 180.0
WHY = "Diễn tập: mất toàn bộ máy chủ"

Report = Callable[[str, int, int], None]


class RestoreDrillOptions(Strict):
    """How many dossiers, and from which seed."""

    dossiers: Annotated[int, Field(ge=GROUPS, le=5_000)] = 100
    seed: int = 2026
    temporal: TemporalThen = TemporalThen.EMPTY
    as_json: bool = Field(default=False, alias="json")


@dataclass
class RestoreDrill:
    """One drill on a stack of its own. A quarter of the dossiers is finished before the moment to which the database
    comes back; one is paid before and finished after it; one is filed before and paid after it; one is filed after it.
    """

    on: PreparedStack
    archive: DrillArchive
    outside: OutsideWorld
    options: RestoreDrillOptions
    report: Report
    players: list[CasePlayer] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)

    async def played(self) -> RestoreDrillResult:
        """Plays everything. Raises what must not happen before the loss."""
        async with self._engine() as engine:
            moment = await self._before(engine)
            await self._after(engine, moment)
            await self._measure_loss(engine)
        begun = time.monotonic()
        await asyncio.to_thread(self._lose)
        await self._timed("recover the database", asyncio.to_thread(self._recover, moment))
        await self._timed("continue the ledger", self._continue())
        await self._timed("start the processes", asyncio.to_thread(self.on.stack.up))
        async with self._engine() as engine:
            await self._timed("bring Temporal and the ledger together", self._bring_together(engine))
            self.figures["rto_seconds"] = round(time.monotonic() - begun, 1)
            await self._compare(engine)
            await self._finish(engine)
            return await self._account(engine)

    def _group(self, number: int) -> list[CasePlayer]:
        return self.players[number::GROUPS]

    async def _before(self, engine: Engine) -> datetime:
        """What happens until the moment, which is the answer. The base backup is older than the moment."""
        cases = cases_of(engine.province, self.options.dossiers, self.options.seed)
        await self.outside.enrol(case.person for case in cases)
        self.players += [CasePlayer(case, engine, engine.province, self.outside, Tally()) for case in cases]
        finished, paid, filed, _ = (self._group(number) for number in range(GROUPS))
        await self._each("finished", finished, self._whole)
        address = self.on.stack.postgres_url(SUPERUSER, DATABASE)
        self.figures["base_bytes"] = await asyncio.to_thread(self.archive.take_base, address)
        await self._each("filed to be paid", paid, case_courses.submit)
        await asyncio.to_thread(copied, self._temporal, self.archive.folder / TEMPORAL_FILE)
        await self._each("paid", paid, self._at_the_desk_and_paid)
        await self._each("filed", filed, case_courses.submit)
        moment: datetime = await _asked(address, "select clock_timestamp()")
        self.figures["segment"] = await _asked(address, "select pg_walfile_name(pg_current_wal_lsn())")
        return moment

    async def _after(self, engine: Engine, moment: datetime) -> None:
        """What the database will not know. The outside world has all of it: the relays have passed it on."""
        _, paid, filed, lost = (self._group(number) for number in range(GROUPS))
        await self._each("finished after the moment", paid, self._processed)
        await self._each("paid after the moment", filed, self._at_the_desk_and_paid)
        await self._until(paid[0], "the moment is in the archive", self._archived)
        await self._each("filed after the moment", lost, case_courses.submit)
        await self._until(paid[0], "the relays pass on everything", lambda: self._passed_on(engine))

    async def _passed_on(self, engine: Engine) -> bool:
        feed = Feed(engine.pool)
        return not any([await feed.lag(reader) for reader in (FeedReader.PORTAL, FeedReader.NOTICES)])

    async def _archived(self) -> bool:
        """Whether the archive has the log of the moment."""
        address = self.on.stack.postgres_url(SUPERUSER, DATABASE)
        last = await _asked(address, "select last_archived_wal from pg_stat_archiver")
        return last is not None and last[:24] >= self.figures["segment"]

    async def _until(self, player: CasePlayer, what: str, holds: Callable[[], Awaitable[bool]]) -> None:
        deadline = time.monotonic() + WITHIN
        while not await holds():
            if time.monotonic() > deadline:
                raise player.wrong(f"waited in vain: {what}")
            await asyncio.sleep(0.2)

    async def _measure_loss(self, engine: Engine) -> None:
        """How old the archive is now, and what came later."""
        row = await engine.pool.fetchrow("select count(*) as events from event")
        address = self.on.stack.postgres_url(SUPERUSER, DATABASE)
        archived = await _asked(address, "select last_archived_time from pg_stat_archiver")
        now = await _asked(address, "select clock_timestamp()")
        later = await engine.pool.fetchval("select count(*) from event where at > $1", archived)
        self.figures["events_before"] = row["events"]
        self.figures["rpo_seconds"], self.figures["rpo_events"] = round((now - archived).total_seconds(), 1), later

    def _lose(self) -> None:
        """The servers and the processes are killed; the data of PostgreSQL and of Temporal is gone."""
        data = self.on.stack.running("postgres").data
        for name in KILLED:
            self.on.stack.kill(name)
        self.archive.wal.ship(self.archive.spool)
        assert data is not None, "PostgreSQL has data"
        self.figures["data"] = data
        shutil.rmtree(data)
        lose(self._temporal, self.options.temporal, self.archive.folder / TEMPORAL_FILE)

    def _recover(self, moment: datetime) -> None:
        self.archive.bring_back(self.figures["data"], moment)
        self.on.stack.start("postgres")
        self.on.stack.start("temporal")

    async def _continue(self) -> None:
        owner = await open_pool(self.on.stack.postgres_url(OWNER_ROLE), 1, name="luongxanh-drill")
        try:
            continued = await after_restore(owner, this_account(), WHY, earlier=True)
            self.figures["events_after"] = continued.events
        finally:
            await owner.close()

    @property
    def _temporal(self) -> Path:
        return self.on.stack.folder / "temporal"

    async def _bring_together(self, engine: Engine) -> None:
        agreed = await brought_together(engine, await connect_temporal(self.on.settings), WHY)
        self.figures["temporal"], self.figures["temporal_differences"] = agreed, agreed.left
        self.figures["woken"] = agreed.woken

    async def _compare(self, engine: Engine) -> None:
        """The ledger with the outside world."""
        rules = Rulebook().adding(*await RulesStore(engine.pool).load_all())
        async with open_outside(outside_addresses(self.on.settings), confirm=False) as systems:
            comparison = OutsideComparison(systems, engine.pool, engine.province, rules)
            found = [one async for one in comparison.differences()]
        self.figures["outside"] = _counted(one.what for one in found)
        self.wrong += self._not_found(found)

    def _not_found(self, found: Iterable[OutsideDifference]) -> Iterable[str]:
        """What the comparison should have named: the orders and dossiers that were lost.

        The portal may show our state already: its relay tells it again what it was told after its cursor.
        """
        named = {(one.what.value, one.dossier) for one in found}
        _, _, filed, lost = (self._group(number) for number in range(GROUPS))
        wanted = [("order_unknown", player.code) for player in filed]
        wanted += [("dossier_unknown", player.code) for player in lost]
        return [f"{code}: ops outside does not name it: {what}" for what, code in wanted if (what, code) not in named]

    async def _finish(self, engine: Engine) -> None:
        """People repeat what was lost, and do the rest. Nobody pays twice: the order of before is taken up again."""
        for player in self.players:
            player.go_on_with(engine)
        _, paid, filed, lost = (self._group(number) for number in range(GROUPS))
        codes_before = {player.code for player in self.players}
        await self._each("finished again", paid, self._safely(self._processed))
        await self._each("accepted again and finished", filed, self._safely(self._accepted_again))
        await self._each("filed again and finished", lost, self._safely(self._whole))
        given_twice = [player.code for player in lost if player.code in codes_before]
        self.wrong += [f"{code}: this code was given out twice" for code in given_twice]

    async def _account(self, engine: Engine) -> RestoreDrillResult:
        books = {system: await self.outside.inspect(system) for system in SYSTEMS}
        fees = {player.code: player.case.fee for player in self.players}
        self.wrong += doubled(books, fees)
        ended = [(await player.look()).state is State.RETURNED for player in self.players]
        both = zip(self.players, ended, strict=True)
        self.wrong += [f"{player.code}: not finished" for player, end in both if not end]
        found = await verify(engine.pool, fold=await fold_under_published_rules(engine.pool))
        self.wrong += [str(problem) for problem in found.problems]
        self.wrong += await self._set_aside(engine)
        if self.figures["temporal_differences"]:
            self.wrong.append(f"Temporal differs from the ledger: {self.figures['temporal_differences']}")
        figures = {name: value for name, value in self.figures.items() if name not in ("data", "segment")}
        return RestoreDrillResult(
            **figures,
            dossiers=len(self.players),
            lost_dossiers=len(self._group(GROUPS - 1)),
            rto_parts=self.seconds,
            finished=sum(ended),
            effects=effects(books),
            wrong=tuple(self.wrong),
        )

    async def _set_aside(self, engine: Engine) -> list[str]:
        """What a relay could not pass on: nothing may be."""
        rows = await engine.pool.fetch("select reader, dossier, version, code from relay_problem")
        return [f"{row['reader']} did not pass on {row['dossier']} {row['version']}: {row['code']}" for row in rows]

    async def _whole(self, player: CasePlayer) -> None:
        await case_courses.submit(player)
        await self._at_the_desk_and_paid(player)
        await self._processed(player)

    async def _at_the_desk_and_paid(self, player: CasePlayer) -> None:
        await case_courses.at_the_desk(player)
        await fee_payment.settle(player)

    async def _accepted_again(self, player: CasePlayer) -> None:
        """The citizen has paid, and the ledger does not know it: nobody pays again."""
        await case_courses.at_the_desk(player)
        await player.until(lambda one: one.state is not State.PAYMENT_REQUESTED, "the payment of before seen")
        await self._processed(player)

    async def _processed(self, player: CasePlayer) -> None:
        await processing.work_through(player)
        await case_courses.hand_back(player)
        await player.until(
            lambda now: now.result.registry is None or now.result.reference is not None, "the result registered"
        )

    def _safely(self, play: Callable[[CasePlayer], Awaitable[object]]) -> Callable[[CasePlayer], Awaitable[object]]:
        """Notes what cannot be finished; the others go on."""

        async def played(player: CasePlayer) -> None:
            try:
                await play(player)
            except UnexpectedOutcome as problem:
                self.wrong.append(problem.what)

        return played

    async def _each(
        self, what: str, players: list[CasePlayer], play: Callable[[CasePlayer], Awaitable[object]]
    ) -> None:
        places, done = asyncio.Semaphore(AT_ONCE), 0

        async def one(player: CasePlayer) -> None:
            nonlocal done
            async with places:
                await play(player)
            done += 1
            self.report(what, done, len(players))

        async with asyncio.TaskGroup() as group:
            for player in players:
                group.create_task(one(player))

    async def _timed(self, name: str, work: Awaitable[Any]) -> Any:
        begun = time.monotonic()
        done = await work
        self.seconds[name] = round(time.monotonic() - begun, 1)
        return done

    @asynccontextmanager
    async def _engine(self) -> AsyncIterator[Engine]:
        async with open_engine(self.on.settings, province=self.on.province) as engine:
            yield engine


async def drill(options: RestoreDrillOptions, report: Report) -> RestoreDrillResult:
    """Plays the drill on a stack of its own, which is erased afterwards. Raises StackError, UnexpectedOutcome."""
    async with AsyncExitStack() as stack:
        archive = stack.enter_context(drill_archive())
        on = await stack.enter_async_context(prepared_stack.set_up(postgres_settings=archive.settings))
        outside = await stack.enter_async_context(open_outside_world(on.simulator_url))
        return await RestoreDrill(on, archive, outside, options, report).played()


async def _asked(url: str, question: str) -> Any:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


def _counted(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(map(str, names)).items()))
