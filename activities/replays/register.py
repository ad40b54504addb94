"""The register of replays: an operator orders one, a worker of the build carries it out, everybody sees how far it is.

What is still to be replayed is a list of rows, so a replay goes on where a worker left it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID, uuid4

import asyncpg

from activities.ledger.pool import Connection, Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from domain.errors import Conflict, NotFound
from domain.messages.replays import ReplayRunRefusal
from domain.operator_orders import require_operator
from domain.replays import MOST_KEPT, FailedHistory, ReplayChoice, ReplayFailure, ReplayProblem, ReplayRun
from domain.values import Value

COLUMNS = (
    "id, build, choice, who, begun_at, seen_at, histories, looked, events, failed, absent, seconds, cancelled_by, "
    "problem, finished_at"
)
LAST_ENDS = 200
"""So many ended replays of a build are looked at for one that succeeded."""
KEPT = 50
"""So many of the last replays are kept, and every replay on a build for which an order was given: it is the reason."""
REMOVE_OLD = """
with old as (
    select id from replay where finished_at is not null and not exists (
        select from release_act where release_act.build = replay.build
    ) order by begun_at desc, id offset $1
), failures as (delete from replay_failure where replay in (select id from old))
delete from replay where id in (select id from old)
"""


class HistoryToReplay(Value):
    """One history of the list. `run` None: the last run of the workflow."""

    place: int
    workflow: str
    run: str | None


class ReplayedHistory(Value):
    """What came of one. `absent`: Temporal has no history of it."""

    place: int
    workflow: str
    run: str
    events: int
    failure: ReplayFailure | None
    absent: bool = False


class ReplayRegister:
    """Reads and writes replays. Every method raises DatabaseUnavailable when the database does not answer."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def begin(self, build: str, choice: ReplayChoice, who: str) -> ReplayRun:
        """Enters a replay for the workers of a build, and removes old ones.

        Raises Conflict `replay_under_way`, and the InvalidInput errors of `require_operator`.
        """
        require_operator(who)
        entered, wanted = uuid4(), choice.model_dump(mode="json")
        with sql_span("replays.begin"), unavailable_as_answer():
            async with self._pool.acquire() as connection, connection.transaction():
                done: str = await connection.execute(
                    "insert into replay (id, build, choice, who) values ($1, $2, $3, $4) "
                    "on conflict (build) where finished_at is null do nothing",
                    entered, build, wanted, who,
                )  # fmt: skip
                await connection.execute(REMOVE_OLD, KEPT)
        if done == "INSERT 0 0":
            raise Conflict(ReplayRunRefusal.REPLAY_UNDER_WAY, build=build, replay=await self._unfinished(build))
        return await self.run(entered)

    async def run(self, replay: UUID) -> ReplayRun:
        """One replay. Raises NotFound `unknown_replay`."""
        with sql_span("replays.run"), unavailable_as_answer():
            row = await self._pool.fetchrow(f"select {COLUMNS} from replay where id = $1", replay)  # noqa: S608
        if row is None:
            raise NotFound(ReplayRunRefusal.UNKNOWN_REPLAY, replay=replay)
        return _run_in(row)

    async def runs(self, limit: int, place: tuple[datetime, str, bool] | None = None) -> list[ReplayRun]:
        """The replays, the newest first. `place`: only those behind this one, or before it, nearest first."""
        back = place is not None and place[2]
        compared, order = (">", "begun_at, id") if back else ("<", "begun_at desc, id desc")
        behind = "" if place is None else f"where (begun_at, id) {compared} ($2, $3)"
        query = f"select {COLUMNS} from replay {behind} order by {order} limit $1"  # noqa: S608
        with sql_span("replays.runs"), unavailable_as_answer():
            rows = await self._pool.fetch(query, limit, *((place[0], UUID(place[1])) if place else ()))
        return [_run_in(row) for row in rows]

    async def ended_on(self, build: str) -> list[ReplayRun]:
        """The replays of a build that came to their end, the last one first."""
        query = (
            f"select {COLUMNS} from replay where build = $1 and finished_at is not null and cancelled_by is null "  # noqa: S608
            "and problem is null order by finished_at desc limit $2"
        )
        with sql_span("replays.ended_on"), unavailable_as_answer():
            return [_run_in(row) for row in await self._pool.fetch(query, build, LAST_ENDS)]

    async def failures(self, replay: UUID, limit: int, place: tuple[int, bool] | None = None) -> list[FailedHistory]:
        """The histories that do not replay, in the order of the run. `place`: those behind a number, or before it."""
        back = place is not None and place[1]
        compared, order = ("<", "number desc") if back else (">", "number")
        behind = "" if place is None else f"and number {compared} $3"
        query = (
            "select number, workflow, run, failure from replay_failure "  # noqa: S608
            f"where replay = $1 {behind} order by {order} limit $2"
        )
        with sql_span("replays.failures"), unavailable_as_answer():
            rows = await self._pool.fetch(query, replay, limit, *(place[:1] if place else ()))
        return [FailedHistory.model_validate(dict(row)) for row in rows]

    async def cancel(self, replay: UUID, who: str) -> ReplayRun:
        """Ends a replay, also one that no worker has begun.

        Raises NotFound `unknown_replay`, Conflict `replay_ended`.
        """
        require_operator(who)
        if not await self._end(replay, "cancelled_by = $2", who):
            await self.run(replay)
            raise Conflict(ReplayRunRefusal.REPLAY_ENDED, replay=replay)
        return await self.run(replay)

    async def next_of(self, build: str) -> ReplayRun | None:
        """The replay that the workers of a build have to carry out; None when there is none."""
        query = f"select {COLUMNS} from replay where build = $1 and finished_at is null"  # noqa: S608
        with sql_span("replays.next_of"), unavailable_as_answer():
            row = await self._pool.fetchrow(query, build)
        return None if row is None else _run_in(row)

    async def take(self, replay: UUID) -> int:
        """A worker begins or goes on. Returns how many have, since the last progress."""
        with sql_span("replays.take"), unavailable_as_answer():
            tries: int = await self._pool.fetchval(
                "update replay set tries = tries + 1, seen_at = clock_timestamp() where id = $1 returning tries", replay
            )
        return tries

    async def give_back(self, replay: UUID) -> None:
        """A worker leaves a replay without a fault of its own, so its try does not count."""
        with sql_span("replays.give_back"), unavailable_as_answer():
            await self._pool.execute("update replay set tries = greatest(tries - 1, 0) where id = $1", replay)

    async def enlist(self, replay: UUID, found: Iterable[tuple[str, str | None]]) -> int:
        """Writes the list of workflows, each with its run. Returns how many there are; 0 when it was cancelled."""
        rows = [(replay, place, workflow, run) for place, (workflow, run) in enumerate(dict(found).items())]
        with sql_span("replays.enlist"), unavailable_as_answer():
            async with self._pool.acquire() as connection, connection.transaction():
                wanted = "select 1 from replay where id = $1 and finished_at is null for update"
                if await connection.fetchval(wanted, replay) is None:
                    return 0  # rows of a replay that has ended would stay, and keep it from being removed
                await connection.execute("delete from replay_history where replay = $1", replay)
                await connection.copy_records_to_table(
                    "replay_history", records=rows, columns=("replay", "place", "workflow", "run")
                )
                await connection.execute("update replay set histories = $2 where id = $1", replay, len(rows))
        return len(rows)

    async def to_do(self, replay: UUID, limit: int) -> list[HistoryToReplay]:
        """The next histories of the list."""
        with sql_span("replays.to_do"), unavailable_as_answer():
            rows = await self._pool.fetch(
                "select place, workflow, run from replay_history where replay = $1 order by place limit $2",
                replay, limit,
            )  # fmt: skip
        return [HistoryToReplay.model_validate(dict(row)) for row in rows]

    async def still_wanted(self, replay: UUID) -> bool:
        """True while nobody has cancelled it. A worker that asks tells by it that it is alive."""
        with sql_span("replays.still_wanted"), unavailable_as_answer():
            done: str = await self._pool.execute(
                "update replay set seen_at = clock_timestamp() where id = $1 and finished_at is null", replay
            )
        return done != "UPDATE 0"

    async def record(self, replay: UUID, results: Sequence[ReplayedHistory], seconds: float) -> bool:
        """Records what came of some histories, each once. False, and nothing is written: the replay was cancelled."""
        with sql_span("replays.record"), unavailable_as_answer():
            async with self._pool.acquire() as connection, connection.transaction():
                row = await connection.fetchrow(
                    "select failed, absent from replay where id = $1 and finished_at is null for update", replay
                )
                if row is None:
                    return False
                taken = await _taken(connection, replay, [one.place for one in results])
                new = [one for one in results if one.place in taken]
                failed = [one for one in new if one.failure is not None or one.absent]
                await _keep(connection, replay, failed, row["failed"] + row["absent"])
                await connection.execute(
                    "update replay set looked = looked + $2, events = events + $3, failed = failed + $4, "
                    "absent = absent + $5, seconds = seconds + $6, tries = 0, seen_at = clock_timestamp() "
                    "where id = $1",
                    replay, sum(not one.absent for one in new), sum(one.events for one in new),
                    sum(one.failure is not None for one in new), sum(one.absent for one in new), seconds,
                )  # fmt: skip
        return True

    async def finish(self, replay: UUID, problem: ReplayProblem | None = None) -> None:
        """Ends a replay, which was broken off by `problem` or has come to its end."""
        await self._end(replay, "problem = $2", None if problem is None else problem.model_dump(mode="json"))

    async def _end(self, replay: UUID, how: str, value: object) -> bool:
        with sql_span("replays.end"), unavailable_as_answer():
            async with self._pool.acquire() as connection, connection.transaction():
                ended = await connection.execute(
                    f"update replay set {how}, finished_at = clock_timestamp() where id = $1 and finished_at is null",  # noqa: S608
                    replay, value,
                )  # fmt: skip
                await connection.execute("delete from replay_history where replay = $1", replay)
        return bool(ended != "UPDATE 0")

    async def _unfinished(self, build: str) -> str:
        found = await self.next_of(build)
        return "–" if found is None else str(found.id)


async def _taken(connection: Connection, replay: UUID, places: Collection[int]) -> set[int]:
    """The places that were on the list still. Another worker may have recorded some of them."""
    rows = await connection.fetch(
        "delete from replay_history where replay = $1 and place = any($2::integer[]) returning place", replay, places
    )
    return {row["place"] for row in rows}


async def _keep(connection: Connection, replay: UUID, failed: Sequence[ReplayedHistory], before: int) -> None:
    rows = [
        (replay, number, one.workflow, one.run, None if one.failure is None else one.failure.model_dump(mode="json"))
        for number, one in enumerate(failed[: max(0, MOST_KEPT - before)], start=before + 1)
    ]
    await connection.executemany(
        "insert into replay_failure (replay, number, workflow, run, failure) values ($1, $2, $3, $4, $5)", rows
    )


def _run_in(row: asyncpg.Record) -> ReplayRun:
    return ReplayRun.model_validate(dict(row))
