"""Compares the read models that were made beside the live ones with them, row by row and column by column."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence

from activities.ledger.integrity_report import ColumnDifferences, TableDifferences
from activities.ledger.pool import Connection

WHOLE_TABLE = 3_600.0
"""Seconds allowed for a statement that reads every row."""
EXAMPLES = 5
KEYS = {"dossier": ("code",), "work_item": ("dossier", "act", "unit"), "number_in_use": ("kind", "register", "number")}
OF = {"dossier": "code", "work_item": "dossier", "number_in_use": "dossier"}
"""The column with the code of the dossier."""

DIFFERENT = """
with different as (
    select coalesce(made.{of}, live.{of}) as dossier, live.{key} is null as missing, made.{key} is null as unfounded,
           to_jsonb(live) as live, to_jsonb(made) as made
    from public.{table} live full join beside.{table} made on {joined}
    where row(live.*) is distinct from row(made.*)
      and coalesce(live.{of} <> all ($1::text[]), true) and coalesce(made.{of} <> all ($1::text[]), true)
)
select what, name, count(*) as rows, (array_agg(dossier))[1:{examples}] as examples
from different cross join lateral (
    select case when missing then 'missing' when unfounded then 'unfounded' else 'changed' end as what, '' as name
    union all
    select 'column', key from jsonb_each(live) one join jsonb_each(made) other using (key)
    where not missing and not unfounded and key <> 'snapshot' and one.value <> other.value
    union all
    select 'column', 'snapshot.' || key
    from jsonb_each(case when jsonb_typeof(live -> 'snapshot') = 'object' then live -> 'snapshot' else '{{}}' end) one
    full join jsonb_each(case when missing then '{{}}' else coalesce(made -> 'snapshot', '{{}}') end) other using (key)
    where not missing and not unfounded and one.value is distinct from other.value
) as told
group by what, name order by what, count(*) desc, name
"""


async def differences_of(
    db: Connection, changed: Callable[[], Awaitable[Sequence[str]]], failed: Collection[str]
) -> tuple[TableDifferences, ...]:
    """The differences of each table, of one moment.

    The dossiers that are `changed` at that moment were written meanwhile; those that `failed` could not be made.
    Neither are compared.
    """
    async with db.transaction(isolation="repeatable_read", readonly=True):
        left_out = [*await changed(), *failed]
        return tuple([await _of(db, table, left_out) for table in KEYS])


async def _of(db: Connection, table: str, left_out: Sequence[str]) -> TableDifferences:
    joined = " and ".join(f"live.{key} = made.{key}" for key in KEYS[table])
    statement = DIFFERENT.format(table=table, of=OF[table], key=KEYS[table][0], joined=joined, examples=EXAMPLES)
    rows = await db.fetch(statement, left_out, timeout=WHOLE_TABLE)
    counts = {row["what"]: row["rows"] for row in rows if row["what"] != "column"}
    examples = dict.fromkeys(code for row in rows for code in row["examples"])
    return TableDifferences(
        table=table,
        missing=counts.get("missing", 0),
        unfounded=counts.get("unfounded", 0),
        changed=counts.get("changed", 0),
        columns=tuple(
            ColumnDifferences(column=row["name"], rows=row["rows"], examples=tuple(row["examples"]))
            for row in rows
            if row["what"] == "column"
        ),
        examples=tuple(examples)[:EXAMPLES],
    )
