"""The tables of the read models beside the live ones, in a schema of their own, and the swap of the two.

A connection with this schema first in its search path writes to them with the same functions as to the live ones. The
schema is changed and the names of tables, keys and indexes stay, so nothing else has to know of a swap.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager

import asyncpg

from activities.ledger.integrity_report import TableDifferences
from activities.ledger.pool import Connection
from domain.errors import Conflict
from domain.messages.reconciling import ReconcilingRefusal

SCHEMA = "beside"
REPLACED = "replaced"
"""The schema of the live tables between a swap and their removal."""
TABLES = ("number_in_use", "dossier", "work_item")
"""In the order in which an append locks them."""
WHOLE_TABLE = 3_600.0
"""Seconds allowed for a statement that reads or writes every row."""

LOCKED_WITHIN = 400
"""Milliseconds to wait for each table. Whoever reads two tables may hold one and wait for the other: that must end
before PostgreSQL calls it a deadlock and refuses the reader (after a second)."""
TRIES = 60
PAUSE, LONGEST_PAUSE = 0.2, 2.0
"""Seconds between two tries, in which everybody works; they grow, because a backup reads for long."""
STILL_USED = 30.0
"""Seconds to wait until nobody uses the old tables. Those that are used longer are removed by the next rebuild."""

PARTS = """
select relname as name, reloptions as options, keys.definition as key, keys.name as key_name, array(
    select pg_get_indexdef(indexrelid) from pg_index
    where indrelid = class.oid and indexrelid <> keys.conindid order by indexrelid
) as indexes, array(
    select format('%s to %s', privilege_type, coalesce(quote_ident(rolname), 'public'))
    from aclexplode(relacl) left join pg_roles on pg_roles.oid = grantee where grantee <> relowner
) as grants
from pg_class class
join lateral (
    select conname as name, pg_get_constraintdef(oid) as definition, conindid
    from pg_constraint where conrelid = class.oid and contype = 'p'
) as keys on true
where class.oid = to_regclass('public.' || $1)
"""
CLAIMS = """
create table claim (
    kind text, register text, number text, dossier text, settled boolean, xid xid8, "position" bigint
);
create index claim_by_dossier on claim (dossier);
create index claim_by_number on claim (kind, register, number);
"""
"""Every number that an event claims. Of several claims of one number the earliest counts."""
CLAIM = """
insert into claim
select claimed.kind, claimed.register, claimed.number, claimed.dossier, claimed.settled, xid, "position"
from numbers_of($1) claimed join event using (dossier, version)
"""
EARLIEST = """
insert into number_in_use (kind, register, number, dossier, settled)
select distinct on (kind, register, number) kind, register, number, dossier, settled from claim
{}
order by kind, register, number, xid, "position"
"""
OF_THESE = """
join (
    select * from unnest($1::text[], $2::text[], $3::text[])
    union select kind, register, number from claim where dossier = any ($4)
) as wanted (kind, register, number) using (kind, register, number)
"""
GIVEN_UP = """
delete from number_in_use held
where dossier = any ($1) or (kind, register, number) in (
    select kind, register, number from claim where claim.dossier = any ($1)
)
returning kind, register, number
"""
COLUMNS = """
select string_agg(quote_ident(attname), ', ') from pg_attribute
where attrelid = to_regclass('public.' || $1) and attnum > 0 and not attisdropped and attgenerated = ''
"""
FUNCTIONS = """
select pg_get_functiondef(pg_proc.oid) as definition from pg_proc join pg_language on pg_language.oid = prolang
where pronamespace = 'public'::regnamespace and lanname = 'plpgsql' and prosrc ~ $1
"""
RECORD = """
insert into public.read_models_swapped (who, why, dossiers, differences) values ($1, $2, $3, $4)
"""
OLDER_WRITERS = "select pg_snapshot_xmin(pg_current_snapshot()) <= $1"


class Beside:
    """The tables, on a connection of the owner with their schema first in its search path."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._indexes: list[str] = []

    async def prepare(self) -> None:
        """Makes empty tables like the live ones, with the same keys and grants; what an earlier run left is removed."""
        await _drop_old(self._db)
        await self._db.execute(f"drop schema if exists {SCHEMA} cascade; create schema {SCHEMA}")
        for table in TABLES:
            part = await self._db.fetchrow(PARTS, table)
            made = f"{SCHEMA}.{table}"
            options = f" with ({', '.join(part['options'])})" if part["options"] else ""
            like = "including defaults including constraints including generated including storage including comments"
            await self._db.execute(f"create table {made} (like public.{table} {like}){options}")
            await self._db.execute(f"alter table {made} add constraint {part['key_name']} {part['key']}")
            for grant in part["grants"]:
                privilege, _, role = grant.partition(" to ")
                await self._db.execute(f"grant {privilege} on {made} to {role}")
            self._indexes += [one.replace(f" ON public.{table} ", f" ON {made} ") for one in part["indexes"]]
        await self._db.execute(CLAIMS)

    async def put(self, views: Sequence[str]) -> None:
        """Writes these views, as an append does."""
        await self._db.execute("select put_view(view::jsonb) from unnest($1::text[]) as view", views)

    async def claim(self, codes: Sequence[str]) -> None:
        """Writes which numbers the events of these dossiers claim."""
        await self._db.execute("delete from claim where dossier = any ($1)", codes)
        await self._db.execute(CLAIM, codes)

    async def give_numbers(self) -> None:
        """Gives every claimed number to the dossier that claimed it first."""
        await self._db.execute("analyze claim")
        await self._db.execute(EARLIEST.format(""), timeout=WHOLE_TABLE)

    async def give_numbers_of(self, codes: Sequence[str]) -> None:
        """The same for the numbers that these dossiers have or claim."""
        async with self._db.transaction():
            free = await self._db.fetch(GIVEN_UP, codes)
            columns = ([row[name] for row in free] for name in ("kind", "register", "number"))
            await self._db.execute(EARLIEST.format(OF_THESE), *columns, codes)

    async def finish(self) -> None:
        """Makes the indexes and the planner's statistics, so that the first reader is as fast as the last before."""
        for index in self._indexes:
            await self._db.execute(index, timeout=WHOLE_TABLE)
        for table in TABLES:
            await self._db.execute(f"analyze {SCHEMA}.{table}", timeout=WHOLE_TABLE)

    async def keep_live(self, codes: Collection[str]) -> None:
        """Takes the live rows of these dossiers, whose events cannot be read."""
        for table, column in (("dossier", "code"), ("work_item", "dossier")):
            names = await self._db.fetchval(COLUMNS, table)
            await self._db.execute(f"delete from {SCHEMA}.{table} where {column} = any ($1)", list(codes))  # noqa: S608
            await self._db.execute(
                f"insert into {SCHEMA}.{table} ({names}) select {names} from public.{table} where {column} = any ($1)",  # noqa: S608
                list(codes),
            )

    async def change_places(self) -> None:
        """Lets the tables take the place of the live ones, whose locks the transaction has.

        A function that was compiled with the old tables is compiled again in every session.
        """
        await self._db.execute(f"create schema {REPLACED}")
        for table in TABLES:
            await self._db.execute(
                f"alter table public.{table} set schema {REPLACED}; alter table {SCHEMA}.{table} set schema public"
            )
        for row in await self._db.fetch(FUNCTIONS, "|".join(TABLES)):
            await self._db.execute(row["definition"])

    async def record(self, who: str, why: str, dossiers: int, tables: Sequence[TableDifferences]) -> None:
        """Records the swap in its transaction."""
        differing = {one.table: one.rows for one in tables}
        await self._db.execute(RECORD, who, why, dossiers, differing)


