"""The shape of the tables that the migrations of this release make: columns, defaults, keys, checks, unique indexes.

A dropped key would allow two rows where there must be one. An added default would write values that no command gave.
The shape is stored in `migrations/shape.txt`, one fact on each line; a test compares it with the migrations.
"""

from __future__ import annotations

from collections.abc import Collection

from activities.ledger.migrations import FOLDER
from activities.ledger.pool import Connection

KEPT = FOLDER / "shape.txt"

FACTS = r"""
with wanted as (
    select class.oid, case when nspname = 'public' then '' else nspname || '.' end || relname as name
    from pg_class class join pg_namespace namespace on namespace.oid = relnamespace
    where relkind = 'r' and nspname in ('public', 'vault')
)
select name as table, format('%s %s%s%s%s', attname, format_type(atttypid, atttypmod),
    case when attnotnull then ' not null' else '' end,
    case when attgenerated <> '' then ' generated' when attidentity <> '' then ' identity' else '' end,
    coalesce(' default ' || pg_get_expr(adbin, adrelid), '')) as fact
from wanted join pg_attribute on attrelid = wanted.oid
left join pg_attrdef on adrelid = attrelid and adnum = attnum
where attnum > 0 and not attisdropped
union all
select name, lower(contype::text) || ' ' || pg_get_constraintdef(pg_constraint.oid)
from wanted join pg_constraint on conrelid = wanted.oid where contype in ('p', 'u', 'c', 'f', 'x')
union all
select name, regexp_replace(pg_get_indexdef(indexrelid), '^CREATE UNIQUE INDEX \S+ ON \S+ ', 'unique index ')
from wanted join pg_index on indrelid = wanted.oid
where indisunique and indisvalid and not exists (select from pg_constraint where conindid = indexrelid)
"""


async def shape(db: Connection) -> set[str]:
    """Every fact of every table in the database, as `TABLE: FACT`."""
    return {f"{row['table']}: {' '.join(row['fact'].split())}" for row in await db.fetch(FACTS)}


async def shape_differs(db: Connection) -> bool:
    """True when the tables have not the stored shape: a fact is missing, or one that is not stored is there."""
    return set(KEPT.read_text(encoding="utf-8").splitlines()) != await shape(db)


async def shape_differences(db: Connection, tables: Collection[str]) -> list[str]:
    """The facts that are missing in these tables, and the facts that were added to them."""
    kept = set(KEPT.read_text(encoding="utf-8").splitlines())
    found = await shape(db)
    lacking = [f"{fact}: missing" for fact in sorted(kept - found) if fact.partition(":")[0] in tables]
    added = [f"{fact}: added" for fact in sorted(found - kept) if fact.partition(":")[0] in tables]
    return [*lacking, *added]
