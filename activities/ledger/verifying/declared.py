"""What the migrations declare: tables, grants, guards and functions. The one place for how it should be.

Only the forms that our own migrations are written in are understood: `create table`, `create [or replace] function … as
$$ … $$`, `create trigger append_only …`, `create trigger … after insert on … for each row …`, `grant … on … to …`,
`revoke … on … from …`.
"""

from __future__ import annotations

import re
from functools import cache

from activities.ledger.migrations import read_files
from domain.values import Value

Named = tuple[str, int]
"""A function: its name and how many arguments go in. The same name may stand twice."""

Grant = tuple[str, str, str]
"""On what, to whom, which privilege (in capitals)."""

_COMMENT = re.compile(r"--[^\n]*")
_TABLE = re.compile(r"create table (?:if not exists )?([\w.]+)", re.IGNORECASE)
_GUARDED = re.compile(r"create trigger append_only before update or delete or truncate on ([\w.]+)", re.IGNORECASE)
_AFTER = re.compile(
    r"create trigger (\w+) after insert on ([\w.]+) for each row\s+execute function ([\w.]+)\(\)", re.IGNORECASE
)
_FUNCTION = re.compile(
    r"create (?:or replace )?function ([\w.]+)\((.*?)\)([^;$]*?)(?:\$\$(.*?)\$\$|\breturn\b)", re.IGNORECASE | re.DOTALL
)
_GRANT = re.compile(r"\b(grant|revoke) ([\w, ]+?) on ([^;]+?) (?:to|from) ([\w, ]+);", re.IGNORECASE)
_SETTING = re.compile(r"\bset (\w+) = ([^\n]+?)(?= as\b|\s*$)", re.IGNORECASE | re.MULTILINE)
_ARGUMENTS = re.compile(r"\([^)]*\)")


class Function(Value):
    """A function as it was created: its body, and whether it acts with its owner's rights.

    The body is empty where PostgreSQL keeps the statement itself and no text (`return …`): that it still does so is
    compared, the statement is not.
    """

    body: str
    as_owner: bool
    settings: tuple[str, ...] = ()
    """Above all the path on which it looks for its tables."""


class Declared(Value):
    """What should be there."""

    tables: frozenset[str]
    guarded: frozenset[str]
    """The append-only tables."""
    after_insert: dict[tuple[str, str], str]
    """What runs after a row came in: the function, by table and trigger."""
    functions: dict[Named, Function]
    grants: frozenset[Grant]
    """Of tables by their name, of schemas as `schema NAME`, of functions as `function NAME`."""


@cache
def declared() -> Declared:
    """Read from the files of this release, in their order: a later one overrides an earlier one."""
    functions: dict[Named, Function] = {}
    grants: set[Grant] = set()
    tables, guarded = {"migration"}, set()
    after_insert: dict[tuple[str, str], str] = {}
    for migration in read_files():
        for name, arguments, head, body in _FUNCTION.findall(migration.sql):
            going_in = [one for one in _listed(arguments) if not one.lower().startswith("out ")]
            settings = tuple("=".join(one) for one in _SETTING.findall(head))
            functions[name, len(going_in)] = Function(
                body=body, as_owner="security definer" in head.lower(), settings=settings
            )
        statements = _COMMENT.sub("", re.sub(r"\$\$.*?\$\$", "", migration.sql, flags=re.DOTALL))
        tables |= set(_TABLE.findall(statements))
        guarded |= set(_GUARDED.findall(statements))
        after_insert |= {(table, trigger): function for trigger, table, function in _AFTER.findall(statements)}
        for verb, privileges, objects, roles in _GRANT.findall(statements):
            wanted = _combined(privileges, objects, roles)
            grants = grants | wanted if verb.lower() == "grant" else grants - wanted
    return Declared(
        tables=frozenset(tables),
        guarded=frozenset(guarded),
        after_insert=after_insert,
        functions=functions,
        grants=frozenset(grants),
    )


def _combined(privileges: str, objects: str, roles: str) -> set[Grant]:
    kind, _, rest = objects.strip().partition(" ")
    prefix = f"{kind.lower()} " if kind.lower() in ("schema", "function", "sequence", "table") else ""
    named = _ARGUMENTS.sub("", rest if prefix else objects)
    prefix = "" if prefix == "table " else prefix
    return {
        (f"{prefix}{name}", role, privilege.upper())
        for name in _listed(named)
        for role in _listed(roles)
        for privilege in _listed(privileges)
    }


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