@asynccontextmanager
async def swapped(db: Connection, beside: Beside, failed: Collection[str]) -> AsyncIterator[None]:
    """A transaction in which nobody else reads or writes the tables; they change places at its end.

    `failed`: dossiers that keep their live rows. Raises Conflict `read_models_busy`; nothing was changed then.
    """
    transaction = await _locked(db)
    try:
        yield
        await beside.keep_live(failed)
        await beside.change_places()
        number = await db.fetchval("select pg_current_xact_id()")
    except BaseException:
        await transaction.rollback()
        raise
    await transaction.commit()
    await _remove_old(db, number)


async def _locked(db: Connection) -> asyncpg.transaction.Transaction:
    for number in range(TRIES):
        transaction = db.transaction()
        await transaction.start()
        try:
            await db.execute(f"set local lock_timeout = '{LOCKED_WITHIN}ms'")
            for table in TABLES:
                await db.execute(f"lock table public.{table} in access exclusive mode")
        except asyncpg.LockNotAvailableError:
            await transaction.rollback()
            await asyncio.sleep(min(LONGEST_PAUSE, PAUSE * (1 + number)))
        else:
            return transaction
    raise Conflict(ReconcilingRefusal.READ_MODELS_BUSY)


async def _remove_old(db: Connection, number: int) -> None:
    """Removes the old tables when no transaction is open that began before the swap."""
    try:
        async with asyncio.timeout(STILL_USED):
            while await db.fetchval(OLDER_WRITERS, number):  # noqa: ASYNC110  only the database knows when
                await asyncio.sleep(PAUSE)
        await _drop_old(db)
    except (TimeoutError, asyncpg.LockNotAvailableError):
        return  # the next rebuild removes them


async def _drop_old(db: Connection) -> None:
    """Drops the old tables one at a time: a session with a plan of them may for a moment hold one and wait for another,
    so whoever held two of them would meet it in a deadlock."""
    for table in TABLES:
        await db.execute(f"drop table if exists {REPLACED}.{table}")
    await db.execute(f"drop schema if exists {REPLACED} cascade")
