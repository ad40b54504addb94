"""Differences inside the ledger's database that a restore or a change by hand leaves. Each is read at one moment."""

from __future__ import annotations

from collections.abc import AsyncIterator

from activities.ledger.one_moment import one_moment
from activities.ledger.pool import Pool
from domain.dossier.group_commands import ENDED, ChildStatus
from domain.dossier.state import TERMINAL, State
from domain.repairs.differences import Difference, Different

WHOLE_TABLE = 600.0
"""Seconds allowed for a statement that reads every dossier."""
PAGE = 500
"""Rows that are fetched at once."""

_ENDED_CHILDREN = ", ".join(f"'{status}'" for status in sorted(ENDED))
_OPEN = ", ".join(f"'{state}'" for state in sorted(TERMINAL))

SNAPSHOTS = f"""
with opened as materialized (
    select code as name, version, ended_at is null as pays, state not in ({_OPEN}) as goes_on,
           part.payment ->> 'order' as paid_by, part.pins
    from dossier cross join lateral jsonb_to_record(snapshot) as part (payment jsonb, pins jsonb)
    where ended_at is null or state not in ({_OPEN})
), missing as (
    select pins, one.hash from (select distinct pins from opened where goes_on) as each_set
    cross join lateral (
        select value from jsonb_each_text(pins - 'children')
        union all
        select child ->> 'procedure' from jsonb_array_elements(pins -> 'children') as child
    ) as one (hash)
    where not exists (select from rule where rule.hash = one.hash)
)
select '{Difference.ORDER_UNRECORDED}' as difference, name, version, paid_by as detail from opened
where pays and paid_by is not null and name <> all (array(
    select dossier from event where kind = 'payment_order_created' and body ->> 'order' = paid_by
))
union all
select '{Difference.RULES_UNPUBLISHED}', name, version, hash from opened join missing using (pins) where goes_on
"""  # noqa: S608  our own states
"""Each snapshot is opened once, which is what this takes. A set of rules, which thousands of dossiers pin, is looked up
once, an order by its index: the orders of dossiers that have ended are not read."""
BEYOND = """
select dossier as name, version, reader as detail from relay_problem entry
where mended_at is null and not exists (
    select from event where event.dossier = entry.dossier and event.version = entry.version
)
union all
select entry.dossier, entry.version, webhook from webhook_behind entry join webhook on webhook.id = entry.webhook
where webhook.state <> 'deleted' and not exists (
    select from event where event.dossier = entry.dossier and event.version = entry.version
)
"""
CURSORS = """
with last as (select xid, "position" from event order by xid desc, "position" desc limit 1),
place as (
    select reader as name, xid, "position" from cursor
    union all
    select id, sent_xid, sent_position from webhook where state <> 'deleted'
)
select name, null::int as version, null::text as detail from place left join last on true
where coalesce((place.xid, place."position") > (last.xid, last."position"), place.xid > '0')
"""
KEYS = """
select wanted.relation as name, null::int as version, wanted.definition as detail
from (values ('command', 'PRIMARY KEY (command_id)'), ('event', 'PRIMARY KEY (dossier, version)'))
    as wanted (relation, definition)
where not exists (
    select from pg_constraint
    where conrelid = to_regclass(wanted.relation) and contype = 'p' and convalidated
      and pg_get_constraintdef(oid) = wanted.definition
)
"""
CHILDREN = f"""
with opened as materialized (
    select code, part.parent ->> 'dossier' as whole, part.children
    from dossier cross join lateral jsonb_to_record(snapshot) as part (parent jsonb, children jsonb)
    where state not in ({_OPEN})
), pair as (
    select whole, code as child from opened where whole is not null
    union
    select code, known ->> 'dossier' from opened cross join lateral jsonb_array_elements(children) as known
    where known ->> 'dossier' is not null
)
select pair.whole as name, coalesce(whole.version, 0) as version, pair.child as detail
from pair left join dossier as whole on whole.code = pair.whole left join dossier as child on child.code = pair.child
left join lateral (
    select known ->> 'status' as status from jsonb_array_elements(whole.snapshot -> 'children') as known
    where known ->> 'dossier' = pair.child
) as told on true
where told.status is null or child.code is null
   or (told.status in ({_ENDED_CHILDREN})) <> (child.ended_at is not null)
   or (told.status = '{ChildStatus.SUPPLEMENT}' and child.state <> '{State.SUPPLEMENT_REQUESTED}')
"""  # noqa: S608  our own states
"""A child of whose end, or of whose papers, the whole knows something else; both are looked up by their codes. Only
pairs of which one can still go on are compared: snapshots of ended dossiers are not opened."""
STATEMENTS = (
    (Difference.UNIQUENESS_MISSING, KEYS),
    (Difference.CURSOR_AHEAD, CURSORS),
    (Difference.BEYOND_THE_LEDGER, BEYOND),
    (Difference.CHILD_UNREPORTED, CHILDREN),
    (None, SNAPSHOTS),
)
"""None: each row names its difference."""


async def own_differences(pool: Pool) -> AsyncIterator[Different]:
    """Every such difference. Raises DatabaseUnavailable."""
    async with one_moment(pool, "own_differences") as db:
        for difference, statement in STATEMENTS:
            async for row in db.cursor(statement, prefetch=PAGE, timeout=WHOLE_TABLE):
                yield Different(**{"difference": difference, **dict(row)})
