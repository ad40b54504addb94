"""What the migrations declare: tables, grants, guards and functions. The one place for how it should be.

Only the forms that our own migrations are written in are understood: `create table`, `create [or replace] function … as
$$ … $$`, `create trigger … before … on … for each statement …`, `create trigger … after insert on … for each row …`,
`grant … on … to …`, `revoke … on … from …`.
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
_BEFORE = re.compile(
    r"create trigger (\w+) before ([\w ]+?) on ([\w.]+)\s+for each statement\s+execute function ([\w.]+)\(\)",
    re.IGNORECASE,
)
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


class Before(Value):
    """What runs before a statement: for which kinds of it, where one is of a column for which column."""

    function: str
    statements: frozenset[str]
    column: str | None = None


class Declared(Value):
    """What should be there."""

    tables: frozenset[str]
    before: dict[tuple[str, str], Before]
    """The guards that refuse a statement, by table and trigger."""
    after_insert: dict[tuple[str, str], str]
    """What runs after a row came in: the function, by table and trigger."""
    functions: dict[Named, Function]
    grants: frozenset[Grant]
    """Of tables by their name, of schemas as `schema NAME`, of functions as `function NAME`."""

    @property
    def guarded(self) -> frozenset[str]:
        """The tables of which no row is ever removed."""
        return frozenset(table for table, _ in self.before)


@cache
def declared() -> Declared:
    """Read from the files of this release, in their order: a later one overrides an earlier one."""
    functions: dict[Named, Function] = {}
    grants: set[Grant] = set()
    tables = {"migration"}
    before: dict[tuple[str, str], Before] = {}
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
        before |= {
            (table, trigger): _before(of, function) for trigger, of, table, function in _BEFORE.findall(statements)
        }
        after_insert |= {(table, trigger): function for trigger, table, function in _AFTER.findall(statements)}
        for verb, privileges, objects, roles in _GRANT.findall(statements):
            wanted = _combined(privileges, objects, roles)
            grants = grants | wanted if verb.lower() == "grant" else grants - wanted
    return Declared(
        tables=frozenset(tables),
        before=before,
        after_insert=after_insert,
        functions=functions,
        grants=frozenset(grants),
    )


def _before(statements: str, function: str) -> Before:
    """Of `delete or truncate or update of reader`."""
    kinds = [kind.split() for kind in statements.lower().split(" or ")]
    column = next((words[-1] for words in kinds if len(words) > 1), None)
    return Before(function=function, statements=frozenset(words[0] for words in kinds), column=column)


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
