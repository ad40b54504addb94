"""Reads from the migrations which tables, grants, guards and functions the database should have.

It understands only the forms in which our own migrations are written: `create table`, `create [or replace] function …
as $$ … $$`, `create trigger … before … on … for each statement …`, `create trigger … after insert on … for each row …`,
`grant … on … to …`, `revoke … on … from …`.
"""

from __future__ import annotations

import re
from functools import cache

from activities.ledger.migrations import read_files
from domain.values import Value

Named = tuple[str, int]
"""A function: its name and the number of its input arguments. Two functions may have the same name."""

Grant = tuple[str, str, str]
"""The object, the role, and the privilege in capitals."""

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
    """A function as it was created: its body, and whether it runs with its owner's rights.

    The body is empty for `return …`: PostgreSQL stores the parsed statement and no text. The verification then checks
    only that there is still no text.
    """

    body: str
    as_owner: bool
    settings: tuple[str, ...] = ()
    """The function's own settings, above all its search path."""


class Before(Value):
    """A trigger before a statement: its function, the kinds of statements, and the column if it is for one column."""

    function: str
    statements: frozenset[str]
    column: str | None = None


class Declared(Value):
    """The objects that the database should have."""

    tables: frozenset[str]
    before: dict[tuple[str, str], Before]
    """The guards that refuse a statement, by table and trigger."""
    after_insert: dict[tuple[str, str], str]
    """The functions that run after the insert of a row, by table and trigger."""
    functions: dict[Named, Function]
    grants: frozenset[Grant]
    """The object is the name of a table, `schema NAME`, or `function NAME`."""

    @property
    def guarded(self) -> frozenset[str]:
        """The tables whose rows are never removed."""
        return frozenset(table for table, _ in self.before)


@cache
def declared() -> Declared:
    """Reads the migrations of this release in order. A later migration overrides an earlier one."""
    functions: dict[Named, Function] = {}
    grants: set[Grant] = set()
    tables = {"migration"}
    before: dict[tuple[str, str], Before] = {}
    after_insert: dict[tuple[str, str], str] = {}
    for migration in read_files():
        for name, arguments, head, body in _FUNCTION.findall(migration.sql):
            inputs = [one for one in _listed(arguments) if not one.lower().startswith("out ")]
            settings = tuple("=".join(one) for one in _SETTING.findall(head))
            functions[name, len(inputs)] = Function(
                body=body, as_owner="security definer" in head.lower(), settings=settings
            )
        statements = _COMMENT.sub("", re.sub(r"\$\$.*?\$\$", "", migration.sql, flags=re.DOTALL))
        tables |= set(_TABLE.findall(statements))
        before |= {
            (table, trigger): _before(kinds, function)
            for trigger, kinds, table, function in _BEFORE.findall(statements)
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
    """Reads a text like `delete or truncate or update of reader`."""
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
