"""Looks whether the database still guards its append-only tables, and whether its transaction ids are its own."""

from __future__ import annotations

from activities.ledger.findings import Problem, problem
from activities.ledger.pool import Connection

APPEND_ONLY = ("event", "command", "rule", "dossier_code", "dossier_restart", "rollout_act", "vault.erasure")
"""The tables of which nothing may be changed or removed, by anybody."""

APP_ROLE = "luongxanh_app"

TRIGGERS = """
select wanted as table, coalesce(string_agg(distinct trigger.tgenabled::text, ','), 'missing') as enabled
from unnest($1::text[]) as wanted
left join pg_trigger as trigger
    on trigger.tgrelid = wanted::regclass and trigger.tgname = 'append_only'
   and trigger.tgfoid = 'refuse_change()'::regprocedure
   and trigger.tgtype & 58 = 58 -- before; delete, update and truncate
group by wanted
"""

PRIVILEGES = """
select wanted as table, privilege
from unnest($1::text[]) as wanted, unnest(array['UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) as privilege
where has_table_privilege($2, wanted, privilege)
"""

FUTURE = """
select dossier, version, xid::text as xid, pg_snapshot_xmax(pg_current_snapshot())::text as next
from event order by xid desc, "position" desc limit 1
"""


async def guard_problems(db: Connection) -> list[Problem]:
    """What is missing: a trigger that is gone or switched off, a privilege that nobody should have."""
    problems = []
    for row in await db.fetch(TRIGGERS, list(APPEND_ONLY)):
        if row["enabled"] != "A":
            expected = f"{row['table']}: trigger append_only enabled always"
            problems.append(problem("guard_missing", expected=expected, found=f"{row['table']}: {row['enabled']}"))
    excess = await db.fetch(PRIVILEGES, list(APPEND_ONLY), APP_ROLE)
    problems += [problem("guard_missing", found=f"{row['table']}: {APP_ROLE} has {row['privilege']}") for row in excess]
    newest = await db.fetchrow(FUTURE)
    if newest is not None and int(newest["xid"]) >= int(newest["next"]):
        problems.append(
            problem(
                "transaction_from_future",
                newest["dossier"],
                newest["version"],
                expected=f"< {newest['next']}",
                found=newest["xid"],
            )
        )
    return problems
