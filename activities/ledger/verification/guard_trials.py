"""Tries the forbidden statements on a real row, as every role that this connection may use, and rolls all back."""

from __future__ import annotations

from collections.abc import Iterator

import asyncpg

from activities.ledger.integrity_report import Finding, finding
from activities.ledger.pool import Connection, Pool
from activities.ledger.verification.declared import declared
from activities.ledger.verification.guards import APP_ROLE, READER_ROLE
from domain.messages.findings import RecordFinding

ROLES = """
select current_user::text as role, true as itself, current_user in ($1, $2) as lowly
union
select rolname, false, true from pg_roles
where rolname in ($1, $2) and rolname <> current_user and pg_has_role(current_user, oid, 'SET')
"""
COLUMNS = """
select relation::regclass::text as table, (
    select quote_ident(attname) from pg_attribute
    where attrelid = relation and attnum > 0 and attidentity = '' and attgenerated = '' and not attisdropped
    order by attnum limit 1
) as column
from unnest($1::text[]) as wanted, to_regclass(wanted) as relation where relation is not null
"""
ONE_ROW = "ctid = any (array(select ctid from {table} limit 1))"
PATIENCE = "200ms"
"""How long a trial waits for a lock, so that it does not delay others. A table that is locked longer is not tried."""

PERSONAL = ("vault.personal", "vault.reference")
READ_MODELS = ("dossier", "work_item")


async def try_guards(pool: Pool) -> list[Finding]:
    """A finding for each statement that was not refused. Each trial is a transaction that is rolled back."""
    found = []
    async with pool.acquire() as db:
        columns = {row["table"]: row["column"] for row in await db.fetch(COLUMNS, [*_tables()])}
        for row in await db.fetch(ROLES, APP_ROLE, READER_ROLE):
            role = None if row["itself"] else row["role"]
            for statement, name in _forbidden(columns, row["role"], lowly=row["lowly"]):
                if not await _refused(db, role, statement):
                    found.append(finding(RecordFinding.GUARD_GIVES_WAY, found=f"{name}: {row['role']}"))
    return found


def _tables() -> Iterator[str]:
    yield from sorted(declared().guarded)
    yield from PERSONAL
    yield from READ_MODELS


def _forbidden(columns: dict[str, str], role: str, *, lowly: bool) -> Iterator[tuple[str, str]]:
    """The statements that a role must not run, each with its name in a finding.

    The owner is refused only at the tables whose rows are never removed. For the owner truncate is not tried, because
    it would lock the table for everybody. `lowly` is true for the roles of the application.
    """
    for table, column in columns.items():
        where = ONE_ROW.format(table=table)
        if table in declared().guarded or (lowly and (table in PERSONAL or role == READER_ROLE)):
            yield f"update {table} set {column} = {column} where {where}", f"update {table}"  # noqa: S608
            yield f"delete from {table} where {where}", f"delete {table}"  # noqa: S608
            if lowly:
                yield f"truncate {table}", f"truncate {table}"
        if role == READER_ROLE and table.startswith("vault."):
            yield f"select from {table} limit 1", f"select {table}"


async def _refused(db: Connection, role: str | None, statement: str) -> bool:
    trial = db.transaction()
    await trial.start()
    try:
        await db.execute(f"set local lock_timeout = '{PATIENCE}'")
        if role is not None:
            await db.execute(f"set local role {role}")
        await db.execute(statement)
    except asyncpg.InsufficientPrivilegeError:
        return True
    except asyncpg.LockNotAvailableError:
        return True  # not tried; the guards are also checked in the catalogue
    except asyncpg.PostgresError as refusal:
        return bool(refusal.sqlstate == "LX003")
    finally:
        await trial.rollback()
    return False
