"""The register of watched ramps: an operator orders one, whichever worker comes next looks at it, everybody sees it.

No worker owns a ramp. A look is taken from the row, so one that dies loses a look, and another worker takes the next.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID, uuid4

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from domain.errors import Conflict, NotFound
from domain.messages.releases import ReleaseRefusal
from domain.operator_orders import require_operator, require_reason
from domain.ramps import MOST_EXAMPLES, Ramp, RampOrder, RampProblem, RampState, StuckByCause

COLUMNS = (
    "id, build, steps, pause_seconds, replayed, who, why, begun_at, given, given_at, looks, looked_at, stuck, "
    "examples, ended, ended_at, ended_by, problem, clock_timestamp() as read_at"
)
TAKE = f"""
update release_ramp set taken_at = clock_timestamp()
where ended_at is null
  and (taken_at is null or taken_at <= clock_timestamp() - least($1, pause_seconds) * interval '1 second')
  and (build <> $2 or coalesce(taken_at, begun_at) <= clock_timestamp() - $3 * interval '1 second')
returning {COLUMNS}, taken_at
"""  # noqa: S608  our own text
LOOKED = """
update release_ramp set looks = looks + 1, looked_at = $2, stuck = $3, examples = $4
where id = $1 and ended_at is null
"""
GAVE = "update release_ramp set given = given + 1, given_at = clock_timestamp() where id = $1 and ended_at is null"
END = """
update release_ramp set ended = $2, ended_by = $3, problem = $4, ended_at = clock_timestamp()
where id = $1 and ended_at is null
"""
ORDERS = "luongxanh release orders"
"""The advisory lock under which an order of a release is checked, recorded and done."""


class RampRegister:
    """Reads and writes ramps. Every method raises DatabaseUnavailable when the database does not answer."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._turn_here = asyncio.Lock()
        """Of this process, one order waits in the database: whoever waits there holds a connection."""

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """One order of a release at a time, of all processes: what was checked is still so when it is done."""
        with unavailable_as_answer():
            async with self._turn_here, self._pool.acquire() as connection:
                await connection.execute("select pg_advisory_lock(hashtext($1))", ORDERS)
                try:
                    yield
                finally:
                    await connection.execute("select pg_advisory_unlock(hashtext($1))", ORDERS)

    async def begin(self, order: RampOrder) -> Ramp:
        """Enters a ramp. Raises Conflict `release_ramp_under_way`, and the InvalidInput errors of `operator_orders`."""
        require_operator(order.who)
        require_reason(order.why)
        entered, one = uuid4(), order
        with sql_span("ramps.begin"), unavailable_as_answer():
            done: str = await self._pool.execute(
                "insert into release_ramp (id, build, steps, pause_seconds, replayed, who, why) "
                "values ($1, $2, $3, $4, $5, $6, $7) on conflict ((true)) where ended_at is null do nothing",
                entered, one.build, list(one.steps), one.pause_seconds, one.replayed, one.who, one.why,
            )  # fmt: skip
        if done == "INSERT 0 0":
            await self.require_none()
        return await self.ramp(entered)

    async def require_none(self) -> None:
        """Accepts that no ramp is under way. Raises Conflict `release_ramp_under_way`."""
        found = await self.under_way()
        if found is not None:
            raise Conflict(ReleaseRefusal.RELEASE_RAMP_UNDER_WAY, build=found.build, ramp=found.id)

    async def ramp(self, ramp: UUID) -> Ramp:
        """One ramp. Raises NotFound `release_ramp_unknown`."""
        found = await self._read("where id = $1", ramp)
        if found is None:
            raise NotFound(ReleaseRefusal.RELEASE_RAMP_UNKNOWN, ramp=ramp)
        return found

    async def under_way(self) -> Ramp | None:
        """The ramp that has not ended."""
        return await self._read("where ended_at is null")

    async def newest(self) -> Ramp | None:
        """The last one that was ordered."""
        return await self._read("order by begun_at desc, id limit 1")

    async def _read(self, where: str, *values: object) -> Ramp | None:
        with sql_span("ramps.read"), unavailable_as_answer():
            row = await self._pool.fetchrow(f"select {COLUMNS} from release_ramp {where}", *values)  # noqa: S608
        return None if row is None else Ramp.model_validate(dict(row))

    async def take(self, build: str, every: float, patience: float) -> tuple[Ramp, datetime] | None:
        """The ramp at which a worker of this build is to look now, and the time of the look.

        A look begins `every` seconds after the one before, or after the ramp's own pause where that is shorter. A
        worker of the watched build itself looks only when nobody has for `patience` seconds.
        """
        with sql_span("ramps.take"), unavailable_as_answer():
            row = await self._pool.fetchrow(TAKE, every, build, patience)
        if row is None:
            return None
        found = dict(row)
        taken_at = found.pop("taken_at")
        return Ramp.model_validate(found), taken_at

    async def looked(self, ramp: UUID, at: datetime, stuck: Sequence[StuckByCause]) -> None:
        """Records what a look found that began at this time."""
        examples = [one.model_dump(mode="json") for one in stuck[:MOST_EXAMPLES]]
        with sql_span("ramps.looked"), unavailable_as_answer():
            await self._pool.execute(LOOKED, ramp, at, len(stuck), examples)

    async def gave(self, ramp: UUID) -> None:
        """Records that the next step was given."""
        with sql_span("ramps.gave"), unavailable_as_answer():
            await self._pool.execute(GAVE, ramp)

    async def end(
        self, ramp: UUID, how: RampState, *, by: str | None = None, problem: RampProblem | None = None
    ) -> bool:
        """Ends a ramp, by order of a person or by itself. False: it had ended before."""
        told = None if problem is None else problem.model_dump(mode="json")
        with sql_span("ramps.end"), unavailable_as_answer():
            done: str = await self._pool.execute(END, ramp, how.value, by, told)
        return done != "UPDATE 0"
