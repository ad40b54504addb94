"""Checks in PostgreSQL's catalogue whether the database has the guards that the migrations declare.

A guard is checked by its content (the body of its function, its condition, when it is enabled), never by its name only.
Every object or privilege that no migration declares is a finding.
"""

from __future__ import annotations

from asyncpg import Record

from activities.ledger.integrity_report import Finding, finding
from activities.ledger.pool import Connection
from activities.ledger.verification.declared import Before, Declared, Grant, declared
from activities.ledger.verification.shape import shape_differences
from domain.messages.findings import RecordFinding

APP_ROLE = "luongxanh_app"
READER_ROLE = "luongxanh_reader"

TRIGGERS = """
select relation::regclass::text as table, tgname as name, tgenabled::text as enabled, tgtype as type,
       tgqual is not null as conditional, tgfoid::regproc::text as function,
       array(select attname::text from pg_attribute where attrelid = relation and attnum = any (tgattr)) as columns
from unnest($1::text[]::regclass[]) as relation join pg_trigger on tgrelid = relation
where not tgisinternal
"""
AFTER_INSERT_OF_ROW = 5
BEFORE = 2
STATEMENTS = {"insert": 4, "delete": 8, "update": 16, "truncate": 32}
"""The bits of a trigger's type in PostgreSQL: after insert for each row; before; and the kind of statement."""

TABLES = """
select wanted as table, class.oid is null as missing, relkind::text as kind, relrowsecurity as row_security,
       relowner <> datdba as foreign_owner, pg_get_userbyid(relowner) as owner,
       array(select rulename::text from pg_rewrite where ev_class = class.oid and rulename <> '_RETURN') as rules,
       array(select inhrelid::regclass::text from pg_inherits where inhparent = class.oid) as children
from unnest($1::text[]) as wanted
join pg_database on datname = current_database()
left join pg_class class on class.oid = to_regclass(wanted)
"""
TABLE_GRANTS = """
select class.oid::regclass::text as object, coalesce(role.rolname, 'public') as role, privilege_type as privilege
from unnest($1::text[]::regclass[]) as relation join pg_class class on class.oid = relation
cross join aclexplode(coalesce(relacl, acldefault('r', relowner))) as granted
left join pg_roles role on role.oid = grantee where grantee <> relowner
union all
select format('%s.%s', attrelid::regclass, attname), coalesce(role.rolname, 'public'), privilege_type
from pg_attribute join pg_class class on class.oid = attrelid
cross join aclexplode(attacl) as granted left join pg_roles role on role.oid = grantee
where attrelid = any ($1::text[]::regclass[]) and attacl is not null and grantee <> relowner
union all
select 'sequence ' || class.oid::regclass::text, coalesce(role.rolname, 'public'), privilege_type
from pg_class class cross join aclexplode(relacl) as granted left join pg_roles role on role.oid = grantee
where relkind = 'S' and relacl is not null and relnamespace::regnamespace::text in ('public', 'vault')
  and grantee <> relowner
union all
select 'schema ' || nspname, coalesce(role.rolname, 'public'), privilege_type
from pg_namespace cross join aclexplode(coalesce(nspacl, acldefault('n', nspowner))) as granted
left join pg_roles role on role.oid = grantee
where nspname in ('public', 'vault') and grantee <> nspowner
  and not (nspname = 'public' and privilege_type = 'USAGE')
"""
VIEWS = """
select class.oid::regclass::text as view, coalesce(role.rolname, 'public') as role, privilege_type as privilege
from pg_class class join pg_namespace namespace on namespace.oid = relnamespace
cross join aclexplode(coalesce(relacl, acldefault('r', relowner))) as granted
left join pg_roles role on role.oid = grantee
where relkind in ('v', 'm', 'f') and grantee <> relowner
  and nspname not like 'pg\\_%' and nspname <> 'information_schema'
  and not exists (select from pg_depend where objid = class.oid and deptype = 'e')
"""
FUNCTIONS = """
select case when nspname = 'public' then '' else nspname || '.' end || proname as name,
       pronargs as arguments, prosrc as body, prosecdef as as_owner,
       proowner <> datdba as foreign_owner, pg_get_userbyid(proowner) as owner,
       proconfig as settings,
       array(
           select coalesce(role.rolname, 'public')
           from aclexplode(coalesce(proacl, acldefault('f', proowner))) as granted
           left join pg_roles role on role.oid = grantee where grantee <> proowner
       ) as callers
from pg_proc join pg_namespace namespace on namespace.oid = pronamespace
join pg_database on datname = current_database()
where nspname not like 'pg\\_%' and nspname <> 'information_schema'
  and not exists (select from pg_depend where objid = pg_proc.oid and deptype = 'e')
"""
ROLES = """
select rolname as role, word from pg_roles
cross join lateral (values
    (rolsuper, 'superuser'), (rolbypassrls, 'bypassrls'), (rolcreaterole, 'createrole'), (rolreplication, 'replication')
) as power (has, word) where has and rolname = any ($1)
union all
select member.rolname, 'member of ' || granted.rolname from pg_auth_members
join pg_roles member on member.oid = pg_auth_members.member join pg_roles granted on granted.oid = roleid
where member.rolname = any ($1)
union all
select pg_get_userbyid(datdba), 'owner of the database' from pg_database
where datname = current_database() and pg_get_userbyid(datdba) = any ($1)
"""


