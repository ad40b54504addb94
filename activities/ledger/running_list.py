"""The list of running workflows beside the ledger, so that PostgreSQL compares them and no process holds both lists.

The list is a temporary table of one connection; it ends with the connection.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from activities.ledger.pool import Connection, Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from domain.dossier.state import TERMINAL, State
from domain.values import Instant, Value

WHOLE_TABLE = 600.0
"""Seconds allowed for a statement that reads every dossier."""
_ENDED = sorted(TERMINAL)

CREATE = """
create temporary table running_workflow (id text primary key, run text not null, started timestamptz not null)
"""
ADD = """
insert into running_workflow select * from unnest($1::text[], $2::text[], $3::timestamptz[]) on conflict do nothing
"""
PAGE = """
select running.id, running.run, running.started, dossier.version, dossier.state
from running_workflow running left join dossier on dossier.code = running.id
where running.id > $1 order by running.id limit $2
"""
UNWATCHED = """
select code, state = any ($3::text[]) as ended from dossier
where code > $1 and (
    state <> all ($3::text[])
    or (snapshot -> 'registration' ->> 'wanted' is not null and snapshot -> 'registration' ->> 'reference' is null)
    or snapshot @? '$.payment.refunds[*] ? (@.type() == "object")'
    or snapshot @? '$.payment.accounts[*] ? (@.type() == "object")'
) and not exists (select from running_workflow where id = code)
order by code limit $2
"""
"""Ended dossiers of which something may still be asked outside are among them; their state says whether it is."""


class RunningWorkflow(Value):
    """A workflow that Temporal listed as running."""

    id: str
    run: str
    started: Instant


class Paired(RunningWorkflow):
    """The same, beside its dossier in the register; None where there is no such dossier."""

    version: int | None
    state: State | str | None


class Unwatched(Value):
    """A dossier that is not on the list. `ended`: its state is terminal, and something outside may still be asked."""

    code: str
    ended: bool


class RunningList:
    """The list, on its connection. Every method raises DatabaseUnavailable."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    async def add(self, workflows: Sequence[RunningWorkflow]) -> None:
        """Adds workflows. One that is there already stays."""
        columns = [one.id for one in workflows], [one.run for one in workflows], [one.started for one in workflows]
        with unavailable_as_answer():
            await self._db.execute(ADD, *columns)

    async def filled(self) -> tuple[int, int]:
        """How many workflows are on the list, and how many dossiers are open. Call it when the list is whole."""
        with sql_span("ledger.running_list"), unavailable_as_answer():
            await self._db.execute("analyze running_workflow")
            return (
                await self._db.fetchval("select count(*) from running_workflow"),
                await self._db.fetchval(
                    "select count(*) from dossier where state <> all ($1::text[])", _ENDED, timeout=WHOLE_TABLE
                ),
            )

    async def page(self, after: str, limit: int) -> list[Paired]:
        """The next workflows in the order of their ids, each beside its dossier."""
        with sql_span("ledger.running_list"), unavailable_as_answer():
            return [Paired.model_validate(dict(row)) for row in await self._db.fetch(PAGE, after, limit)]

    async def unwatched(self, after: str, limit: int) -> list[Unwatched]:
        """The next dossiers that are not on the list and in which something may still follow."""
        with sql_span("ledger.running_list"), unavailable_as_answer():
            rows = await self._db.fetch(UNWATCHED, after, limit, _ENDED, timeout=WHOLE_TABLE)
        return [Unwatched(**dict(row)) for row in rows]


@asynccontextmanager
async def running_list(pool: Pool) -> AsyncIterator[RunningList]:
    """An empty list, which is removed at the end. Raises DatabaseUnavailable, DatabaseRefuses."""
    with unavailable_as_answer():
        async with pool.acquire() as db:
            await db.execute(CREATE)
            try:
                yield RunningList(db)
            finally:
                await db.execute("drop table running_workflow")
