"""Differences inside the ledger's database that a restore or a change by hand leaves. Each is read at one moment."""

from __future__ import annotations

from collections.abc import AsyncIterator

from activities.ledger.one_moment import one_moment
from activities.ledger.pool import Pool
from domain.dossier.state import TERMINAL
from domain.repairs.differences import Difference, Different

WHOLE_TABLE = 600.0
"""Seconds allowed for a statement that reads every dossier."""
PAGE = 500
"""Rows that are fetched at once."""

_OPEN = ", ".join(f"'{state}'" for state in sorted(TERMINAL))

RULES = f"""
select code as name, version, pinned.hash as detail from dossier
cross join lateral jsonb_each_text(snapshot -> 'pins') as pinned (kind, hash)
where state not in ({_OPEN}) and not exists (select from rule where rule.hash = pinned.hash)
"""  # noqa: S608  our own states
ORDERS = """
select code as name, version, snapshot -> 'payment' ->> 'order' as detail from dossier
where ended_at is null and snapshot -> 'payment' ->> 'order' is not null and not exists (
    select from event
    where kind = 'payment_order_created' and body ->> 'order' = snapshot -> 'payment' ->> 'order'
      and event.dossier = code
)
"""
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
STATEMENTS = (
    (Difference.UNIQUENESS_MISSING, KEYS),
    (Difference.CURSOR_AHEAD, CURSORS),
    (Difference.BEYOND_THE_LEDGER, BEYOND),
    (Difference.ORDER_UNRECORDED, ORDERS),
    (Difference.RULES_UNPUBLISHED, RULES),
)


async def own_differences(pool: Pool) -> AsyncIterator[Different]:
    """Every such difference. Raises DatabaseUnavailable."""
    async with one_moment(pool, "own_differences") as db:
        for difference, statement in STATEMENTS:
            async for row in db.cursor(statement, prefetch=PAGE, timeout=WHOLE_TABLE):
                yield Different(difference=difference, **dict(row))