async def guard_problems(db: Connection) -> list[Finding]:
    """A finding for everything that is missing and for everything that no migration declares."""
    wanted = declared()
    found = await _of_tables(db, wanted)
    there = [table for table in sorted(wanted.tables) if f"{table}: missing" not in found]
    found += await shape_differences(db, there)
    found += await _of_triggers(db, wanted, there)
    found += await _of_grants(db, wanted.grants, there)
    found += [f"{row['view']}: {row['role']} has {row['privilege']}" for row in await db.fetch(VIEWS)]
    found += await _of_functions(db, wanted)
    found += [f"{row['role']}: {row['word']}" for row in await db.fetch(ROLES, [APP_ROLE, READER_ROLE])]
    return [finding(RecordFinding.GUARD_MISSING, found=one) for one in found]


async def _of_tables(db: Connection, wanted: Declared) -> list[str]:
    found = []
    for row in await db.fetch(TABLES, sorted(wanted.tables)):
        table = row["table"]
        if row["missing"]:
            found.append(f"{table}: missing")
            continue
        found += [f"{table}: rule {rule}" for rule in row["rules"]]
        found += [f"{table}: inherited by {child}" for child in row["children"]]
        if row["kind"] != "r":
            found.append(f"{table}: not a table")
        if row["row_security"]:
            found.append(f"{table}: row security hides rows")
        if row["foreign_owner"]:
            found.append(f"{table}: owned by {row['owner']}")
    return found


async def _of_triggers(db: Connection, wanted: Declared, tables: list[str]) -> list[str]:
    found = []
    guarding: dict[tuple[str, str], str] = {}
    rows = await db.fetch(TRIGGERS, tables)
    for row in rows:
        key = row["table"], row["name"]
        if key in wanted.after_insert:
            found += _of_after_insert(row, wanted.after_insert[key])
        elif key in wanted.before:
            guarding[key] = _of_before(row, wanted.before[key])
        else:
            found.append(f"{row['table']}: trigger {row['name']}")
    there = {(row["table"], row["name"]) for row in rows}
    gone = {key for key in wanted.after_insert if key[0] in tables} - there
    found += [f"{table}: trigger {name} missing" for table, name in sorted(gone)]
    states = {key: guarding.get(key, "missing") for key in sorted(wanted.before) if key[0] in tables}
    return [*found, *(f"{table}: {state}" for (table, _), state in states.items() if state != "A")]


def _of_before(row: Record, wanted: Before) -> str:
    """The state in which the trigger is enabled (`A`: always), or what is wrong with it."""
    bits = BEFORE + sum(STATEMENTS[one] for one in wanted.statements)
    if row["function"] != wanted.function or row["type"] != bits:
        return "another trigger of that name"
    if row["conditional"] or row["columns"] != ([wanted.column] if wanted.column else []):
        return "trigger with a condition"
    return str(row["enabled"])


def _of_after_insert(row: Record, declared_function: str) -> list[str]:
    name = f"{row['table']}: trigger {row['name']}"
    if row["function"] != declared_function or row["type"] != AFTER_INSERT_OF_ROW:
        return [f"{name} is another"]
    if row["conditional"] or row["columns"]:
        return [f"{name} with a condition"]
    return [] if row["enabled"] == "A" else [f"{name}: {row['enabled']}"]


async def _of_grants(db: Connection, wanted: frozenset[Grant], tables: list[str]) -> list[str]:
    there = {(row["object"], row["role"], row["privilege"]) for row in await db.fetch(TABLE_GRANTS, tables)}
    return [f"{thing}: {role} has {privilege}" for thing, role, privilege in sorted(there - wanted)]


async def functions_differ(db: Connection) -> bool:
    """True when a function of this release is missing in the database, or has another body."""
    there = {(row["name"], row["arguments"]): row["body"] for row in await db.fetch(FUNCTIONS)}
    return any(there.get(name) != wanted.body for name, wanted in declared().functions.items())


async def _of_functions(db: Connection, wanted: Declared) -> list[str]:
    found, seen = [], set()
    for row in await db.fetch(FUNCTIONS):
        name, declared_as = row["name"], wanted.functions.get((row["name"], row["arguments"]))
        seen.add((name, row["arguments"]))
        if declared_as is None:
            if row["as_owner"]:
                found.append(f"function {name}: acts with the rights of {row['owner']}")
            continue
        if row["body"] != declared_as.body:
            found.append(f"function {name}: another body")
        if row["as_owner"] != declared_as.as_owner or tuple(row["settings"] or ()) != declared_as.settings:
            found.append(f"function {name}: acts with other rights")
        if row["foreign_owner"]:
            found.append(f"function {name}: owned by {row['owner']}")
        if declared_as.as_owner:
            callers = [role for role in row["callers"] if (f"function {name}", role, "EXECUTE") not in wanted.grants]
            found += [f"function {name}: {role} has EXECUTE" for role in callers]
    return [*found, *(f"function {name}: missing" for name, _ in sorted(wanted.functions.keys() - seen))]
